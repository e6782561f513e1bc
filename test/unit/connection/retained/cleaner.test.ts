import { expect, test } from 'vitest';
import { KnownNodes } from '../../../../src-main/connection/retained/known-nodes.ts';
import { RetainedCleaner, type CleaningLink } from '../../../../src-main/connection/retained/cleaner.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import type { PublishOutcome } from '../../../../src-main/contract/session/outcomes.ts';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import type { EmptyOutcome } from '../../../../src-main/connection/second-link/empties.ts';
import type { Probed } from '../../../../src-main/core/retained/probe-batch.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { send } from '../../../support/store/messages.ts';

const utf8 = new TextEncoder();
const NO_BYTES = new Uint8Array(0);
const failure = failed('x', 'It did not work.', '');

const stored = (payload: string, qos: 0 | 1 | 2 = 1, properties = NO_BYTES): Probed => {
  const bytes = utf8.encode(payload);
  return { kind: 'retained', message: { payload: bytes, size: bytes.length, qos, properties, at: 5 } };
};
const absent: Probed = { kind: 'absent' };

const kept = (key: string, payload: string, more: Partial<KeptMessage> = {}): KeptMessage => ({
  key,
  payload: utf8.encode(payload),
  qos: 1,
  properties: NO_BYTES,
  at: 0,
  ...more,
});

interface Setting {
  readonly level?: 4 | 5;
  readonly limits?: CleaningLink['limits'];
  readonly online?: boolean;
  /** What the broker holds. */
  readonly holds?: Readonly<Record<string, Probed>>;
  readonly publishes?: (message: PublishMessage) => PublishOutcome;
  /** Delivered still, and not any more when it is asked for again. */
  readonly lingers?: readonly string[];
  readonly bulk?: (keys: readonly string[]) => EmptyOutcome[] | null;
}

function open(setting: Setting = {}) {
  const clock = new ManualClock(0);
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  const holds = new Map(Object.entries(setting.holds ?? {}));
  const lingering = [...(setting.lingers ?? [])];
  const published: PublishMessage[] = [];
  const happened: string[] = [];
  const bulks: (readonly string[])[] = [];
  const answer = (keys: readonly string[]) => new Map(keys.map((key) => [key, holds.get(key) ?? absent]));
  const usual = (message: PublishMessage): PublishOutcome => {
    if (message.payload.length === 0) holds.delete(message.topic);
    else holds.set(message.topic, stored(new TextDecoder().decode(message.payload), message.qos));
    return message.qos === 0
      ? { kind: 'sent', at: 0 }
      : { kind: 'acknowledged', at: 0, ms: 1, code: 0, noSubscribers: false, reason: '' };
  };
  const cleaner = new RetainedCleaner({
    topics: store,
    nodes: new KnownNodes(store),
    clock,
    publisher: {
      publish: async (message) => {
        published.push(message);
        happened.push(`publish ${message.topic}`);
        await Promise.resolve();
        return (setting.publishes ?? usual)(message);
      },
    },
    probe: {
      ask: async (keys, qos) => {
        happened.push(`ask ${keys.join(' ')} at ${qos}`);
        await Promise.resolve();
        return answer(keys);
      },
      askUntil: async (_, keys, qos) => {
        happened.push(`ask until ${keys.join(' ')} at ${qos}`);
        for (const key of lingering.splice(0)) holds.delete(key);
        await Promise.resolve();
        return answer(keys);
      },
      sendEmpty: async (keys) => {
        bulks.push(keys);
        await Promise.resolve();
        return (setting.bulk ?? (() => null))(keys);
      },
    },
  });
  const link = {
    level: setting.level ?? 5,
    ping: async (question: string) => {
      happened.push(question);
      await Promise.resolve();
      return { kind: 'answered', rttMs: 1 };
    },
  } as unknown as CleaningLink['link'];
  if (setting.online !== false) cleaner.started({ link, limits: setting.limits ?? {} });
  return { clock, store, cleaner, published, happened, bulks, holds };
}

