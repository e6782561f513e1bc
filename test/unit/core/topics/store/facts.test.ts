import { describe, expect, test } from 'vitest';
import type { RetainedFact } from '../../../../../src-main/contract/model/retained.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { random } from '../../../../support/random.ts';
import { send, type Sent } from '../../../../support/store/messages.ts';

const START = 1_700_000_000_000;
const encode = (name: string): Uint8Array => new TextEncoder().encode(name);

function open(): TopicStore {
  return new TopicStore({ memoryBytes: 16 * 2 ** 20, topicCap: 100_000, seed: 99, startedAt: START });
}

/** On MQTT 5, where every subscription asked for retain-as-published. */
function open5(): TopicStore {
  const store = open();
  store.facts.setLiveRetain({ possible: true, everywhere: true, vouches: () => true });
  return store;
}

/** Before MQTT 5: retain = 1 is always a stored message. */
function open311(): TopicStore {
  const store = open();
  store.facts.setLiveRetain({ possible: false, everywhere: false, vouches: () => true });
  return store;
}

const fact = (store: TopicStore, topic: string): RetainedFact => store.retained(store.find(encode(topic)));
const state = (store: TopicStore, topic: string): string => {
  const { state: word, by, stale } = fact(store, topic);
  return `${word} by ${by}${stale ? ', stale' : ''}`;
};
const stored = (store: TopicStore, topic: string): boolean | undefined =>
  store.record(store.lastRecord(store.find(encode(topic))))?.stored;

const live = (topic: string, part: Partial<Sent> = {}): Sent => ({ topic, ...part });
const retained = (topic: string, part: Partial<Sent> = {}): Sent => ({ topic, retain: true, ...part });
const empty = (topic: string, part: Partial<Sent> = {}): Sent => ({ topic, payload: '', ...part });

/** A scan of everything that brings these topics and is judged at `at`. */
function scan(store: TopicStore, topics: readonly string[], at: number, meanwhile?: () => void): void {
  const began = store.facts.scanBegan();
  for (const topic of topics) send(store, retained(topic, { at }));
  meanwhile?.();
  store.facts.scanEnded();
  absent(store, began, at);
  store.facts.scanJudged();
}

function absent(store: TopicStore, began: number, at: number): void {
  store.sweep({
    matches: () => true,
    wanted: () => true,
    visit: (node) => {
      store.facts.absent(node, began, at);
      return true;
    },
    done: () => undefined,
  });
  while (store.work(() => false));
}

describe('A message with retain = 1', () => {
  test('belongs to no scan where its topic was cleared since the SUBSCRIBE, or others would keep it running.', () => {
    const store = open5();
    store.facts.scanBegan();
    send(store, retained('a'));
    const { fresh } = store.facts;
    for (let i = 0; i < 5; i++) {
      send(store, retained('a', { payload: '', at: START + i * 1_000 }));
      send(store, retained('a', { at: START + i * 1_000 + 100 }));
      send(store, retained('a', { at: START + i * 1_000 + 200 }));
    }
    expect(store.facts.fresh).toBe(fresh);
    store.facts.scanBegan();
    send(store, retained('a', { at: START + 9_000 }));
    expect(store.facts.fresh).toBe(fresh + 1);
  });

  test('is a stored one while a scan runs, and was published meanwhile when it comes again.', () => {
    const store = open5();
    store.facts.scanBegan();
    send(store, retained('a'));
    expect([state(store, 'a'), stored(store, 'a')]).toEqual(['retained by subscribe', true]);
    send(store, retained('a', { at: START + 200 }));
    expect([state(store, 'a'), stored(store, 'a')]).toEqual(['retained by live', false]);
  });

  test('is a stored one again where another SUBSCRIBE may bring it as well.', () => {
    const store = open5();
    store.facts.scanBegan();
    send(store, retained('a'));
    store.facts.scanBegan(false);
    send(store, retained('a'));
    send(store, retained('a'));
    expect([state(store, 'a'), stored(store, 'a')]).toEqual(['retained by subscribe', true]);
  });

  test('was published meanwhile where no scan runs.', () => {
    const store = open5();
    send(store, retained('b', { at: START + 5 }));
    expect(fact(store, 'b')).toEqual({ state: 'retained', by: 'live', at: START + 5, stale: false });
    expect(stored(store, 'b')).toBe(false);
  });

  test('is always a stored one before MQTT 5, however late it comes.', () => {
    const store = open311();
    store.facts.scanBegan();
    store.facts.scanEnded();
    send(store, retained('a'));
    send(store, retained('a'));
    expect([state(store, 'a'), stored(store, 'a')]).toEqual(['retained by subscribe', true]);
  });

  test('is no stored one where it is empty.', () => {
    const store = open311();
    send(store, retained('a'));
    send(store, retained('a', { payload: '', at: START + 5 }));
    expect(fact(store, 'a')).toEqual({ state: 'cleared', by: 'live', at: START + 5, stale: false });
    expect(stored(store, 'a')).toBe(false);
  });

  test('that comes as stored right after an empty message may be an old one, until a new one comes.', () => {
    const store = open311();
    send(store, retained('a'));
    send(store, empty('a', { at: START + 1_000 }));
    expect(state(store, 'a')).toBe('unknown by emptied');
    store.facts.scanBegan();
    send(store, retained('a', { at: START + 2_000 }));
    expect(state(store, 'a')).toBe('unknown by subscribe');
    send(store, empty('a', { at: START + 3_000 }));
    send(store, live('a', { at: START + 3_100 }));
    send(store, retained('a', { at: START + 3_200 }));
    expect(state(store, 'a')).toBe('retained by subscribe');
    send(store, empty('a', { at: START + 4_000 }));
    send(store, retained('a', { at: START + 7_000 }));
    expect(state(store, 'a')).toBe('retained by subscribe');
  });
});

