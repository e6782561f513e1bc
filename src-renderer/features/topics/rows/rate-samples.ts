import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { onSecond, shownNow } from '../../../ui/base/use-now.ts';

/** Bars of a row, one for each second, each 2 px wide with 1 px between. */
export const BARS = 12;
export const BARS_WIDTH = BARS * 3;
export const BARS_HEIGHT = 12;

/** Timers come up to this much before their second, ms. */
const EARLY_MS = 50;

interface Sampled {
  messages: number;
  counts: number[];
  path: string;
}

/**
 * Messages per second of the rows in the window, counted here from their totals: the engine sends
 * nothing for it. A row that leaves the window is forgotten.
 */
export class RateSamples {
  readonly #session: ConnectionSession;
  #rows = new Map<number, Sampled>();
  #listeners = new Set<() => void>();
  #stop: (() => void) | null = null;
  /** The second of the last tick. */
  #second = 0;

  constructor(session: ConnectionSession) {
    this.#session = session;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#stop ??= onSecond(() => this.tick());
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#stop?.();
      this.#stop = null;
    };
  };

  /** @param now ms since the epoch */
  tick(now = shownNow()): void {
    const second = Math.floor((now + EARLY_MS) / 1_000);
    const passed = second - this.#second;
    // The window was shown in the middle of a second.
    if (passed === 0) return;
    this.#second = second;
    this.#sample(passed === 1);
    for (const notify of this.#listeners) notify();
  }

  /** @param goesOn false: the window was hidden, the computer slept, or its clock was set; what came since is no second's count */
  #sample(goesOn: boolean): void {
    const next = new Map<number, Sampled>();
    for (const [id, { row }] of this.#session.store.getState().rows) {
      const before = goesOn ? this.#rows.get(id) : undefined;
      if (before === undefined) {
        next.set(id, { messages: row.messages, counts: [], path: '' });
        continue;
      }
      const counts = [...before.counts, Math.max(0, row.messages - before.messages)].slice(-BARS);
      next.set(id, { messages: row.messages, counts, path: barsPath(counts) });
    }
    this.#rows = next;
  }

  /** An SVG path; empty where nothing was counted yet. */
  path(id: number): string {
    return this.#rows.get(id)?.path ?? '';
  }
}

/** The newest second at the right; the highest fills the height; silence is a hairline, not a bar. */
function barsPath(counts: readonly number[]): string {
  const highest = Math.max(...counts);
  if (highest <= 0) return '';
  return counts
    .map((count, at) => {
      const x = (BARS - counts.length + at) * 3;
      const height = count === 0 ? 1 : Math.max(2, Math.round((count / highest) * BARS_HEIGHT));
      return `M${x} ${BARS_HEIGHT - height}h2v${height}h-2z`;
    })
    .join('');
}
