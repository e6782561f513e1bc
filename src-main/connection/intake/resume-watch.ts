import type { Clock } from '../base/clock.ts';
import type { CountingIntake } from './counting-intake.ts';

/** The queue of a resumed session is over when no message came for this long. */
const QUIET_MS = 300;
const POLL_MS = 50;
/** What comes later is live traffic. */
const MOST_MS = 5_000;

/** Counts what a broker sends from its queue after it resumed a session. */
export class ResumeWatch {
  readonly #intake: CountingIntake;
  readonly #clock: Clock;
  #cancelLook: (() => void) | null = null;
  /** The last resume; `counting` while more may come. */
  last: { readonly at: number; queued: number; counting: boolean } | null = null;

  constructor(intake: CountingIntake, clock: Clock) {
    this.#intake = intake;
    this.#clock = clock;
  }

  /** CONNACK came; what follows it is not counted yet. */
  begin(): void {
    this.end();
    const before = this.#intake.queueable;
    const clock = this.#clock;
    const last = { at: clock.wall(), queued: 0, counting: true };
    this.last = last;
    const began = clock.now();
    let quietSince = began;
    const look = (): void => {
      const now = clock.now();
      const queued = this.#intake.queueable - before;
      if (queued > last.queued) quietSince = now;
      last.queued = queued;
      last.counting = now - quietSince < QUIET_MS && now - began < MOST_MS;
      if (last.counting) this.#cancelLook = clock.after(POLL_MS, look);
    };
    this.#cancelLook = clock.after(POLL_MS, look);
  }

  end(): void {
    this.#cancelLook?.();
    if (this.last) this.last.counting = false;
  }
}
