import { expect, test } from 'vitest';
import { KnownNodes } from '../../../../src-main/connection/retained/known-nodes.ts';
import { RetainedCleaner } from '../../../../src-main/connection/retained/cleaner.ts';
import type { CleanerOptions, CleaningLink } from '../../../../src-main/connection/retained/cleaning.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { PingAnswer } from '../../../../src-main/core/session/machine/ping-queue.ts';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import type { PublishOutcome } from '../../../../src-main/contract/session/outcomes.ts';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
import { SILENCE_MS, type EmptyOutcome } from '../../../../src-main/connection/second-link/empties.ts';
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
  readonly publishes?: (message: PublishMessage) => PublishOutcome | Promise<PublishOutcome>;
  /** What it is found to hold from the second question on. */
  readonly after?: Readonly<Record<string, Probed>>;
  /** Delivered still, and not any more when it is asked for again. */
  readonly lingers?: readonly string[];
  readonly waitsForQuiet?: boolean;
  /** Somebody publishes to these while others are sent. */
  readonly touched?: readonly string[];
  /** False: after a question nothing is seen any more. */
  readonly isSeeing?: boolean;
  /** What the link says to PINGREQ. */
  readonly pings?: PingAnswer;
}

function open(setting: Setting = {}) {
  const clock = new ManualClock(0);
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 1_000, seed: 1, startedAt: 1_000 });
  const holds = new Map(Object.entries(setting.holds ?? {}));
  const lingering = [...(setting.lingers ?? [])];
  const published: PublishMessage[] = [];
  const happened: string[] = [];
  const answer = (keys: readonly string[]) => new Map(keys.map((key) => [key, holds.get(key) ?? absent]));
  const usual = (message: PublishMessage): PublishOutcome => {
    if (message.payload.length === 0) holds.delete(message.topic);
    else holds.set(message.topic, stored(new TextDecoder().decode(message.payload), message.qos));
    return message.qos === 0
      ? { kind: 'sent', at: 0 }
      : { kind: 'acknowledged', at: 0, ms: 1, code: 0, noSubscribers: false, reason: '' };
  };
  const touched = new Set(setting.touched ?? []);
  const probe: CleanerOptions['probe'] = {
    waitsForQuiet: setting.waitsForQuiet ?? false,
    ask: async (keys, qos) => {
      happened.push(`ask ${keys.join(' ')} at ${qos}`);
      await Promise.resolve();
      const found = answer(keys);
      for (const [key, probed] of Object.entries(setting.after ?? {})) holds.set(key, probed);
      return found;
    },
    askUntil: async (_, keys, qos) => {
      happened.push(`ask until ${keys.join(' ')} at ${qos}`);
      for (const key of lingering.splice(0)) holds.delete(key);
      await Promise.resolve();
      return answer(keys);
    },
    watching: (act) =>
      act({
        ask: probe.ask,
        askUntil: probe.askUntil,
        isSeeing: setting.isSeeing ?? true,
        isTouched: (key) => touched.has(key),
      }),
  };
  const cleaner = new RetainedCleaner({
    maxPayloadBytes: () => 4_999,
    online: () => ({ clientId: 'us' }),
    topics: store,
    nodes: new KnownNodes(store),
    clock,
    publisher: {
      publishOnce: async (message) => {
        published.push(message);
        happened.push(`publish ${message.topic}`);
        await Promise.resolve();
        return (setting.publishes ?? usual)(message);
      },
    },
    probe,
  });
  const link = {
    level: setting.level ?? 5,
    ping: async (question: string) => {
      happened.push(question);
      await Promise.resolve();
      return setting.pings ?? { kind: 'answered', rttMs: 1 };
    },
  } as unknown as CleaningLink['link'];
  if (setting.online !== false) cleaner.started({ link, limits: setting.limits ?? {} });
  return { clock, store, cleaner, published, happened, holds };
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
  expect(plan.map(({ tooLarge }) => tooLarge)).toEqual([undefined, true, undefined, undefined]);
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

