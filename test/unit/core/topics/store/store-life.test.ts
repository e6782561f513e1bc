import { describe, expect, test } from 'vitest';
import { NO_NODE, ROOT } from '../../../../../src-main/core/topics/columns/nodes.ts';
import type { StoreOptions } from '../../../../../src-main/core/topics/store/options.ts';
import { TopicStore } from '../../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../../support/store/messages.ts';

const START = 1_700_000_000_000;
const MIB = 2 ** 20;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const encode = (name: string): Uint8Array => new TextEncoder().encode(name);

function open(options: Partial<StoreOptions> = {}): TopicStore {
  return new TopicStore({ memoryBytes: 16 * MIB, topicCap: 100_000, seed: 99, startedAt: START, ...options });
}

function names(store: TopicStore): string[] {
  const found: string[] = [];
  for (let node = 0; node < store.end; node++) {
    if (store.exists(node) && store.isTopic(node)) found.push(text(store.pathBytes(node)));
  }
  return found.toSorted();
}

function balance(store: TopicStore): void {
  const c = store.counters();
  expect(c.kept + c.evicted + c.forgotten + c.dropped).toBe(c.received + c.system);
}

describe('A tree that is divided at another character', () => {
  test('is one flat level if the character does not occur, however many topics there are', () => {
    const store = open({ separator: '.', memoryBytes: 64 * MIB, topicCap: 200_000 });
    for (let i = 0; i < 100_000; i++) send(store, { topic: `plant/press/${i}` });
    expect(store.childCount(ROOT)).toBe(100_000);
    expect(store.subtreeTopics(ROOT)).toBe(100_000);
    expect(store.level(store.find(encode('plant/press/77777')))).toBe(1);
    expect(store.find(encode('plant'))).toBe(NO_NODE);
    balance(store);
  });

  test('has empty levels where separators meet or lie at an end, and whole characters', () => {
    const store = open({ separator: '.' });
    for (const topic of ['a..b', '.', '.x', 'x.', 'größe.😀.é/è', '$SYS/a.b']) send(store, { topic });
    const pathTo = (topic: string): string[] => {
      const path: string[] = [];
      for (let node = store.find(encode(topic)); node !== ROOT; node = store.parent(node))
        path.unshift(text(store.pathBytes(node).subarray(store.nameOffset(node))));
      return path;
    };
    expect(pathTo('a..b')).toEqual(['a', '', 'b']);
    expect(pathTo('.')).toEqual(['', '']);
    expect(pathTo('.x')).toEqual(['', 'x']);
    expect(pathTo('x.')).toEqual(['x', '']);
    expect(pathTo('größe.😀.é/è')).toEqual(['größe', '😀', 'é/è']);
    expect(pathTo('$SYS/a.b')).toEqual(['$SYS', 'a.b']);
  });

  test('is no deeper than any other: what is beyond 512 levels is the name of the last', () => {
    const store = open({ separator: '.' });
    send(store, { topic: Array.from({ length: 1_000 }, () => 'x').join('.') });
    const [deepest] = Array.from({ length: store.end }, (_, node) => store.level(node)).toSorted(
      (a, b) => b - a,
    );
    expect(deepest).toBe(512);
  });
});

