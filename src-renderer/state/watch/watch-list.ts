import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  MAX_WATCHED,
  type ConnectionSummary,
  type FieldPath,
  type TopicKey,
  type WatchedItem as KeptItem,
} from '../../../src-main/contract/model/model.ts';
import { MAX_NODES } from '../../../src-main/contract/decoding/decoder-calls.ts';
import type { LateTopic, WatchedMessage } from '../../../src-main/contract/session/watched.ts';
import { whenShown } from '../browser/when-shown.ts';
import type { PinnedWithProfile } from '../connections/pinned-with-profile.ts';
import type { Engine } from '../engine/engine.ts';
import { follow } from '../engine/follow.ts';
import { decodedValue, needsDecoder, watchedValue, type WatchedValue } from './watched-value.ts';

/** A topic that is watched, or one field of its JSON. */
export interface WatchedItem {
  readonly key: TopicKey;
  /** Null: the whole value. */
  readonly path: FieldPath | null;
}

/** A watched item as it is shown. */
export interface WatchedRow extends WatchedItem {
  /** Null until a message came. */
  readonly value: WatchedValue | null;
  /** ms since the epoch of the message that `value` is of; 0 before the first. */
  readonly at: number;
  /** Numbers that were seen, the newest last; empty where values are no numbers. */
  readonly line: readonly number[];
  /** Null where the topic is not late by its rhythm. */
  readonly late: LateSince | null;
}

/** A topic that is late. */
export interface LateSince {
  /** When its last message came, ms since the epoch by this window's clock. */
  readonly since: number;
  /** ms that usually lie between its messages. */
  readonly usual: number;
}

/** Numbers of a line: some 60 px of it. */
const LINE = 40;

/** What is watched of the connection that is looked at. */
export interface WatchState {
  readonly rows: readonly WatchedRow[];
}

/** Where watched items are kept; see `PinnedWithProfile`. */
export type KeptWatched = Pick<PinnedWithProfile<KeptItem>, 'open' | 'set' | 'close'>;

/** Topics and fields that a person keeps an eye on, of the connection that is selected. */
export class WatchList {
  readonly store: StoreApi<WatchState> = createStore<WatchState>(() => ({ rows: [] }));
  readonly #engine: Engine;
  readonly #kept: KeptWatched;
  readonly #shown: () => Promise<void>;
  readonly #now: () => number;
  #place: Pick<ConnectionSummary, 'id' | 'profileId' | 'address'> | null = null;
  #stop: () => void = () => undefined;
  /** The latest message of each watched topic, for fields of it that are added later. */
  readonly #latest = new Map<TopicKey, WatchedMessage>();
  /** Messages that wait for the decoder, one a topic. */
  readonly #undecoded = new Map<TopicKey, WatchedMessage>();
  #isDecoding = false;

  /** @param shown waited for before more is asked for */
  constructor(
    engine: Engine,
    kept: KeptWatched,
    shown: () => Promise<void> = whenShown,
    now: () => number = Date.now,
  ) {
    this.#shown = shown;
    this.#now = now;
    this.#engine = engine;
    this.#kept = kept;
  }