test('What is fetched is returned in the order it was asked for: kept, not there, not known, and no name.', async () => {
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

test('What is too large together is postponed, and so is what found no room beside others.', async () => {
  const crowded: Probed = {
    kind: 'retained',
    message: { payload: NO_BYTES, isCrowded: true, size: 9, qos: 0, properties: NO_BYTES, at: 0 },
  };
  const { cleaner, store, happened } = open({ holds: { a: stored('1'), b: crowded, c: stored('3') } });
  for (const topic of ['a', 'c']) send(store, { topic, payload: 'x', retain: true, size: 40 * 2 ** 20 });
  const found = await cleaner.fetch(['a', 'b', 'c', 'x/#']);
  expect(found.map(({ kind }) => kind)).toEqual(['message', 'postponed', 'postponed', 'invalid']);
  expect(happened).toEqual(['ask a b at 2']);
});

test('What found no room before something is put back is asked for again, to be compared with it.', async () => {
  const crowded: Probed = {
    kind: 'retained',
    message: { payload: NO_BYTES, isCrowded: true, size: 1, qos: 1, properties: NO_BYTES, at: 0 },
  };
  const { cleaner, happened } = open({ holds: { a: crowded }, after: { a: stored('1') } });
  expect(await cleaner.putBack([kept('a', '1')], false)).toMatchObject([{ outcome: { kind: 'restored' } }]);
  expect(happened).toEqual(['ask a at 2', 'ask a at 2', 'ask until  at 2']);
});

test('What is cleared over the connection proper goes one by one, at a QoS that is answered.', async () => {
  for (const level of [4, 5] as const) {
    const { cleaner, published, holds } = open({ level, holds: { a: stored('1'), b: stored('2') } });
    const took = new Float32Array(2).fill(Number.NaN);
    expect(await cleaner.sendProper(['a', 'b'], null, took)).toEqual([]);
    // Before 5 a refusal looks like success there.
    const qos = level === 5 ? 1 : 0;
    expect([...took]).toEqual(level === 5 ? [1, 1] : [Number.NaN, Number.NaN]);
    expect(published.map((one) => [one.topic, one.payload.length, one.qos, one.retain])).toEqual([
      ['a', 0, qos, true],
      ['b', 0, qos, true],
    ]);
    expect(holds.size).toBe(0);
  }
});

test('More than twenty go together over the second connection, where refusals are reported.', () => {
  expect([open().cleaner.goesTogether(21), open().cleaner.goesTogether(20)]).toEqual([true, false]);
  for (const setting of [{ level: 4 as const }, { limits: { maximumQos: 0 as const } }, { online: false }])
    expect(open(setting).cleaner.goesTogether(21)).toBe(false);
});

test('What was refused over the second connection is tried over the first; what is not known is not sent twice.', async () => {
  const { cleaner, published } = open();
  const bulk: EmptyOutcome[] = [null, { kind: 'refused', code: 135, failure }, { kind: 'unknown', failure }];
  const took = new Float32Array(3).fill(Number.NaN);
  const unsent = await cleaner.sendProper(['a', 'b', 'c'], bulk, took);
  expect(published.map(({ topic }) => topic)).toEqual(['b']);
  expect([...took]).toEqual([Number.NaN, 1, Number.NaN]);
  expect(unsent).toMatchObject([{ place: 2, outcome: { kind: 'not-verified' } }]);
});

test('At QoS 0 nobody answers, so a fence shows that they were read.', async () => {
  const { cleaner, happened } = open({ limits: { maximumQos: 0 } });
  await cleaner.sendProper(['a'], null, new Float32Array(1));
  expect(happened).toEqual(['publish a', 'fence']);
  const { cleaner: other, happened: answered } = open();
  await other.sendProper(['a'], null, new Float32Array(1));
  expect(answered).toEqual(['publish a']);
});

test('Before MQTT 5, once a broker ended the connection over what was sent at QoS 0, it is asked to say how far it read.', async () => {
  for (const [waitsForQuiet, pings, qos] of [
    [true, { kind: 'closed' }, 1],
    [true, { kind: 'timeout' }, 0],
    // mosquitto ends no connection over what it refuses, and is killed at times.
    [false, { kind: 'closed' }, 0],
  ] as const) {
    const { cleaner, published } = open({ level: 4, waitsForQuiet, pings });
    for (const key of ['a', 'b']) await cleaner.sendProper([key], null, new Float32Array(1));
    expect(published.map((message) => message.qos)).toEqual([0, qos]);
  }
});

test('Without a connection each says so, and nothing is sent later.', async () => {
  const { cleaner, published } = open({ online: false });
  expect(await cleaner.sendProper(['a'], null, new Float32Array(1))).toMatchObject([
    { place: 0, outcome: { kind: 'not-verified', failure: { code: 'not-connected' } } },
  ]);
  expect(await cleaner.putBack([kept('a', '1')], false)).toMatchObject([
    { key: 'a', outcome: { kind: 'not-sent', failure: { code: 'not-connected' } } },
  ]);
  expect(published).toEqual([]);
});

test('A check asks for what was sent, and returns what is still there.', async () => {
  const { cleaner, happened } = open({ holds: { back: stored('again') } });
  const { cleared, others } = await cleaner.check(['back', 'a']);
  expect([...cleared]).toEqual([1]);
  expect(others).toMatchObject([{ place: 0, outcome: { kind: 'still-retained' } }]);
  expect(happened).toEqual(['ask until back a at 0', 'fence']);
});

test('What is put back goes as it was, and is asked for again.', async () => {
  const { cleaner, published, happened } = open();
  const results = await cleaner.putBack([kept('a', '1', { qos: 2 })], false);
  expect(results).toEqual([{ key: 'a', topic: 'a', outcome: { kind: 'restored' } }]);
  expect(published).toMatchObject([{ topic: 'a', qos: 2, retain: true, payload: utf8.encode('1') }]);
  expect(happened).toEqual(['ask a at 2', 'publish a', 'ask until a at 2']);
});

test('What had a higher QoS than the broker takes is back with that, sent now or there already.', async () => {
  const { cleaner, holds } = open({ limits: { maximumQos: 1 } });
  const messages = [kept('a', '1', { qos: 2 }), kept('b', '1')];
  for (let times = 0; times < 2; times++) {
    expect((await cleaner.putBack(messages, false)).map(({ outcome }) => outcome)).toEqual([
      { kind: 'restored', atQos: 1 },
      { kind: 'restored' },
    ]);
  }
  expect(holds.get('a')).toMatchObject({ message: { qos: 1 } });
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

test('An expiry that the broker gives to what has none is said, and hides no other change.', async () => {
  const expiring = (text: string): Probed => {
    const one = stored(text);
    if (one.kind !== 'retained') throw new Error('nothing is stored');
    return { ...one, message: { ...one.message, properties: Uint8Array.of(2, 0, 0, 0, 60) } };
  };
  const opened = open({
    holds: { twin: expiring('1') },
    publishes: ({ topic }) => {
      if (topic !== 'twin') opened.holds.set(topic, expiring(topic === 'other' ? 'another' : '1'));
      return { kind: 'acknowledged', at: 0, ms: 1, code: 0, noSubscribers: false, reason: '' };
    },
  });
  const putBack = async (key: string, overwrite = false) =>
    (await opened.cleaner.putBack([kept(key, '1')], overwrite))[0]?.outcome;
  // It was there before, so whether it is ours is not known.
  expect(await putBack('twin')).toMatchObject({ kind: 'would-overwrite' });
  expect(await putBack('twin', true)).toMatchObject({ kind: 'not-verified' });
  expect(await putBack('other')).toMatchObject({ kind: 'not-verified' });
  expect(await putBack('a')).toEqual({ kind: 'restored', added: 'expiry' });
  // Asked for again, as after the end of a connection, it is there.
  expect(await putBack('a')).toEqual({ kind: 'restored', added: 'expiry' });
  expect(opened.published.filter(({ topic }) => topic === 'a')).toHaveLength(1);
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
  const first = cleaner.sendProper(['bad'], null, new Float32Array(1));
  const second = cleaner.sendProper(['a'], null, new Float32Array(1));
  await expect(first).rejects.toThrow('a fault of ours');
  expect(await second).toEqual([]);
  expect(most).toBe(1);
});

test('What a broker does not acknowledge is given up after a time, and reported as not verified.', async () => {
  const { cleaner, clock } = open({
    level: 4,
    publishes: ({ topic }) =>
      topic === 'b'
        ? new Promise<never>(() => undefined)
        : { kind: 'acknowledged', at: 0, ms: 1, code: 0, noSubscribers: false, reason: '' },
  });
  const unsent = cleaner.sendProper(['a', 'b'], null, new Float32Array(2));
  for (let at = 0; at < 10; at++) await Promise.resolve();
  // One was acknowledged in the first of these.
  for (let at = 0; at < 2; at++) {
    clock.advance(SILENCE_MS);
    await new Promise(setImmediate);
  }
  expect(await unsent).toEqual([
    {
      place: 1,
      outcome: { kind: 'not-verified', failure: expect.objectContaining({ code: 'unacknowledged' }) },
    },
  ]);
  expect(clock.pending).toBe(0);
});

test('What waits for a lost connection is waited for, however long that takes.', async () => {
  let acknowledge: (outcome: PublishOutcome) => void = () => undefined;
  const { cleaner, clock } = open({
    level: 4,
    publishes: () => new Promise<PublishOutcome>((resolve) => (acknowledge = resolve)),
  });
  const unsent = cleaner.sendProper(['a'], null, new Float32Array(1));
  await new Promise(setImmediate);
  cleaner.ended();
  for (let at = 0; at < 5; at++) {
    clock.advance(SILENCE_MS);
    await new Promise(setImmediate);
  }
  acknowledge({ kind: 'acknowledged', at: 0, ms: 1, code: 0, noSubscribers: false, reason: '' });
  expect(await unsent).toEqual([]);
});

test('What somebody publishes while others are put back is not overwritten, unless that is wanted.', async () => {
  for (const [overwrite, kind] of [
    [false, 'would-overwrite'],
    [true, 'restored'],
  ] as const) {
    const { cleaner, published } = open({ touched: ['b'] });
    const results = await cleaner.putBack([kept('a', '1'), kept('b', '2')], overwrite);
    expect(results.map(({ key, outcome }) => [key, outcome.kind])).toEqual(
      expect.arrayContaining([
        ['a', 'restored'],
        ['b', kind],
      ]),
    );
    expect(published.map(({ topic }) => topic)).toEqual(overwrite ? ['a', 'b'] : ['a']);
  }
});

test('Where it is not seen any more what comes, what was not sent yet is asked for once more.', async () => {
  const messages = Array.from({ length: 450 }, (_, i) => kept(`t/${i}`, 'x'));
  for (const [setting, asks] of [
    [{ waitsForQuiet: true }, [450]],
    [{ waitsForQuiet: true, isSeeing: false }, [450, 250, 50]],
    // mosquitto answers at once.
    [{}, [200, 200, 50]],
  ] as const) {
    const { cleaner, happened, published } = open(setting);
    const results = await cleaner.putBack(messages, false);
    expect(results.filter(({ outcome }) => outcome.kind === 'restored')).toHaveLength(450);
    const asked = happened.filter((one) => one.startsWith('ask t/'));
    expect(asked.map((one) => one.split('t/').length - 1)).toEqual(asks);
    expect(published).toHaveLength(450);
  }
});