describe('At the topic cap', () => {
  test('the least recently seen leaves go, with their empty parents, children first', () => {
    const store = open({ topicCap: 10 });
    const removed: string[] = [];
    store.listen({
      nodeAdded: () => undefined,
      nodeRemoved: (node, parent) => {
        expect(store.parent(node)).toBe(parent);
        removed.push(text(store.pathBytes(node)));
      },
      becameTopic: () => undefined,
    });
    for (let i = 0; i < 10; i++) send(store, { topic: `d${i}/v`, at: START + i });
    for (let i = 0; i < 5; i++) send(store, { topic: `d${i}/v`, at: START + 20 - i });
    for (let i = 10; i < 13; i++) send(store, { topic: `d${i}/v`, at: START + 30 });
    expect(removed).toEqual(['d5/v', 'd5', 'd6/v', 'd6', 'd7/v', 'd7']);
    expect(store.counters()).toMatchObject({ topics: 10, forgottenTopics: 3, forgotten: 3, kept: 15 });
    expect(store.childCount(ROOT)).toBe(10);
    balance(store);
  });

  test('pinned and retained topics stay, and a message is dropped only when all are', () => {
    const store = open({ topicCap: 3 });
    send(store, { topic: 'pinned', at: START + 1 });
    send(store, { topic: 'retained', retain: true, at: START + 2 });
    send(store, { topic: 'loose', at: START + 3 });
    const pinned = store.find(encode('pinned'));
    store.pin(pinned);
    store.pin(pinned);
    send(store, { topic: 'new', at: START + 4 });
    expect(names(store)).toEqual(['new', 'pinned', 'retained']);
    send(store, { topic: 'new', retain: true, at: START + 5 });
    send(store, { topic: 'newer', at: START + 6 });
    expect(store.counters().droppedBy.topicCap).toBe(1);
    store.unpin(pinned);
    send(store, { topic: 'newer', at: START + 7 });
    expect(store.counters().droppedBy.topicCap).toBe(2);
    store.unpin(pinned);
    send(store, { topic: 'newer', at: START + 8 });
    expect(names(store)).toEqual(['new', 'newer', 'retained']);
    send(store, { topic: 'retained', payload: '', retain: true, at: START + 9 });
    send(store, { topic: 'newest', at: START + 10 });
    expect(names(store)).not.toContain('newer');
    balance(store);
  });

  test('a selected branch outlives its last topic and goes when it is let go', () => {
    const store = open({ topicCap: 1 });
    send(store, { topic: 'a/b' });
    const branch = store.find(encode('a'));
    store.pin(branch);
    send(store, { topic: 'c' });
    expect(store.exists(branch)).toBe(true);
    expect(store.subtreeTopics(branch)).toBe(0);
    store.unpin(branch);
    expect(store.find(encode('a'))).toBe(NO_NODE);
    expect(store.childCount(ROOT)).toBe(1);
  });

  test('lowering the cap forgets the surplus in slices', () => {
    const store = open();
    for (let i = 0; i < 5_000; i++) send(store, { topic: `d/${i}` });
    store.setLimits({ memoryBytes: 16 * MIB, topicCap: 1_000 });
    let slices = 0;
    while (store.work(() => true)) slices++;
    expect(slices).toBeGreaterThan(10);
    expect(slices).toBeLessThan(1_000);
    expect(store.counters()).toMatchObject({ topics: 1_000, forgottenTopics: 4_000 });
    expect(names(store)).toContain('d/4999');
    expect(names(store)).not.toContain('d/3999');
    balance(store);
  });
});

describe('Memory', () => {
  test('is flat under a flood of unique topics of growing length', () => {
    const memoryBytes = 6 * MIB;
    const store = open({ memoryBytes, topicCap: 1_000_000 });
    let most = 0;
    for (let i = 0; i < 120_000; i++) {
      const long = i > 60_000 ? 'x'.repeat(200) : '';
      send(store, { topic: `flood/${i % 97}/${long}${i}`, payload: `value ${i}` });
      if (i % 100 !== 0) continue;
      const c = store.counters();
      most = Math.max(most, c.indexBytes + c.historyBytes);
    }
    const c = store.counters();
    expect(most).toBeLessThanOrEqual(memoryBytes * 1.05);
    expect(c.forgottenTopics).toBeGreaterThan(80_000);
    expect(c.dropped).toBeLessThan(600);
    expect(c.topics).toBeGreaterThan(3_000);
    balance(store);
    expect(store.subtreeTopics(ROOT)).toBe(c.topics);
  });

  test('of a lowered budget is given back by the history', () => {
    const store = open({ memoryBytes: 64 * MIB });
    for (let i = 0; i < 200_000; i++) send(store, { topic: `d/${i % 50}`, payload: 'y'.repeat(200) });
    expect(store.counters().historyBytes).toBeGreaterThan(40 * MIB);
    store.setLimits({ memoryBytes: 16 * MIB, topicCap: 100_000 });
    while (store.work(() => true)) continue;
    const c = store.counters();
    expect(c.indexBytes + c.historyBytes).toBeLessThanOrEqual(16 * MIB);
    expect(store.record(store.lastRecord(store.find(encode('d/7'))))).not.toBeNull();
    balance(store);
  });

  test('an oversized message is dropped by name, and the value before it is not shown as the latest', () => {
    const store = open({ memoryBytes: MIB });
    send(store, { topic: 'camera', payload: 'small' });
    send(store, { topic: 'camera', payload: new Uint8Array(500_000) });
    const node = store.find(encode('camera'));
    expect(store.counters().droppedBy.budget).toBe(1);
    expect(store.lastRecord(node)).not.toBe(0);
    expect(store.record(store.lastRecord(node))).toBeNull();
    expect(store.messages(node)).toBe(2);
    balance(store);
  });
});

