import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { MessageMeta } from '../../../../../src-main/contract/model/message.ts';
import { createHistory } from '../../../../../src-renderer/state/inspector/inspector-history.ts';
import {
  createInspector,
  type InspectorPorts,
} from '../../../../../src-renderer/state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { row, selected } from '../../frames.ts';

function meta(seq: number, part: Partial<MessageMeta> = {}): MessageMeta {
  const preview = { kind: 'number', text: String(seq) } as const;
  return {
    seq,
    at: seq,
    qos: 0,
    retain: false,
    stored: false,
    dup: false,
    size: 3,
    kept: 3,
    propertyBytes: 0,
    preview,
    ...part,
  };
}

interface Asked {
  readonly name: string;
  readonly params: Record<string, unknown>;
  answer(value: unknown): Promise<void>;
}

/** A session with a store to set and an engine that answers when the test says so. */
function bench() {
  const clock = new ManualClock();
  const asked: Asked[] = [];
  const store = createStore<SessionState>(() => ({ ...EMPTY_STATE, selectedKey: 'a', selected: null }));
  const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  const session = {
    connectionId: ConnectionId.parse('c1'),
    viewId: 'view-1',
    store,
    client: {
      call: (name: string, params: Record<string, unknown>) =>
        new Promise((resolve) => {
          const answer = async (value: unknown) => {
            resolve(value);
            await settle();
          };
          asked.push({ name, params, answer });
        }),
    },
  } as unknown as ConnectionSession;
  const ports: InspectorPorts = { now: clock.now, later: clock.after };
  let total = 0;
  const arrive = (seq: number, part: Partial<MessageMeta> = {}) => {
    total++;
    store.setState({ selected: selected('a', { latest: meta(seq, part), messages: total }) });
  };
  const message = (seq: number, bytes: Uint8Array, part: Partial<MessageMeta> = {}) => ({
    kind: 'message',
    meta: meta(seq, { size: bytes.length, kept: bytes.length, ...part }),
    offset: 0,
    bytes,
    properties: new Uint8Array(),
  });
  return { clock, asked, store, session, ports, arrive, message };
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('a live value', () => {
  test('is read at most ten times a second, and ends with the newest', async () => {
    const { clock, asked, session, ports, arrive, message } = bench();
    const inspector = createInspector(session, ports);
    for (let ms = 0; ms < 1_000; ms += 5) {
      arrive(ms + 1);
      for (const call of asked.splice(0)) await call.answer(message(ms + 1, bytes(`v${ms}`)));
      clock.advance(5);
    }
    let reads = 0;
    const seen = inspector.store.subscribe((now, before) => {
      if (now.loaded !== before.loaded) reads++;
    });
    for (let ms = 1_000; ms < 2_000; ms += 5) {
      arrive(ms + 1);
      for (const call of asked.splice(0)) await call.answer(message(ms + 1, bytes(`v${ms}`)));
      clock.advance(5);
    }
    expect(reads).toBeGreaterThanOrEqual(9);
    expect(reads).toBeLessThanOrEqual(11);
    clock.advance(200);
    for (const call of asked.splice(0)) await call.answer(message(1_996, bytes('last')));
    expect(inspector.store.getState().loaded?.meta.seq).toBe(1_996);
    seen();
    inspector.close();
    expect(clock.pending).toBe(0);
  });

  test('stands still while it is held, and counts what is newer', async () => {
    const { clock, asked, session, ports, arrive, message } = bench();
    const inspector = createInspector(session, ports);
    arrive(1);
    await asked.shift()?.answer(message(1, bytes('one')));
    inspector.hold();
    for (let seq = 2; seq <= 8; seq++) arrive(seq);
    clock.advance(1_000);
    expect(asked).toHaveLength(0);
    expect(inspector.store.getState()).toMatchObject({
      following: false,
      newer: 7,
      loaded: { meta: { seq: 1 } },
    });
    inspector.follow();
    await asked.shift()?.answer(message(8, bytes('eight')));
    expect(inspector.store.getState()).toMatchObject({
      following: true,
      newer: 0,
      loaded: { meta: { seq: 8 } },
    });
    inspector.close();
  });

  test('that takes long to draw is read less often', async () => {
    const { clock, asked, session, ports, arrive, message } = bench();
    const inspector = createInspector(session, ports);
    arrive(1);
    await asked.shift()?.answer(message(1, bytes('1')));
    clock.advance(50);
    inspector.drawn();
    arrive(2);
    clock.advance(250);
    expect(asked).toHaveLength(0);
    clock.advance(200);
    expect(asked).toHaveLength(1);
    inspector.close();
  });
});

describe('an answer', () => {
  test('that comes after another topic was selected is dropped', async () => {
    const { asked, store, session, ports, arrive, message } = bench();
    const inspector = createInspector(session, ports);
    arrive(1);
    const late = asked.shift();
    store.setState({ selectedKey: 'b', selected: null });
    store.setState({ selected: selected('b', { latest: meta(9), messages: 1 }) });
    await late?.answer(message(1, bytes('of a')));
    expect(inspector.store.getState()).toMatchObject({ key: 'b', loaded: null });
    expect(asked.at(-1)?.params).toMatchObject({ key: 'b', which: 'latest' });
    await asked.at(-1)?.answer(message(9, bytes('of b')));
    expect(inspector.store.getState().loaded?.meta.seq).toBe(9);
    inspector.close();
  });

  test('that the message is gone says why, and the next message shows again', async () => {
    const { clock, asked, session, ports, arrive, message } = bench();
    const inspector = createInspector(session, ports);
    arrive(1);
    await asked.shift()?.answer({ kind: 'gone', why: 'evicted' });
    expect(inspector.store.getState().gone).toBe('evicted');
    clock.advance(100);
    arrive(2);
    await asked.shift()?.answer(message(2, bytes('2')));
    expect(inspector.store.getState()).toMatchObject({ gone: null, loaded: { meta: { seq: 2 } } });
    inspector.close();
  });
});

test('more of a large payload is read from where it ends, and holds the message', async () => {
  const { asked, session, ports, arrive } = bench();
  const inspector = createInspector(session, ports);
  arrive(1);
  const whole = new Uint8Array(100_000).map((_, at) => at % 251);
  const info = meta(1, { size: 100_000, kept: 100_000 });
  const part = (offset: number, length: number) => ({
    kind: 'message',
    meta: info,
    offset,
    bytes: whole.slice(offset, offset + length),
    properties: new Uint8Array(),
  });
  await asked.shift()?.answer(part(0, 65_536));
  inspector.more();
  arrive(2);
  const next = asked.shift();
  expect(next?.params).toMatchObject({ which: 1, offset: 65_536 });
  await next?.answer(part(65_536, 1_048_576));
  expect(inspector.store.getState().loaded?.bytes).toEqual(whole);
  expect(inspector.store.getState().following).toBe(false);
  inspector.close();
});

test('while the view is paused, values are asked for as of then', async () => {
  const { asked, store, session, ports, arrive } = bench();
  store.setState({ paused: { seq: 5, at: 0, newMessages: 0, newTopics: 0 } });
  const inspector = createInspector(session, ports);
  arrive(1);
  expect(asked[0]?.params).toMatchObject({ view: 'view-1' });
  inspector.close();
});

describe('the history', () => {
  const page = (from: number, count: number, more = false) => ({
    messages: Array.from({ length: count }, (_, at) => meta(from - at)),
    more,
    complete: true,
  });

  test('is not read while nobody watches it', () => {
    const { asked, session, ports, arrive } = bench();
    const history = createHistory(session, ports);
    arrive(1);
    expect(asked).toHaveLength(0);
    history.close();
  });

  test('puts new messages on top and keeps the older ones that were read', async () => {
    const { clock, asked, session, ports, arrive } = bench();
    const history = createHistory(session, ports);
    history.watch(true);
    arrive(250);
    await asked.shift()?.answer(page(250, 100, true));
    history.older();
    expect(asked[0]?.params).toMatchObject({ before: 151 });
    await asked.shift()?.answer(page(150, 100, true));
    clock.advance(200);
    arrive(260);
    await asked.shift()?.answer(page(260, 100, true));
    const seqs = history.store.getState().messages.map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 210 }, (_, at) => 260 - at));
    history.close();
  });

  test('starts over rather than hide a gap', async () => {
    const { clock, asked, session, ports, arrive } = bench();
    const history = createHistory(session, ports);
    history.watch(true);
    arrive(100);
    await asked.shift()?.answer(page(100, 100));
    clock.advance(200);
    arrive(5_000);
    await asked.shift()?.answer(page(5_000, 100, true));
    expect(history.store.getState().messages.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 100 }, (_, at) => 5_000 - at),
    );
    expect(history.store.getState().more).toBe(true);
    history.close();
  });
});

