import { describe, expect, test } from 'vitest';
import { readPayloads } from '../../../../src-main/core/series/payloads.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { put } from '../../../support/store/messages.ts';

const START = Date.UTC(2026, 10, 20, 14);

function opened() {
  const store = new TopicStore({ memoryBytes: 64 * 2 ** 20, topicCap: 1_000, seed: 7, startedAt: START });
  let at = START;
  const send = (topic: string, payload: string) => {
    at += 1_000;
    put(store, { topic, payload, at });
  };
  const read = (part: { after?: number; before?: number | null; since?: number } = {}) => {
    const answer = readPayloads(store, { key: 'a', after: 0, before: null, since: 0, ...part });
    let start = 0;
    const texts = answer.lengths.map((length) => {
      start += length;
      return new TextDecoder().decode(answer.bytes.subarray(start - length, start));
    });
    return { ...answer, texts };
  };
  return { send, read };
}

describe('The payloads of a topic', () => {
  test('come newest first, those of others left out', () => {
    const { send, read } = opened();
    for (const text of ['one', 'two', 'three']) {
      send('a', text);
      send('b', 'other');
    }
    const { texts, ats, seqs, more } = read();
    expect(texts).toEqual(['three', 'two', 'one']);
    expect(ats).toEqual([START + 5_000, START + 3_000, START + 1_000]);
    expect(seqs).toEqual([...seqs].sort((a, b) => b - a));
    expect(more).toBe(false);
  });

  test('end where they were read already, and begin before those', () => {
    const { send, read } = opened();
    for (const text of ['one', 'two', 'three', 'four']) send('a', text);
    const { seqs } = read();
    expect(read({ after: seqs[2]! }).texts).toEqual(['four', 'three']);
    expect(read({ before: seqs[1]! }).texts).toEqual(['two', 'one']);
    expect(read({ after: seqs[0]! }).texts).toEqual([]);
    expect(read({ since: START + 3_000 }).texts).toEqual(['four', 'three']);
  });

  test('come in pieces, together all of them', () => {
    const { send, read } = opened();
    for (let count = 0; count < 9_000; count++) send('a', String(count));
    let before: number | null = null;
    const all: string[] = [];
    for (let pieces = 0; pieces < 10; pieces++) {
      const { texts, seqs, more } = read({ before });
      all.push(...texts);
      before = seqs.at(-1) ?? null;
      if (!more) break;
    }
    expect(all).toEqual(Array.from({ length: 9_000 }, (_, at) => String(8_999 - at)));
  });

  test('that are too long for a chart come without their bytes', () => {
    const { send, read } = opened();
    send('a', 'x'.repeat(70_000));
    send('a', '5');
    expect(read()).toMatchObject({ lengths: [1, 0], unread: [1], texts: ['5', ''] });
  });

  test('of an unknown topic are none', () => {
    expect(opened().read()).toMatchObject({ seqs: [], more: false });
  });
});
