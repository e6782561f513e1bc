import { PINGREQ_PACKET } from '../../core/mqtt/encode.ts';
import { keepAliveStep, type KeepAliveStep } from '../../core/session/machine/keepalive.ts';
import { PingQueue, type PingAnswer, type Question } from '../../core/session/machine/ping-queue.ts';
import type { Clock } from '../base/clock.ts';

/** Pings since the last one that was answered, by `Clock.now`. */
export interface Unanswered {
  readonly firstAt: number;
  readonly latestAt: number;
  readonly count: number;
}

export interface KeepAliveOptions {
  readonly clock: Clock;
  /** The tap: when the last packet was sent and the last byte received, by `Clock.now`; null before. */
  readonly traffic: { readonly lastSentAt: number | null; readonly lastReceivedAt: number | null };
  readonly write: (packet: Uint8Array) => void;
  /** A ping (no fence) was answered, or was not in time; `at` is when it was sent, by `Clock.now`. */
  readonly pinged: (at: number, rttMs: number | null) => void;
  /** Nothing came for so long although it was asked twice: the link is dead. */
  readonly dead: (silentMs: number) => void;
}

/** A ping that is not answered in this time counts as unanswered; under load it may take long. */
const PING_TIMEOUT_MS = 10_000;
/** The longest time without a look: the clocks move on with every packet. */
const LONGEST_WAIT_MS = 60_000;

/** The two clocks of one link: asks the broker in time, and says when it stopped answering. */
export class KeepAlive {
  readonly #o: KeepAliveOptions;
  readonly #queue = new PingQueue();
  #running = false;
  #intervalMs = 0;
  #unanswered: Unanswered | null = null;
  /** The clock stood still for `ms` before `at`: what is older is so much older. */
  #stoodStill = { at: -Infinity, ms: 0 };
  #cancelLook: (() => void) | null = null;

  constructor(options: KeepAliveOptions) {
    this.#o = options;
  }

  /** In force, ms; 0: nothing is asked by itself. */
  get intervalMs(): number {
    return this.#intervalMs;
  }

  /** Null if all pings were answered. */
  get unanswered(): Unanswered | null {
    return this.#unanswered;
  }

  /** When the next ping is due by what was sent and received so far, by `Clock.now`; null: never. */
  get nextPingAt(): number | null {
    const now = this.#o.clock.now();
    const next = this.#step(now);
    if (next.kind === 'wait') return next.until;
    return next.kind === 'ping' ? now : null;
  }

  /** The broker accepted us. */
  start(intervalMs: number): void {
    this.#running = true;
    this.#intervalMs = intervalMs;
    this.#schedule();
  }

  /** Sends PINGREQ; resolves when its PINGRESP came, or not in time, or the link is over. */
  ping(question: Question, timeoutMs = PING_TIMEOUT_MS): Promise<PingAnswer> {
    if (!this.#running) return Promise.resolve({ kind: 'closed' });
    if (this.#queue.full) return Promise.resolve({ kind: 'timeout' });
    const sentAt = this.#o.clock.now();
    return new Promise((resolve) => {
      this.#queue.asked({
        question,
        sentAt,
        deadline: sentAt + timeoutMs,
        settle: (answer) => {
          if (question === 'ping') this.#o.pinged(sentAt, answer.kind === 'answered' ? answer.ms : null);
          resolve(answer);
        },
      });
      const { firstAt = sentAt, count = 0 } = this.#unanswered ?? {};
      this.#unanswered = { firstAt, latestAt: sentAt, count: count + 1 };
      this.#o.write(PINGREQ_PACKET);
      this.#schedule();
    });
  }

  /** PINGRESP came. */
  answered(at: number): void {
    this.#unanswered = null;
    this.#queue.answered(at);
  }

  /** This computer slept, or its clock was set: asks whether the broker is still there. */
  clockJumped(stoodStillMs: number): void {
    this.#stoodStill = { at: this.#o.clock.now(), ms: stoodStillMs };
    void this.ping('ping');
  }

  /** The link is over. */
  close(): void {
    this.#running = false;
    this.#cancelLook?.();
    this.#queue.close();
  }

  #step(now: number): KeepAliveStep {
    const { lastSentAt, lastReceivedAt } = this.#o.traffic;
    const heardAt = lastReceivedAt ?? now;
    return keepAliveStep(
      {
        intervalMs: this.#intervalMs,
        lastSentAt: lastSentAt ?? now,
        lastReceivedAt: heardAt < this.#stoodStill.at ? heardAt - this.#stoodStill.ms : heardAt,
        unanswered: this.#unanswered,
      },
      now,
    );
  }

  /** One timer for both clocks and the time-outs of the queue; it looks again when it fires. */
  #schedule(): void {
    this.#cancelLook?.();
    if (!this.#running) return;
    const now = this.#o.clock.now();
    const next = this.#step(now);
    const deadline = this.#queue.nextDeadline();
    const waits = [LONGEST_WAIT_MS];
    if (next.kind !== 'wait') waits.push(1);
    else if (next.until !== null) waits.push(next.until - now);
    if (deadline !== null) waits.push(deadline - now);
    this.#cancelLook = this.#o.clock.after(Math.max(1, Math.min(...waits)), () => this.#look());
  }

  #look(): void {
    const now = this.#o.clock.now();
    this.#queue.expire(now);
    const next = this.#step(now);
    if (next.kind === 'dead') this.#o.dead(next.silentMs);
    else if (next.kind === 'ping' && !this.#queue.full) void this.ping('ping');
    else this.#schedule();
  }
}
