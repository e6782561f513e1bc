import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DecoderChain } from '../../../src-main/contract/model/decoder-rule.ts';
import {
  MOST_PINNED,
  MOST_SERIES,
  type PinnedChart,
  type SeriesField,
  type TopicKey,
} from '../../../src-main/contract/model/model.ts';
import type { SeriesFrame } from '../../../src-main/contract/model/series.ts';
import { displayName } from '../../../src-main/core/topics/levels.ts';
import { displayTopic, EMPTY_LEVEL } from '../../../src-main/core/topics/names.ts';
import { writePath } from '../../../src-main/core/query/grammar/json-path.ts';
import { follow } from '../engine/follow.ts';
import { whenShown } from '../browser/when-shown.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import { NO_POINTS, withNews, type SeriesPoints } from './series-points.ts';

export interface ChartState {
  /** What is shown; empty: nothing. */
  readonly fields: readonly SeriesField[];
  /** A person chose the fields: they stay when another topic is selected. */
  readonly own: boolean;
  /** The last so many ms; null: all that is kept. */
  readonly spanMs: number | null;
  readonly series: readonly SeriesPoints[];
  /** The engine's clock with the last news; 0 before the first. */
  readonly now: number;
  /** Older messages are being read. */
  readonly reading: boolean;
  readonly pinned: readonly PinnedChart[];
}

/** The chart of a connection, and those that are pinned, which outlive the program. */
export interface Charts {
  readonly store: StoreApi<ChartState>;
  /** Reads while watched only. */
  watch(watched: boolean): void;
  /** What the selected topic has to show, while nobody chose anything. */
  suggest(fields: readonly SeriesField[]): void;
  setSpan(spanMs: number | null): void;
  add(field: SeriesField): void;
  remove(field: SeriesField): void;
  /** Shows these, as somebody's choice; null: what the selected topic has again. */
  show(fields: readonly SeriesField[] | null): void;
  /**
   * Keeps what is shown, under a name that no other pinned chart has.
   *
   * @param separator of the tree, for the name
   */
  pin(separator: string): void;
  unpin(name: string): void;
  close(): void;
}

/** Points of a series: more than the pixels of a chart say nothing. */
const POINTS = 1_000;
export const SPANS: readonly (readonly [string, number | null])[] = [
  ['1 m', 60_000],
  ['5 m', 300_000],
  ['30 m', 1_800_000],
  ['2 h', 7_200_000],
  ['All', null],
];
/** Where pinned charts are kept. */
export interface KeptCharts {
  /** Those that there are, and later whenever another window changed them. */
  open(changed: (pinned: readonly PinnedChart[]) => void): readonly PinnedChart[];
  set(pinned: readonly PinnedChart[]): void;
  close(): void;
}

export interface ChartPorts {
  readonly kept: KeptCharts;
  readonly follow: typeof follow;
}

export function createCharts(
  session: Pick<ConnectionSession, 'client' | 'connectionId'>,
  kept: KeptCharts,
  ports: Pick<ChartPorts, 'follow'> = { follow },
): Charts {
  return new ChartReader(session, { kept, ...ports });
}

class ChartReader implements Charts {
  readonly store: StoreApi<ChartState>;
  readonly #session: Pick<ConnectionSession, 'client' | 'connectionId'>;
  readonly #ports: ChartPorts;
  #watched = false;
  #stop: (() => void) | null = null;
  #suggested: readonly SeriesField[] = [];

  constructor(session: Pick<ConnectionSession, 'client' | 'connectionId'>, ports: ChartPorts) {
    this.#session = session;
    this.#ports = ports;
    const pinned = ports.kept.open((now) => this.store.setState({ pinned: now }));
    this.store = createStore<ChartState>(() => ({
      fields: [],
      own: false,
      spanMs: 300_000,
      series: [],
      now: 0,
      reading: false,
      pinned,
    }));
  }

  watch(watched: boolean): void {
    this.#watched = watched;
    this.#open();
  }

