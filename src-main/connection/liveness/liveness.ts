import { PUBLISH, SUBSCRIBE, UNSUBSCRIBE } from '../../core/mqtt/packet-types.ts';
import type { Clock } from '../base/clock.ts';
import type { PacketListener, ReceivedNote, SentNote } from '../tap/events.ts';
import type { Unanswered } from '../link/keep-alive.ts';

/** How soon silence is looked into; ms. */
export interface Patience {
  /** Silence after which the broker is asked; null: only the keep-alive asks. */
  readonly askAfterMs: number | null;
  /** A ping unanswered for so long, with no byte meanwhile, puts the link in doubt. */
  readonly doubtAfterMs: number;
}

/**
 * On this computer an answer takes a millisecond and a ping costs nothing, so a link that died in silence
 * is found within seconds. Elsewhere pings may be paid for and answers may be late: the keep-alive decides
 * when to ask, and doubt takes longer than a lossy network needs to send a packet again.
 */
export const PATIENCE: Readonly<Record<'local' | 'remote', Patience>> = {
  local: { askAfterMs: 1_000, doubtAfterMs: 1_500 },
  remote: { askAfterMs: null, doubtAfterMs: 10_000 },
};

/** A PUBLISH or SUBSCRIBE that is not answered in this time has the broker asked by a ping. ms */
const ANSWER_MS = 5_000;
/** Between two looks elsewhere: each is a connection. ms */
const ELSEWHERE_EVERY_MS = 10_000;

export interface LivenessOptions {
  readonly clock: Clock;
  readonly patience: Patience;
  readonly traffic: { readonly lastReceivedAt: number | null };
  readonly keepAlive: { readonly unanswered: Unanswered | null };
  readonly ping: () => void;
  /** Whether the broker answers a second, short connection; resolves within seconds. */
  readonly answersElsewhere: () => Promise<boolean>;
  /** The broker answers others and not this link. */
  readonly halfOpen: (silentMs: number) => void;
}

/**
 * Watches one link for what the keep-alive finds too late: an answer that does not come, and a link that
 * is half-open while the broker is well. A broker that is frozen answers nobody, so its link stays.
 */
export class Liveness implements PacketListener {
  readonly #o: LivenessOptions;
  /** Packets that await an answer, by packet id, in the order in which they were sent. */
  readonly #awaiting = new Map<number, number>();
  readonly #began: number;
  #cancel: (() => void) | null = null;
  #elsewhereAt = -Infinity;
  #closed = false;

  constructor(options: LivenessOptions) {
    this.#o = options;
    this.#began = options.clock.now();
    this.#schedule();
  }

  sent({ type, packetId, at }: SentNote): void {
    if (packetId === 0 || (type !== PUBLISH && type !== SUBSCRIBE && type !== UNSUBSCRIBE)) return;
    this.#awaiting.set(packetId, at);
    if (this.#awaiting.size === 1) this.#schedule();
  }

  received({ packet }: ReceivedNote): void {
    switch (packet.kind) {
      case 'puback':
      case 'pubrec':
      case 'suback':
      case 'unsuback':
        this.#awaiting.delete(packet.packetId);
        return;
      default:
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  get #heardAt(): number {
    return this.#o.traffic.lastReceivedAt ?? this.#began;
  }

  /** Since when a ping is unanswered that was sent after the last byte came; null: there is no silence to it. */
  get #askedInSilence(): number | null {
    const { unanswered } = this.#o.keepAlive;
    return unanswered && unanswered.latestAt >= this.#heardAt
      ? Math.max(unanswered.firstAt, this.#heardAt)
      : null;
  }

  #schedule(): void {
    this.#cancel?.();
    if (this.#closed) return;
    const due = this.#due();
    if (due === null) return;
    const wait = Math.max(1, due - this.#o.clock.now());
    this.#cancel = this.#o.clock.after(wait, () => this.#look());
  }

  /** When there is something to look at next; null: nothing, until a packet is sent. */
  #due(): number | null {
    const { patience } = this.#o;
    const asked = this.#askedInSilence;
    if (asked !== null)
      return Math.max(asked + patience.doubtAfterMs, this.#elsewhereAt + ELSEWHERE_EVERY_MS);
    const [awaitingSince] = this.#awaiting.values();
    const dues = [
      ...(patience.askAfterMs === null ? [] : [this.#heardAt + patience.askAfterMs]),
      ...(awaitingSince === undefined ? [] : [Math.max(awaitingSince, this.#heardAt) + ANSWER_MS]),
    ];
    return dues.length === 0 ? null : Math.min(...dues);
  }

  #look(): void {
    const due = this.#due();
    const now = this.#o.clock.now();
    // The clocks moved on with every packet since this look was planned.
    if (due === null || due > now) return this.#schedule();
    if (this.#askedInSilence === null) this.#o.ping();
    else void this.#lookElsewhere(now);
    this.#schedule();
  }

  async #lookElsewhere(now: number): Promise<void> {
    this.#elsewhereAt = now;
    const heardAt = this.#heardAt;
    const answers = await this.#o.answersElsewhere();
    if (this.#closed || !answers || this.#heardAt !== heardAt || this.#askedInSilence === null) return;
    this.#o.halfOpen(this.#o.clock.now() - heardAt);
  }
}
