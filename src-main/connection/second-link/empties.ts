import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { PublishOutcome } from '../../contract/session/outcomes.ts';
import { ByteBatch } from '../../core/mqtt/encode.ts';
import { appendEmpty } from '../../core/mqtt/encode-publish.ts';
import { checkAgainstLimits, checkMessage } from '../../core/publish/check-message.ts';
import { clearingMessage, UNACKNOWLEDGED } from '../../core/retained/clearing.ts';
import { publishRefusal } from '../../core/session/failures/reasons.ts';
import type { LinkLimits } from '../../core/session/failures/service-limits.ts';
import { isPlainTopic } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import type { PacketListener, ReceivedNote } from '../tap/events.ts';

/** The link as this needs it: of MQTT 5, where the broker reports refusals. */
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
/** A broker that acknowledges nothing for so long, ms, will not do so any more. */
export const SILENCE_MS = 30_000;
/** Bytes that the socket has not taken yet, beyond which the rest waits. */
const MOST_UNSENT_BYTES = 2 ** 20;

/** Topics of a list, by their places in it. */
export interface EmptyNames {
  readonly bytes: Uint8Array;
  start(place: number): number;
  end(place: number): number;
  key(place: number): TopicKey;
}

interface Run {
  readonly names: EmptyNames;
  readonly places: Uint32Array;
  /** What did not go well. */
  readonly outcomes: Map<number, NonNullable<EmptyOutcome>>;
  readonly took: Float32Array;
  next: number;
  /** Without an outcome. */
  left: number;
  readonly done: () => void;
}

const IDS = 65_536;

/**
 * Publishes empty retained messages at QoS 1, a window of the broker's at a time and each window in one
 * write. For a session that ends with its link: what was not acknowledged is never sent again by itself.
 */
export class Empties implements PacketListener {
  readonly #link: EmptiesLink;
  readonly #ids: EmptiesIds;
  readonly #limits: LinkLimits;
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #silent: () => void;
  readonly #window: number;
  /** Characters of a name of ASCII up to which there is nothing else to be checked. */
  readonly #mostPlain: number;
  /** By packet id: what is under way, which of its run it is and when it was written, by the clock. */
  readonly #runs: (Run | undefined)[] = [];
  readonly #at = new Int32Array(IDS);
  readonly #since = new Float64Array(IDS);
  #underWay = 0;
  readonly #waiting: Run[] = [];
  readonly #batch = new ByteBatch(16_384);
  #filling = false;
  /** The rest waits for the socket, not for the broker. */
  #isChoked = false;
  #over = false;
  /** When the broker acknowledged last, or had nothing to acknowledge, by the clock. */
  #heardAt = 0;
  #cancelWatch: (() => void) | null = null;
  #isUnanswered = false;

  /** @param silent the broker acknowledges nothing: this link is of no use any more, and is to be closed */
  constructor(
    link: EmptiesLink,
    ids: EmptiesIds,
    limits: LinkLimits,
    clock: Pick<Clock, 'now' | 'after'>,
    silent: () => void,
  ) {
    this.#clock = clock;
    this.#silent = silent;
    this.#link = link;
    this.#ids = ids;
    this.#limits = limits;
    this.#window = Math.min(MOST_UNDER_WAY, limits.receiveMaximum ?? MOST_UNDER_WAY);
    this.#mostPlain = mostPlain(limits);
  }

  /**
   * Sends to places of a list; returns only what failed, by its index among the places.
   *
   * @param took gets the ms until each was acknowledged
   */
  send(
    names: EmptyNames,
    places: Uint32Array,
    took: Float32Array,
  ): Promise<ReadonlyMap<number, NonNullable<EmptyOutcome>>> {
    return new Promise((resolve) => {
      const outcomes = new Map<number, NonNullable<EmptyOutcome>>();
      const done = (): void => resolve(outcomes);
      if (places.length === 0) return done();
      this.#waiting.push({ names, places, outcomes, took, next: 0, left: places.length, done });
      this.#fill();
    });
  }

  received({ packet, at }: ReceivedNote): void {
    if (packet.kind !== 'puback') return;
    const { code, reason } = packet;
    if (code < 128) this.puback(packet.packetId, at);
    else this.#answered(packet.packetId, at, refusedBy(code, reason));
  }

