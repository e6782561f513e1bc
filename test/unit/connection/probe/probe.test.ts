import { expect, test } from 'vitest';
import type { ProbeWitness } from '../../../../src-main/connection/probe/topic-questions.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { Probed } from '../../../../src-main/core/retained/probe-batch.ts';
import { inTime, type SecondLinkHabits } from '../../../support/retained/fake-second-link.ts';
import { openProbe as open, shown } from '../../../support/retained/open-probe.ts';

test('What is stored is found, what is not is absent, and both are learnt; nothing stays subscribed.', async () => {
  const { broker, store, ask, learnt } = open();
  store({ a: '1', b: '2' }, 1);
  expect(shown(await ask(['a', 'b', 'c'], 2))).toEqual({ a: '1 at 1', b: '2 at 1', c: 'absent' });
  expect(learnt).toContain('a retained 2');
  expect(learnt).toContain('c absent 2');
  expect([broker.open_, broker.users]).toEqual([[], 0]);
});

test('Eight filters go in a SUBSCRIBE, two hundred before a fence, and each topic once.', async () => {
  const { broker, ask } = open();
  const keys = Array.from({ length: 205 }, (_, i) => `t/${i}`);
  const found = await ask([...keys, ...keys.slice(0, 10)]);
  expect(found.size).toBe(205);
  expect(broker.asked.every(({ filters }) => filters.length <= 8)).toBe(true);
  expect(broker.asked.flatMap(({ filters }) => filters)).toHaveLength(205);
  expect(broker.asked.map(({ filters }) => filters.length)).toEqual([...Array<number>(25).fill(8), 5]);
});

test('A name that would be a shared subscription is never asked for, alone or among others.', async () => {
  const { broker, store, ask } = open();
  store({ a: '1' });
  expect(shown(await ask(['$share/g/a', 'a']))).toEqual({ a: '1 at 0', '$share/g/a': 'refused' });
  expect(shown(await ask(['$share/g/a']))).toEqual({ '$share/g/a': 'refused' });
  expect(broker.asked.flatMap(({ filters }) => filters)).toEqual(['a']);
});

test('A refused subscription is not an absence, and nothing is learnt of it.', async () => {
  const { store, ask, learnt } = open({ habits: { grants: (filter) => (filter === 'b' ? 135 : 0) } });
  store({ a: '1', b: '2' });
  const found = await ask(['a', 'b']);
  expect(found.get('b')).toEqual({ kind: 'incomplete', why: { kind: 'refused', code: 135 } });
  expect(learnt.filter((one) => one.startsWith('b '))).toEqual(['b incomplete 0']);
});

test('Without an answer to SUBSCRIBE, or to the fence, nothing is absent; what came is there.', async () => {
  const mute = open({ habits: { answersSubscribe: false } });
  mute.store({ a: '1' });
  expect(shown(await mute.ask(['a', 'b']))).toEqual({ a: 'unanswered', b: 'unanswered' });
  let pings = 0;
  const lost = open({ habits: { ping: () => (++pings > 0 ? 'lost' : 'answered') } });
  lost.store({ a: '1' });
  expect(shown(await lost.ask(['a', 'b']))).toEqual({ a: '1 at 0', b: 'unanswered' });
  // A broker under load may drop one: two more twice, of which one is enough.
  expect(pings).toBe(5);
});

test('A broker that answers PINGREQ first is waited for until it has been quiet.', async () => {
  const late = open({ fenceHolds: false, habits: { after: 300 } });
  late.store({ a: '1' });
  expect(shown(await late.ask(['a', 'b']))).toEqual({ a: '1 at 0', b: 'absent' });
  const hasty = open({ fenceHolds: true, habits: { after: 300 } });
  hasty.store({ a: '1' });
  expect(shown(await hasty.ask(['a']))).toEqual({ a: 'absent' });
});

test('A connection that ends in between is no absence, and what came before its end holds.', async () => {
  const { broker, store, ask, learnt } = open();
  store({ a: '1' });
  broker.habits = {
    ...broker.habits,
    ping: () => {
      broker.online = false;
      return 'answered';
    },
  };
  expect(shown(await ask(['a', 'b']))).toEqual({ a: '1 at 0', b: 'no-link' });
  expect(learnt).toEqual(['a retained 0']);
  // The next one tries to open it, and says why it could not.
  broker.refuses = failed('probe-refused', 'No second connection.', '');
  const found = await ask(['a']);
  expect(found.get('a')).toEqual({ kind: 'incomplete', why: { kind: 'no-link', failure: broker.refuses } });
});

