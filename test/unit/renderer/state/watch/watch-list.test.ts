import { beforeEach, describe, expect, test } from 'vitest';
import { ConnectionId, type WatchedItem } from '../../../../../src-main/contract/model/model.ts';
import type { WatchedMessages } from '../../../../../src-main/contract/session/watched.ts';
import { plainMemory, type KeptValues } from '../../../../../src-renderer/state/browser/memory.ts';
import type { Engine } from '../../../../../src-renderer/state/engine/engine.ts';
import { bytesOf, decoded } from '../../../../support/decoding.ts';
import type { PinnedHome } from '../../../../../src-renderer/state/connections/pinned-with-profile.ts';
import { WatchList, type KeptWatched } from '../../../../../src-renderer/state/watch/watch-list.ts';
import { windowWatched } from '../../../../../src-renderer/state/watch/window-watched.ts';

const PRESS = { id: ConnectionId.parse('c1'), profileId: 'p1', address: 'broker:1883' };
const OTHER = { id: ConnectionId.parse('c2'), profileId: null, address: 'other:1883' };

interface Opened {
  readonly topics: readonly string[];
  readonly connection: string;
  emit(key: string, payload: string | Uint8Array<ArrayBuffer>, at: number, seq?: number): Promise<void>;
  closed: boolean;
  forget(...topics: string[]): Promise<void>;
  late(...topics: WatchedMessages['late']): Promise<void>;
}

