import { describe, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { DecoderRule } from '../../../../../src-main/contract/model/decoder-rule.ts';
import type { MessageMeta, Preview } from '../../../../../src-main/contract/model/message.ts';
import type { Row } from '../../../../../src-main/contract/model/view.ts';
import { createListedPreviews } from '../../../../../src-renderer/state/decoding/row-previews.ts';
import { step } from '../../../../support/decoding.ts';

const BINARY: Preview = { kind: 'binary', hex: 'a1', size: 3 };
const TEXT: Preview = { kind: 'text', text: 'on', cut: false };
const DECODED: Preview = { kind: 'text', text: 'decoded', cut: false };

function rowOf(key: string, part: Partial<Row> = {}): Row {
  return { key, own: 1, size: 3, preview: BINARY, ...part } as Row;
}

function bench(shown: readonly Row[]) {
  const asked: (readonly { readonly key: string; readonly which: number | 'latest' }[])[] = [];
  const rowsOf = (rows: readonly Row[]) => ({
    ids: rows.map((_, at) => at),
    rows: new Map(rows.map((row, at) => [at, { row }])),
    paused: null,
  });
  const store = createStore(() => rowsOf(shown));
  const session = {
    connectionId: 'c1',
    viewId: 'v1',
    store,
    client: {
      call: (_name: string, { messages }: { messages: (typeof asked)[number] }) => {
        asked.push(messages);
        return Promise.resolve({ previews: messages.map(({ key }) => ({ key, seq: 5, preview: DECODED })) });
      },
    },
  } as unknown as Parameters<typeof createListedPreviews>[0];
  const rules = { store: createStore(() => ({ rules: [] as readonly DecoderRule[], where: null })) };
  let now = 0;
  const waiting: (() => void)[] = [];
  const previews = createListedPreviews(session, rules, {
    now: () => now,
    later: (_ms, run) => {
      waiting.push(run);
      return () => undefined;
    },
  });
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    now += 10_000;
    for (const run of waiting.splice(0)) run();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  const show = (rows: readonly Row[]) => store.setState(rowsOf(rows));
  return { previews, rules, asked, settle, show };
}

describe('Rows of the tree', () => {
  test('are decoded where they are binary, and else say what they say', async () => {
    const rows = [rowOf('bin'), rowOf('text', { preview: TEXT }), rowOf('branch', { own: 0 })];
    const { previews, asked, settle } = bench([...rows, rowOf('large', { size: 300_000 })]);
    await settle();
    expect(asked).toEqual([[{ key: 'bin', which: 'latest' }]]);
    expect(previews.ofRow(rows[0]!)?.preview).toEqual(DECODED);
    expect(previews.ofRow(rows[1]!)).toBeNull();
  });

  test('are decoded again with each message that was seen to come', async () => {
    const { asked, settle, show } = bench([rowOf('a')]);
    await settle();
    show([rowOf('a')]);
    await settle();
    expect(asked).toHaveLength(1);
    show([rowOf('a', { own: 2 })]);
    await settle();
    expect(asked).toHaveLength(2);
  });

  test('follow a rule as soon as it is there, and no longer', async () => {
    const text = rowOf('plant/a', { preview: TEXT });
    const { previews, rules, asked, settle } = bench([text]);
    await settle();
    expect(asked).toEqual([]);
    rules.store.setState({ rules: [{ filter: 'plant/+', chain: [step('hex')] }] });
    await settle();
    expect(previews.ofRow(text)?.preview).toEqual(DECODED);
    rules.store.setState({ rules: [] });
    expect(previews.ofRow(text)).toBeNull();
  });

  test('without a value are left alone, whatever a rule says', async () => {
    const rows = [
      rowOf('a', { preview: { kind: 'evicted' } }),
      rowOf('b', { preview: { kind: 'empty' }, size: 0 }),
    ];
    const { rules, asked, settle } = bench(rows);
    rules.store.setState({ rules: [{ filter: '#', chain: [step('hex')] }] });
    await settle();
    expect(asked).toEqual([]);
  });
});

test('Messages of the history are decoded one by one, and each only once', async () => {
  const { previews, asked, settle } = bench([]);
  const message = { seq: 5, kept: 3, preview: BINARY } as MessageMeta;
  const before = previews.version();
  previews.wantMessages('a', [message, { ...message, seq: 4, preview: TEXT }]);
  await settle();
  expect(asked).toEqual([[{ key: 'a', which: 5 }]]);
  expect(previews.ofMessage('a', message)).toEqual(DECODED);
  expect(previews.ofMessage('b', message)).toBeNull();
  expect(previews.version()).not.toBe(before);
  previews.wantMessages('a', [message]);
  await settle();
  expect(asked).toHaveLength(1);
});