test('A plan says what is known of each topic, once, with a preview of the message that would be lost.', () => {
  const { store, cleaner } = open();
  send(store, { topic: 'a', payload: '{"v":1}', retain: true });
  send(store, { topic: 'a', payload: 'live' });
  send(store, { topic: 'long', payload: 'x'.repeat(5_000), retain: true });
  send(store, { topic: '$SYS/broker/uptime', payload: '5', retain: true });
  const plan = cleaner.plan(['a', 'a', 'long', 'unseen', '$SYS/broker/uptime']);
  expect(plan.map(({ key, size, excluded }) => [key, size, excluded === null])).toEqual([
    ['a', 7, true],
    ['long', 5_000, true],
    ['unseen', 0, true],
    ['$SYS/broker/uptime', 1, false],
  ]);
  expect(plan[0]?.preview).toMatchObject({ kind: 'json', parts: [['v', '1']] });
  expect(JSON.stringify(plan[1]?.preview).length).toBeLessThan(400);
  expect(plan[2]).toMatchObject({ fact: { state: 'unknown', by: 'none' }, preview: { kind: 'none' } });
});

test('A broker that says it keeps none has nothing to clear.', () => {
  const { cleaner } = open({ limits: { retainAvailable: false } });
  expect(cleaner.retainAvailable).toBe(false);
  expect(cleaner.plan(['a'])[0]?.excluded).toEqual(expect.any(String));
  cleaner.ended();
  expect(cleaner.retainAvailable).toBe(true);
});

test('What is fetched is told in the order it was asked for: kept, not there, not known, and no name.', async () => {
  const { cleaner, happened } = open({
    holds: {
      a: stored('1'),
      lost: { kind: 'incomplete', why: { kind: 'unanswered' } },
      cut: {
        kind: 'retained',
        message: { payload: NO_BYTES, size: 9, qos: 0, properties: NO_BYTES, at: 0 },
      },
    },
  });
  const found = await cleaner.fetch(['lost', 'a', 'x/#', 'none', 'a', 'cut']);
  expect(found.map(({ kind, key }) => `${key} ${kind}`)).toEqual([
    'lost unreadable',
    'a message',
    'x/# invalid',
    'none nothing',
    'cut unreadable',
  ]);
  expect(happened).toEqual(['ask lost a none cut at 2']);
});

test('A few are cleared one by one over the connection proper, at a QoS that is answered.', async () => {
  const { cleaner, published, bulks, holds } = open({ holds: { a: stored('1'), b: stored('2') } });
  const took = new Float32Array(2);
  expect(await cleaner.sendEmpty(['a', 'b'], took)).toEqual([]);
  expect([...took]).toEqual([1, 1]);
  expect(published.map(({ topic, payload, qos, retain }) => [topic, payload.length, qos, retain])).toEqual([
    ['a', 0, 1, true],
    ['b', 0, 1, true],
  ]);
  expect([holds.size, bulks.length]).toEqual([0, 0]);
});

const many = Array.from({ length: 21 }, (_, i) => `t/${i}`);

test('Many go over the second connection, and none of them over the first.', async () => {
  const { cleaner, published, bulks } = open({ bulk: (keys) => keys.map(() => null) });
  expect(await cleaner.sendEmpty(many, new Float32Array(21))).toEqual([]);
  expect([bulks, published]).toEqual([[many], []]);
  // Twenty are few.
  await cleaner.sendEmpty(many.slice(1), new Float32Array(21));
  expect(bulks).toHaveLength(1);
});

test('Before MQTT 5, at QoS 0 only, or where there is no second connection, they go one by one.', async () => {
  for (const setting of [{ level: 4 as const }, { limits: { maximumQos: 0 as const } }, {}]) {
    const { cleaner, published } = open(setting);
    expect(await cleaner.sendEmpty(many, new Float32Array(21))).toEqual([]);
    expect(published).toHaveLength(many.length);
  }
});

