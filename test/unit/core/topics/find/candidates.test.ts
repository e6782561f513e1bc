import { describe, expect, it } from 'vitest';
import type { Clues } from '../../../../../src-main/core/query/match/clues.ts';
import { BytesFinder } from '../../../../../src-main/core/query/match/text-finder.ts';
import { Candidates } from '../../../../../src-main/core/topics/find/candidates.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../../support/store/messages.ts';

const encoder = new TextEncoder();

function storeOf(): TopicStore {
  return new TopicStore({ memoryBytes: 2 ** 27, topicCap: 100_000, seed: 1, startedAt: 1_700_000_000_000 });
}

function clues(paths: readonly string[], records: readonly string[]): Clues {
  const finders = (texts: readonly string[]) =>
    texts.map((text) => new BytesFinder(encoder.encode(text), true));
  return { paths: finders(paths), records: finders(records) };
}

/** All of them, by name; null: any topic. */
function found(store: TopicStore, by: Clues): string[] | null {
  const candidates = new Candidates(store, by);
  let before = 0;
  while (candidates.step() && candidates.nodes !== null) {
    const done = candidates.progress(0, 1_000);
    expect(done).toBeGreaterThanOrEqual(before);
    before = done;
  }
  const { nodes } = candidates;
  if (nodes === null) return null;
  expect(candidates.progress(1_000, 1_000)).toBeCloseTo(1_000);
  const all = Array.from({ length: store.end }, (_, node) => node).filter((node) => nodes.has(node));
  return all.map((node) => new TextDecoder().decode(store.pathBytes(node))).toSorted();
}

describe('topics that a filter may show', () => {
  it('are those with a text in a record, or in the path, and what lies above these', () => {
    const store = storeOf();
    for (let n = 0; n < 500; n++) send(store, { topic: `hall/${String(n)}/temp`, payload: `v${String(n)}x` });
    send(store, { topic: 'yard/gate', payload: 'V499X' });
    expect(found(store, clues([], ['v499x']))).toEqual(['hall/499/temp', 'yard/gate']);
    expect(found(store, clues(['499/t'], []))).toEqual(['hall', 'hall/499', 'hall/499/temp']);
    expect(found(store, clues(['gate'], ['v17x']))).toEqual(['hall/17/temp', 'yard', 'yard/gate']);
    expect(found(store, clues([], []))).toEqual([]);
  });

  it('are any, where nothing is known of them', () => {
    const store = storeOf();
    send(store, { topic: 'a', payload: 'b' });
    const candidates = new Candidates(store, null);
    expect([candidates.nodes, candidates.step(), candidates.progress(3, 10)]).toEqual([null, false, 3]);
  });

  it('are any, where going through all records would take longer than asking the topics', () => {
    const store = storeOf();
    for (let n = 0; n < 40; n++) send(store, { topic: 'a', payload: 'b'.repeat(100) });
    expect(found(store, clues([], ['bb']))).toBeNull();
    for (let n = 0; n < 40; n++) send(store, { topic: `a/${String(n)}`, payload: 'b'.repeat(100) });
    expect(found(store, clues([], ['bb']))).toHaveLength(41);
  });

  it('are any, once nearly all of them were found', () => {
    const store = storeOf();
    for (let n = 0; n < 30_000; n++)
      send(store, { topic: `t/${String(n)}`, payload: n % 50 === 0 ? 'rare' : 'usual' });
    expect(found(store, clues([], ['usual']))).toBeNull();
    expect(found(store, clues([], ['rare']))).toHaveLength(600);
  });

  it('are any topics, once they are dropped', () => {
    const store = storeOf();
    send(store, { topic: 'a', payload: 'b' });
    const candidates = new Candidates(store, clues(['a'], ['b']));
    expect(candidates.step()).toBe(true);
    candidates.drop();
    expect([candidates.nodes, candidates.step()]).toEqual([null, false]);
  });
});
