import type { StreamSignal } from '../../contract/base/define.ts';
import type { ConnectionId, TopicKey, SeriesField } from '../../contract/model/model.ts';
import type { DecoderChain } from '../../contract/model/decoder-rule.ts';
import type { Payloads } from '../../contract/decoding/payloads.ts';
import type { SeriesFrame, SeriesRequest } from '../../contract/model/series.ts';
import { Buckets } from '../../core/series/buckets.ts';
import type { EnginePorts } from '../base/ports.ts';
import { completed, surroundings, type DecodingPorts, type Payload } from './decode-handlers.ts';

/** The shortest time between two frames: 10 a second. ms */
const FRAME_MS = 100;
/** A topic without messages is looked at this often, and one that cannot be read just now. ms */
const REST_MS = 250;
const AGAIN_MS = 1_000;

export interface DecodedSeriesPorts extends DecodingPorts {
  readonly clock: EnginePorts['clock'];
}

type Request = SeriesRequest & { readonly connection: ConnectionId };

/**
 * The numbers of some fields out of decoded messages: read from the connection in bulk, decoded in the decoder's
 * thread, and kept as points only. Frames until the reader leaves, each with what changed since the last one.
 */
export async function* decodedSeries(
  ports: DecodedSeriesPorts,
  request: Request,
  signal: StreamSignal,
): AsyncGenerator<SeriesFrame, void, undefined> {
  const { clock } = ports;
  let reader = new DecodedReader(ports, request);
  let last = -Infinity;
  while (!signal.aborted) {
    let rest = REST_MS;
    try {
      const reading = await reader.work(clock.now());
      if (reading) rest = 0;
      const due = clock.now() - last >= FRAME_MS || !reading;
      const frame = due ? reader.take(clock.now(), reading) : null;
      if (frame !== null) {
        rest = reading ? 0 : FRAME_MS;
        last = clock.now();
        yield frame;
      }
    } catch {
      // The worker is being replaced: what it had is gone, and sequences begin anew.
      reader = new DecodedReader(ports, request);
      rest = AGAIN_MS;
    }
    if (rest > 0 && !signal.aborted) await pause(clock, rest, signal);
  }
}

class DecodedReader {
  readonly #topics: readonly TopicSeries[];
  readonly #fields: readonly (readonly [TopicSeries, number])[];
  readonly #spanMs: number | null;

  constructor(ports: DecodedSeriesPorts, request: Request) {
    const topics: TopicSeries[] = [];
    this.#spanMs = request.spanMs;
    this.#fields = request.fields.map((field) => {
      const known = topics.find((one) => one.isOf(field));
      const topic = known ?? new TopicSeries(ports, request.connection, field);
      if (known === undefined) topics.push(topic);
      return [topic, topic.add(field.path, request)] as const;
    });
    this.#topics = topics;
  }

  /** Reads one piece of each topic; true if there is more. */
  async work(now: number): Promise<boolean> {
    const since = this.#spanMs === null ? 0 : now - this.#spanMs;
    let more = false;
    for (const topic of this.#topics) more = (await topic.work(since)) || more;
    return more;
  }

  take(now: number, reading: boolean): SeriesFrame | null {
    const series = this.#fields.map(([topic, at]) => topic.take(at, now));
    return series.every((one) => one === null) ? null : { series, now, reading };
  }
}

/** Messages of a topic still to be read, from one back to another. */
interface Stretch {
  readonly after: number;
  readonly before: number;
}

/** The fields of one topic that are decoded alike: a payload is decoded once for all of them. */
class TopicSeries {
  readonly #ports: DecodedSeriesPorts;
  readonly #connection: ConnectionId;
  readonly #key: TopicKey;
  readonly #chain: DecoderChain;
  readonly #paths: SeriesField['path'][] = [];
  readonly #buckets: Buckets[] = [];
  readonly #without: number[] = [];
  /** Of all fields alike: what was not read or not decoded. */
  #notKnown = 0;
  readonly #counted: number[] = [];
  #stretches: readonly Stretch[] = [];
  #newest = 0;

  constructor(ports: DecodedSeriesPorts, connection: ConnectionId, { key, chain = [] }: SeriesField) {
    this.#ports = ports;
    this.#connection = connection;
    this.#key = key;
    this.#chain = chain;
  }

  isOf({ key, chain = [] }: SeriesField): boolean {
    return key === this.#key && JSON.stringify(chain) === JSON.stringify(this.#chain);
  }

  /** Answers its place. */
  add(path: SeriesField['path'], { spanMs, points }: SeriesRequest): number {
    this.#without.push(0);
    this.#buckets.push(new Buckets(spanMs, points));
    return this.#paths.push(path) - 1;
  }

  /** Newer messages first, then a piece of the older ones. */
  async work(since: number): Promise<boolean> {
    const fresh = await this.#read(this.#newest, null, since);
    const [newest] = fresh.seqs;
    if (newest !== undefined) {
      this.#goOn(fresh, this.#newest);
      this.#newest = newest;
      await this.#decode(fresh);
      return this.#stretches.length > 0;
    }
    const stretch = this.#stretches.at(-1);
    if (stretch === undefined) return false;
    this.#stretches = this.#stretches.slice(0, -1);
    const older = await this.#read(stretch.after, stretch.before, since);
    this.#goOn(older, stretch.after);
    await this.#decode(older);
    return this.#stretches.length > 0;
  }

  #goOn({ seqs, more }: Payloads, after: number): void {
    const before = seqs.at(-1);
    if (more && before !== undefined) this.#stretches = [...this.#stretches, { after, before }];
  }

  #read(after: number, before: number | null, since: number): Promise<Payloads> {
    return this.#ports
      .worker(this.#connection)
      .call('readPayloads', { key: this.#key, after, before, since });
  }

  async #decode({ seqs, ats, lengths, bytes, unread }: Payloads): Promise<void> {
    if (seqs.length === 0) return;
    const payload: Payload = {
      kind: 'payload',
      bytes,
      around: surroundings(this.#key, false, new Uint8Array()),
      seq: seqs[0] ?? null,
    };
    const worker = this.#ports.worker(this.#connection);
    const around = await completed(this.#ports, worker, payload, this.#chain);
    const asked = { bytes, lengths, chain: this.#chain, around, paths: this.#paths };
    const answer = await this.#ports.ask({ kind: 'numbers', ...asked });
    // What took too long is passed over: it would again.
    const numbers = answer.kind === 'numbers' ? answer.numbers : null;
    const notRead = new Set(numbers === null ? seqs : unread);
    this.#notKnown += notRead.size;
    for (const [at, seq] of seqs.entries()) {
      if (notRead.has(seq)) continue;
      for (const [n, buckets] of this.#buckets.entries()) {
        const value = numbers?.[at * this.#paths.length + n] ?? Number.NaN;
        if (Number.isNaN(value)) this.#without[n] = (this.#without[n] ?? 0) + 1;
        else buckets.add(ats[at] ?? 0, seq, value);
      }
    }
  }

  take(at: number, now: number): SeriesFrame['series'][number] {
    const buckets = this.#buckets[at];
    buckets?.forget(now);
    const without = this.#without[at] ?? 0;
    const counted = without + this.#notKnown;
    const news = buckets?.take(counted !== (this.#counted[at] ?? 0)) ?? null;
    this.#counted[at] = counted;
    return news === null ? null : { ...news, without, notKnown: this.#notKnown };
  }
}

function pause(clock: EnginePorts['clock'], ms: number, signal: StreamSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, done);
    function done(): void {
      signal.removeEventListener('abort', done);
      cancel();
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