describe('Hostile topics', () => {
  test('of 65,535 slashes cost neither stack nor memory', () => {
    const store = open();
    const slashes = new Uint8Array(65_535).fill(0x2f);
    for (let i = 0; i < 300; i++) send(store, { topic: slashes });
    const node = store.find(slashes);
    expect(store.level(node)).toBe(512);
    expect(store.pathBytes(node)).toEqual(slashes);
    expect(store.nameOffset(node)).toBe(511);
    expect(store.subtreeMessages(ROOT)).toBe(300);
    expect(store.counters().indexBytes).toBeLessThan(2 * MIB);
  });

  test('that differ beyond the last level stay distinct, and their order too', () => {
    const store = open();
    const deep = 'a/'.repeat(600);
    send(store, { topic: `${deep}10` });
    send(store, { topic: `${deep}9` });
    const ten = store.find(encode(`${deep}10`));
    const nine = store.find(encode(`${deep}9`));
    expect(store.parent(ten)).toBe(store.parent(nine));
    expect(store.compareNames(nine, ten)).toBeLessThan(0);
  });

  test('by the thousand, each as deep as can be, are counted in bounded steps', () => {
    const store = open({ memoryBytes: 64 * MIB });
    const tail = '/x'.repeat(511);
    for (let i = 0; i < 200; i++) for (let n = 0; n < 3; n++) send(store, { topic: `${i % 20}${tail}${i}` });
    expect(store.subtreeMessages(store.find(encode('7')))).toBe(30);
    expect(store.subtreeTopics(ROOT)).toBe(200);
    balance(store);
  });

  test('with empty levels, no bytes, invalid UTF-8 or the names of prototypes are names', () => {
    const store = open();
    const topics = [
      '',
      '/',
      '//',
      'a//b',
      '/a',
      '__proto__/constructor',
      '\ufeffa',
      '$SYS',
      '$SYS/x',
      '$SYSTEM',
    ].map(encode);
    topics.push(Uint8Array.of(0xff), Uint8Array.of(0xff, 0x2f, 0xfe), Uint8Array.of(0));
    for (const topic of topics) send(store, { topic });
    for (const topic of topics) {
      const node = store.find(topic);
      expect(store.isTopic(node)).toBe(true);
      expect(store.pathBytes(node)).toEqual(topic);
    }
    expect(store.counters()).toMatchObject({ topics: 13, system: 2, received: 11 });
  });
});

describe('Lagging intake', () => {
  test('replaces the latest value in place and keeps the retained one', () => {
    const store = open();
    send(store, { topic: 'a', payload: 'retained', retain: true });
    store.shedding = true;
    send(store, { topic: 'a', payload: 'live 1' });
    send(store, { topic: 'a', payload: 'live 2' });
    send(store, { topic: 'a', payload: 'longer 3' });
    send(store, { topic: 'a', payload: 'short' });
    const node = store.find(encode('a'));
    const latest = store.record(store.lastRecord(node));
    expect(text(latest!.payload)).toBe('short');
    expect(latest!.seq).toBe(5);
    expect(text(store.record(store.lastRetainedRecord(node))!.payload)).toBe('retained');
    expect(store.counters()).toMatchObject({ kept: 2, droppedBy: { lag: 3 } });
    expect(store.messages(node)).toBe(5);
  });
});

describe('What a probe brought for a topic that is known', () => {
  const probed = (payload: Uint8Array, qos: 0 | 1 | 2 = 0) => ({
    payload: payload.slice(),
    size: payload.length,
    qos,
    properties: Uint8Array.of(0x01, 1),
    at: START + 5,
  });

  test('is its retained message, and its latest, its figures and what comes next stay as they are', () => {
    const store = open();
    send(store, { topic: 'a', payload: 'stored before', retain: true });
    send(store, { topic: 'a', payload: 'live', at: START + 10 });
    const node = store.find(encode('a'));
    store.stored(node, probed(encode('held'), 2));
    const held = store.record(store.lastRetainedRecord(node));
    expect(held).toMatchObject({ seq: 3, at: START + 10, qos: 2, retain: true, stored: true, packetId: 0 });
    expect([text(held!.payload), [...held!.properties], held!.previous]).toEqual(['held', [1, 1], 0]);
    const latest = store.record(store.lastRecord(node));
    expect([text(latest!.payload), latest!.seq]).toEqual(['live', 2]);
    expect(store.messages(node)).toBe(2);
    expect(store.lastSeen(node)).toBe(START + 10);
    expect(store.counters()).toMatchObject({ received: 3, kept: 3 });
    send(store, { topic: 'a', payload: 'next', at: START + 20 });
    const next = store.record(store.lastRecord(node));
    expect(text(store.record(next!.previous)!.payload)).toBe('live');
    expect(text(store.record(store.lastRetainedRecord(node))!.payload)).toBe('held');
    balance(store);
  });

  test('outlives the history around it, and leaves no value alive that it took the place of', () => {
    const store = open({ memoryBytes: MIB });
    send(store, { topic: 'a', payload: 'x'.repeat(1_000), retain: true });
    const node = store.find(encode('a'));
    for (let i = 0; i < 2_000; i++) store.stored(node, probed(encode(`${i}`.padEnd(1_000))));
    for (let i = 0; i < 40_000; i++) send(store, { topic: `b/${i % 10}`, payload: `${i}`.padEnd(100) });
    expect(text(store.record(store.lastRetainedRecord(node))!.payload).trim()).toBe('1999');
    expect(text(store.record(store.lastRecord(node))!.payload)).toBe('x'.repeat(1_000));
    expect(store.counters().evicted).toBeGreaterThan(30_000);
    balance(store);
  });

  test('is reported as not kept if it is larger than the budget', () => {
    const store = open({ memoryBytes: MIB });
    send(store, { topic: '$SYS/a', payload: 'x', retain: true });
    const node = store.find(encode('$SYS/a'));
    store.stored(node, probed(new Uint8Array(2 * MIB)));
    expect(store.record(store.lastRetainedRecord(node))).toBeNull();
    expect(text(store.record(store.lastRecord(node))!.payload)).toBe('x');
    expect(store.counters()).toMatchObject({ system: 2, received: 0, droppedBy: { budget: 1 } });
    balance(store);
  });
});