describe('A live message with retain = 0', () => {
  test('moves what was known before MQTT 5 to unknown, as it may have been stored or have cleared.', () => {
    const store = open311();
    for (const topic of ['none', 'cleared', 'kept', 'emptied']) send(store, retained(topic));
    const learn = (topic: string, evidence: 'absent' | 'emptied'): void =>
      store.facts.learn(
        store.find(encode(topic)),
        evidence,
        evidence === 'absent' ? 'probe' : 'us',
        -1,
        START,
      );
    learn('none', 'absent');
    learn('cleared', 'emptied');
    for (const topic of ['none', 'cleared', 'kept']) send(store, live(topic, { at: START + 9 }));
    send(store, empty('emptied', { at: START + 9 }));
    expect(fact(store, 'none')).toEqual({ state: 'unknown', by: 'live', at: START + 9, stale: false });
    expect(fact(store, 'cleared')).toEqual({ state: 'unknown', by: 'live', at: START + 9, stale: false });
    expect(fact(store, 'kept')).toEqual({ state: 'retained', by: 'subscribe', at: START, stale: false });
    expect(fact(store, 'emptied')).toEqual({ state: 'unknown', by: 'emptied', at: START + 9, stale: false });
    expect(store.counters().retained).toBe(1);
  });

  test('says nothing of the stored one once the broker is known to keep the flag.', () => {
    const store = open5();
    send(store, retained('a'));
    send(store, empty('a', { retain: true }));
    expect(store.facts.proven).toBe(true);
    send(store, live('a'));
    expect(state(store, 'a')).toBe('cleared by live');
    send(store, retained('a'));
    send(store, empty('a'));
    expect(state(store, 'a')).toBe('retained by live');
  });

  test('bounds how long a retained message is believed in, where it may have replaced it.', () => {
    const store = open5();
    send(store, retained('a'));
    send(store, live('a', { expiry: 10 }));
    send(store, live('a', { expiry: 60 }));
    expect(state(store, 'a')).toBe('retained by live');
    store.tick(START + 10_000);
    expect(fact(store, 'a')).toEqual({ state: 'unknown', by: 'expiry', at: START + 10_000, stale: false });
  });
});

describe('That a broker keeps the retain flag is proven', () => {
  test('by a second delivery once the scan was judged, and not by what may be late.', () => {
    const store = open5();
    const began = store.facts.scanBegan();
    send(store, retained('late'));
    store.facts.scanEnded();
    send(store, retained('late'));
    expect(store.facts.proven).toBe(false);
    absent(store, began, START);
    store.facts.scanJudged();
    send(store, retained('new'));
    expect(store.facts.proven).toBe(false);
    send(store, retained('new'));
    expect(store.facts.proven).toBe(true);
  });

  test('by an empty message once the scan was judged: some brokers store those.', () => {
    const store = open5();
    const began = store.facts.scanBegan();
    send(store, empty('stored', { retain: true }));
    store.facts.scanEnded();
    send(store, empty('late', { retain: true }));
    expect([state(store, 'stored'), store.facts.proven]).toEqual(['cleared by live', false]);
    absent(store, began, START);
    store.facts.scanJudged();
    send(store, live('stored'));
    expect(state(store, 'stored')).toBe('unknown by live');
    send(store, empty('live', { retain: true }));
    expect(store.facts.proven).toBe(true);
  });

  test('for one connection only, and not where a subscription did not ask for it.', () => {
    const store = open5();
    send(store, empty('a', { retain: true }));
    expect(store.facts.proven).toBe(true);
    store.sessionChanged();
    expect(store.facts.proven).toBe(false);
    send(store, empty('a', { retain: true }));
    store.facts.setLiveRetain({ possible: true, everywhere: false, vouches: () => true });
    expect(store.facts.proven).toBe(false);
    send(store, empty('a', { retain: true }));
    expect(store.facts.proven).toBe(false);
  });
});