  /** The connection whose items are shown; null: none is selected. */
  select(connection: Pick<ConnectionSummary, 'id' | 'profileId' | 'address'> | null): void {
    if (isSamePlace(connection, this.#place)) return;
    this.#place = connection;
    this.#kept.close();
    const items = connection === null ? [] : this.#kept.open(connection, (now) => this.#changed(now));
    this.#latest.clear();
    this.#undecoded.clear();
    this.store.setState({ rows: items.map(empty) });
    this.#follow();
  }

  isWatched(key: TopicKey, path: FieldPath | null): boolean {
    return this.store.getState().rows.some((row) => isSame(row, { key, path }));
  }

  /** Nothing happens where it is watched already, or as many as can be are. */
  add(key: TopicKey, path: FieldPath | null): void {
    const { rows } = this.store.getState();
    if (this.#place === null || this.isWatched(key, path) || rows.length >= MAX_WATCHED) return;
    this.#set([...rows, empty({ key, path })]);
  }

  remove(key: TopicKey, path: FieldPath | null): void {
    this.#set(this.store.getState().rows.filter((row) => !isSame(row, { key, path })));
  }

  toggle(key: TopicKey, path: FieldPath | null): void {
    if (this.isWatched(key, path)) this.remove(key, path);
    else this.add(key, path);
  }

  dispose(): void {
    this.#kept.close();
    this.#stop();
  }

  /** Another window changed what is watched. */
  #changed(items: readonly WatchedItem[]): void {
    const { rows } = this.store.getState();
    this.#show(items.map((item) => rows.find((row) => isSame(row, item)) ?? empty(item)));
  }

  #set(rows: readonly WatchedRow[]): void {
    this.#kept.set(rows.map(({ key, path }) => ({ key, path: path === null ? null : [...path] })));
    this.#show(rows);
  }

  #show(rows: readonly WatchedRow[]): void {
    const { rows: before } = this.store.getState();
    const topics = topicsOf(rows);
    for (const key of this.#latest.keys()) if (!topics.includes(key)) this.#latest.delete(key);
    const known = rows.map((row) => (row.value === null ? this.#withLatest(row) : row));
    this.store.setState({ rows: known.map((row) => lateAsOthers(row, known)) });
    for (const { key, value } of rows) {
      const message = this.#latest.get(key);
      if (value === null && message !== undefined) this.#decodeLater(message);
    }
    if (topicsOf(before).join('\n') !== topics.join('\n')) this.#follow();
  }

  #withLatest(row: WatchedRow): WatchedRow {
    const message = this.#latest.get(row.key);
    if (message === undefined) return row;
    if (row.path === null || !needsDecoder(message.bytes)) return taken(row, message);
    return row;
  }

  /** What only the decoder finds fields in: one message at a time, of each topic the latest. */
  #decodeLater(message: WatchedMessage): void {
    const isField = this.store.getState().rows.some(({ key, path }) => key === message.key && path !== null);
    if (isField && needsDecoder(message.bytes)) this.#undecoded.set(message.key, message);
    if (!this.#isDecoding && this.#undecoded.size > 0) void this.#decodeAll();
  }

  async #decodeAll(): Promise<void> {
    this.#isDecoding = true;
    for (let next = this.#nextUndecoded(); next !== null; next = this.#nextUndecoded())
      await this.#decode(next);
    this.#isDecoding = false;
  }

  #nextUndecoded(): WatchedMessage | null {
    const [message] = this.#undecoded.values();
    if (message !== undefined) this.#undecoded.delete(message.key);
    return message ?? null;
  }

  async #decode(message: WatchedMessage): Promise<void> {
    const place = this.#place;
    if (place === null) return;
    const source = { kind: 'message', key: message.key, which: message.seq } as const;
    const asked = { connection: place.id, source, chain: null, nodes: MAX_NODES };
    const answer = await this.#engine.call('decode', asked).catch(() => null);
    if (answer?.kind !== 'decoded' || this.#place !== place) return;
    this.store.setState(({ rows }) => ({
      rows: rows.map((row) =>
        row.key === message.key && row.path !== null
          ? withValue(row, message.at, decodedValue(answer.nodes, row.path))
          : row,
      ),
    }));
  }

  #follow(): void {
    this.#stop();
    this.#stop = () => undefined;
    const place = this.#place;
    const topics = topicsOf(this.store.getState().rows);
    if (place === null || topics.length === 0) return;
    this.#stop = follow({
      open: () => this.#engine.stream('watched', { connection: place.id, topics }),
      take: ({ messages, forgotten, late }) => {
        this.#forget(forgotten);
        this.#take(messages);
        this.#markLate(late);
      },
      shown: this.#shown,
    });
  }

  #markLate(late: readonly LateTopic[]): void {
    const { rows } = this.store.getState();
    if (late.length === 0 && rows.every((row) => row.late === null)) return;
    const now = this.#now();
    this.store.setState({ rows: rows.map((row) => withLate(row, late, now)) });
  }

  /** A person had these topics forgotten; they stay watched. */
  #forget(topics: readonly TopicKey[]): void {
    if (topics.length === 0) return;
    for (const key of topics) {
      this.#latest.delete(key);
      this.#undecoded.delete(key);
    }
    const { rows } = this.store.getState();
    this.store.setState({ rows: rows.map((row) => (topics.includes(row.key) ? empty(row) : row)) });
  }

  #take(messages: readonly WatchedMessage[]): void {
    // A stream that is opened again begins with messages that came before. They are known by their sequence number
    // as well: two may come in the same ms.
    const news = messages.filter(({ key, seq, at }) => {
      const known = this.#latest.get(key);
      return known === undefined || known.seq !== seq || known.at !== at;
    });
    if (news.length === 0) return;
    for (const message of news) this.#latest.set(message.key, message);
    for (const message of news) this.#decodeLater(message);
    const changed = new Set(news.map(({ key }) => key));
    const rows = this.store.getState().rows;
    this.store.setState({ rows: rows.map((row) => (changed.has(row.key) ? this.#withLatest(row) : row)) });
  }
}

function isSamePlace(
  a: Pick<ConnectionSummary, 'id' | 'profileId' | 'address'> | null,
  b: Pick<ConnectionSummary, 'id' | 'profileId' | 'address'> | null,
): boolean {
  return a?.id === b?.id && a?.profileId === b?.profileId && a?.address === b?.address;
}

function topicsOf(rows: readonly WatchedItem[]): TopicKey[] {
  return [...new Set(rows.map(({ key }) => key))];
}

function isSame(a: WatchedItem, b: WatchedItem): boolean {
  return a.key === b.key && JSON.stringify(a.path) === JSON.stringify(b.path);
}

function empty({ key, path }: WatchedItem): WatchedRow {
  return { key, path, value: null, at: 0, line: [], late: null };
}

function taken(row: WatchedRow, { at, size, bytes }: WatchedMessage): WatchedRow {
  return withValue(row, at, watchedValue(bytes, size, row.path));
}

function withValue(row: WatchedRow, at: number, value: WatchedValue): WatchedRow {
  const line = value.kind === 'number' ? [...row.line, value.number].slice(-LINE) : [];
  return { ...row, value, at, line };
}

/** The row of a topic that stays late is the same. */
function withLate(row: WatchedRow, topics: readonly LateTopic[], now: number): WatchedRow {
  const found = topics.find(({ key }) => key === row.key);
  if (found === undefined) return row.late === null ? row : { ...row, late: null };
  return row.late === null ? { ...row, late: { since: now - found.silent, usual: found.usual } } : row;
}

/** An item that is new, of a topic that is watched already and known to be late. */
function lateAsOthers(row: WatchedRow, rows: readonly WatchedRow[]): WatchedRow {
  const late = rows.find(({ key, late: known }) => key === row.key && known !== null)?.late ?? null;
  return row.late === late ? row : { ...row, late };
}
