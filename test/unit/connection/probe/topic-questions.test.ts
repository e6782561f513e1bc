import { expect, test } from 'vitest';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { inTime } from '../../../support/retained/fake-second-link.ts';
import { openProbe, shown, type Setting } from '../../../support/retained/open-probe.ts';

const NEVER_NAMED = (topic: string, filter: string): boolean => filter !== topic;

/** Everything was learnt to be retained before it is asked for. */
const HELD: Setting = { fenceHolds: false, witness: { isHeld: () => true } };

const filtersOf = (broker: { readonly asked: readonly { readonly filters: readonly string[] }[] }) =>
  broker.asked.flatMap(({ filters }) => filters);

test('What is known to be retained and does not come for its name is asked for without naming it.', async () => {
  const { broker, store, ask, learnt } = openProbe({ ...HELD, habits: { delivers: NEVER_NAMED } });
  store({ 'p/a': '1', 'p/b': '2', 'p/other': '3' }, 1);
  expect(shown(await ask(['p/a', 'p/b', 'p/gone'], 2))).toEqual({
    'p/a': '1 at 1',
    'p/b': '2 at 1',
    'p/gone': 'absent',
  });
  // One question for the three, and what is not there once more at QoS 0.
  expect(filtersOf(broker).filter((filter) => filter === 'p/+')).toHaveLength(2);
  expect(learnt.filter((one) => one.startsWith('p/a'))).toEqual(['p/a retained 2']);
  expect(learnt.filter((one) => one.startsWith('p/gone'))).toEqual(['p/gone absent 0']);
});

test('Once a name was seen to fail, no name is believed: what was cleared is asked for otherwise as well.', async () => {
  let isHeld = true;
  const { store, ask } = openProbe({
    fenceHolds: false,
    witness: { isHeld: () => isHeld },
    habits: { delivers: NEVER_NAMED },
  });
  store({ 'p/a': '1' });
  expect(shown(await ask(['p/a']))).toEqual({ 'p/a': '1 at 0' });
  // As after a clear that cleared something else.
  isHeld = false;
  expect(shown(await ask(['p/a']))).toEqual({ 'p/a': '1 at 0' });
});

test('A name that ends with an empty level is asked for otherwise too, and says nothing of the other names.', async () => {
  const { broker, store, ask } = openProbe({
    fenceHolds: false,
    habits: { delivers: (topic, filter) => matchesFilter(filter, topic) && !filter.endsWith('/') },
  });
  store({ 'p/': '1', '/': '2', 'p/a': '3' }, 1);
  expect(shown(await ask(['p/', '/', 'p/a', 'q/'], 2))).toEqual({
    'p/': '1 at 1',
    '/': '2 at 1',
    'p/a': '3 at 1',
    'q/': 'absent',
  });
  broker.asked.length = 0;
  expect(shown(await ask(['p/b']))).toEqual({ 'p/b': 'absent' });
  expect(filtersOf(broker)).toEqual(['p/b']);
});

test('What nobody knows to be retained, and all that mosquitto does not bring, is absent at once.', async () => {
  for (const setting of [{ fenceHolds: false }, { ...HELD, fenceHolds: true }]) {
    const { broker, ask, learnt } = openProbe(setting);
    expect(shown(await ask(['p/a']))).toEqual({ 'p/a': 'absent' });
    expect([filtersOf(broker), learnt]).toEqual([['p/a'], ['p/a absent 0']]);
  }
});

test('Where a wildcard is refused the answer to the name stands.', async () => {
  const { ask } = openProbe({
    ...HELD,
    habits: { grants: (filter, qos) => (filter.endsWith('+') ? 135 : qos) },
  });
  expect(shown(await ask(['p/a']))).toEqual({ 'p/a': 'absent' });
});

