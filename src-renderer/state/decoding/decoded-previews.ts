import { MOST_PREVIEWS } from '../../../src-main/contract/decoding/decoder-rule-calls.ts';
import type { Preview } from '../../../src-main/contract/model/message.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { decimalDifference } from '../../../src-main/core/text/decimal.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';

/** A message whose decoded form somebody wants to see. */
export interface WantedPreview {
  /** Of the place it is shown at. */
  readonly id: string;
  readonly key: TopicKey;
  readonly which: number | 'latest';
  /** Another one for another message at the same place. */
  readonly stamp: number;
}

export interface DecodedPreview {
  /** Null: its bytes say all that there is. */
  readonly preview: Preview | null;
  /** To the number that was there before; null where one of them is none. */
  readonly delta: string | null;
}

export interface PreviewPorts {
  now(): number;
  later(ms: number, run: () => void): () => void;
}

/** Between two questions at least so long, ms; and so many times what the last one took, but no longer than this. */
const PERIOD_MS = 200;
const REST = 3;
const MOST_REST_MS = 1_000;
/** Places that are remembered. */
const MOST_KNOWN = 6_000;

interface Known extends DecodedPreview {
  readonly stamp: number;
}

type Asking = Pick<ConnectionSession, 'client' | 'connectionId' | 'viewId' | 'store'>;

/**
 * Short forms of what is on screen: asked for together, one question at a time, and of each place only for what
 * is there by then. What was there before stays until the answer comes.
 */
export class DecodedPreviews {
  readonly #session: Asking;
  readonly #ports: PreviewPorts;
  readonly #known = new Map<string, Known>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly WantedPreview[] = [];
  #isAsking = false;
  #restUntil = -Infinity;
  #cancel: (() => void) | null = null;
  /** Counts up when all is forgotten; answers of before are of no use then. */
  #turn = 0;
  #isClosed = false;
  #version = 0;

  constructor(session: Asking, ports: PreviewPorts) {
    this.#session = session;
    this.#ports = ports;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Another one when anything changed. */
  get version(): number {
    return this.#version;
  }

  /** The same object until there is another one. */
  of(id: string): DecodedPreview | null {
    return this.#known.get(id) ?? null;
  }

  /** What is on screen now; what was wanted before and is not asked for yet is not any more. */
  want(wanted: readonly WantedPreview[]): void {
    this.#wanted = wanted;
    this.#askSoon();
  }

  /** All of it: rules have changed. */
  forget(): void {
    this.#turn++;
    this.#known.clear();
    this.#notify();
    this.#askSoon();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #askSoon(): void {
    if (this.#isAsking || this.#cancel !== null || this.#isClosed || this.#missing().length === 0) return;
    const wait = this.#restUntil - this.#ports.now();
    if (wait <= 0) return void this.#ask();
    this.#cancel = this.#ports.later(wait, () => {
      this.#cancel = null;
      void this.#ask();
    });
  }

  #missing(): readonly WantedPreview[] {
    return this.#wanted
      .filter(({ id, stamp }) => this.#known.get(id)?.stamp !== stamp)
      .slice(0, MOST_PREVIEWS);
  }

  async #ask(): Promise<void> {
    const missing = this.#missing();
    if (missing.length === 0) return;
    this.#isAsking = true;
    const turn = this.#turn;
    const begun = this.#ports.now();
    const { paused } = this.#session.store.getState();
    try {
      const { previews } = await this.#session.client.call('decodePreviews', {
        connection: this.#session.connectionId,
        messages: missing.map(({ key, which }) => ({ key, which })),
        ...(paused === null ? {} : { view: this.#session.viewId }),
      });
      if (turn === this.#turn && !this.#isClosed) this.#take(missing, previews);
    } catch {
      // The pipe is closed, or the worker is being replaced: asked again with what comes next.
      if (turn === this.#turn) this.#take(missing, []);
    } finally {
      this.#isAsking = false;
      const now = this.#ports.now();
      this.#restUntil = now + Math.min(MOST_REST_MS, Math.max(PERIOD_MS, REST * (now - begun)));
      this.#askSoon();
    }
  }

  #take(
    asked: readonly WantedPreview[],
    previews: readonly { readonly key: TopicKey; readonly seq: number; readonly preview: Preview }[],
  ): void {
    const found = new Map(previews.map(({ key, seq, preview }) => [`${seq} ${key}`, preview]));
    const latest = new Map(previews.map(({ key, preview }) => [key, preview]));
    for (const { id, key, which, stamp } of asked) {
      const preview = (which === 'latest' ? latest.get(key) : found.get(`${which} ${key}`)) ?? null;
      const before = this.#known.get(id)?.preview ?? null;
      this.#known.delete(id);
      this.#known.set(id, { stamp, preview, delta: difference(before, preview) });
    }
    for (const id of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(id);
    }
    this.#notify();
  }

  #notify(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}

function difference(before: Preview | null, after: Preview | null): string | null {
  if (before?.kind !== 'number' || after?.kind !== 'number' || before.text === after.text) return null;
  return decimalDifference(before.text, after.text);
}