test('Times and rates: counts reach the top with the time, and the rate is that of the last full second', () => {
  const store = open();
  for (let ms = 0; ms < 3_000; ms += 10) send(store, { topic: `a/${ms % 3}`, at: START + ms });
  store.tick(START + 3_000);
  expect(store.counters().rate).toBe(100);
  expect(store.rate(ROOT)).toBeCloseTo(100, -1);
  expect(store.rate(store.find(encode('a')))).toBeCloseTo(100, -1);
  expect(store.rate(store.find(encode('a/1')))).toBeCloseTo(33, -1);
  store.tick(START + 5_000);
  expect(store.counters().rate).toBe(0);
  store.tick(START + 1_000_000);
  expect(store.rate(ROOT)).toBe(0);
});

test('A chunk that is written over after it was read ahead does not fool the store', () => {
  const store = open();
  for (let i = 0; i < 20_000; i++) send(store, { topic: `warm/${i}` });
  const chunk = new Uint8Array(64);
  const starts: number[] = [];
  const fill = (letter: string): void => {
    starts.length = 0;
    for (let i = 0, at = 0; i < 4; i++) {
      chunk.set([0x30, 6, 0, 3], at);
      chunk.set(encode(`${letter}/${i}!`), at + 4);
      starts.push(at + 4);
      at += 8;
    }
  };
  const deliver = (i: number): void => {
    const start = starts[i]!;
    store.message(chunk, start, start + 3, start + 3, start + 3, start + 3, start + 4, 1, 0, 0, -1, START, 0);
  };
  const before = store.topicCount;
  fill('p');
  deliver(0);
  fill('q');
  for (const i of [1, 2, 3, 0, 1, 2, 3]) deliver(i);
  expect(store.topicCount - before).toBe(5);
  for (const [name, messages] of [
    ['p/0', 1],
    ['q/0', 1],
    ['q/1', 2],
    ['q/2', 2],
    ['q/3', 2],
  ] as const) {
    expect(store.messages(store.find(encode(name)))).toBe(messages);
  }
});

test('A topic that is forgotten after it was read ahead comes back as a new one', () => {
  const store = open({ topicCap: 20_000, memoryBytes: 64 * MIB });
  const name = (i: number): string => `w/${String(i).padStart(5, '0')}`;
  for (let i = 0; i < 20_000; i++) send(store, { topic: name(i) });
  const oldest = store.find(encode(name(0)));
  expect(store.messages(oldest)).toBe(1);
  const topics = [name(9_000), 'w/newer', name(0), name(1), name(9_000), name(1)];
  const chunk = new Uint8Array(topics.length * 12);
  topics.forEach((topic, i) => {
    chunk.set([0x30, 10, 0, 7], i * 12);
    chunk.set(encode(`${topic}!`), i * 12 + 4);
  });
  const forgotten: string[] = [];
  store.listen({
    nodeAdded: () => undefined,
    nodeRemoved: (node) => forgotten.push(text(store.pathBytes(node))),
    becameTopic: () => undefined,
  });
  topics.forEach((topic, i) => {
    const start = i * 12 + 4;
    const end = start + 7;
    store.message(chunk, start, end, end, end, end, end + 1, 1, 0, 0, -1, START, 0);
    expect(text(store.pathBytes(store.find(encode(topic))))).toBe(topic);
  });
  expect(forgotten).toEqual([name(0), name(1), name(2)]);
  expect(store.find(encode('w/newer'))).toBe(oldest);
  expect(topics.map((topic) => store.messages(store.find(encode(topic))))).toEqual([3, 1, 1, 2, 3, 2]);
  expect(store.topicCount).toBe(20_000);
  balance(store);
});
