import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { ListedBatch } from '../../core/retained/listed-batch.ts';
import type { ProbeBatch, StoredMessage } from '../../core/retained/probe-batch.ts';
import type { DeliveryLag } from '../../core/retained/quiet.ts';
import { hasRoom } from '../../core/retained/room.ts';
import { SmallCopies } from '../../core/retained/small-copies.ts';
import { topicKey } from '../../core/topics/names.ts';
import { FLAG_RETAIN, type Intake } from '../../core/topics/store/intake.ts';
import type { Clock } from '../base/clock.ts';

/** What comes in on the probe's connection, for the batch that asked. */
export class ProbeIntake implements Intake {
  readonly #clock: Clock;
  readonly #unasked: Intake;
  readonly #lag: Pick<DeliveryLag, 'stored'>;
  /** What came for a topic that is asked for without the retain flag, the first of each. */
  readonly unflagged = new Map<TopicKey, StoredMessage>();
  /** Messages that came as stored ones since the batch began, whoever they are for. */
  stored = 0;
  /** Of all that came so, on the wire; only ever grows. */
  storedBytes = 0;
  /** While it is set, topics that something else than an empty message came for, and no batch asked for. */
  touched: Set<TopicKey> | null = null;
  #batch: ProbeBatch | null = null;
  #listed: ListedBatch | null = null;
  #bytes = 0;
  readonly #copies = new SmallCopies();

  /**
   * @param unasked gets stored messages of topics that nobody asked for by name
   * @param lag notes when one comes, whoever it is for
   */
  constructor(clock: Clock, unasked: Intake, lag: Pick<DeliveryLag, 'stored'>) {
    this.#clock = clock;
    this.#unasked = unasked;
    this.#lag = lag;
  }

  set batch(batch: ProbeBatch | null) {
    this.#batch = batch;
    if (batch === null) return;
    this.#bytes = 0;
    this.stored = 0;
  }

  /** Topics of a list, in the place of a batch. */
  set listed(batch: ListedBatch | null) {
    this.#listed = batch;
    if (batch !== null) this.stored = 0;
  }

  message(
    bytes: Uint8Array,
    topicStart: number,
    topicEnd: number,
    propertiesStart: number,
    propertiesEnd: number,
    payloadStart: number,
    payloadEnd: number,
    size: number,
    flags: number,
    subscription: number,
    expiry: number,
    at: number,
    packetId: number,
  ): void {
    const batch = this.#batch;
    if ((flags & FLAG_RETAIN) !== 0) {
      this.stored++;
      this.storedBytes += payloadEnd - topicStart;
      this.#lag.stored(this.#clock.now());
    }
    const isListed =
      this.#listed !== null &&
      this.#listed.message(
        bytes,
        topicStart,
        topicEnd,
        propertiesStart,
        propertiesEnd,
        payloadStart,
        payloadEnd,
        size,
        flags,
        at,
        this.#clock.now(),
      );
    if (isListed) return;
    const key = topicKey(bytes.subarray(topicStart, topicEnd));
    if (batch?.has(key) !== true) {
      if (size > 0) this.touched?.add(key);
      if ((flags & FLAG_RETAIN) === 0 || size === 0) return;
      return this.#unasked.message(
        bytes,
        topicStart,
        topicEnd,
        propertiesStart,
        propertiesEnd,
        payloadStart,
        payloadEnd,
        size,
        flags,
        subscription,
        expiry,
        at,
        packetId,
      );
    }
    if (size === 0) return batch.live(key, false);
    const isCrowded = !hasRoom(this.#bytes, payloadEnd - payloadStart);
    const message: StoredMessage = {
      payload: this.#copies.of(bytes, payloadStart, isCrowded ? payloadStart : payloadEnd),
      isCrowded,
      size,
      qos: Math.min(2, (flags >> 1) & 3) as Qos,
      properties: this.#copies.of(bytes, propertiesStart, propertiesEnd),
      at,
    };
    this.#bytes += message.payload.length;
    if ((flags & FLAG_RETAIN) !== 0) return batch.stored(key, message, this.#clock.now());
    if (!this.unflagged.has(key)) this.unflagged.set(key, message);
    batch.live(key, true);
  }
}