describe('a topic that was selected just now', () => {
  test('has its latest message read before a frame brings it, and not again then', async () => {
    const { store, asked, session, ports } = bench();
    const inspector = createInspector(session, ports);
    store.setState({ selectedKey: 'b', selected: null });
    expect(asked.map(({ params }) => [params['key'], params['which']])).toEqual([['b', 'latest']]);
    await asked[0]?.answer({
      kind: 'message',
      meta: meta(5),
      bytes: new Uint8Array(3),
      properties: new Uint8Array(),
    });
    expect(inspector.store.getState().loaded?.meta.seq).toBe(5);
    store.setState({ selected: selected('b', { latest: meta(5) }) });
    expect(asked).toHaveLength(1);
  });

  test('is not said to have no message before a frame has brought it', async () => {
    const { store, asked, session, ports } = bench();
    const inspector = createInspector(session, ports);
    store.setState({ selectedKey: 'b', selected: null });
    await asked[0]?.answer({ kind: 'gone', why: 'never' });
    expect(inspector.store.getState()).toMatchObject({ gone: null, loaded: null, loading: false });
  });

  test('is the one that is read, however many were passed on the way', async () => {
    const { store, asked, session, ports } = bench();
    createInspector(session, ports);
    for (const key of ['b', 'c', 'd', 'e']) store.setState({ selectedKey: key, selected: null });
    expect(asked).toHaveLength(1);
    await asked[0]?.answer({ kind: 'gone', why: 'never' });
    expect(asked.map(({ params }) => params['key'])).toEqual(['b', 'e']);
    await asked[1]?.answer({ kind: 'gone', why: 'never' });
    expect(asked).toHaveLength(2);
  });
});