test('What the connection proper saw meanwhile makes an absence doubtful, and is asked for again.', async () => {
  const { broker, ask, stamps, learnt } = open();
  let rounds = 0;
  broker.meanwhile = () => {
    if (++rounds === 1) stamps.set('a', 1);
  };
  expect(shown(await ask(['a']))).toEqual({ a: 'absent' });
  expect([rounds, learnt]).toEqual([2, ['a absent 0']]);
});

test('A topic that never rests is asked for three times, and then it is not known.', async () => {
  const { broker, ask, stamps, learnt } = open();
  broker.meanwhile = () => stamps.set('a', (stamps.get('a') ?? 0) + 1);
  expect(shown(await ask(['a']))).toEqual({ a: 'changing' });
  expect([broker.asked.length, learnt]).toEqual([3, []]);
});

test('What comes live while it is asked for may be the stored one.', async () => {
  const { broker, ask } = open();
  let rounds = 0;
  broker.meanwhile = () => {
    if (++rounds === 1) broker.live('a', 'new');
    else broker.stored.set('a', { payload: 'new', qos: 0 });
  };
  expect(shown(await ask(['a']))).toEqual({ a: 'new at 0' });
});

test('A broker that grants less is believed no more than that.', async () => {
  const { store, ask, learnt } = open({ habits: { grants: (_, qos) => Math.min(1, qos) } });
  store({ a: '1' }, 2);
  expect(shown(await ask(['a'], 2))).toEqual({ a: '1 at 1' });
  expect(learnt).toEqual(['a retained 1']);
});

test('It asks for no higher QoS than the broker announced.', async () => {
  const { broker, store, ask } = open({ habits: { maximumQos: 1 } });
  store({ a: '1' }, 1);
  await ask(['a'], 2);
  expect(broker.asked).toEqual([{ filters: ['a'], qos: 1 }]);
});

test('Moquette leaves the flag out above QoS 0: the same message at QoS 0 shows that it is stored, and at which.', async () => {
  const { store, ask } = open({ habits: { flags: (granted) => granted === 0 } });
  store({ a: '1' }, 2);
  expect(shown(await ask(['a'], 2))).toEqual({ a: '1 at 2' });
});

test('Where a broker left out the flag once, nobody waits again for what comes with it.', async () => {
  const after = 50;
  const { store, ask, clock, broker } = open({
    habits: { flags: (granted) => granted === 0, after },
    fenceHolds: false,
    witness: { cover: (keys) => ({ questions: [{ filter: '#', keys, most: keys.length }], rest: [] }) },
  });
  const times: number[] = [];
  for (const key of ['a', 'b', 'c']) {
    store({ [key]: '1' }, 2);
    const began = clock.now();
    expect(shown(await ask([key], 2))).toEqual({ [key]: '1 at 2' });
    times.push(clock.now() - began);
  }
  expect(times[0]).toBeGreaterThan(700);
  // Once at QoS 2 and once at QoS 0, as soon as it is there.
  expect(times[1]).toBeLessThanOrEqual(3 * after);
  expect(times[2]).toBe(times[1]);
  const asked = broker.asked.map(({ filters, qos }) => `${filters.join(' ')} ${qos}`);
  expect(asked).toEqual(['# 2', 'a 2', 'a 0', 'b 2', 'b 0', 'c 2', 'c 0']);
});

test('The QoS of what came too late the first time is that of the same message without the flag.', async () => {
  let isLate = true;
  const { store, ask, broker } = open({
    habits: {
      flags: (granted) => granted === 0,
      delivers: (_topic, _filter, granted) => granted === 0 || !isLate,
    },
  });
  store({ a: '1' }, 2);
  broker.meanwhile = () => void (isLate = broker.asked.length < 2);
  expect(shown(await ask(['a'], 2))).toEqual({ a: '1 at 2' });
  expect(broker.asked.map(({ qos }) => qos)).toEqual([2, 0, 2]);
});

test('A message that was published meanwhile is no reason to think so.', async () => {
  const { store, ask, broker, clock } = open({ habits: { after: 10 }, fenceHolds: false });
  store({ a: '1', b: '1' }, 1);
  let asks = 0;
  // Live, on a topic that is asked for at QoS 0 from the start.
  broker.meanwhile = () => void (++asks === 1 && broker.live('a', '1'));
  await ask(['a'], 0);
  const began = clock.now();
  broker.meanwhile = () => broker.live('b', 'x');
  broker.stored.delete('b');
  expect(shown(await ask(['b'], 2))).toEqual({ b: 'changing' });
  expect(clock.now() - began).toBeGreaterThan(700);
});

