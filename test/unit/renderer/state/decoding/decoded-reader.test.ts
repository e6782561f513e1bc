import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Decoded } from '../../../../../src-main/contract/decoding/decoded.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { MessageMeta } from '../../../../../src-main/contract/model/message.ts';
import { createDecodedReader, isPlain } from '../../../../../src-renderer/state/decoding/decoded-reader.ts';
import type {
  Inspector,
  InspectorState,
  Loaded,
} from '../../../../../src-renderer/state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { bytesOf, decoded, step } from '../../../../support/decoding.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

interface Asked {
  readonly name: string;
  readonly params: {
    readonly chain?: unknown;
    readonly nodes?: number;
    readonly source?: { readonly which: number };
  };
  answer(value: unknown): Promise<void>;
}

function loaded(seq: number, bytes: Uint8Array<ArrayBuffer>, kept = bytes.length): Loaded {
  return { meta: { seq, kept, size: kept } as MessageMeta, bytes, properties: new Uint8Array() };
}

const NOTHING = { key: 'a', loaded: null } as unknown as InspectorState;

function bench() {
  const asked: Asked[] = [];
  let held = 0;
  const store = createStore<InspectorState>(() => NOTHING);
  const session = {
    connectionId: ConnectionId.parse('c1'),
    viewId: 'v1',
    store: createStore(() => ({ paused: null })),
    client: {
      call: (name: string, params: Asked['params']) =>
        new Promise((resolve) => {
          const answer = async (value: unknown) => {
            resolve(value);
            for (let turn = 0; turn < 10; turn++) await Promise.resolve();
          };
          asked.push({ name, params, answer });
        }),
    },
  } as unknown as ConnectionSession;
  const inspector = { store, hold: () => held++ } as unknown as Inspector;
  const clock = new ManualClock();
  const reader = createDecodedReader(session, inspector, clock.after);
  const show = (one: Loaded, key = 'a') => store.setState({ key, loaded: one });
  return { reader, asked, show, clock, held: () => held };
}

const BINARY = bytesOf('a1 6161 01');
const answerFor = (bytes: Uint8Array): Decoded => decoded(bytes);

