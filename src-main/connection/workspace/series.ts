import type { StreamSignal } from '../../contract/base/define.ts';
import { ProtocolError } from '../../contract/base/errors.ts';
import type { SeriesFrame, SeriesRequest } from '../../contract/model/series.ts';
import { SeriesReader } from '../../core/series/series-reader.ts';
import type { TopicSource } from '../../core/topics/columns/nodes.ts';
import { ChangeSignal } from '../base/change-signal.ts';
import type { Clock } from '../base/clock.ts';

/** Charts of one connection; the product's rule. */
const MOST_CHARTS = 16;
/** The shortest time between two frames of a chart: 10 a second. */
const FRAME_MS = 100;
/** Reading of old messages goes on in slices: intake waits no longer. */
const SLICE_MS = 3;
/** Of the time this share: the rest is for what comes in. */
const REST_MS = 6;
/** A chart without messages looks for itself this often. ms */
const LOOK_MS = 1_000;

/** The charts that are open on a connection. One that nobody reads costs nothing. */
export class SeriesStreams {
  readonly #source: TopicSource;
  readonly #clock: Clock;
  readonly #changed: ChangeSignal;
  readonly #readers = new Set<SeriesReader>();

  get isOpen(): boolean {
    return this.#readers.size > 0;
  }

  constructor(source: TopicSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
    this.#changed = new ChangeSignal(clock);
  }

  /** Messages came. */
  notify(): void {
    this.#changed.notify();
  }

  /** A person had topics forgotten. */
  forgotten(): void {
    for (const reader of this.#readers) reader.dropForgotten();
    this.notify();
  }

  /** Frames until the reader leaves, each with what changed since the last one was taken. */
  async *frames(request: SeriesRequest, signal: StreamSignal): AsyncGenerator<SeriesFrame> {
    if (this.#readers.size >= MOST_CHARTS) {
      throw new ProtocolError('too-many-streams', `A connection has at most ${MOST_CHARTS} charts.`);
    }
    const clock = this.#clock;
    const reader = new SeriesReader(this.#source, request);
    this.#readers.add(reader);
    try {
      let last = -Infinity;
      while (!signal.aborted) {
        const end = clock.now() + SLICE_MS;
        const more = reader.work(clock.wall(), () => clock.now() >= end);
        if (clock.now() - last >= FRAME_MS || !more) {
          const frame = reader.take(clock.wall(), more);
          if (frame !== null) {
            last = clock.now();
            yield frame;
            if (signal.aborted) return;
          }
        }
        if (more) await new ChangeSignal(clock).next(REST_MS, signal);
        else await this.#rest(last + FRAME_MS - clock.now(), reader, signal);
      }
    } finally {
      this.#readers.delete(reader);
    }
  }

  /** Until there is something new to read, and no sooner than the next frame is due. */
  async #rest(ms: number, reader: SeriesReader, signal: StreamSignal): Promise<void> {
    if (ms > 0) await new ChangeSignal(this.#clock).next(ms, signal);
    while (!signal.aborted && !reader.due) await this.#changed.next(LOOK_MS, signal);
  }
}
