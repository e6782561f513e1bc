import { describe, expect, test } from 'vitest';
import { branchHistory } from '../../../../../src-main/core/topics/view/branch-history.ts';
import { liveScope } from '../../../../../src-main/core/topics/view/records.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { random } from '../../../../support/random.ts';
import { put } from '../../../../support/store/messages.ts';

const START = Date.UTC(2026, 10, 20, 14);

function opened(memoryBytes = 16 * 2 ** 20) {
  const store = new TopicStore({ memoryBytes, topicCap: 100_000, seed: 7, startedAt: START });
  let at = START;
  return {
    send: (topic: string, payload = 'x', afterMs = 10) => {
      at += afterMs;
      put(store, { topic, payload, at });
    },
    read: (key: string, before: number | null = null, limit = 100) =>
      branchHistory(store, liveScope(store), key, before, limit),
  };
}

describe('The history of a branch', () => {
  test('has the messages of all topics below it and its own, newest first, and no others', () => {
    const { send, read } = opened();
    for (const topic of ['a/x', 'b', 'a', 'a/y/z', 'a/x', 'ab', 'a/y/z']) send(topic);
    const { messages, complete, more } = read('a');
    expect(messages.map(({ topic }) => topic)).toEqual(['a/y/z', 'a/x', 'a/y/z', 'a', 'a/x']);
    expect(messages[0]).toMatchObject({ key: 'a/y/z', preview: { kind: 'text', text: 'x' } });
    expect({ complete, more }).toEqual({ complete: true, more: false });
  });

  test('keeps the order of messages that came in one ms', () => {
    const { send, read } = opened();
    for (let count = 0; count < 50; count++)
      send(`a/${String(count % 7)}/${String(count % 3)}`, String(count), 0);
    const texts = read('a').messages.map(({ preview }) => ('text' in preview ? preview.text : ''));
    expect(texts).toEqual(Array.from({ length: 50 }, (_, at) => String(49 - at)));
  });

  test('is read page by page, and nothing comes twice or is left out', () => {
    const { send, read } = opened();
    const { int } = random(3);
    for (let count = 0; count < 2_000; count++)
      send(`a/${String(int(20))}/${String(int(5))}`, String(count), int(3));
    const seqs: number[] = [];
    for (let before: number | null = null; ;) {
      const page = read('a', before, 150);
      seqs.push(...page.messages.map(({ seq }) => seq));
      before = page.messages.at(-1)?.seq ?? null;
      if (!page.more) break;
    }
    expect(seqs).toHaveLength(2_000);
    expect(seqs).toEqual(seqs.toSorted((a, b) => b - a));
  });

  test('opens of a large tree only what may hold a message of the page', () => {
    const { send, read } = opened();
    for (let count = 0; count < 30_000; count++) send(`a/${String(count % 300)}/${String(count)}`);
    const { messages, more } = read('a', null, 20);
    expect(messages.map(({ topic }) => topic).slice(0, 2)).toEqual(['a/299/29999', 'a/298/29998']);
    expect(messages).toHaveLength(20);
    expect(more).toBe(true);
  });

  test('says where older messages were evicted', () => {
    const { send, read } = opened(2 ** 20);
    for (let count = 0; count < 5_000; count++) send(`a/${String(count % 3)}`, 'x'.repeat(2_000));
    const { messages, complete } = read('a', null, 500);
    expect(messages.length).toBeGreaterThan(0);
    let before: number | null = messages.at(-1)?.seq ?? null;
    let last = { complete, more: true };
    while (last.more) {
      const page = read('a', before, 500);
      before = page.messages.at(-1)?.seq ?? before;
      last = page;
    }
    expect(last.complete).toBe(false);
  });

  test('of an unknown topic is empty', () => {
    expect(opened().read('nowhere')).toEqual({ messages: [], complete: false, more: false });
  });
});