describe('a topic that was read ahead', () => {
  /** Topics a and b, one message each, of which a is selected. */
  async function ahead() {
    const all = bench();
    const { asked, clock, session, store, message } = all;
    const rows = new Map(
      ['a', 'b'].map((key, id) => [id, { row: row(id, key), cameAt: 0, delta: null, changes: 0 }]),
    );
    store.setState({ selectedKey: null, total: 2, ids: [0, 1], rows });
    const inspector = createInspector(session, all.ports);
    store.setState({ selectedKey: 'a', selected: null });
    await asked.shift()?.answer(message(1, bytes('of a')));
    clock.advance(0);
    const next = asked.shift();
    expect(next?.params).toMatchObject({ key: 'b', which: 'latest', offset: 0 });
    await next?.answer(message(2, bytes('of b')));
    return { ...all, inspector };
  }

  test('is shown with its selection, and not read again when a frame brings the same', async () => {
    const { asked, store, inspector } = await ahead();
    const states: (number | null)[] = [];
    inspector.store.subscribe(({ loaded }) => states.push(loaded?.meta.seq ?? null));
    store.setState({ selectedKey: 'b', selected: null });
    expect(states).toEqual([2]);
    store.setState({ selected: selected('b', { latest: meta(2), messages: 1 }) });
    expect(asked).toHaveLength(0);
    inspector.close();
  });

  test('is read again where a frame brings a later message', async () => {
    const { asked, store, inspector, message } = await ahead();
    store.setState({ selectedKey: 'b', selected: null });
    store.setState({ selected: selected('b', { latest: meta(7), messages: 2 }) });
    expect(asked[0]?.params).toMatchObject({ key: 'b', which: 'latest' });
    await asked.shift()?.answer(message(7, bytes('later')));
    expect(inspector.store.getState().loaded?.meta.seq).toBe(7);
    inspector.close();
  });

  test('is not read when the answer for the topic before comes late', async () => {
    const { asked, store, inspector, arrive, clock, message } = await ahead();
    clock.advance(1_000);
    arrive(3);
    const late = asked.shift();
    store.setState({ selectedKey: 'b', selected: null });
    await late?.answer(message(3, bytes('of a')));
    expect(inspector.store.getState()).toMatchObject({ key: 'b', loaded: { meta: { seq: 2 } } });
    expect(asked).toHaveLength(0);
    inspector.close();
  });

  test('can be asked for again all the same', async () => {
    const { asked, store, inspector } = await ahead();
    store.setState({ selectedKey: 'b', selected: null });
    inspector.follow();
    expect(asked.map(({ params }) => params['key'])).toEqual(['b']);
    inspector.close();
  });
});
