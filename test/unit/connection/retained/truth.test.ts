import { expect, test } from 'vitest';
import { LogRing } from '../../../../src-main/connection/base/log-ring.ts';
import type { Link } from '../../../../src-main/connection/link/link.ts';
import type { Publisher } from '../../../../src-main/connection/publish/publisher.ts';
import { RetainedTruth } from '../../../../src-main/connection/retained/truth.ts';
import { liveRetain } from '../../../../src-main/connection/subscriptions/live-retain.ts';
import { isAsked, type Subscriptions } from '../../../../src-main/connection/subscriptions/subscriptions.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { Qos, SubscriptionStatus } from '../../../../src-main/contract/model/model.ts';
import { SubscriptionRequest } from '../../../../src-main/contract/model/model.ts';
import type { PublishOutcome } from '../../../../src-main/contract/session/outcomes.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import type { Intake } from '../../../../src-main/core/topics/store/intake.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { FakeSecondLink, inTime, type SecondLinkHabits } from '../../../support/retained/fake-second-link.ts';
import { send } from '../../../support/store/messages.ts';

interface Subscribed extends Partial<SubscriptionRequest> {
  readonly filter: string;
  readonly result?: SubscriptionStatus['result'];
}

const statusOf = ({ result = { kind: 'granted', qos: 0 }, ...more }: Subscribed): SubscriptionStatus => ({
  ...SubscriptionRequest.parse({ qos: 0, ...more }),
  identifier: null,
  notes: [],
  result,
  messages: 0,
  countedBy: 'matches',
});