test('A name that may be read as a pattern stands in no filter, its subtree neither.', async () => {
  const topics = ['(p)/[x]', '*star/x', '{b}', 'plain/a', 'q/(1)'];
  const { broker, store, ask } = openProbe({
    fenceHolds: false,
    witness: {
      cover: (keys) => ({
        questions: [{ filter: '(p)/#', keys: keys.slice(0, 1), most: 1 }],
        rest: keys.slice(1),
      }),
    },
    habits: { delivers: (topic, filter) => matchesFilter(filter, topic) && !/[()*{[]/.test(filter) },
  });
  store(Object.fromEntries(topics.map((topic) => [topic, `of ${topic}`])), 2);
  expect(shown(await ask(topics, 2))).toEqual(
    Object.fromEntries(topics.map((topic) => [topic, `of ${topic} at 2`])),
  );
  expect(filtersOf(broker)).toEqual(['plain/a', '+/x', '+', 'q/+', '+/+']);
});

test('Where wildcards bring nothing such a name is asked for all the same.', async () => {
  const { broker, store, ask } = openProbe({
    fenceHolds: false,
    habits: { delivers: (_, filter) => !filter.includes('+') },
  });
  store({ 'a/(1)': '1' });
  expect(shown(await ask(['a/(1)', 'a/(2)']))).toEqual({ 'a/(1)': '1 at 0', 'a/(2)': 'absent' });
  expect(filtersOf(broker)).toEqual(['a/+', 'a/(1)', 'a/(2)']);
});

test('On mosquitto such a name is asked for like any other.', async () => {
  const { broker, store, ask } = openProbe();
  store({ 'a/(1)': '1' });
  expect(shown(await ask(['a/(1)', 'a/(2)']))).toEqual({ 'a/(1)': '1 at 0', 'a/(2)': 'absent' });
  expect(filtersOf(broker)).toEqual(['a/(1)', 'a/(2)']);
});

test('What comes without its name at QoS 0 only is asked for by itself, which shows at which QoS it is stored.', async () => {
  const isAlone = (): boolean => probe.broker.open_.length === 1;
  const probe = openProbe({
    ...HELD,
    habits: { delivers: (topic, filter, granted) => filter !== topic && (granted === 0 || isAlone()) },
  });
  probe.store({ 'p/a': '1', 'q/b': '2', 'r/c': '3' }, 1);
  probe.store({ 's/d': '4' }, 0);
  expect(shown(await probe.ask(['p/a', 'q/b', 'r/c', 's/d', 'gone/e'], 2))).toEqual({
    'p/a': '1 at 1',
    'q/b': '2 at 1',
    'r/c': '3 at 1',
    's/d': '4 at 0',
    'gone/e': 'absent',
  });
  // Where none comes even so, nothing more is asked.
  probe.broker.habits = {
    ...probe.broker.habits,
    delivers: (topic, filter, qos) => filter !== topic && qos === 0,
  };
  probe.broker.asked.length = 0;
  await probe.ask(['p/a', 'q/b', 'r/c'], 2);
  expect(probe.broker.asked.filter(({ filters, qos }) => qos > 0 && filters.length === 1)).toHaveLength(1);
});

test('Where little of what is asked for is there, 800 topics are asked for together, and nothing is called absent sooner.', async () => {
  const keys = Array.from({ length: 800 }, (_, i) => `t/${i}`);
  const there = Object.fromEntries(keys.slice(0, 60).map((key) => [key, 'x']));
  const asking = async (mayBeFew: boolean, stored: Record<string, string>, isHeld = false) => {
    const opened = openProbe({ fenceHolds: false, witness: { isHeld: () => isHeld } });
    opened.store(stored, 1);
    const began = opened.clock.now();
    const found = await inTime(opened.clock, opened.probe.ask(keys, 2, mayBeFew));
    return { ...opened, found, ms: opened.clock.now() - began };
  };
  // Twice 0.7 s of quiet: above QoS 0, and at QoS 0.
  const few = await asking(true, {});
  expect(few.ms).toBeGreaterThanOrEqual(1_400);
  expect(few.ms).toBeLessThan(1_600);
  expect(new Set(Object.values(shown(few.found)))).toEqual(new Set(['absent']));
  expect(filtersOf(few.broker)).toEqual([...keys, ...keys]);
  for (const usual of [await asking(false, {}), await asking(true, {}, true)])
    expect(usual.ms).toBeGreaterThanOrEqual(5_600);
  // What came is known, with its QoS.
  const { found, clock, probe, broker } = await asking(true, there);
  expect(shown(found)).toEqual(
    Object.fromEntries(keys.map((key) => [key, there[key] === undefined ? 'absent' : 'x at 1'])),
  );
  // Where much was there, the next ones are asked for as usual.
  for (const key of keys) broker.stored.set(key, { payload: 'x', qos: 1 });
  await inTime(clock, probe.ask(keys, 2, true));
  broker.stored.clear();
  const before = clock.now();
  await inTime(clock, probe.ask(keys, 2, true));
  expect(clock.now() - before).toBeGreaterThanOrEqual(5_600);
});

test('A large answer to 800 names at QoS 0 shows no absence: those that did not come are asked for again.', async () => {
  const keys = Array.from({ length: 800 }, (_, i) => `t/${i}`);
  // Above QoS 0 it delivers nothing, and at QoS 0 no more than 60 at a time.
  let room = 60;
  const { clock, probe, broker, store } = openProbe({
    fenceHolds: false,
    habits: { delivers: (topic, filter, granted) => topic === filter && granted === 0 && room-- > 0 },
  });
  store(Object.fromEntries(keys.slice(0, 100).map((key) => [key, 'x'])));
  let last = 0;
  broker.meanwhile = () => {
    // Another question: its answer begins.
    if (clock.now() - last > 600) room = 60;
    last = clock.now();
  };
  const found = await inTime(clock, probe.ask(keys, 2, true));
  expect(keys.filter((key) => found.get(key)?.kind === 'absent')).toEqual(keys.slice(100));
});

test('A broker that brings what others subscribed to as well, at their QoS, is waited for until the own answer came.', async () => {
  const probe = openProbe({ fenceHolds: false, habits: { delivers: () => false } });
  const topics = Array.from({ length: 12 }, (_, i) => `p/${i}`);
  probe.store(Object.fromEntries(topics.map((topic) => [topic, 'v'])), 1);
  const { broker } = probe;
  // The filter of somebody else is `p/#`, at QoS 0.
  broker.meanwhile = () => {
    for (const topic of topics) broker.stores(topic, 0);
  };
  broker.afterwards = (filters) => {
    for (const filter of filters) broker.stores(filter, 1);
  };
  const found = await probe.ask(topics, 2);
  expect(shown(found)).toEqual(Object.fromEntries(topics.map((topic) => [topic, 'v at 1'])));
});