test('A message without the flag that differs from the stored one shows nothing of its QoS.', async () => {
  const { broker, store, ask } = open({ habits: { flags: (granted) => granted === 0 } });
  store({ a: '1' }, 2);
  let rounds = 0;
  broker.meanwhile = () => {
    if (++rounds === 2) broker.stored.set('a', { payload: '2', qos: 1 });
  };
  expect(shown(await ask(['a'], 2))).toEqual({ a: '2 at 0' });
});

test('What a full window dropped at QoS 2 is asked for at QoS 0, and again for its QoS in windows that fit.', async () => {
  const { broker, store, ask } = open({ habits: { delivers: () => true } });
  const topics = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`t/${i}`, `${i}`]));
  store(topics, 1);
  let inFlight = 0;
  let first = true;
  broker.meanwhile = () => (inFlight = first ? inFlight : 0);
  broker.habits = {
    ...broker.habits,
    // The first wave overflows beyond 20.
    delivers: (_, __, granted) => granted === 0 || !first || ++inFlight <= 20,
    ping: () => {
      first = false;
      return 'answered';
    },
  };
  const found = shown(await ask(Object.keys(topics), 2));
  expect(new Set(Object.values(found).map((one) => one.slice(-4)))).toEqual(new Set(['at 1']));
  const qos = broker.asked.map((one) => one.qos);
  expect(qos.slice(0, 8)).toEqual(Array(8).fill(2));
  expect(qos).toContain(0);
  expect(qos.at(-1)).toBe(2);
});

test('A broker that has room for two is asked in smaller windows, so that no QoS is taken for 0.', async () => {
  const { broker, store, ask } = open();
  store(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`t/${i}`, `${i}`])), 2);
  let underWay = 0;
  broker.meanwhile = () => (underWay = 0);
  broker.habits = { ...broker.habits, delivers: (_, __, granted) => granted === 0 || ++underWay <= 2 };
  const found = shown(await ask([...broker.stored.keys()], 2));
  expect(new Set(Object.values(found).map((one) => one.slice(-4)))).toEqual(new Set(['at 2']));
});

test('What never comes above QoS 0 is not asked for in smaller and smaller windows.', async () => {
  const { broker, store, ask } = open();
  store(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`t/${i}`, `${i}`])), 0);
  broker.habits = { ...broker.habits, delivers: (_, __, granted) => granted === 0 };
  const found = shown(await ask([...broker.stored.keys()], 2));
  expect(new Set(Object.values(found).map((one) => one.slice(-4)))).toEqual(new Set(['at 0']));
  expect(broker.asked.filter(({ filters, qos }) => qos === 2 && filters.includes('t/0'))).toHaveLength(2);
});

test('What a broker with a small queue leaves out of many topics is not called absent.', async () => {
  const { broker, store, ask, learnt } = open();
  let queued = 0;
  broker.habits = {
    ...broker.habits,
    delivers: () => ++queued <= 100,
    ping: () => {
      queued = 0;
      return 'answered';
    },
  };
  const there = Array.from({ length: 160 }, (_, i) => `t/${i}`);
  store(Object.fromEntries(there.map((topic) => [topic, 'x'])));
  const found = shown(await ask([...there, 'never', 'nor this']));
  expect(found).toEqual({
    ...Object.fromEntries(there.map((topic) => [topic, 'x at 0'])),
    ...{ never: 'absent', 'nor this': 'absent' },
  });
  expect(learnt.filter((one) => one.includes('absent'))).toEqual(['never absent 0', 'nor this absent 0']);
});

const subtree = (...keys: string[]): Pick<ProbeWitness, 'cover'> => ({
  cover: (all) => ({
    questions: [{ filter: 's/#', keys, most: keys.length }],
    rest: all.filter((key) => !keys.includes(key)),
  }),
});

test('A subtree is asked for by one subscription, and what it brought is known.', async () => {
  const { broker, store, ask } = open({ witness: subtree('s/1', 's/2') });
  store({ 's/1': '1', 's/2': '2', 's/3': 'not meant' }, 1);
  expect(shown(await ask(['s/1', 's/2'], 2))).toEqual({ 's/1': '1 at 1', 's/2': '2 at 1' });
  expect(broker.asked).toEqual([{ filters: ['s/#'], qos: 2 }]);
});

