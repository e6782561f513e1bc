import { POINT_FIELDS } from '../../contract/model/series.ts';

/** The messages of one step of time. */
interface Bucket {
  /** When its last message came, ms since the epoch. */
  at: number;
  /** The sequence number of that message: messages are added in any order. */
  seq: number;
  last: number;
  min: number;
  max: number;
  sum: number;
  count: number;
}

/** Where the steps begin when all that is kept is wanted: 16 ms. */
const SHORTEST_MS = 16;

/** What changed since it was asked for last. */
export interface BucketNews {
  readonly reset: boolean;
  readonly stepMs: number;
  readonly firstIndex: number;
  readonly points: Uint8Array<ArrayBuffer>;
}

/**
 * The values of a series in steps of time. Of the last so many ms the step is given; of everything it begins
 * short and is doubled whenever there are more points than asked for. Values come in any order.
 */
export class Buckets {
  readonly #spanMs: number | null;
  readonly #most: number;
  readonly #buckets = new Map<number, Bucket>();
  readonly #changed = new Set<number>();
  #stepMs: number;
  #firstIndex = -Infinity;
  #reset = true;

  constructor(spanMs: number | null, most: number) {
    this.#spanMs = spanMs;
    this.#most = most;
    this.#stepMs = spanMs === null ? SHORTEST_MS : spanMs / most;
  }

  add(at: number, seq: number, value: number): void {
    const index = Math.floor(at / this.#stepMs);
    if (index < this.#firstIndex) return;
    this.#changed.add(index);
    const known = this.#buckets.get(index);
    if (known === undefined) {
      this.#buckets.set(index, { at, seq, last: value, min: value, max: value, sum: value, count: 1 });
      while (this.#spanMs === null && this.#buckets.size > this.#most) this.#double();
      return;
    }
    known.min = Math.min(known.min, value);
    known.max = Math.max(known.max, value);
    known.sum += value;
    known.count++;
    if (seq < known.seq) return;
    known.at = at;
    known.seq = seq;
    known.last = value;
  }

  /** Drops everything; the next news says so (`reset`). */
  clear(): void {
    this.#buckets.clear();
    this.#changed.clear();
    this.#reset = true;
  }

  /** The points that were sent before are no longer valid. */
  get isReset(): boolean {
    return this.#reset;
  }

  /** Drops points that are older than the span. */
  forget(now: number): void {
    if (this.#spanMs === null) return;
    const first = Math.floor((now - this.#spanMs) / this.#stepMs);
    if (first <= this.#firstIndex) return;
    this.#firstIndex = first;
    for (const index of this.#buckets.keys()) {
      if (index >= first) continue;
      this.#buckets.delete(index);
      this.#changed.delete(index);
    }
  }

  /**
   * Null: nothing changed. Points that only became too old are reported with the next change.
   *
   * @param isDue something beside the points changed
   */
  take(isDue = false): BucketNews | null {
    if (!isDue && !this.#reset && this.#changed.size === 0) return null;
    const width = POINT_FIELDS.length;
    const points = new Float64Array(this.#changed.size * width);
    let at = 0;
    for (const index of [...this.#changed].toSorted((a, b) => a - b)) {
      const bucket = this.#buckets.get(index);
      if (bucket === undefined) continue;
      const { at: time, min, max, sum, count, last } = bucket;
      points.set([index, time, min, max, sum, count, last], at);
      at += width;
    }
    const reset = this.#reset;
    this.#reset = false;
    this.#changed.clear();
    return {
      reset,
      stepMs: this.#stepMs,
      firstIndex: Number.isFinite(this.#firstIndex) ? this.#firstIndex : 0,
      points: new Uint8Array(points.buffer, 0, at * Float64Array.BYTES_PER_ELEMENT),
    };
  }

  #double(): void {
    const before = [...this.#buckets];
    this.#stepMs *= 2;
    this.#buckets.clear();
    this.#changed.clear();
    this.#reset = true;
    for (const [index, bucket] of before) {
      const target = Math.floor(index / 2);
      this.#changed.add(target);
      const known = this.#buckets.get(target);
      this.#buckets.set(target, known === undefined ? bucket : merged(known, bucket));
    }
  }
}

function merged(a: Bucket, b: Bucket): Bucket {
  const { at, seq, last } = a.seq > b.seq ? a : b;
  return {
    at,
    seq,
    last,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    sum: a.sum + b.sum,
    count: a.count + b.count,
  };
}
