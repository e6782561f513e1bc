import type { SeriesField } from '../../contract/model/model.ts';
import type { SeriesFrame, SeriesNews, SeriesRequest } from '../../contract/model/series.ts';
import { RecordLook } from '../history/look.ts';
import { HeldRecord } from './held-record.ts';
import { keyBytes } from '../topics/names.ts';
import { NO_NODE, NO_RECORD, type RecordAddress, type TopicSource } from '../topics/columns/nodes.ts';
import { Buckets } from './buckets.ts';
import { NumberReader } from './number-at.ts';

/** Records between two looks at the time. */
const BETWEEN = 32;

/** Messages of a topic still to be read, from the newest one back. */
interface Stretch {
  address: RecordAddress;
  /** Sequence number of a message that was read already. */
  readonly until: number;
}

/**
 * The numbers of some fields out of the kept messages of their topics, and out of those that come: each
 * message is read once. Nothing is kept but points, so that a chart costs what it shows.
 */
export class SeriesReader {
  readonly #source: TopicSource;
  readonly #fields: readonly FieldSeries[];
  readonly #spanMs: number | null;

  constructor(source: TopicSource, { fields, spanMs, points }: SeriesRequest) {
    this.#source = source;
    this.#spanMs = spanMs;
    this.#fields = fields.map((field) => new FieldSeries(source, field, spanMs, points));
  }

  /** Drops the points of forgotten topics. */
  dropForgotten(): void {
    for (const field of this.#fields) field.dropForgotten();
  }

  /** Reads on until `until` says so; true if there is more. */
  work(now: number, until: () => boolean): boolean {
    const from = this.#spanMs === null ? -Infinity : now - this.#spanMs;
    let more = false;
    for (const field of this.#fields) {
      field.look();
      more = field.work(from, until) || more;
    }
    return more;
  }

  /** What changed since the last one; null: nothing. */
  take(now: number, reading: boolean): SeriesFrame | null {
    const series = this.#fields.map((field) => field.take(now));
    return series.every((one) => one === null) ? null : { series, now, reading };
  }

  /** Some field has messages that were not read; false is the usual answer, found at once. */
  get due(): boolean {
    return this.#source.lastSeq > 0 && this.#fields.some((field) => field.isBehind());
  }
}

class FieldSeries {
  readonly #source: TopicSource;
  readonly #key: Uint8Array;
  readonly #reader: NumberReader;
  readonly #buckets: Buckets;
  readonly #look = new RecordLook();
  readonly #held: HeldRecord;
  readonly #stretches: Stretch[] = [];
  #newest = 0;
  #without = 0;
  /** Of these only the beginning was kept: the number may be in the rest. */
  #notKnown = 0;
  #counted = 0;

  constructor(source: TopicSource, { key, path }: SeriesField, spanMs: number | null, points: number) {
    this.#source = source;
    this.#key = keyBytes(key);
    this.#reader = new NumberReader(path);
    this.#buckets = new Buckets(spanMs, points);
    this.#held = new HeldRecord(source);
  }

  #latest(): RecordAddress {
    const node = this.#source.find(this.#key);
    return node === NO_NODE ? NO_RECORD : this.#source.lastRecord(node);
  }

  dropForgotten(): void {
    if (!this.#held.takeForgotten()) return;
    this.#buckets.clear();
    this.#stretches.length = 0;
    this.#without = 0;
    this.#notKnown = 0;
    // What came since is read again.
    this.#newest = 0;
  }

  isBehind(): boolean {
    if (this.#stretches.length > 0 || this.#buckets.isReset) return true;
    const address = this.#latest();
    return (
      address !== NO_RECORD && this.#source.log.look(address, this.#look) && this.#look.seq > this.#newest
    );
  }

  /** Notes the messages that came since. */
  look(): void {
    const address = this.#latest();
    if (address === NO_RECORD || !this.#source.log.look(address, this.#look)) return;
    if (this.#look.seq <= this.#newest) return;
    this.#stretches.push({ address, until: this.#newest });
    this.#newest = this.#look.seq;
    this.#held.hold(this.#source.find(this.#key), address);
  }

  work(from: number, until: () => boolean): boolean {
    for (let steps = 1; ; steps++) {
      const stretch = this.#stretches.at(-1);
      if (stretch === undefined) return false;
      if (!this.#step(stretch, from)) this.#stretches.pop();
      if (steps % BETWEEN === 0 && until()) return this.#stretches.length > 0;
    }
  }

  /** Reads one message of a stretch; false at its end. */
  #step(stretch: Stretch, from: number): boolean {
    const look = this.#look;
    if (stretch.address === NO_RECORD || !this.#source.log.look(stretch.address, look)) return false;
    if (look.seq <= stretch.until || look.at < from) return false;
    stretch.address = look.previous;
    if (look.shortened) {
      this.#notKnown++;
      return true;
    }
    const value = this.#reader.read(look.payload, look.payloadStart, look.payloadEnd);
    if (value === null) this.#without++;
    else this.#buckets.add(look.at, look.seq, value);
    return true;
  }

  take(now: number): SeriesNews | null {
    this.#buckets.forget(now);
    const counted = this.#without + this.#notKnown;
    const news = this.#buckets.take(counted !== this.#counted);
    this.#counted = counted;
    return news === null ? null : { ...news, without: this.#without, notKnown: this.#notKnown };
  }
}