  puback(packetId: number, at: number): void {
    this.#answered(packetId, at, null);
  }

  /** The socket took bytes, so that there may be room. */
  sent(): void {
    if (this.#isChoked) this.#fillSoon();
  }

  /** The link is over: of what was under way nobody knows the outcome. */
  ended(): void {
    this.#over = true;
    this.#cancelWatch?.();
    const failure = this.#isUnanswered ? unanswered() : unknown();
    for (const [id, run] of this.#runs.entries())
      if (run !== undefined) this.#settle(run, this.#at[id] ?? 0, { kind: 'unknown', failure });
    this.#runs.length = this.#underWay = 0;
    for (const run of this.#waiting.splice(0))
      for (; run.next < run.places.length; run.next++) this.#settle(run, run.next, notSent());
  }

  #answered(packetId: number, at: number, outcome: EmptyOutcome): void {
    const run = this.#runs[packetId];
    if (run === undefined) return;
    this.#runs[packetId] = undefined;
    this.#underWay--;
    this.#heardAt = at;
    this.#ids.deallocate(packetId);
    const index = this.#at[packetId] ?? 0;
    if (outcome === null) run.took[index] = at - (this.#since[packetId] ?? 0);
    this.#settle(run, index, outcome);
    // At once: a broker with Nagle's algorithm on holds the other acknowledgements back until we send something.
    this.#fillSoon();
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
    const now = this.#clock.now();
    if (this.#underWay === 0) this.#heardAt = now;
    for (let run = this.#waiting[0]; run !== undefined; run = this.#waiting[0]) {
      while (run.next < run.places.length && this.#hasRoom()) this.#put(run, run.next++, now);
      if (run.next < run.places.length) break;
      this.#waiting.shift();
    }
    if (this.#batch.length > 0) this.#link.tap.writePacket(this.#batch.take());
    if (this.#underWay > 0) this.#cancelWatch ??= this.#clock.after(SILENCE_MS, () => this.#watch());
  }

  #watch(): void {
    this.#cancelWatch = null;
    if (this.#over || this.#underWay === 0) return;
    const left = this.#heardAt + SILENCE_MS - this.#clock.now();
    if (left > 0) {
      this.#cancelWatch = this.#clock.after(left, () => this.#watch());
      return;
    }
    this.#isUnanswered = true;
    this.#silent();
    this.ended();
  }

  #hasRoom(): boolean {
    if (this.#underWay >= this.#window) return false;
    this.#isChoked = this.#link.tap.unsentMessageBytes + this.#batch.length >= MOST_UNSENT_BYTES;
    return !this.#isChoked;
  }

  #put(run: Run, at: number, now: number): void {
    const id = this.#ids.allocate();
    if (id === null) return this.#settle(run, at, notSent());
    const { names } = run;
    const place = run.places[at] ?? 0;
    const [start, end] = [names.start(place), names.end(place)];
    // Else its text has to be looked at.
    if (end - start > this.#mostPlain || !isPlainTopic(names.bytes, start, end)) {
      const message = clearingMessage(names.key(place), true, 1);
      const problem = checkMessage(message, 5) ?? checkAgainstLimits(message, 5, this.#limits);
      if (problem !== null) {
        this.#ids.deallocate(id);
        return this.#settle(run, at, problem);
      }
    }
    appendEmpty(this.#batch, names.bytes, id, start, end);
    this.#runs[id] = run;
    this.#at[id] = at;
    this.#since[id] = now;
    this.#underWay++;
  }

  #settle(run: Run, at: number, outcome: EmptyOutcome): void {
    if (outcome !== null) run.outcomes.set(at, outcome);
    if (--run.left === 0) run.done();
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

/** The broker took what was sent, and does not say what became of it. */
export function unanswered(): Failure {
  return failed(
    UNACKNOWLEDGED,
    `The broker acknowledged nothing for ${SILENCE_MS / 1_000} s.`,
    'Look at the topic, then try again; the log of the broker may say why.',
  );
}

/** Code of the failure where the link ended before it was sent. */
export const NOT_SENT = 'not-sent';

function notSent(): Failure {
  return failed(
    NOT_SENT,
    'The second connection ended before the clearing was sent.',
    'Clear it again when the connection is back.',
  );
}
