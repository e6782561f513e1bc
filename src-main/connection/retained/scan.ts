import { ScanEnd } from '../../core/retained/scan-end.ts';
import type { Clock } from '../base/clock.ts';
import type { Link } from '../link/link.ts';

/** A PINGRESP behind a large scan on a slow link takes its time; mosquitto may also drop it. */
const FENCE_TIMEOUT_MS = 15_000;

export interface ScanEvents {
  /** Topics that came as stored and had not come before in this scan. */
  count(): number;
  /** No more stored messages are expected. */
  ended(complete: boolean, ms: number): void;
  /** Another topic came so long after the one before, or after the answer of the broker, in ms. */
  late(ms: number): void;
  /** What did not come may be judged, or cannot be. */
  judged(possible: boolean): void;
}

/** Watches the stored messages that follow a SUBSCRIBE, up to their end. */
export class ScanWatch {
  readonly #clock: Clock;
  readonly #events: ScanEvents;
  #end: ScanEnd | null = null;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, events: ScanEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** A SUBSCRIBE was written. Scans that overlap are one. */
  begin(link: Pick<Link, 'ping'>): void {
    this.#cancel();
    const end = new ScanEnd(this.#clock.now(), this.#events.count());
    this.#end = end;
    this.#look(end, link);
  }

  closed(): void {
    this.#cancel();
    this.#end = null;
  }

  #look(end: ScanEnd, link: Pick<Link, 'ping'>): void {
    if (this.#end !== end) return;
    const { gap } = end;
    const step = end.look(this.#clock.now(), this.#events.count());
    if (end.gap > gap) this.#events.late(end.gap);
    switch (step.kind) {
      case 'wait':
        this.#cancel = this.#clock.after(step.ms, () => this.#look(end, link));
        return;
      case 'fence':
        void this.#fence(end, link);
        return;
      case 'ended':
        this.#events.ended(step.complete, step.ms);
        return this.#look(end, link);
      case 'judge':
      case 'over':
        this.#end = null;
        this.#events.judged(step.kind === 'judge');
    }
  }

  async #fence(end: ScanEnd, link: Pick<Link, 'ping'>): Promise<void> {
    const answer = await link.ping('fence', FENCE_TIMEOUT_MS);
    if (this.#end !== end || answer.kind === 'closed') return;
    end.fenced(answer.kind === 'answered', this.#clock.now());
    this.#look(end, link);
  }
}