test('What a subtree did not bring above QoS 0 is asked for by its name.', async () => {
  const { broker, store, ask } = open({ witness: subtree('s/1', 's/2') });
  store({ 's/1': '1' }, 1);
  expect(shown(await ask(['s/1', 's/2'], 2))).toEqual({ 's/1': '1 at 1', 's/2': 'absent' });
  expect(broker.asked.map(({ filters }) => filters)).toContainEqual(['s/2']);
});

test('At QoS 0 a small answer to a subtree is believed, on a broker whose fence holds.', async () => {
  const { broker, store, ask } = open({ witness: subtree('s/1', 's/2') });
  store({ 's/1': '1' });
  expect(shown(await ask(['s/1', 's/2']))).toEqual({ 's/1': '1 at 0', 's/2': 'absent' });
  expect(broker.asked).toHaveLength(1);
});

test('A large answer may have left some out, so the rest is asked for by its name.', async () => {
  const { broker, store, ask } = open({ witness: subtree('s/1', 's/2') });
  store(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`s/other/${i}`, 'x'])));
  expect(shown(await ask(['s/1', 's/2']))).toEqual({ 's/1': 'absent', 's/2': 'absent' });
  expect(broker.asked.map(({ filters }) => filters)).toEqual([['s/#'], ['s/1', 's/2']]);
});

test('Of a broker of which nothing is known, no subtree is asked for its absences.', async () => {
  const { broker, ask } = open({ witness: subtree('s/1'), fenceHolds: false });
  await ask(['s/1']);
  expect(broker.asked.map(({ filters }) => filters)).toEqual([['s/1']]);
});

test('After two refusals of subtrees topics are asked for by their names only.', async () => {
  const { broker, store, ask } = open({
    witness: subtree('s/1'),
    habits: { grants: (filter, qos) => (filter.endsWith('#') ? 135 : qos) },
  });
  store({ 's/1': '1' });
  for (let i = 0; i < 3; i++) expect(shown(await ask(['s/1']))).toEqual({ 's/1': '1 at 0' });
  const filters = broker.asked.map((one) => one.filters.join(' '));
  expect(filters).toEqual(['s/#', 's/1', 's/#', 's/1', 's/1']);
});

test('Two who ask wait for each other, and a failure of the first is none of the second.', async () => {
  const { clock, probe, broker, store } = open();
  store({ a: '1' });
  let rounds = 0;
  broker.meanwhile = () => {
    if (++rounds === 1) throw new Error('a fault of ours');
  };
  const first = probe.ask(['a'], 0);
  const second = probe.ask(['a'], 0);
  await expect(inTime(clock, first)).rejects.toThrow('a fault of ours');
  expect(shown(await inTime(clock, second))).toEqual({ a: '1 at 0' });
  expect(broker.users).toBe(0);
});

test('An answer that is not the expected one is asked for again for three seconds, and no longer.', async () => {
  const { clock, probe, broker, store } = open();
  store({ a: '1', b: '2' });
  const gone = (_: string, { kind }: Probed) => kind === 'absent';
  clock.after(1_200, () => broker.stored.delete('a'));
  const began = clock.now();
  const found = await inTime(clock, probe.askUntil(gone, ['a', 'b', 'c'], 0));
  expect(shown(found)).toEqual({ a: 'absent', b: '2 at 0', c: 'absent' });
  expect(clock.now() - began).toBeGreaterThanOrEqual(3_000);
  expect(clock.now() - began).toBeLessThan(3_200);
  expect(broker.asked[0]?.filters).toEqual(['a', 'b', 'c']);
  expect(broker.asked.at(-1)?.filters).toEqual(['b']);
});

test('A broker that stood still for seconds is asked again for as long, before something is called absent.', async () => {
  const { clock, probe, broker, store } = open({ habits: { takes: () => 4_000 } });
  // It is stored, and comes only with the third question: the first alone took longer than three seconds.
  broker.meanwhile = () => {
    if (broker.asked.length === 3) store({ a: '1' });
  };
  const back = (_: string, { kind }: Probed) => kind === 'retained';
  expect(shown(await inTime(clock, probe.askUntil(back, ['a'], 0), 100))).toEqual({ a: '1 at 0' });
  const never = clock.now();
  expect(shown(await inTime(clock, probe.askUntil(back, ['b'], 0), 100))).toEqual({ b: 'absent' });
  expect(clock.now() - never).toBeLessThan(45_000);
});

