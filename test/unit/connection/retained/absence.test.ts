import { expect, test } from 'vitest';
import { Absence, isWild, type Scanned } from '../../../../src-main/connection/retained/absence.ts';
import type { Probed } from '../../../../src-main/core/retained/probe-batch.ts';
import { keyBytes, topicKey } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { send } from '../../../support/store/messages.ts';

const NO_BYTES = new Uint8Array(0);
const held: Probed = {
  kind: 'retained',
  message: { payload: NO_BYTES, size: 0, qos: 0, properties: NO_BYTES, at: 0 },
};

function open(holds: (key: string) => boolean = () => false, readsPlus = true) {
  const clock = new ManualClock(10_000);
  const store = new TopicStore({ memoryBytes: 2 ** 24, topicCap: 100_000, seed: 1, startedAt: 1_000 });
  store.facts.setLiveRetain({ possible: false, everywhere: false, vouches: () => false });
  const asked: string[][] = [];
  let warned = 0;
  const absence = new Absence({
    store,
    clock,
    ask: async (keys) => {
      await Promise.resolve();
      asked.push([...keys]);
      return new Map(keys.map((key) => [key, holds(key) ? held : { kind: 'absent' }] as const));
    },
    readsPlus: () => readsPlus,
    wake: () => store.work(() => false),
    warnOfWildcards: () => warned++,
  });
  const retained = (topic: string | Uint8Array) => send(store, { topic, retain: true });
  const state = (key: string) => store.retained(store.find(keyBytes(key))).state;
  const scan = (filter: string, whole = true): Scanned => ({
    filter,
    epoch: store.facts.scanBegan(),
    whole,
  });
  return { absence, store, asked, retained, state, scan, warnings: () => warned };
}

test('What a small and complete scan of an exact topic did not bring is not retained.', async () => {
  const { absence, retained, state, scan, asked } = open();
  retained('a');
  retained('b');
  await absence.judge([scan('a')], 0);
  expect([state('a'), state('b')]).toEqual(['not-retained', 'retained']);
  expect(asked).toEqual([]);
});

test('A wildcard proves nothing of a broker that may not deliver stored messages on them: it is asked.', async () => {
  const { absence, retained, state, scan, asked } = open();
  for (const topic of ['a/1', 'a/2', 'b']) retained(topic);
  await absence.judge([scan('a/#')], 0);
  expect(asked).toEqual([['a/1', 'a/2']]);
  // What became of that is learnt by who asked.
  expect(state('a/1')).toBe('retained');
});

test('Once the broker is known to deliver them, a wildcard that brought little is evidence.', async () => {
  const { absence, store, retained, state, scan, asked } = open();
  for (const topic of ['a/1', 'a/2', 'a', '$SYS/x', 'ab']) retained(topic);
  absence.wildcardsDeliver();
  const one = scan('a/#');
  retained('a/2');
  await absence.judge([one], 1);
  expect(['a/1', 'a/2', 'a', '$SYS/x', 'ab'].map(state)).toEqual([
    'not-retained',
    'retained',
    'not-retained',
    'retained',
    'retained',
  ]);
  expect(store.retained(store.find(keyBytes('a/1')))).toMatchObject({ by: 'scan', at: 10_000 });
  expect(asked).toEqual([]);
});

test('A large scan may have left out some, so what it did not bring is asked for.', async () => {
  const { absence, store, retained, state, scan, asked } = open();
  absence.wildcardsDeliver();
  retained('a/1');
  send(store, { topic: 'a/live' });
  await absence.judge([scan('a/#')], 501);
  expect([state('a/1'), asked]).toEqual(['retained', [['a/1']]]);
  expect(state('a/live')).not.toBe('not-retained');
});

test('What was retained is asked for where a small queue may have been full, and the rest is not retained.', async () => {
  const { absence, store, retained, state, scan, asked } = open();
  absence.wildcardsDeliver();
  retained('a/1');
  send(store, { topic: 'a/live' });
  await absence.judge([scan('a/#')], 91);
  expect([state('a/1'), state('a/live'), asked]).toEqual(['retained', 'not-retained', [['a/1']]]);
  await absence.judge([scan('a/#')], 90);
  expect([state('a/1'), asked.length]).toEqual(['not-retained', 1]);
});

test('A scan that did not ask for everything is never evidence, not even of an exact topic.', async () => {
  const { absence, retained, state, scan, asked } = open();
  retained('a');
  await absence.judge([scan('a', false)], 0);
  expect([state('a'), asked]).toEqual(['retained', [['a']]]);
});

test('That a broker brings nothing on wildcards is said once, and no wildcard is believed from then on.', async () => {
  const { absence, retained, state, scan, asked, warnings } = open(() => true);
  retained('a/1');
  await absence.judge([scan('a/#')], 0);
  await absence.judge([scan('a/#')], 0);
  expect(warnings()).toBe(1);
  // What might look like a delivery came live.
  absence.wildcardsDeliver();
  await absence.judge([scan('a/#')], 0);
  expect([state('a/1'), asked.length]).toEqual(['retained', 3]);
});

test('It is not said where something came, where the topic is gone, or of an exact one.', async () => {
  const some = open(() => true);
  some.retained('a/1');
  await some.absence.judge([some.scan('a/#')], 1);
  expect(some.warnings()).toBe(0);
  const exact = open(() => true);
  exact.retained('a');
  await exact.absence.judge([exact.scan('a', false)], 0);
  expect(exact.warnings()).toBe(0);
  const none = open(() => false);
  none.retained('a/1');
  await none.absence.judge([none.scan('a/#')], 0);
  expect(none.warnings()).toBe(0);
});

test('At most a thousand are asked for, none that cannot be a name, and nobody where there is nothing to ask.', async () => {
  const { absence, retained, scan, asked } = open();
  const bad = Uint8Array.of(0x62, 0xff);
  retained(bad);
  await absence.judge([scan('#')], 0);
  expect(asked).toEqual([]);
  expect(topicKey(bad).startsWith('\0')).toBe(true);
  for (let i = 0; i < 1_005; i++) retained(`t/${i}`);
  await absence.judge([scan('#')], 0);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toHaveLength(1_000);
});

test('A topic that was only ever seen live is not asked for.', async () => {
  const { absence, store, scan, asked } = open();
  send(store, { topic: 'live' });
  await absence.judge([scan('#')], 0);
  expect(asked).toEqual([]);
});

test('A filter is wild by its signs, wherever they stand.', () => {
  expect(['#', '+/a', 'a/+/b', '$share/g/#'].map(isWild)).toEqual([true, true, true, true]);
  expect(['a', 'a/b', '$SYS/x', ''].map(isWild)).toEqual([false, false, false, false]);
});

test('What a plus did not bring is evidence only where the broker reads it as the standard says; else it is asked.', async () => {
  for (const [readsPlus, after] of [
    [true, ['not-retained', 'not-retained']],
    [false, ['retained', 'unknown']],
  ] as const) {
    const { absence, store, asked, retained, state, scan } = open(() => false, readsPlus);
    absence.wildcardsDeliver();
    retained('a.b/c');
    send(store, { topic: 'a/live' });
    await absence.judge([scan('+/+')], 1);
    expect([['a.b/c', 'a/live'].map(state), asked]).toEqual([after, readsPlus ? [] : [['a.b/c']]]);
  }
});
