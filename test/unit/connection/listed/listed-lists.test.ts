import { describe, expect, test } from 'vitest';
import { ListedLists } from '../../../../src-main/connection/listed/listed-lists.ts';
import { ListedTopics } from '../../../../src-main/connection/listed/listed-topics.ts';
import { markOf } from '../../../../src-main/connection/retained/overtaken.ts';
import { packNames } from '../../../../src-main/core/retained/topic-names.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import type { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { send } from '../../../support/store/messages.ts';
import { RETAINED_AT, retainedStore } from '../../../support/store/retained-store.ts';

const KEYS = ['plant/a', 'plant/b', 'never/seen', '$share/g/t'];
const ALL = Uint32Array.of(0, 1, 2, 3);
const utf8 = new TextEncoder();

function open() {
  const store = retainedStore({ 'plant/a': 'one', 'plant/b': 'two' });
  const listed = new ListedTopics(store, packNames(KEYS));
  const say = (topic: string, payload: string, retain = true): void =>
    send(store, { topic: keyBytes(topic), payload, retain, at: RETAINED_AT + 1 });
  return { listed, say };
}

describe('what was published between the copy and the clear', () => {
  const found = (listed: ListedTopics): string[] =>
    listed.overtaken(ALL).map(({ key, payload }) => `${key}=${new TextDecoder().decode(payload)}`);

  test.each<[string, (say: (payload: string, retain?: boolean) => void) => void, string[]]>([
    ['is nothing where only ours came', (say) => say(''), []],
    ['is the message that ours took the place of', (say) => (say('newer'), say('')), ['plant/a=newer']],
    ['is the last of several', (say) => (say('x'), say('newest'), say('')), ['plant/a=newest']],
    ['is nothing where it is the copy itself', (say) => (say('one'), say('')), []],
    ['is nothing that was not retained', (say) => (say('live', false), say('')), []],
    ['is nothing that came after ours', (say) => (say(''), say('later')), []],
  ])('%s', (_, meanwhile, wanted) => {
    const { listed, say } = open();
    listed.fetching(ALL);
    listed.fetched(0, markOf(utf8.encode('one')));
    meanwhile((payload, retain) => say('plant/a', payload, retain));
    expect(found(listed)).toEqual(wanted);
    // It is returned once.
    expect(found(listed)).toEqual([]);
  });

  test('is not looked for where nothing was fetched', () => {
    const { listed, say } = open();
    say('plant/a', 'newer');
    say('plant/a', '');
    expect(found(listed)).toEqual([]);
  });
});

describe('the lists of a connection', () => {
  /** Whatever gets as far as the broker fails with that. */
  const lists = (store: TopicStore) => {
    const asking = () => Promise.reject(new Error('The broker is asked.'));
    const truth = { probe: { asking }, cleaner: {} };
    return new ListedLists({ topics: store, clock: new ManualClock(), truth: truth as never });
  };

  test('have numbers of their own, and are not known once they are closed', () => {
    const all = lists(retainedStore({}));
    const [one, other] = [all.open(packNames(KEYS)), all.open(packNames(KEYS))];
    expect(other).not.toBe(one);
    all.close(one);
    all.close(one);
    expect(() => all.fetch(one, ALL)).toThrow('not known any more');
    expect(() => all.check(99, ALL)).toThrow('not known any more');
    expect(() => all.sendEmpty(one, ALL, new Float32Array(4))).toThrow('not known any more');
    expect(() => all.findCleared(one, ALL)).toThrow('not known any more');
  });

  test('are twenty at most: the oldest makes room', async () => {
    const all = lists(retainedStore({}));
    const numbers = Array.from({ length: 25 }, () => all.open(packNames(['a'])));
    expect(new Set(numbers).size).toBe(25);
    const none = new Uint32Array(0);
    for (const [i, number] of numbers.entries()) {
      if (i < 5) expect(() => all.fetch(number, none)).toThrow('not known any more');
      else await expect(all.fetch(number, none)).rejects.toThrow('The broker is asked.');
    }
  });
});