test('A connection that the broker ends after each packet is made anew, while that brings answers.', async () => {
  const { broker, store, ask } = open();
  const keys = Array.from({ length: 30 }, (_, i) => `t/${i}`);
  store(Object.fromEntries(keys.map((key) => [key, 'v'])), 1);
  broker.isMadeAnew = true;
  let left = 0;
  broker.meanwhile = () => {
    if (left-- === 0) broker.online = false;
    if (left < -1) left = 1;
  };
  const found = shown(await ask([...keys, 'none'], 1));
  expect(new Set(keys.map((key) => found[key]))).toEqual(new Set(['v at 1']));
  expect(found['none']).toBe('absent');
});

test('A connection that always ends before an answer is tried once more, and then it is not known.', async () => {
  const { broker, store, ask } = open();
  store({ a: '1' });
  broker.isMadeAnew = true;
  broker.meanwhile = () => (broker.online = false);
  expect(shown(await ask(['a']))).toEqual({ a: 'no-link' });
  expect(broker.asked).toHaveLength(2);
});

test('What does not know is not asked again.', async () => {
  const { clock, probe, broker } = open({ habits: { grants: () => 135 } });
  await inTime(
    clock,
    probe.askUntil(() => false, ['a'], 0),
  );
  expect(broker.asked).toHaveLength(1);
});

test('When the connection proper ends, the second one is closed.', () => {
  const { probe, broker } = open();
  probe.close();
  expect(broker.closes).toBe(1);
});

test('All of a filter is sent for at QoS 0, also where PINGRESP comes first; nothing stays subscribed.', async () => {
  for (const fenceHolds of [true, false]) {
    const { clock, probe, broker, store, unasked } = open({
      fenceHolds,
      habits: { after: fenceHolds ? 0 : 300 },
    });
    store({ 'plant/a': '1', 'plant/b/c': '2', other: '3' });
    expect(await inTime(clock, probe.sendForAll(['plant/#']))).toMatchObject({ why: null, stored: 2 });
    expect(unasked).toEqual(['plant/a', 'plant/b/c']);
    expect(broker.asked).toEqual([{ filters: ['plant/#'], qos: 0 }]);
    expect([broker.open_, broker.users]).toEqual([[], 0]);
  }
});

test('Why a broker did not send all is reported: refused, not answered, no connection.', async () => {
  const why = async (habits: Partial<SecondLinkHabits>, refuses = false, fenceHolds = false) => {
    const { clock, probe, broker } = open({ habits, fenceHolds });
    if (refuses) broker.refuses = failed('probe-refused', 'No second connection.', '');
    return (await inTime(clock, probe.sendForAll(['#'])))?.why?.kind;
  };
  expect(await why({ grants: () => 135 })).toBe('refused');
  expect(await why({ answersSubscribe: false })).toBe('unanswered');
  expect(await why({ ping: () => 'lost' })).toBe('unanswered');
  expect(await why({ ping: () => 'closed' })).toBe('unanswered');
  expect(await why({}, true)).toBe('no-link');
  // Where answers come in order, that to UNSUBSCRIBE is enough, as it names its question.
  expect(await why({ ping: () => 'lost' }, false, true)).toBeUndefined();
  expect(await why({ answersUnsubscribe: false }, false, true)).toBe('unanswered');
});

test('Many filters are sent for together; one of them that is refused makes the answer incomplete.', async () => {
  const filters = Array.from({ length: 20 }, (_, i) => `p/${i}/#`);
  const { clock, probe, broker, store, unasked } = open({
    habits: { grants: (filter) => (filter === 'p/3/#' ? 135 : 0) },
  });
  store({ 'p/0/a': '1', 'p/3/a': '2', 'p/19/a': '3' });
  expect(await inTime(clock, probe.sendForAll(filters))).toMatchObject({
    why: { kind: 'unanswered' },
    stored: 2,
  });
  expect(unasked).toEqual(['p/0/a', 'p/19/a']);
  expect(broker.asked.map(({ filters: some }) => some.length)).toEqual([8, 8, 4]);
  expect(broker.open_).toEqual([]);
});

test('A SUBACK that was dropped with the messages that had no room is not waited for.', async () => {
  for (const fenceHolds of [true, false]) {
    const { clock, probe, broker, store } = open({ fenceHolds, habits: { dropsSuback: true } });
    store({ 'plant/a': '1', 'plant/b': '2' });
    const began = clock.now();
    expect(await inTime(clock, probe.sendForAll(['#']))).toMatchObject({
      why: { kind: 'unanswered' },
      stored: 2,
    });
    expect(clock.now() - began).toBeLessThan(8_000);
    expect(broker.closes).toBe(1);
  }
});

