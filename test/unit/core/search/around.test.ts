import { describe, expect, it } from 'vitest';
import { readAround } from '../../../../src-main/core/search/around.ts';
import type { AroundScope } from '../../../../src-main/contract/session/search.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

const TOPICS = ['robot/1/pose', 'robot/1/log', 'robot/2/pose', 'hall'];

function filled(messages: number, memoryBytes = 2 ** 23) {
  const store = new TopicStore({ memoryBytes, topicCap: 100, seed: 1, startedAt: 1_700_000_000_000 });
  const places: number[] = [0];
  for (let n = 0; n < messages; n++) {
    const topic = TOPICS[n % 4] ?? '';
    send(store, { topic, payload: `${String(n + 1)} ${'x'.repeat(100)}` });
    places.push(store.lastRecord(store.find(new TextEncoder().encode(topic))));
  }
  const around = (seq: number, scope: AroundScope, count: number) => {
    const answer = readAround(store, {
      key: TOPICS[(seq - 1) % 4] ?? '',
      seq,
      place: places[seq] ?? 0,
      scope,
      count,
    });
    return answer.kind === 'gone' ? null : answer.messages.map((message) => message.seq);
  };
  return { store, places, around };
}

describe('messages around one', () => {
  it('are those received just before and after it, of all topics, its own, or those beside it', () => {
    const { around } = filled(40);
    expect(around(20, 'all', 3)).toEqual([17, 18, 19, 20, 21, 22, 23]);
    expect(around(18, 'topic', 2)).toEqual([10, 14, 18, 22, 26]);
    expect(around(18, 'siblings', 3)).toEqual([13, 14, 17, 18, 21, 22, 25]);
  });

  it('are fewer at the ends', () => {
    const { around } = filled(40);
    expect(around(1, 'all', 3)).toEqual([1, 2, 3, 4]);
    expect(around(40, 'all', 3)).toEqual([37, 38, 39, 40]);
  });

  it('are found across segments', () => {
    const { around } = filled(20_000);
    for (const seq of [400, 9_999, 15_000])
      expect(around(seq, 'topic', 2)).toEqual([seq - 8, seq - 4, seq, seq + 4, seq + 8]);
  });

  it('come with topic, time, size and a preview', () => {
    const { store } = filled(8);
    const answer = readAround(store, { key: 'hall', seq: 8, place: 0, scope: 'topic', count: 1 });
    expect(answer).toMatchObject({
      kind: 'around',
      messages: [
        { seq: 4, key: 'hall', topic: 'hall', size: 102, at: store.now, preview: { kind: 'text' } },
        { seq: 8, preview: { kind: 'text' } },
      ],
    });
  });

  it('are not kept any more where the message is not', () => {
    const { around, store } = filled(40_000, 2 ** 20);
    expect(around(1, 'all', 3)).toBeNull();
    expect(readAround(store, { key: 'nowhere', seq: 1, place: 0, scope: 'all', count: 3 })).toEqual({
      kind: 'gone',
    });
  });

  it('are found where the message was moved as the latest of its topic', () => {
    const store = new TopicStore({ memoryBytes: 2 ** 20, topicCap: 100, seed: 1, startedAt: 1 });
    send(store, { topic: 'still', payload: 'on' });
    const place = store.lastRecord(store.find(new TextEncoder().encode('still')));
    for (let n = 0; n < 20_000; n++) send(store, { topic: 'noise', payload: 'y'.repeat(100) });
    const answer = readAround(store, { key: 'still', seq: 1, place, scope: 'topic', count: 3 });
    expect(answer).toMatchObject({ kind: 'around', messages: [{ seq: 1 }] });
  });
});
