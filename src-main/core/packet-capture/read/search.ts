import type { PacketMatcher } from './filter.ts';
import { emptyEntry, type PacketRing } from '../store/ring.ts';

/** Records looked at between two looks at the time: some 20 µs. */
const STEP = 256;

/** What passes a filter, as a list that grows with the ring and loses its head with it. */
export class PacketSearch {
  readonly #ring: PacketRing;
  readonly #matcher: PacketMatcher | null;
  readonly #entry = emptyEntry();
  /** Sequence numbers that matched, from `#head` to `#length`. */
  #found = new Float64Array(1_024);
  #head = 0;
  #length = 0;
  /** The next record to look at. */
  #next = 0;

  /** @param matcher null: everything passes */
  constructor(ring: PacketRing, matcher: PacketMatcher | null) {
    this.#ring = ring;
    this.#matcher = matcher;
  }

  /** Number of matches among the packets that are held, as far as was searched. */
  get total(): number {
    if (this.#matcher === null) return this.#ring.lastSeq - this.#ring.firstSeq + 1;
    this.#forget();
    return this.#length - this.#head;
  }

  /** From 0 to 1. */
  get searched(): number {
    const { firstSeq, lastSeq } = this.#ring;
    if (this.#matcher === null || this.#next > lastSeq || firstSeq > lastSeq) return 1;
    return Math.max(0, this.#next - firstSeq) / (lastSeq - firstSeq + 1);
  }

  /** Goes on until `until` says so; true when everything was looked at. */
  work(until: () => boolean): boolean {
    const matcher = this.#matcher;
    if (matcher === null) return true;
    const ring = this.#ring;
    const last = ring.lastSeq;
    let seq = Math.max(this.#next, ring.firstSeq);
    while (seq <= last) {
      const stop = Math.min(last, seq + STEP - 1);
      for (; seq <= stop; seq++)
        if (ring.read(seq, this.#entry) && matcher.matches(this.#entry)) this.#add(seq);
      this.#next = seq;
      if (seq <= last && until()) return false;
    }
    this.#next = seq;
    return true;
  }

  /** 0 is the oldest one held; -1 if there is none. */
  seqAt(index: number): number {
    if (index < 0 || index >= this.total) return -1;
    if (this.#matcher === null) return this.#ring.firstSeq + index;
    return this.#found[this.#head + index] ?? -1;
  }

  /** Index of the first match that is not older than `seq`; the total if there is none. */
  indexOf(seq: number): number {
    const total = this.total;
    if (this.#matcher === null) return Math.min(total, Math.max(0, seq - this.#ring.firstSeq));
    let low = 0;
    let high = total;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#found[this.#head + middle] as number) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #add(seq: number): void {
    if (this.#length === this.#found.length) this.#grow();
    this.#found[this.#length++] = seq;
  }

  #grow(): void {
    const kept = this.#length - this.#head;
    // Half of it forgotten: there is room again without growing.
    const size = kept > this.#found.length / 2 ? this.#found.length * 2 : this.#found.length;
    const larger = new Float64Array(size);
    larger.set(this.#found.subarray(this.#head, this.#length));
    this.#found = larger;
    this.#head = 0;
    this.#length = kept;
  }

  /** What the ring let go. */
  #forget(): void {
    const first = this.#ring.firstSeq;
    while (this.#head < this.#length && (this.#found[this.#head] as number) < first) this.#head++;
  }
}
