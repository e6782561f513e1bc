import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { PublishOutcome } from '../../contract/session/outcomes.ts';
import { ByteBatch } from '../../core/mqtt/encode.ts';
import { appendEmpty, appendPlainEmpty } from '../../core/mqtt/encode-publish.ts';
import { checkAgainstLimits, checkMessage } from '../../core/publish/check-message.ts';
import { clearingMessage } from '../../core/retained/clearing.ts';
import { publishRefusal } from '../../core/session/failures/reasons.ts';
import type { LinkLimits } from '../../core/session/failures/service-limits.ts';
import { keyBytes } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import type { PacketListener, ReceivedNote } from '../tap/events.ts';

/** The link as this needs it: of MQTT 5, where a refusal is told. */
export interface EmptiesLink {
  readonly online: boolean;
  readonly tap: { writePacket(packet: Uint8Array): void; readonly unsentMessageBytes: number };
}

export interface EmptiesIds {
  /** Null if none is free. */
  allocate(): number | null;
  deallocate(id: number): void;
}

/** Null: the broker acknowledged it. */
export type EmptyOutcome = Exclude<PublishOutcome, { kind: 'sent' | 'acknowledged' }> | null;

/** Under way at once, of a broker that takes more. */
const MOST_UNDER_WAY = 1_000;
/** Bytes that the socket has not taken yet, beyond which the rest waits. */
const MOST_UNSENT_BYTES = 2 ** 20;

interface Run {
  readonly keys: readonly TopicKey[];
  readonly outcomes: EmptyOutcome[];
  readonly took: Float32Array | null;
  next: number;
  /** Without an outcome. */
  left: number;
  readonly done: (outcomes: EmptyOutcome[]) => void;
}

interface Sent {
  readonly run: Run;
  readonly at: number;
  /** By the clock. */
  readonly since: number;
}

/**
 * Publishes empty retained messages at QoS 1, a window of the broker's at a time and each window in one
 * write. For a session that ends with its link: what was not acknowledged is never sent again by itself.
 */
export class Empties implements PacketListener {
  readonly #link: EmptiesLink;
  readonly #ids: EmptiesIds;
  readonly #limits: LinkLimits;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #window: number;
  /** Characters of a name of ASCII up to which there is nothing else to be checked. */
  readonly #mostPlain: number;
  readonly #sent = new Map<number, Sent>();
  readonly #waiting: Run[] = [];
  readonly #batch = new ByteBatch(16_384);
  #filling = false;
  /** The rest waits for the socket, not for the broker. */
  #isChoked = false;
  #over = false;

  constructor(link: EmptiesLink, ids: EmptiesIds, limits: LinkLimits, clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#link = link;
    this.#ids = ids;
    this.#limits = limits;
    this.#window = Math.min(MOST_UNDER_WAY, limits.receiveMaximum ?? MOST_UNDER_WAY);
    this.#mostPlain = mostPlain(limits);
  }

  /**
   * One outcome a topic, in their order.
   *
   * @param took gets the ms until each was acknowledged
   */
  send(keys: readonly TopicKey[], took: Float32Array | null = null): Promise<EmptyOutcome[]> {
    return new Promise((done) => {
      const outcomes = keys.map(() => null);
      if (keys.length === 0) return done(outcomes);
      this.#waiting.push({ keys, outcomes, took, next: 0, left: keys.length, done });
      this.#fill();
    });
  }

  received({ packet, at }: ReceivedNote): void {
    if (packet.kind !== 'puback') return;
    const sent = this.#sent.get(packet.packetId);
    if (sent === undefined) return;
    this.#sent.delete(packet.packetId);
    this.#ids.deallocate(packet.packetId);
    const { code, reason } = packet;
    if (sent.run.took !== null && code < 128) sent.run.took[sent.at] = at - sent.since;
    this.#settle(sent, code < 128 ? null : refusedBy(code, reason));
    // At once: a broker with Nagle's algorithm on holds the other acknowledgements back until we send something.
    this.#fillSoon();
  }

  /** The socket took bytes, so that there may be room. */
  sent(): void {
    if (this.#isChoked) this.#fillSoon();
  }

  /** The link is over: of what was under way nobody knows the outcome. */
  ended(): void {
    this.#over = true;
    for (const sent of this.#sent.values()) this.#settle(sent, { kind: 'unknown', failure: unknown() });
    this.#sent.clear();
    for (const run of this.#waiting.splice(0))
      for (; run.next < run.keys.length; run.next++) this.#settle({ run, at: run.next, since: 0 }, notSent());
  }

  /** After what a read brought was taken in: all that it made room for leaves together. */
  #fillSoon(): void {
    if (this.#filling) return;
    this.#filling = true;
    queueMicrotask(() => {
      this.#filling = false;
      this.#fill();
    });
  }

  #fill(): void {
    if (this.#over || !this.#link.online) return this.ended();
    this.#isChoked = false;
    for (let run = this.#waiting[0]; run !== undefined; run = this.#waiting[0]) {
      while (run.next < run.keys.length && this.#hasRoom()) this.#put(run, run.next++);
      if (run.next < run.keys.length) break;
      this.#waiting.shift();
    }
    if (this.#batch.length > 0) this.#link.tap.writePacket(this.#batch.take());
  }

  #hasRoom(): boolean {
    if (this.#sent.size >= this.#window) return false;
    this.#isChoked = this.#link.tap.unsentMessageBytes + this.#batch.length >= MOST_UNSENT_BYTES;
    return !this.#isChoked;
  }

  #put(run: Run, at: number): void {
    const key = run.keys[at] ?? '';
    const sent = { run, at, since: this.#clock.now() };
    const id = this.#ids.allocate();
    if (id === null) return this.#settle(sent, notSent());
    if (key.length > this.#mostPlain || !appendPlainEmpty(this.#batch, key, id)) {
      const message = clearingMessage(key, true, 1);
      const problem = checkMessage(message, 5) ?? checkAgainstLimits(message, 5, this.#limits);
      if (problem !== null) {
        this.#ids.deallocate(id);
        return this.#settle(sent, problem);
      }
      appendEmpty(this.#batch, keyBytes(key), id);
    }
    this.#sent.set(id, sent);
  }

  #settle({ run, at }: Sent, outcome: EmptyOutcome): void {
    run.outcomes[at] = outcome;
    if (--run.left === 0) run.done(run.outcomes);
  }
}

/** Bytes of such a packet beside the name. */
const FRAME_BYTES = 10;

function mostPlain(limits: LinkLimits): number {
  const example = clearingMessage('x', true, 1);
  const { topicLevels = null, topicBytes = null } = limits.service ?? {};
  const dependsOnName =
    topicLevels !== null || topicBytes !== null || checkAgainstLimits(example, 5, limits) !== null;
  return dependsOnName ? -1 : (limits.maximumPacketSize ?? Infinity) - FRAME_BYTES;
}

function refusedBy(code: number, reason: string | null): EmptyOutcome {
  return { kind: 'refused', code, failure: publishRefusal(code, { reasonString: reason ?? undefined }) };
}

function unknown(): Failure {
  return failed(
    'outcome-unknown',
    'The second connection ended before the broker acknowledged the clearing.',
    'Clear it again to have it checked.',
  );
}

function notSent(): Failure {
  return failed(
    'not-sent',
    'The second connection ended before the clearing was sent.',
    'Clear it again when the connection is back.',
  );
}