  suggest(fields: readonly SeriesField[]): void {
    this.#suggested = fields.slice(0, MOST_SERIES);
    const { own, fields: shown } = this.store.getState();
    if (!own && !sameFields(shown, this.#suggested)) this.#set(this.#suggested, false);
  }

  setSpan(spanMs: number | null): void {
    this.store.setState({ spanMs });
    this.#open();
  }

  add(field: SeriesField): void {
    const { fields } = this.store.getState();
    if (fields.length >= MOST_SERIES || fields.some((one) => sameField(one, field))) return;
    this.#set([...fields, field], true);
  }

  remove(field: SeriesField): void {
    const left = this.store.getState().fields.filter((one) => !sameField(one, field));
    this.#set(left, true);
  }

  show(fields: readonly SeriesField[] | null): void {
    if (fields === null) this.#set(this.#suggested, false);
    else this.#set(fields.slice(0, MOST_SERIES), true);
  }

  pin(separator: string): void {
    const { fields, pinned } = this.store.getState();
    if (fields.length === 0) return;
    const others = pinned.filter((one) => !sameFields(one.fields, fields));
    const isTaken = (name: string) => others.some((one) => one.name === name);
    const name = nameOf(fields, separator);
    let [free, count] = [name, 1];
    while (isTaken(free)) free = `${name} (${++count})`;
    this.#keep([...others, { name: free, fields: [...fields] }].slice(-MOST_PINNED));
  }

  unpin(name: string): void {
    this.#keep(this.store.getState().pinned.filter((one) => one.name !== name));
  }

  #keep(pinned: readonly PinnedChart[]): void {
    this.store.setState({ pinned });
    this.#ports.kept.set(pinned);
  }

  #set(fields: readonly SeriesField[], own: boolean): void {
    this.store.setState({ fields, own });
    this.#open();
  }

  /** Begins with nothing: the engine reads what is kept again, which takes no longer than drawing it. */
  #open(): void {
    this.#stop?.();
    this.#stop = null;
    const { fields, spanMs } = this.store.getState();
    this.store.setState({ series: fields.map(() => NO_POINTS), now: 0, reading: fields.length > 0 });
    if (!this.#watched || fields.length === 0) return;
    const { client, connectionId: connection } = this.#session;
    // What is decoded comes from another place than what the connection reads by itself.
    const places = fields.map((_, at) => at);
    const isDecoded = (at: number): boolean => fields[at]?.chain !== undefined;
    const reading = new Set<string>();
    const stops = ([false, true] as const).flatMap((decoded) => {
      const mine = places.filter((at) => isDecoded(at) === decoded);
      if (mine.length === 0) return [];
      const asked = { connection, fields: mine.map((at) => fields[at]!), spanMs, points: POINTS };
      const name = decoded ? 'decodedSeries' : 'series';
      return this.#ports.follow({
        open: () => client.stream(name, asked),
        shown: whenShown,
        take: (frame) => {
          if (frame.reading) reading.add(name);
          else reading.delete(name);
          this.#take(mine, frame, reading.size > 0);
        },
      });
    });
    this.#stop = () => stops.forEach((stop) => stop());
  }

  /** @param places of the series that the frame is of */
  #take(places: readonly number[], frame: SeriesFrame, reading: boolean): void {
    const series = [...this.store.getState().series];
    for (const [n, at] of places.entries()) {
      const news = frame.series[n] ?? null;
      if (news !== null) series[at] = withNews(series[at] ?? NO_POINTS, news);
    }
    this.store.setState({ series, now: Math.max(this.store.getState().now, frame.now), reading });
  }

  close(): void {
    this.#watched = false;
    this.#stop?.();
    this.#ports.kept.close();
  }
}

/** @param chain how the payload is decoded; without it it is JSON */
export function fieldOf(
  key: TopicKey,
  path: readonly (string | number)[],
  chain: DecoderChain | undefined,
): SeriesField {
  return { key, path: [...path], ...(chain === undefined ? {} : { chain }) };
}

export function sameField(a: SeriesField, b: SeriesField): boolean {
  return a.key === b.key && writePath(a.path) === writePath(b.path);
}

function sameFields(a: readonly SeriesField[], b: readonly SeriesField[]): boolean {
  return a.length === b.length && a.every((one, at) => b[at] !== undefined && sameField(one, b[at]));
}

/**
 * `temperature press-03`: the field, and the last level of its topic.
 *
 * @param separator of the tree
 */
export function fieldName(
  { key, path }: SeriesField,
  separator: string,
): { readonly field: string; readonly last: string; readonly topic: string } {
  const topic = displayTopic(key);
  const last = displayName(key, separator) || EMPTY_LEVEL;
  return { field: path.length === 0 ? last : escapeUnsafe(writePath(path)), last, topic };
}

/** Characters of a name that is made. */
const MOST_NAME = 200;

function nameOf(fields: readonly SeriesField[], separator: string): string {
  const [first] = fields;
  if (first === undefined) return 'Chart';
  const { field, last } = fieldName(first, separator);
  const name = (field === last ? field : `${field} of ${last}`).slice(0, MOST_NAME);
  return fields.length === 1 ? name : `${name} and ${fields.length - 1} more`;
}
