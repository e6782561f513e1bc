import { pause, type Clock } from '../base/clock.ts';
import type { CountingIntake } from '../intake/counting-intake.ts';
import type { Link } from '../link/link.ts';

/** Retained messages have stopped for this long, and the fence was answered: the scan is over. */
const QUIET_MS = 700;
/** A PINGRESP behind a large scan on a slow link takes its time; mosquitto may also drop it. */
const FENCE_TIMEOUT_MS = 15_000;
const MOST_FENCES = 20;

export type ScanEnd = 'complete' | 'unconfirmed' | 'closed';

/** Watches the retained messages that follow a SUBSCRIBE, up to their end. */
export class ScanWatch {
  readonly #intake: CountingIntake;
  readonly #clock: Clock;
  readonly #ended: (end: ScanEnd, ms: number) => void;
  #link: Link | null = null;
  #run = 0;

  /** @param ended when the scan of the last SUBSCRIBE is over */
  constructor(intake: CountingIntake, clock: Clock, ended: (end: ScanEnd, ms: number) => void) {
    this.#intake = intake;
    this.#clock = clock;
    this.#ended = ended;
  }

  /** A SUBSCRIBE was written. Scans that overlap are one. */
  begin(link: Link): void {
    this.#link = link;
    void this.#watch(++this.#run, link);
  }

  closed(): void {
    this.#link = null;
    this.#run++;
  }

  async #watch(run: number, link: Link): Promise<void> {
    const startedAt = this.#clock.wall();
    let end: ScanEnd = 'unconfirmed';
    for (let tries = 0; tries < MOST_FENCES && end === 'unconfirmed'; tries++) {
      const answer = await link.ping('fence', FENCE_TIMEOUT_MS);
      if (run !== this.#run || this.#link !== link) return;
      if (answer.kind === 'answered') end = 'complete';
      else if (answer.kind === 'closed') end = 'closed';
      // Dropped under load, or far behind: it is asked again once the flood is through.
      else await this.#quiet(run);
    }
    await this.#quiet(run);
    if (run === this.#run) this.#ended(end, this.#clock.wall() - startedAt);
  }

  async #quiet(run: number): Promise<void> {
    while (run === this.#run) {
      const rest = Math.max(this.#intake.lastRetainedAt, 0) + QUIET_MS - this.#clock.wall();
      if (rest <= 0) return;
      await pause(this.#clock, rest);
    }
  }
}