describe('What is inspected', () => {
  test('is decoded, one message at a time, and always the latest', async () => {
    const { reader, asked, show } = bench();
    show(loaded(1, BINARY));
    show(loaded(2, BINARY));
    show(loaded(3, BINARY));
    expect(asked.map(({ params }) => params.source?.which)).toEqual([1]);
    await asked[0]?.answer(answerFor(BINARY));
    expect(reader.store.getState().shown?.seq).toBe(1);
    expect(asked.map(({ params }) => params.source?.which)).toEqual([1, 3]);
    await asked[1]?.answer(answerFor(BINARY));
    expect(reader.store.getState()).toMatchObject({ shown: { seq: 3 }, previous: { seq: 1 } });
    expect(asked).toHaveLength(2);
  });

  test('is not shown for another topic than the one it was asked for', async () => {
    const { reader, asked, show } = bench();
    show(loaded(1, BINARY));
    show(loaded(9, BINARY), 'b');
    await asked[0]?.answer(answerFor(BINARY));
    expect(reader.store.getState().shown).toBeNull();
    await asked[1]?.answer(answerFor(BINARY));
    expect(reader.store.getState().shown).toMatchObject({ key: 'b', seq: 9 });
  });

  test('is left to the window where it is a long text, unless somebody asks', async () => {
    const { reader, asked, show } = bench();
    const text = new Uint8Array(65_536).fill(0x61);
    show(loaded(1, text, 10_000_000));
    expect(asked).toEqual([]);
    show(loaded(2, Uint8Array.of(...text.slice(0, 99), 0xff, 0x00), 10_000_000));
    expect(asked).toHaveLength(1);
    await asked[0]?.answer(answerFor(BINARY));
    show(loaded(3, text, 10_000_000));
    expect(asked).toHaveLength(1);
    expect(reader.store.getState().shown).toBeNull();
    reader.setOpen(true);
    expect(asked).toHaveLength(2);
  });

  test('is read by the decoder only once somebody stays where it is a text, which is on screen without', async () => {
    const { reader, asked, show, clock } = bench();
    const text = bytesOf('text:{"a":1}');
    for (let topic = 0; topic < 100; topic++) {
      show(loaded(topic, text), `t${topic}`);
      clock.advance(33);
    }
    expect(asked).toEqual([]);
    clock.advance(17);
    expect(asked.map(({ params }) => [params.source?.which, params.nodes])).toEqual([[99, 0]]);
    await asked[0]?.answer(decoded(text));
    expect(reader.store.getState().shown).toMatchObject({ key: 't99', seq: 99 });
    reader.setOpen(true);
    show(loaded(100, text), 't100');
    expect(asked).toHaveLength(2);
    reader.setOpen(false);
    reader.close();
    expect(clock.pending).toBe(0);
  });

  test('is decoded at once where the text before it was shown decoded, with the values for a chart', async () => {
    const { reader, asked, show, clock } = bench();
    const lines = bytesOf('text:{"a":1}\n{"a":2}');
    show(loaded(1, lines));
    clock.advance(50);
    const foreign = decoded(lines);
    await asked[0]?.answer({ ...foreign, nodes: [] });
    expect(asked[1]).toMatchObject({ name: 'decodedNodes', params: { id: foreign.id, from: 0 } });
    expect(reader.store.getState().shown).toBeNull();
    await asked[1]?.answer({ kind: 'nodes', nodes: foreign.nodes });
    expect(reader.store.getState().shown?.decoded.nodes).toEqual(foreign.nodes);
    show(loaded(2, lines));
    expect(asked).toHaveLength(3);
    expect(clock.pending).toBe(0);
    show(loaded(3, BINARY), 'b');
    await asked[2]?.answer(foreign);
    expect(asked[3]?.params).toMatchObject({ nodes: 500, source: { which: 3 } });
  });

  test('is not read any more where somebody has gone on before', () => {
    const { reader, asked, show, clock } = bench();
    show(loaded(1, bytesOf('text:on')));
    reader.close();
    clock.advance(1_000);
    expect(asked).toEqual([]);
  });

  test('is decoded as chosen, behind what unpacks it, until another topic is', async () => {
    const { reader, asked, show } = bench();
    show(loaded(1, BINARY));
    await asked[0]?.answer({
      ...answerFor(BINARY),
      stages: [{ ...step('gzip'), label: 'gzip', why: '', detail: '', bytes: 3 }],
    });
    reader.choose(step('msgpack'));
    expect(asked[1]?.params.chain).toEqual([step('gzip'), step('msgpack')]);
    await asked[1]?.answer(answerFor(BINARY));
    reader.choose(null);
    expect(asked[2]?.params.chain).toBeNull();
    await asked[2]?.answer(answerFor(BINARY));
    reader.choose(step('hex'));
    show(loaded(5, BINARY), 'b');
    expect(reader.store.getState().chosen).toBeNull();
  });

  test('is not shown as chosen before what was chosen is there', async () => {
    const { reader, asked, show } = bench();
    show(loaded(1, BINARY));
    reader.choose(step('hex'));
    await asked[0]?.answer(answerFor(BINARY));
    expect(reader.store.getState().shown).toBeNull();
    expect(asked[1]?.params.chain).toEqual([step('hex')]);
  });

  test('says why the decoder does not answer', async () => {
    const { reader, asked, show } = bench();
    show(loaded(1, BINARY));
    const failure = { kind: 'failed', code: 'decoder-too-slow', message: 'Too slow.', advice: '' };
    await asked[0]?.answer(failure);
    expect(reader.store.getState()).toMatchObject({ shown: null, problem: { message: 'Too slow.' } });
    show(loaded(2, BINARY));
    await asked[1]?.answer(answerFor(BINARY));
    expect(reader.store.getState().problem).toBeNull();
  });

  test('is read on where its text is long, and held meanwhile', async () => {
    const { reader, asked, show, held } = bench();
    show(loaded(1, BINARY));
    await asked[0]?.answer({ ...answerFor(BINARY), text: 'abc', textLength: 5 });
    const more = reader.more();
    expect(held()).toBe(1);
    expect(asked[1]).toMatchObject({ name: 'decodedText', params: { offset: 3 } });
    await asked[1]?.answer({ kind: 'text', text: 'de', total: 5 });
    await more;
    expect(reader.store.getState().shown?.decoded.text).toBe('abcde');
    await reader.more();
    expect(asked).toHaveLength(2);
  });

  test('asks nothing after its end', async () => {
    const { reader, asked, show } = bench();
    reader.close();
    show(loaded(1, BINARY));
    reader.again();
    expect(asked).toEqual([]);
  });
});

describe('What the window lays out by itself', () => {
  test('is not what somebody has chosen, or what failed', () => {
    const text = bytesOf('text:{"a":1}');
    expect(isPlain(decoded(text, [step('text')]))).toBe(false);
    expect(isPlain(decoded(text, [step('bytes')]))).toBe(false);
    expect(isPlain(decoded(text, [step('json')]))).toBe(true);
    expect(isPlain(decoded(text, [step('cbor')]))).toBe(false);
  });

  test.each([
    ['text:{"a":1}', true],
    ['text:hello there', true],
    ['text:ON', true],
    ['ff00ff01', true],
    ['a1 6161 01', false],
    ['fffe 6100', false],
    ['text:{"a":1}\n{"a":2}', false],
    ['text:2026-11-20T14:31:06Z', false],
    ['text:a: 1\nb: 2\n', true],
  ])('%s: %s', (bytes, plain) => {
    expect(isPlain(answerFor(bytesOf(bytes)))).toBe(plain);
  });
});