test('What was refused over the second connection is tried over the first; what is not known is not sent twice.', async () => {
  const { cleaner, published } = open({
    bulk: (keys) =>
      keys.map((key) =>
        key === 't/3'
          ? { kind: 'refused', code: 135, failure }
          : key === 't/4'
            ? { kind: 'unknown', failure }
            : null,
      ),
  });
  const unsent = await cleaner.sendEmpty(many, new Float32Array(21));
  expect(published.map(({ topic }) => topic)).toEqual(['t/3']);
  expect(unsent).toMatchObject([{ key: 't/4', outcome: { kind: 'not-verified' } }]);
});

test('At QoS 0 nobody answers, so a fence tells that they were read.', async () => {
  const { cleaner, happened } = open({ limits: { maximumQos: 0 } });
  await cleaner.sendEmpty(['a'], new Float32Array(21));
  expect(happened).toEqual(['publish a', 'fence']);
  const { cleaner: other, happened: answered } = open();
  await other.sendEmpty(['a'], new Float32Array(21));
  expect(answered).toEqual(['publish a']);
});

test('Without a connection each says so, and nothing is sent later.', async () => {
  const { cleaner, published } = open({ online: false });
  expect(await cleaner.sendEmpty(['a'], new Float32Array(21))).toMatchObject([
    { key: 'a', outcome: { kind: 'not-verified', failure: { code: 'not-connected' } } },
  ]);
  expect(await cleaner.putBack([kept('a', '1')], false)).toMatchObject([
    { key: 'a', outcome: { kind: 'not-sent', failure: { code: 'not-connected' } } },
  ]);
  expect(published).toEqual([]);
});

test('A check asks for what was sent, and tells what is still there.', async () => {
  const { cleaner, happened } = open({ holds: { back: stored('again') } });
  const { cleared, others, overtaken } = await cleaner.check(['back', 'a']);
  expect([...cleared]).toEqual([1]);
  expect(others.map(({ key, outcome }) => `${key} ${outcome.kind}`)).toEqual(['back still-retained']);
  expect(overtaken).toEqual([]);
  expect(happened).toEqual(['ask until back a at 0', 'fence']);
});

test('What was published between fetch and clear is given back by the check, to be kept as well.', async () => {
  const { store, cleaner } = open({ holds: { a: stored('old') } });
  await cleaner.fetch(['a']);
  send(store, { topic: 'a', payload: 'newer', retain: true });
  send(store, { topic: 'a', payload: '', retain: true });
  const { overtaken } = await cleaner.check(['a']);
  expect(overtaken.map(({ payload }) => new TextDecoder().decode(payload))).toEqual(['newer']);
});

test('What is put back goes as it was, and is asked for again.', async () => {
  const { cleaner, published, happened } = open();
  const results = await cleaner.putBack([kept('a', '1', { qos: 2 })], false);
  expect(results).toEqual([{ key: 'a', topic: 'a', outcome: { kind: 'restored' } }]);
  expect(published).toMatchObject([{ topic: 'a', qos: 2, retain: true, payload: utf8.encode('1') }]);
  expect(happened).toEqual(['ask a at 2', 'publish a', 'ask until a at 2']);
});

test('What is there already is not sent again; what is newer is left alone unless that was asked for.', async () => {
  const { cleaner, published } = open({ holds: { same: stored('1'), newer: stored('2') } });
  const messages = [kept('same', '1'), kept('newer', '1')];
  const outcomes = async (overwrite: boolean) =>
    Object.fromEntries(
      (await cleaner.putBack(messages, overwrite)).map(({ key, outcome }) => [key, outcome.kind]),
    );
  expect(await outcomes(false)).toEqual({ same: 'restored', newer: 'would-overwrite' });
  expect(published).toEqual([]);
  expect(await outcomes(true)).toEqual({ same: 'restored', newer: 'restored' });
  expect(published.map(({ topic }) => topic)).toEqual(['newer']);
});