test('A topic that may be delivered otherwise than the rest proves nothing of the rest.', () => {
  const store = open();
  const vouches = (topic: Uint8Array): boolean => new TextDecoder().decode(topic) !== 'exact';
  store.facts.setLiveRetain({ possible: true, everywhere: true, vouches });
  send(store, empty('exact', { retain: true }));
  expect(store.facts.proven).toBe(false);
  send(store, empty('other', { retain: true }));
  expect(store.facts.proven).toBe(true);
});

describe('A new connection', () => {
  test('makes what was known as of then, until it is seen again.', () => {
    const store = open5();
    scan(store, ['a', 'b'], START);
    send(store, live('c'));
    store.sessionChanged();
    expect(['a', 'b', 'c'].map((topic) => state(store, topic))).toEqual([
      'retained by subscribe, stale',
      'retained by subscribe, stale',
      'unknown by none',
    ]);
    store.facts.scanBegan();
    send(store, retained('a', { at: START + 20 }));
    expect(fact(store, 'a')).toEqual({ state: 'retained', by: 'subscribe', at: START + 20, stale: false });
    expect(fact(store, 'b').stale).toBe(true);
  });

  test('with a complete scan shows what is not retained any more.', () => {
    const store = open5();
    scan(store, ['a', 'b'], START);
    store.sessionChanged();
    scan(store, ['a'], START + 20);
    expect(fact(store, 'b')).toEqual({ state: 'not-retained', by: 'scan', at: START + 20, stale: false });
    expect(state(store, 'a')).toBe('retained by subscribe');
    expect(store.counters().retained).toBe(1);
  });

  test('leaves open what a live message may have stored while the scan ran.', () => {
    const store = open311();
    scan(store, ['a', 'b', 'c'], START);
    store.sessionChanged();
    scan(store, [], START + 20, () => {
      send(store, live('a', { at: START + 10 }));
      send(store, live('new', { at: START + 10 }));
      send(store, empty('b', { at: START + 10 }));
    });
    expect(['a', 'b', 'c', 'new'].map((topic) => state(store, topic))).toEqual([
      'unknown by live',
      'unknown by emptied',
      'not-retained by scan',
      'unknown by live',
    ]);
  });

  test('notes the first of many live messages, and each that follows another fact.', () => {
    const store = open311();
    scan(store, ['a', 'b'], START);
    scan(store, ['b'], START + 5);
    expect(state(store, 'a')).toBe('not-retained by scan');
    const began = store.facts.scanBegan();
    const written = (at: number): number => {
      const before = store.facts.written;
      for (let i = 0; i < 5; i++) send(store, live('a', { at: at + i }));
      return store.facts.written - before;
    };
    const noted = (at: number): RetainedFact => ({ state: 'unknown', by: 'live', at, stale: false });
    expect(written(START + 10)).toBe(1);
    expect(fact(store, 'a')).toEqual(noted(START + 10));
    // Believed as long as it says, whatever comes live meanwhile.
    send(store, retained('a', { at: START + 20, expiry: 60 }));
    expect(written(START + 30)).toBe(0);
    expect(state(store, 'a')).toBe('retained by subscribe');
    store.tick(START + 61_000);
    expect(state(store, 'a')).toBe('unknown by expiry');
    store.facts.learn(store.find(encode('a')), 'absent', 'scan', -1, START + 70_000);
    expect(written(START + 70_010)).toBe(1);
    expect(fact(store, 'a')).toEqual(noted(START + 70_010));
    store.facts.scanEnded();
    absent(store, began, START + 70_020);
    store.facts.scanJudged();
    expect(fact(store, 'a')).toEqual(noted(START + 70_010));
  });

  test('does not undo what was learnt after the scan began.', () => {
    const store = open311();
    scan(store, ['a'], START);
    store.sessionChanged();
    scan(store, [], START + 20, () =>
      store.facts.learn(store.find(encode('a')), 'published', 'us', -1, START + 10),
    );
    expect(state(store, 'a')).toBe('retained by us');
  });

  test('that ends before a sweep does leaves the rest of it as of then.', () => {
    const store = open5();
    scan(store, ['a'], START);
    const began = store.facts.scanBegan();
    store.facts.scanEnded();
    store.sessionChanged();
    absent(store, began, START + 20);
    expect(state(store, 'a')).toBe('not-retained by scan, stale');
  });
});

