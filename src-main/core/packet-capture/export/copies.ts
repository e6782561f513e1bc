import { PUBLISH } from '../../mqtt/packet-types.ts';
import { PublishReader } from '../../mqtt/publish.ts';
import { headerEnd, FLAG_OUT, levelOf } from '../store/recorder.ts';
import { topicKey } from '../../topics/names.ts';
import { emptyEntry, type PacketRing, type RingEntry } from '../store/ring.ts';

/** Copies of one message come one right after the other. */
const WITHIN_MS = 50;
/** Records looked at in one go; of a flood a sample is enough. */
const MOST_LOOKED_AT = 300;

/** Finds messages that were delivered once for each of several subscriptions. */
export class CopyFinder {
  readonly #ring: PacketRing;
  readonly #publish = [new PublishReader(), new PublishReader()] as const;
  readonly #entries = [emptyEntry(), emptyEntry()] as const;
  #next = 1;

  constructor(ring: PacketRing) {
    this.#ring = ring;
  }

  /**
   * Looks at new packets and returns the topic key of each copy among them.
   *
   * @param isOverlap two subscriptions match the topic; without identifiers, the bytes decide
   */
  look(isOverlap: (topic: string) => boolean): string[] {
    const found: string[] = [];
    const last = this.#ring.lastSeq;
    let seq = Math.max(this.#next, this.#ring.firstSeq, last - MOST_LOOKED_AT);
    let before = this.#read(seq - 1, 0) ? 0 : -1;
    for (; seq <= last; seq++) {
      const turn = before === 0 ? 1 : 0;
      const isPublish = this.#read(seq, turn);
      if (isPublish && before >= 0) {
        const topic = this.#copyOf(turn);
        if (topic !== null && isOverlap(topic)) found.push(topic);
      }
      if (isPublish) before = turn;
    }
    this.#next = last + 1;
    return found;
  }

  /** False: no PUBLISH from the broker. */
  #read(seq: number, turn: 0 | 1): boolean {
    const entry: RingEntry = this.#entries[turn];
    if (!this.#ring.read(seq, entry) || (entry.flags & FLAG_OUT) !== 0 || entry.rule > 0) return false;
    const { bytes, start, end } = entry;
    const first = bytes[start] ?? 0;
    if (first >>> 4 !== PUBLISH) return false;
    const body = headerEnd(bytes, start, end);
    return this.#publish[turn].read(bytes, body, end, first & 15, levelOf(entry.flags) === 5) === null;
  }

  /** The topic's key, if the two last ones are the same message; null if they are not. */
  #copyOf(turn: 0 | 1): string | null {
    const [one, other] = [this.#entries[turn], this.#entries[turn === 0 ? 1 : 0]];
    const [a, b] = [this.#publish[turn], this.#publish[turn === 0 ? 1 : 0]];
    if (one.link !== other.link || Math.abs(one.at - other.at) > WITHIN_MS) return null;
    // Only the first bytes of a long payload are recorded, so the sizes are compared too.
    if (payloadSize(one, a) !== payloadSize(other, b)) return null;
    // A redelivery is no copy, and one subscription delivers a message once. With several identifiers each,
    // the first being the same says nothing: a broker may write all of them into every copy.
    const isOne = a.identifiers === 1 && b.identifiers === 1;
    if (isOne && a.subscription === b.subscription) return null;
    if (!same(one.bytes, a.topicStart, a.topicEnd, other.bytes, b.topicStart, b.topicEnd)) return null;
    if (!same(one.bytes, a.payloadStart, one.end, other.bytes, b.payloadStart, other.end)) return null;
    // A copy: the ring's memory may be shared.
    return topicKey(new Uint8Array(one.bytes.subarray(a.topicStart, a.topicEnd)));
  }
}

/** As it was on the wire. */
function payloadSize({ size, start }: RingEntry, { payloadStart }: PublishReader): number {
  return size - (payloadStart - start);
}

function same(a: Uint8Array, a0: number, a1: number, b: Uint8Array, b0: number, b1: number): boolean {
  if (a1 - a0 !== b1 - b0) return false;
  for (let i = 0; i < a1 - a0; i++) if (a[a0 + i] !== b[b0 + i]) return false;
  return true;
}