test('A broker that answers no PINGREQ and sends nothing any more is not asked on and on.', async () => {
  const { clock, probe } = open({ fenceHolds: false, habits: { ping: () => 'lost', takes: () => 5_000 } });
  const began = clock.now();
  expect((await inTime(clock, probe.sendForAll(['#']))).why).toEqual({ kind: 'unanswered' });
  expect(clock.now() - began).toBeLessThan(12_000);
});

test('After an answer that was not complete the next question has a connection of its own.', async () => {
  for (const answersUnsubscribe of [true, false]) {
    const { clock, probe, broker } = open({ fenceHolds: true, habits: { answersUnsubscribe } });
    await inTime(clock, probe.sendForAll(['#']));
    expect(broker.closes).toBe(answersUnsubscribe ? 0 : 1);
  }
});

test('What came along with topics that were asked for by their subtree is handed on.', async () => {
  const cover: ProbeWitness['cover'] = (keys) => ({
    questions: [{ filter: 'p/#', keys, most: keys.length }],
    rest: [],
  });
  const { store, ask, unasked } = open({ witness: { cover } });
  store({ 'p/a': '1', 'p/new': '2' });
  expect(shown(await ask(['p/a'], 2))).toEqual({ 'p/a': '1 at 0' });
  expect(unasked).toEqual(['p/new']);
});

test('A broker that delivers long after its answers is waited for, once that was seen on either connection.', async () => {
  const slow = { fenceHolds: false, habits: { after: 1_500 } };
  const reported = open(slow);
  reported.store({ a: '1' });
  reported.probe.lag.expect(1_500);
  expect(shown(await reported.ask(['a', 'b'], 0))).toEqual({ a: '1 at 0', b: 'absent' });
  // Nothing has shown it yet: the first question ends too early, and what comes after it is heeded from then on.
  const unreported = open(slow);
  unreported.store({ a: '1' });
  expect(shown(await unreported.ask(['a'], 0))).toEqual({ a: 'absent' });
  unreported.clock.advance(1_500);
  expect(shown(await unreported.ask(['a', 'b'], 0))).toEqual({ a: '1 at 0', b: 'absent' });
  const { clock } = unreported;
  const before = clock.now();
  await unreported.ask(['a'], 0);
  expect(clock.now() - before, 'ms where all came').toBeLessThan(2_000);
  expect(clock.pending).toBe(0);
});

test('A broker that grants only some subscriptions at once is asked for the others afterwards.', async () => {
  const most = 63;
  const { broker, store, ask } = open({ habits: { grants: (filter, qos) => grants(filter, qos) } });
  // As on NATS: the subscriptions above QoS 0 that are open count.
  const grants = (filter: string, qos: number): number =>
    filter === 't/denied' || (qos > 0 && broker.open_.indexOf(filter) >= most) ? 128 : qos;
  const keys = [...Array.from({ length: 120 }, (_, i) => `t/${i}`), 't/denied'];
  store(Object.fromEntries(keys.map((key) => [key, 'v'])), 1);
  const found = shown(await ask(keys, 2));
  expect(found['t/denied']).toBe('refused');
  delete found['t/denied'];
  expect(new Set(Object.values(found))).toEqual(new Set(['v at 1']));
});

test('While somebody acts on answers it is seen what comes for what was absent, and afterwards nobody is subscribed.', async () => {
  const { clock, probe, broker, store } = open({ fenceHolds: false });
  store({ a: '1' }, 1);
  const seen = await inTime(
    clock,
    probe.watching(async (watch) => {
      const found = await watch.ask(['a', 'b', 'c', 'd'], 2);
      // Asked for once more it is one subscription still.
      await watch.ask(['d'], 0);
      expect([...broker.open_].toSorted()).toEqual(['b', 'c', 'd']);
      broker.live('b', 'newer');
      broker.live('c', '');
      const { isSeeing } = watch;
      const touched = ['a', 'b', 'c', 'd'].filter((key) => watch.isTouched(key));
      broker.online = false;
      return { found: shown(found), touched, isSeeing, isSeeingStill: watch.isSeeing };
    }),
  );
  expect(seen).toEqual({
    found: { a: '1 at 1', b: 'absent', c: 'absent', d: 'absent' },
    touched: ['b'],
    isSeeing: true,
    isSeeingStill: false,
  });
  expect(broker.open_).toEqual([]);
});