test('A topic that no subscription covers any more is as of then, until it is learnt again.', () => {
  const store = open5();
  send(store, retained('a'));
  send(store, live('b'));
  for (const topic of ['a', 'b']) store.facts.uncovered(store.find(encode(topic)));
  expect(state(store, 'a')).toBe('retained by live, stale');
  expect(state(store, 'b')).toBe('unknown by none');
  store.facts.learn(store.find(encode('a')), 'stored', 'probe', -1, START + 5);
  expect(state(store, 'a')).toBe('retained by probe');
});

test('Facts expire at their time for the reader, and in the count within a second.', () => {
  const store = open();
  for (let i = 0; i < 5_000; i++) send(store, retained(`r/${i}`, { expiry: 10 + (i % 2) }));
  expect(store.counters().retained).toBe(5_000);
  store.tick(START + 9_999);
  expect(fact(store, 'r/0').state).toBe('retained');
  store.tick(START + 10_000);
  expect(fact(store, 'r/0')).toEqual({ state: 'unknown', by: 'expiry', at: START + 10_000, stale: false });
  expect(fact(store, 'r/1').state).toBe('retained');
  expect(store.counters().retained).toBe(2_500);
  store.tick(START + 11_000);
  expect(store.counters().retained).toBe(0);
});

test('A live message after a retained one leaves that one to be inspected.', () => {
  for (const store of [open5(), open311()]) {
    store.facts.scanBegan();
    send(store, retained('a', { payload: 'A' }));
    for (let i = 0; i < 3; i++) send(store, live('a', { payload: `B${i}` }));
    const record = store.record(store.lastRetainedRecord(store.find(encode('a'))));
    expect(new TextDecoder().decode(record?.payload)).toBe('A');
    expect(record).toMatchObject({ retain: true, stored: true });
  }
});

test('The mark of a stored message moves with it when the log makes room.', () => {
  const store = new TopicStore({ memoryBytes: 2 ** 20, topicCap: 1_000, seed: 1, startedAt: START });
  const rng = random(3);
  store.facts.scanBegan();
  send(store, retained('stored', { payload: 'x'.repeat(500) }));
  store.facts.scanEnded();
  send(store, retained('published', { payload: 'x'.repeat(500) }));
  for (let i = 0; i < 20_000; i++)
    send(store, live(`t/${rng.int(50)}`, { payload: 'y'.repeat(rng.int(400)) }));
  expect(store.counters().evicted).toBeGreaterThan(1_000);
  expect([stored(store, 'stored'), stored(store, 'published')]).toEqual([true, false]);
});

test('A sweep is done in slices, in order, and each reports its end.', () => {
  const store = open();
  for (let i = 0; i < 3_000; i++) send(store, retained(`a/${i}`));
  const seen: string[] = [];
  const sweep = (name: string, most: number): void =>
    store.sweep({
      matches: (topic) => topic[0] === 0x61,
      wanted: (node) => store.retained(node).state === 'retained',
      visit: () => seen.push(name) < most,
      done: () => seen.push(`${name} done`),
    });
  sweep('few', 5);
  sweep('all', Infinity);
  let turns = 0;
  while (store.work(() => true)) turns++;
  expect(turns).toBeGreaterThan(5);
  expect(seen.slice(0, 6)).toEqual(['few', 'few', 'few', 'few', 'few', 'few done']);
  expect(seen.filter((word) => word === 'all')).toHaveLength(3_000);
  expect(seen.at(-1)).toBe('all done');
});

test('The stamp of a topic differs after a message, and after a fact within the same millisecond.', () => {
  const store = open5();
  const at = START + 1_000;
  send(store, retained('a', { at }));
  const node = store.find(encode('a'));
  const stamp = (): number => store.retainedStamp(node);
  const seen = [stamp()];
  expect(stamp()).toBe(seen[0]);
  send(store, live('a', { at }));
  seen.push(stamp());
  store.facts.learn(node, 'absent', 'probe', -1, at);
  seen.push(stamp());
  store.facts.learn(node, 'stored', 'probe', -1, at);
  seen.push(stamp());
  store.facts.learn(node, 'stored', 'probe', -1, at + 1);
  seen.push(stamp());
  expect(new Set(seen).size).toBe(5);
});