/** An engine whose streams say what the test says. */
class Streams {
  readonly opened: Opened[] = [];
  /** What the decoder was asked for, by sequence; each is answered when the test says so. */
  readonly decoding: { readonly which: number; answer(bytes: Uint8Array): Promise<void> }[] = [];
  readonly engine = {
    call: (name: string, params: { source: { which: number } }) => {
      expect(name).toBe('decode');
      return new Promise((resolve) => {
        this.decoding.push({
          which: params.source.which,
          answer: async (bytes) => {
            resolve(decoded(bytes));
            await settled();
          },
        });
      });
    },
    stream: (name: string, params: { connection: string; topics: string[] }) => {
      expect(name).toBe('watched');
      let give: ((step: IteratorResult<WatchedMessages>) => void) | null = null;
      const opened: Opened = {
        ...params,
        closed: false,
        async emit(key, payload, at, seq = at) {
          const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
          give?.({
            done: false,
            value: { messages: [{ key, seq, at, size: bytes.length, bytes }], forgotten: [], late: [] },
          });
          await settled();
        },
        async forget(...forgotten) {
          give?.({ done: false, value: { messages: [], forgotten, late: [] } });
          await settled();
        },
        async late(...late) {
          give?.({ done: false, value: { messages: [], forgotten: [], late } });
          await settled();
        },
      };
      this.opened.push(opened);
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next: () => new Promise<IteratorResult<WatchedMessages>>((resolve) => (give = resolve)),
        return: () => {
          opened.closed = true;
          give?.({ done: true, value: undefined });
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  } as unknown as Engine;
}

/** As without a profile: by this window. */
function keptIn(memory: KeptValues): KeptWatched {
  const place = windowWatched(memory);
  let home: PinnedHome | null = null;
  return {
    open: (at) => place.read((home = at)),
    set: (items) => home !== null && place.write(home, items),
    close: () => void (home = null),
  };
}

const settled = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

let streams: Streams;
let memory: ReturnType<typeof plainMemory>;
let watch: WatchList;
/** ms since the epoch by the window's clock. */
let now: number;

beforeEach(() => {
  streams = new Streams();
  memory = plainMemory();
  now = 1_000_000;
  watch = new WatchList(
    streams.engine,
    keptIn(memory),
    () => Promise.resolve(),
    () => now,
  );
  watch.select(PRESS);
});

const rows = () => watch.store.getState().rows;

describe('a watched topic that is late', () => {
  const late = () => rows().map((row) => row.late);

  test('says since when by the clock of this window, keeps that, and is no longer late once the engine says so', async () => {
    watch.add('a', null);
    watch.add('b', null);
    const stream = streams.opened.at(-1);
    await stream?.emit('a', '1', 10);
    await stream?.late({ key: 'a', silent: 90_000, usual: 30_000 });
    expect(late()).toEqual([{ since: 910_000, usual: 30_000 }, null]);
    expect(rows()[0]?.value?.text).toBe('1');
    const before = rows()[0];
    now += 500;
    await stream?.late({ key: 'a', silent: 90_700, usual: 30_000 }, { key: 'b', silent: 1_000, usual: 100 });
    expect(rows()[0]).toBe(before);
    expect(late()[1]).toEqual({ since: 999_500, usual: 100 });
    await stream?.emit('a', '2', 20);
    expect(late()).toEqual([null, null]);
  });

  test('is late in each of its items, those that are added later included', async () => {
    watch.add('a', ['x']);
    await streams.opened.at(-1)?.late({ key: 'a', silent: 90_000, usual: 30_000 });
    watch.add('a', ['y']);
    expect(streams.opened).toHaveLength(1);
    expect(late()).toEqual([
      { since: 910_000, usual: 30_000 },
      { since: 910_000, usual: 30_000 },
    ]);
  });
});

describe('a field of a payload that is decoded', () => {
  const cbor = (value: number) => bytesOf(`a2 6174 ${value.toString(16).padStart(2, '0')} 6162 82 05 f5`);

  test('shows its value, and those before as a line', async () => {
    watch.add('a', ['t']);
    watch.add('a', ['b', 1]);
    const stream = streams.opened.at(-1);
    await stream?.emit('a', cbor(7), 10);
    expect(rows()[0]?.value).toBeNull();
    await streams.decoding[0]?.answer(cbor(7));
    expect(rows().map(({ value }) => value?.text)).toEqual(['7', 'true']);
    await stream?.emit('a', cbor(9), 20);
    expect(rows()[0]?.value?.text).toBe('7');
    await streams.decoding[1]?.answer(cbor(9));
    expect(rows()[0]).toMatchObject({ at: 20, line: [7, 9] });
  });

  test('is decoded one message at a time, and always the latest', async () => {
    watch.add('a', ['t']);
    const stream = streams.opened.at(-1);
    for (const at of [1, 2, 3, 4]) await stream?.emit('a', cbor(at), at);
    expect(streams.decoding.map(({ which }) => which)).toEqual([1]);
    await streams.decoding[0]?.answer(cbor(1));
    expect(streams.decoding.map(({ which }) => which)).toEqual([1, 4]);
    await streams.decoding[1]?.answer(cbor(4));
    expect(streams.decoding).toHaveLength(2);
  });

  test('that is added later has the latest message decoded, and says where it is not there', async () => {
    watch.add('a', null);
    await streams.opened.at(-1)?.emit('a', cbor(7), 10);
    expect(streams.decoding).toEqual([]);
    watch.add('a', ['none']);
    await settled();
    await streams.decoding[0]?.answer(cbor(7));
    expect(rows()[1]?.value).toEqual({ kind: 'missing', text: 'no such field' });
  });

  test('is nobody’s any more once another connection is looked at', async () => {
    watch.add('a', ['t']);
    await streams.opened.at(-1)?.emit('a', cbor(7), 10);
    watch.select(OTHER);
    await streams.decoding[0]?.answer(cbor(7));
    expect(rows()).toEqual([]);
  });
});

describe('what is watched', () => {
  test('loses value and line when it is forgotten, and has those that come afterwards', async () => {
    watch.add('a', null);
    watch.add('b', null);
    const stream = streams.opened.at(-1);
    for (const at of [1, 2]) await stream?.emit('a', String(at), at);
    await stream?.emit('b', '5', 3);
    await stream?.forget('a');
    expect(rows()).toMatchObject([
      { key: 'a', value: null, at: 0, line: [] },
      { key: 'b', value: { text: '5' }, line: [5] },
    ]);
    watch.add('a', ['x']);
    expect(rows()[2]).toMatchObject({ value: null });
    await streams.opened.at(-1)?.emit('a', '2', 2);
    expect(rows()[0]).toMatchObject({ value: { text: '2' }, line: [2] });
  });

  test('is followed by topic, each once, and shows the last value with a line of numbers', async () => {
    watch.add('a/temp', null);
    watch.add('a/state', ['spindle', 'rpm']);
    watch.add('a/state', ['ok']);
    expect(streams.opened.at(-1)?.topics).toEqual(['a/temp', 'a/state']);
    await streams.opened.at(-1)?.emit('a/temp', '71.40', 10);
    await streams.opened.at(-1)?.emit('a/temp', '72', 20);
    await streams.opened.at(-1)?.emit('a/state', '{"spindle":{"rpm":1480},"ok":true}', 20);
    expect(rows()).toEqual([
      {
        key: 'a/temp',
        path: null,
        value: { kind: 'number', text: '72', number: 72 },
        at: 20,
        line: [71.4, 72],
        late: null,
      },
      {
        key: 'a/state',
        path: ['spindle', 'rpm'],
        value: { kind: 'number', text: '1480', number: 1_480 },
        at: 20,
        line: [1_480],
        late: null,
      },
      { key: 'a/state', path: ['ok'], value: { kind: 'text', text: 'true' }, at: 20, line: [], late: null },
    ]);
  });

  test('is each item once, comes and goes with the same call, and costs no stream when nothing is left', async () => {
    watch.toggle('a', ['x']);
    watch.add('a', ['x']);
    expect(rows().length).toBe(1);
    expect([watch.isWatched('a', ['x']), watch.isWatched('a', null)]).toEqual([true, false]);
    watch.toggle('a', ['x']);
    expect(rows()).toEqual([]);
    await settled();
    expect(streams.opened.every(({ closed }) => closed)).toBe(true);
  });

  test('goes on without a new stream where another field of the same topic is watched', () => {
    watch.add('a', null);
    watch.add('a', ['x']);
    watch.remove('a', null);
    expect(streams.opened.length).toBe(1);
  });

  test('shows another field at once where a message has come already, also if none comes again', async () => {
    watch.add('a', ['x']);
    await streams.opened.at(-1)?.emit('a', '{"x":1,"y":2}', 10);
    watch.add('a', ['y']);
    expect(rows()).toMatchObject([
      { path: ['x'], line: [1] },
      { path: ['y'], value: { text: '2' }, at: 10, line: [2] },
    ]);
  });

  test('distinguishes two messages of one millisecond, and the same one sent again is none', async () => {
    watch.add('a', null);
    await streams.opened.at(-1)?.emit('a', '1', 10, 7);
    await streams.opened.at(-1)?.emit('a', '2', 10, 8);
    watch.add('b', null);
    await streams.opened.at(-1)?.emit('a', '2', 10, 8);
    expect(rows()[0]).toMatchObject({ value: { text: '2' }, line: [1, 2] });
  });

  test('belongs to its profile, or to its address, and is there again after a restart', () => {
    watch.add('a', ['list', 2]);
    watch.select(OTHER);
    expect(rows()).toEqual([]);
    watch.add('b', null);
    const again = new WatchList(streams.engine, keptIn(memory), () => Promise.resolve());
    again.select({ ...PRESS, id: ConnectionId.parse('c9') });
    expect(again.store.getState().rows).toMatchObject([{ key: 'a', path: ['list', 2], value: null }]);
    again.select(OTHER);
    expect(again.store.getState().rows).toMatchObject([{ key: 'b', path: null }]);
    again.select(null);
    expect(again.store.getState().rows).toEqual([]);
  });

  test('is what another window made of it, with the values that are known', async () => {
    let change: (items: readonly WatchedItem[]) => void = () => undefined;
    const sets: unknown[] = [];
    const list = new WatchList(
      streams.engine,
      {
        open: (_home, changed) => {
          change = changed;
          return [{ key: 'a', path: null }];
        },
        set: (items) => sets.push(items),
        close: () => undefined,
      },
      () => Promise.resolve(),
    );
    list.select(PRESS);
    await streams.opened.at(-1)?.emit('a', '1', 10);
    change([
      { key: 'b', path: ['x'] },
      { key: 'a', path: null },
    ]);
    expect(list.store.getState().rows).toMatchObject([
      { key: 'b', path: ['x'], value: null },
      { key: 'a', path: null, value: { text: '1' } },
    ]);
    expect(streams.opened.at(-1)?.topics).toEqual(['b', 'a']);
    expect(sets).toEqual([]);
    list.toggle('b', ['x']);
    expect(sets).toEqual([[{ key: 'a', path: null }]]);
  });

  test('is at most a hundred items, and what a memory holds that is none of ours is nothing', () => {
    for (let n = 0; n < 120; n++) watch.add(`t${String(n)}`, null);
    expect(rows().length).toBe(100);
    memory.set('watched', '[["p1",[{"key":5}]]]');
    const again = new WatchList(streams.engine, keptIn(memory), () => Promise.resolve());
    again.select(PRESS);
    expect(again.store.getState().rows).toEqual([]);
    memory.set('watched', 'no json');
    again.select(null);
    again.select(PRESS);
    expect(again.store.getState().rows).toEqual([]);
  });
});