test('What an eventually consistent broker delivers just after the clear is neither newer nor back.', async () => {
  for (const old of ['1', 'another']) {
    const { store, clock, cleaner, published, happened } = open({
      holds: { a: stored(old) },
      lingers: ['a'],
    });
    send(store, { topic: 'a', payload: old, retain: true, at: clock.wall() });
    store.facts.learn(store.find(utf8.encode('a')), 'absent', 'probe', -1, clock.wall());
    const results = await cleaner.putBack([kept('a', '1')], false);
    expect(results).toMatchObject([{ key: 'a', outcome: { kind: 'restored' } }]);
    expect(published.map(({ topic }) => topic)).toEqual(['a']);
    expect(happened.slice(0, 2)).toEqual(['ask a at 2', 'ask until a at 2']);
  }
});

test('What is there long after the clear, or stays there, is newer.', async () => {
  for (const waits of [0, 10_000]) {
    const { store, clock, cleaner, published, happened } = open({ holds: { a: stored('new') } });
    send(store, { topic: 'a', payload: 'x', retain: true, at: clock.wall() });
    store.facts.learn(store.find(utf8.encode('a')), 'absent', 'probe', -1, clock.wall());
    clock.advance(waits);
    const results = await cleaner.putBack([kept('a', '1')], false);
    expect(results).toMatchObject([{ key: 'a', outcome: { kind: 'would-overwrite' } }]);
    expect(published).toEqual([]);
    expect(happened.includes('ask until a at 2')).toBe(waits === 0);
  }
});

test('Of two messages for one topic the last one counts, also where it cannot be sent.', async () => {
  const two = open();
  await two.cleaner.putBack([kept('a', 'first'), kept('a', 'last')], false);
  expect(two.published.map(({ payload }) => new TextDecoder().decode(payload))).toEqual(['last']);
  // Message Expiry Interval [MQTT5-3.3.2.3.3] of one second, which is over.
  const expired = Uint8Array.of(2, 0, 0, 0, 1);
  const over = open();
  over.clock.advance(60_000);
  const results = await over.cleaner.putBack(
    [kept('a', 'first'), kept('a', 'last', { properties: expired })],
    false,
  );
  expect(results).toMatchObject([{ key: 'a', outcome: { kind: 'not-sent', failure: { code: 'expired' } } }]);
  expect(over.published).toEqual([]);
  const back = await over.cleaner.putBack(
    [kept('a', 'first', { properties: expired }), kept('a', 'last')],
    false,
  );
  expect(back).toMatchObject([{ key: 'a', outcome: { kind: 'restored' } }]);
});

test('What the broker refused, or did not keep, is not called restored.', async () => {
  const refused = open({ publishes: () => ({ kind: 'refused', code: 135, failure }) });
  expect((await refused.cleaner.putBack([kept('a', '1')], false))[0]?.outcome.kind).not.toBe('restored');
  const ignored = open({
    publishes: () => ({
      kind: 'acknowledged',
      at: 0,
      ms: 1,
      code: 0,
      noSubscribers: false,
      reason: '',
    }),
  });
  expect((await ignored.cleaner.putBack([kept('a', '1')], false))[0]?.outcome.kind).not.toBe('restored');
});

test('One list is sent after the other, also after one that failed.', async () => {
  let running = 0;
  let most = 0;
  const { cleaner } = open({
    publishes: (message) => {
      most = Math.max(most, ++running);
      running--;
      if (message.topic === 'bad') throw new Error('a fault of ours');
      return { kind: 'sent', at: 0 };
    },
  });
  const first = cleaner.sendEmpty(['bad'], new Float32Array(21));
  const second = cleaner.sendEmpty(['a'], new Float32Array(21));
  await expect(first).rejects.toThrow('a fault of ours');
  expect(await second).toEqual([]);
  expect(most).toBe(1);
});
