import { boundedAttempt, type ConnectionAttempt } from '../../contract/session/connection-history.ts';
import type { AttemptFacts, LastMoments } from '../../core/session/verdicts/evidence.ts';
import type { Clock } from '../base/clock.ts';
import type { PhaseTime } from '../link/attempt.ts';
import type { LinkEnd } from '../link/link.ts';

/** Attempts that are remembered here; the engine keeps them for longer. */
const KEPT = 100;

interface Entry {
  readonly id: string;
  readonly startedAt: number;
  readonly waitedMs: number;
  readonly attempt: number;
  version: string;
  address: string;
  phase: string;
  onlineAt: number | null;
  endedAt: number | null;
  sessionPresent: boolean | null;
  phases: readonly PhaseTime[];
  by: AttemptFacts['by'];
  end: LinkEnd | null;
  last: LastMoments | null;
  /** Grows with each change, for who follows. */
  revision: number;
}

/** Every try to connect with what came of it, oldest first. */
export class AttemptLog {
  readonly #entries: Entry[] = [];
  readonly #clock: Clock;
  #count = 0;
  #revision = 0;
  /** When the last one ended or the user asked, by `Clock.now`: what was waited since then. */
  #idleSince: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get revision(): number {
    return this.#revision;
  }

  get current(): Entry | null {
    const last = this.#entries.at(-1);
    return last && last.endedAt === null ? last : null;
  }

  started(attempt: number, version: string): void {
    const startedAt = this.#clock.wall();
    const waitedMs = this.#idleSince === null ? 0 : Math.round(this.#clock.now() - this.#idleSince);
    this.#entries.push({
      id: `${startedAt.toString(36)}-${++this.#count}`,
      startedAt,
      waitedMs,
      attempt,
      version,
      address: '',
      phase: 'resolving',
      onlineAt: null,
      endedAt: null,
      sessionPresent: null,
      phases: [],
      by: null,
      end: null,
      last: null,
      revision: ++this.#revision,
    });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  phase(phase: string, at: string): void {
    this.#change((entry) => {
      entry.phase = phase;
      if (phase !== 'resolving') entry.address = at;
    });
  }

  online(sessionPresent: boolean, phases: readonly PhaseTime[]): void {
    this.#change((entry) => {
      entry.phase = 'online';
      entry.onlineAt = this.#clock.wall();
      entry.sessionPresent = sessionPresent;
      entry.phases = phases;
    });
  }

  /** @param end null: the user ended it */
  ended(end: LinkEnd | null, phases: readonly PhaseTime[], last: LastMoments | null): void {
    this.#change((entry) => {
      entry.endedAt = this.#clock.wall();
      entry.by = end === null ? 'user' : end.by;
      entry.end = end;
      entry.phases = phases;
      entry.last = last;
    });
    this.#idleSince = end === null ? null : this.#clock.now();
  }

  /** For the rules. */
  facts(): AttemptFacts[] {
    return this.#entries.map(({ startedAt, onlineAt, endedAt, by, end, phase, last }) => ({
      startedAt,
      onlineAt,
      endedAt,
      by,
      code: end?.code ?? null,
      failure: end?.ending.failure.code ?? '',
      message: end?.ending.failure.message ?? '',
      phase,
      last,
    }));
  }

  /** What changed after that revision, for the history. */
  since(revision: number): ConnectionAttempt[] {
    return this.#entries.filter((entry) => entry.revision > revision).map(attemptOf);
  }

  #change(change: (entry: Entry) => void): void {
    const { current } = this;
    if (!current) return;
    change(current);
    current.revision = ++this.#revision;
  }
}

function attemptOf(entry: Entry): ConnectionAttempt {
  const { id, startedAt, onlineAt, endedAt, waitedMs, attempt, version, address, by, end } = entry;
  const failure = by === 'user' ? null : (end?.ending.failure ?? null);
  return boundedAttempt({
    id,
    startedAt,
    onlineAt,
    endedAt,
    waitedMs,
    attempt,
    phases: [...entry.phases],
    version,
    address,
    by,
    reason: failure && { code: failure.code, message: failure.message, advice: failure.advice },
    sessionPresent: entry.sessionPresent,
  });
}