interface Setting {
  readonly level?: 4 | 5;
  readonly subscribed?: readonly Subscribed[];
  readonly habits?: Partial<SecondLinkHabits>;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function open({ level = 4, subscribed = [], habits = {} }: Setting = {}) {
  const clock = new ManualClock(100_000);
  const store = new TopicStore({ memoryBytes: 2 ** 24, topicCap: 10_000, seed: 1, startedAt: 100_000 });
  const log = new LogRing(() => clock.wall());
  let status = subscribed.map(statusOf);
  const subscriptions = {
    status: () => status,
    isGranted: (filter: string) =>
      status.some((one) => one.filter === filter && one.result.kind === 'granted'),
    covers: (topic: string) =>
      status.some(
        ({ filter, result }) =>
          result.kind === 'granted' && !filter.startsWith('$share/') && matchesFilter(filter, topic),
      ),
    asksFor: (topic: string) =>
      status.some(({ filter, result }) => isAsked(result) && matchesFilter(filter, topic)),
  } as unknown as Subscriptions;
  const publisher = { retained: () => undefined } as unknown as Publisher;
  let second: FakeSecondLink | undefined;
  const truth = new RetainedTruth({
    store,
    clock,
    log,
    subscriptions,
    publisher,
    wake: () => store.work(() => false),
    online: () => ({ version: level === 5 ? '5' : '3.1.1', clientId: 'x' }),
    maxPayloadBytes: () => 1_000,
    fault: (error: unknown) => {
      throw error as Error;
    },
    connect: (intake: Intake) => (second = new FakeSecondLink(intake, clock, { level, ...habits })),
  } as unknown as ConstructorParameters<typeof RetainedTruth>[0]);
  if (second === undefined) throw new Error('no connection was made');
  const link = {
    level,
    ping: async () => {
      await Promise.resolve();
      return { kind: 'answered', rttMs: 1 };
    },
  } as unknown as Link;
  truth.accepted(link);
  const subscribe = (...all: Subscribed[]) => {
    status = all.map(statusOf);
    truth.subscriptionsChanged();
    store.work(() => false);
  };
  subscribe(...subscribed);
  const fact = (topic: string) => store.retained(store.find(keyBytes(topic)));
  /** `retained by subscribe`, and `as of` where no subscription shows changes any more. */
  const reported = (topic: string) => {
    const { state, by, stale } = fact(topic);
    return `${state} by ${by}${stale ? ', as of then' : ''}`;
  };
  const message = (topic: string, payload = 'x', retain = true) =>
    send(store, { topic, payload, retain, at: clock.wall() });
  /** A SUBSCRIBE, what it brings, and the time until it is judged. */
  const scan = async (one: Subscribed, brings: readonly string[] = []) => {
    truth.scanBegins(statusOf(one), link);
    for (const topic of brings) message(topic);
    for (let i = 0; i < 600; i++) {
      await turn();
      clock.advance(10);
      store.work(() => false);
    }
  };
  const publishes = (topic: string, payload: string, kind: PublishOutcome['kind'] = 'acknowledged') =>
    publisher.retained({ topic, payload: new TextEncoder().encode(payload), qos: 1, retain: true }, {
      kind,
    } as unknown as PublishOutcome);
  const texts = () => log.entries().map(({ text }) => text);
  return { clock, store, truth, link, second, subscribe, reported, fact, message, scan, publishes, texts };
}

test('What a scan brings is retained, what it does not bring is not, and its end is in the log.', async () => {
  const { scan, reported, message, texts } = open({ subscribed: [{ filter: 'a' }, { filter: 'b' }] });
  message('a');
  message('b');
  await scan({ filter: 'a' });
  expect([reported('a'), reported('b')]).toEqual(['not-retained by scan', 'retained by subscribe']);
  await scan({ filter: 'a' }, ['a']);
  expect(reported('a')).toBe('retained by subscribe');
  expect(texts()).toContain('The scan of retained messages ended after 0.7 s.');
});

test('A scan of a filter that was refused meanwhile is no evidence.', async () => {
  const { scan, reported, message, subscribe } = open({ subscribed: [{ filter: 'a' }] });
  message('a');
  subscribe({ filter: 'a', result: { kind: 'refused', code: 135, failure: failed('x', '', '') } });
  await scan({ filter: 'a' });
  expect(reported('a')).toBe('retained by subscribe, as of then');
});

test('Before MQTT 5 stored messages on a wildcard show that this broker delivers them, so the rest is gone.', async () => {
  const { scan, reported, message, second } = open({ subscribed: [{ filter: 'a/#' }] });
  for (const topic of ['a/1', 'a/2']) message(topic);
  await scan({ filter: 'a/#' }, ['a/1']);
  expect([reported('a/1'), reported('a/2')]).toEqual(['retained by subscribe', 'not-retained by scan']);
  expect(second?.asked).toEqual([]);
});

test('On MQTT 5 what came may have been live, so the rest is asked for.', async () => {
  const { scan, reported, message, second } = open({
    level: 5,
    subscribed: [{ filter: 'a/#', retainAsPublished: true }],
  });
  for (const topic of ['a/1', 'a/2']) message(topic);
  second?.stored.set('a/2', { payload: 'x', qos: 0 });
  await scan({ filter: 'a/#' }, ['a/1']);
  expect(second?.asked.map(({ filters }) => filters)).toEqual([['a/2']]);
  expect(reported('a/2')).toBe('retained by probe');
});

test('Mosquitto is known by what it says of itself, and believed on wildcards at once.', async () => {
  const { scan, reported, message, second } = open({ level: 5, subscribed: [{ filter: 'a/#' }] });
  message('$SYS/broker/version', 'mosquitto version 2.0.20');
  message('a/1');
  await scan({ filter: 'a/#' });
  expect([reported('a/1'), second?.asked]).toEqual(['not-retained by scan', []]);
  const other = open({ level: 5, subscribed: [{ filter: 'a/#' }] });
  other.message('$SYS/broker/version', 'not mosquitto');
  other.message('a/1');
  await other.scan({ filter: 'a/#' });
  // By its name, and as it was known to be retained, once more without naming it.
  expect(other.second?.asked.map(({ filters }) => filters)).toEqual([['a/1'], ['a/+']]);
});

test('A broker that brings nothing on wildcards is named, with what is done about it.', async () => {
  const { scan, message, second, texts } = open({ subscribed: [{ filter: 'a/#' }] });
  message('a/1');
  second?.stored.set('a/1', { payload: 'x', qos: 0 });
  await scan({ filter: 'a/#' });
  expect(texts().filter((text) => text.includes('subscriptions with a wildcard'))).toHaveLength(1);
});

test('A shared subscription, one with No Local and one without stored messages bring no evidence.', async () => {
  for (const one of [
    { filter: '$share/g/a' },
    { filter: 'a', noLocal: true },
    { filter: 'a', retainHandling: 2 as const },
  ]) {
    const { scan, reported, message } = open({ level: 5, subscribed: [one] });
    message('a');
    await scan(one);
    expect(reported('a'), JSON.stringify(one)).not.toContain('by scan');
  }
});

test('Our own publish is known once it is acknowledged, and not where the answer is missing.', () => {
  const { message, publishes, reported } = open({ subscribed: [{ filter: '#' }] });
  message('a', 'x', false);
  publishes('a', 'v');
  expect(reported('a')).toBe('retained by us');
  publishes('a', '');
  expect(reported('a')).toBe('cleared by us');
  publishes('a', 'v', 'unknown');
  expect(reported('a')).toBe('unknown by us');
  publishes('a', 'v');
  for (const kind of ['refused', 'failed'] as const) publishes('a', '', kind);
  expect(reported('a')).toBe('retained by us');
  publishes('a', 'v', 'sent');
  expect(reported('a')).toBe('unknown by us');
});

test('When we published last is known, so that our own message is no sign of somebody else; a clear is none.', () => {
  const { truth, store, clock, message, publishes } = open({ subscribed: [{ filter: '#' }] });
  message('t/a');
  message('t/b');
  const [a, b] = ['t/a', 't/b'].map((topic) => store.find(keyBytes(topic)));
  expect(truth.oursAt(a ?? -1)).toBe(0);
  publishes('t/a', 'again');
  publishes('t/b', '');
  expect([truth.oursAt(a ?? -1), truth.oursAt(b ?? -1)]).toEqual([clock.wall(), 0]);
  publishes('t/new', 'x');
  message('t/new');
  expect(truth.oursAt(store.find(keyBytes('t/new')))).toBe(clock.wall());
});

test('A topic that becomes known after our publish was acknowledged has what the publish showed.', () => {
  const { message, publishes, reported, fact, clock } = open({ subscribed: [{ filter: '#' }] });
  publishes('new/topic', 'v');
  const at = clock.wall();
  clock.advance(50);
  message('new/topic', 'v', false);
  expect(reported('new/topic')).toBe('retained by us');
  expect(fact('new/topic').at).toBe(at);
  // A branch above it that becomes a topic later.
  publishes('new', 'v');
  message('new', 'v', false);
  expect(reported('new')).toBe('retained by us');
});

test('What we published is forgotten with the connection, as others publish meanwhile.', () => {
  const { message, publishes, reported, truth, link } = open({ subscribed: [{ filter: '#' }] });
  publishes('a', 'v');
  truth.ended();
  truth.accepted(link);
  message('a', 'v', false);
  expect(reported('a')).not.toContain('by us');
});

test('A publish to a topic that no subscription covers is known as of then: nothing shows who clears it.', () => {
  const { message, publishes, reported, subscribe } = open({ subscribed: [{ filter: '#' }] });
  message('a', 'x', false);
  subscribe({ filter: 'b/#' });
  publishes('a', 'v');
  publishes('late', 'v');
  expect(reported('a')).toBe('retained by us, as of then');
  subscribe({ filter: '#' });
  message('late', 'other', false);
  expect(reported('late')).toBe('retained by us, as of then');
  // With a subscription that shows changes, it is known as of now.
  publishes('a', 'v');
  expect(reported('a')).toBe('retained by us');
});

test('When a subscription ends, what it showed is as of then, except where another one covers the topic.', () => {
  const { message, reported, subscribe } = open({ subscribed: [{ filter: 'a/#' }, { filter: 'a/1' }] });
  for (const topic of ['a/1', 'a/2', 'b']) message(topic);
  subscribe({ filter: 'a/1' });
  expect(['a/1', 'a/2', 'b'].map(reported)).toEqual([
    'retained by subscribe',
    'retained by subscribe, as of then',
    'retained by subscribe',
  ]);
});

test('A probe shows which topics are retained, and as of then where nothing covers them.', async () => {
  const { message, reported, truth, second, clock, store } = open({ subscribed: [{ filter: 'a' }] });
  message('a', 'x', false);
  message('b', 'x', false);
  second?.stored.set('a', { payload: 'v', qos: 1 });
  await inTime(clock, truth.probe.ask(['a', 'b', 'unknown'], 2));
  expect([reported('a'), reported('b')]).toEqual(['retained by probe', 'not-retained by probe, as of then']);
  expect(store.find(keyBytes('unknown'))).toBe(-1);
});

test('What a probe brought is shown as the retained message, and counted where it was not seen before.', async () => {
  const { message, truth, second, clock, store } = open({ subscribed: [{ filter: '#' }] });
  message('same', 'v');
  message('changed', 'old');
  message('changed', 'new', false);
  message('live', 'v', false);
  for (const topic of ['same', 'live']) second?.stored.set(topic, { payload: 'v', qos: 1 });
  second?.stored.set('changed', { payload: 'new', qos: 1 });
  const ask = () => inTime(clock, truth.probe.ask(['same', 'changed', 'live'], 2));
  await ask();
  const value = (topic: string) => {
    const record = store.record(store.lastRetainedRecord(store.find(keyBytes(topic))));
    return new TextDecoder().decode(record?.payload.slice());
  };
  expect(['same', 'changed', 'live'].map(value)).toEqual(['v', 'new', 'v']);
  expect(store.counters().received).toBe(6);
  await ask();
  expect(store.counters().received).toBe(6);
});

test('What a probe found expires when the broker says so.', async () => {
  const { message, reported, truth, second, clock, store } = open({
    level: 5,
    subscribed: [{ filter: 'a' }],
  });
  message('a', 'x', false);
  // Message Expiry Interval [MQTT5-3.3.2.3.3] of 30 s.
  second?.stored.set('a', { payload: 'v', qos: 0, properties: Uint8Array.of(2, 0, 0, 0, 30) });
  await inTime(clock, truth.probe.ask(['a'], 0));
  expect(reported('a')).toBe('retained by probe');
  clock.advance(31_000);
  store.tick(clock.wall());
  expect(reported('a')).toBe('unknown by expiry');
});

const readQos = async (opened: ReturnType<typeof open>, key: string) => {
  const { truth, clock } = opened;
  const answer = await inTime(
    clock,
    truth.inventory.read({
      query: { filter: '', state: 'all' },
      sort: { by: 'topic', descending: false },
      choice: { all: true, rules: [] },
      expansion: { open: true, except: [] },
      from: 0,
      count: 10,
      seen: null,
    }),
  );
  if (answer.kind === 'same') return undefined;
  return answer.window.find((row) => row.key === key)?.entry?.qos;
};

test('A probe at the highest QoS knows at which a message is stored; one that was granted less may not.', async () => {
  const full = open({ subscribed: [{ filter: 'a' }] });
  const granted = (most: Qos) => ({ grants: (_: string, qos: number) => Math.min(most, qos) });
  const less = open({ subscribed: [{ filter: 'a' }], habits: granted(1) });
  for (const opened of [full, less]) {
    opened.message('a');
    opened.second?.stored.set('a', { payload: 'x', qos: 2 });
    await inTime(opened.clock, opened.truth.probe.ask(['a'], 2));
  }
  expect([await readQos(full, 'a'), await readQos(less, 'a')]).toEqual([2, null]);
});

test('A subscription that is raised without bringing stored messages again leaves their QoS unknown.', async () => {
  const opened = open({ level: 5 });
  const { subscribe, truth, link, message, clock } = opened;
  const low = { filter: '#', result: { kind: 'granted', qos: 0 } } as const;
  truth.scanBegins(statusOf(low), link);
  subscribe(low);
  message('a');
  expect(await readQos(opened, 'a')).toBeNull();
  clock.advance(5_000);
  const high = { filter: '#', retainHandling: 2, result: { kind: 'granted', qos: 2 } } as const;
  truth.scanBegins(statusOf(high), link);
  subscribe(high);
  // A list is made anew where something was learnt.
  message('other');
  clock.advance(5_000);
  expect(await readQos(opened, 'a')).toBeNull();
  // What comes through the higher one at QoS 0 is stored at that.
  message('a');
  clock.advance(5_000);
  expect(await readQos(opened, 'a')).toBe(0);
});

test('Many topics of one subtree are asked for by it, and a name that would be shared never is.', async () => {
  const { message, truth, second, clock } = open({ subscribed: [{ filter: '#' }] });
  const keys = Array.from({ length: 30 }, (_, i) => `s/${i}`);
  for (const key of keys) message(key);
  message('$share/g');
  for (const key of keys) second?.stored.set(key, { payload: 'x', qos: 0 });
  const found = await inTime(clock, truth.probe.ask([...keys, '$share/g'], 2));
  expect(second?.asked.flatMap(({ filters }) => filters)).toEqual(['s/#']);
  expect([...found.values()].filter(({ kind }) => kind === 'retained')).toHaveLength(30);
  expect(found.get('$share/g')).toMatchObject({ kind: 'incomplete' });
});

test('The end of the connection ends scans and the second connection, and all is as of then.', async () => {
  const { truth, link, message, reported, clock, second, texts } = open({ subscribed: [{ filter: 'a' }] });
  message('a');
  truth.scanBegins(statusOf({ filter: 'a' }), link);
  truth.ended();
  await turn();
  clock.advance(60_000);
  expect([reported('a'), second?.closes, clock.pending]).toEqual(['retained by subscribe, as of then', 1, 0]);
  expect(texts()).toEqual([]);
  // A SUBSCRIBE of which the link is gone already.
  truth.scanBegins(statusOf({ filter: 'a' }), null);
  expect(clock.pending).toBe(0);
});

test('The retain flag of live messages is believed only where every subscription asked for it.', () => {
  const on = statusOf({ filter: 'a/#', retainAsPublished: true });
  const off = statusOf({ filter: 'b', retainAsPublished: false });
  const gone = statusOf({ filter: 'c', retainAsPublished: false, result: { kind: 'off' } });
  expect(liveRetain([on], true)).toMatchObject({ possible: true, everywhere: true });
  expect(liveRetain([on, off], true)).toMatchObject({ possible: true, everywhere: false });
  expect(liveRetain([on, gone], true)).toMatchObject({ everywhere: true });
  expect(liveRetain([off], true)).toMatchObject({ possible: false, everywhere: false });
  expect(liveRetain([on], false)).toMatchObject({ possible: false, everywhere: false });
  expect(liveRetain([gone], true)).toMatchObject({ possible: false });
});

test('Beside wildcards, an exact topic vouches for none but itself, as Artemis does with its flag.', () => {
  const wild = statusOf({ filter: 'a/#', retainAsPublished: true });
  const exact = statusOf({ filter: 'a/1', retainAsPublished: true });
  const vouches = (...all: SubscriptionStatus[]) => {
    const { vouches: of } = liveRetain(all, true);
    return ['a/1', 'a/2'].map((topic) => of(keyBytes(topic)));
  };
  expect(vouches(wild, exact)).toEqual([false, true]);
  expect(vouches(wild)).toEqual([true, true]);
  expect(vouches(exact)).toEqual([true, true]);
  // A shared one brings no stored messages, so it does not count as either.
  expect(vouches(exact, statusOf({ filter: '$share/g/#', retainAsPublished: true }))).toEqual([true, true]);
});
