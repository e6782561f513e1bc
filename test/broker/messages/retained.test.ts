import { afterEach, expect, test } from 'vitest';
import { keyBytes } from '../../../src-main/core/topics/names.ts';
import { NO_NODE } from '../../../src-main/core/topics/columns/nodes.ts';
import { refuseConnect, startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { clearerOf } from '../../support/retained/clear-and-restore.ts';
import { teardown } from '../../support/teardown.ts';
import { MEMORY, openConnection, subscribed, type Opened } from '../session/open-connection.ts';

afterEach(teardown);

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function retain(opened: Opened, topic: string, payload: Uint8Array, qos: 0 | 1 | 2 = 1): Promise<void> {
  const outcome = await opened.connection.publisher.publish({ topic, payload, qos, retain: true });
  expect(['sent', 'acknowledged']).toContain(outcome.kind);
}

function fact(opened: Opened, topic: string) {
  const { store } = opened.connection;
  const node = store.find(keyBytes(topic));
  return node === NO_NODE ? null : store.retained(node);
}

const clear = (opened: Opened, keys: string[], unkept: 'stop' | 'clear' = 'stop') =>
  clearerOf(opened.connection).clear(keys, unkept);

const restore = (opened: Opened, keys: string[], overwrite = false) =>
  clearerOf(opened.connection).restore(keys, overwrite);

/** The scan after a SUBSCRIBE is over. */
function scanned(opened: Opened): Promise<void> {
  return opened.eventually('the end of the scan', () =>
    opened.diagnostics().log.some(({ text: said }) => said.includes('scan of retained messages ended')),
  );
}

test.each(['5', '3.1.1'] as const)(
  'Ten thousand retained messages are all there on %s, and the scan has an end.',
  async (version) => {
    const broker = await startMosquitto({ config: ['sys_interval 1'] });
    const writer = openConnection({ port: broker.port, subscriptions: [] });
    await writer.until('online');
    const count = 10_000;
    const payload = Buffer.alloc(200, 0x61);
    for (let i = 0; i < count; i += 1_000) {
      await Promise.all(
        Array.from({ length: 1_000 }, (_, j) =>
          writer.connection.publisher.publish({ topic: `plant/${i}/${j}`, payload, qos: 0, retain: true }),
        ),
      );
    }
    await writer.connection.pingNow();
    const opened = openConnection({ port: broker.port, version });
    const { store } = opened.connection;
    await opened.eventually('all of them', () => store.counters().received >= count);
    await scanned(opened);
    expect(store.facts.scanning).toBe(false);
    const { received, kept, evicted, forgotten, dropped, system } = store.counters();
    expect(received).toBe(count);
    expect(received + system).toBe(kept + evicted + forgotten + dropped);
    for (const i of [0, 7_777, 9_999]) {
      const topic = `plant/${Math.floor(i / 1_000) * 1_000}/${i % 1_000}`;
      expect(fact(opened, topic)).toMatchObject({ state: 'retained', by: 'subscribe', stale: false });
    }
    await opened.eventually(
      'an estimate of what is missing',
      () => {
        const shortfall = opened.diagnostics().retainedShortfall;
        return shortfall !== null && shortfall.announced >= count && shortfall.missing <= 5;
      },
      undefined,
      () => [opened.diagnostics().retainedShortfall, store.counters()],
    );
  },
);

test('Clearing is verified, can be taken back byte for byte, and the evidence says so.', async () => {
  const broker = await startMosquitto({ config: ['sys_interval 1'] });
  for (const version of ['5', '3.1.1'] as const) {
    const opened = openConnection({ port: broker.port, version });
    await subscribed(opened);
    const payload = Uint8Array.from({ length: 256 }, (_, i) => i);
    await retain(opened, 'plant/a', payload, 2);
    await retain(opened, 'plant/b', text('b'));
    const other = openConnection({ port: broker.port, version });
    await other.eventually('both', () => fact(other, 'plant/a') !== null && fact(other, 'plant/b') !== null);
    const keys = ['plant/a', 'plant/b', 'plant/never'];
    const plan = await other.handlers.planClear({ keys });
    expect(plan.topics.map(({ size, excluded }) => [size, excluded])).toEqual([
      [256, null],
      [1, null],
      [0, null],
    ]);
    const results = await clear(other, keys);
    expect(results.map(({ outcome, restorable }) => [outcome.kind, restorable])).toEqual([
      ['cleared', true],
      ['cleared', true],
      ['cleared', false],
    ]);
    expect(fact(other, 'plant/a')).toMatchObject({ state: 'not-retained', by: 'probe' });
    const later = openConnection({ port: broker.port, subscriptions: [{ filter: 'plant/#', qos: 0 }] });
    await scanned(later);
    expect(later.connection.store.counters().received).toBe(0);
    expect(await restore(other, ['plant/a'])).toMatchObject([{ outcome: { kind: 'restored' } }]);
    await later.eventually('the message again', () => later.connection.store.counters().received === 1);
    const read = await later.handlers.readMessage({
      key: 'plant/a',
      which: 'latest',
      offset: 0,
      length: 1_000,
    });
    expect(read).toMatchObject({ kind: 'message', bytes: payload });
    // The copy stays in the trash, and the broker has this very message: there is nothing to send.
    expect(await restore(other, ['plant/a'])).toMatchObject([{ outcome: { kind: 'restored' } }]);
    expect(later.connection.store.counters().received).toBe(1);
    await clear(opened, ['plant/a']);
  }
});

test('MQTT 5 properties of a cleared message come back with it.', async () => {
  const broker = await startFakeBroker();
  const properties = {
    payloadFormatIndicator: true,
    contentType: 'text/plain',
    responseTopic: 'answers',
    correlationData: Buffer.from([0, 255]),
  };
  broker.broker.publish({
    topic: 'a',
    payload: Buffer.from('21'),
    qos: 1,
    retain: true,
    properties: {
      ...properties,
      userProperties: [
        ['unit', '°C'],
        ['unit', 'K'],
      ],
    },
  });
  const opened = openConnection({ port: broker.port });
  await opened.eventually('it', () => opened.latest('a') === '21');
  expect(await clear(opened, ['a'])).toMatchObject([{ outcome: { kind: 'cleared' }, restorable: true }]);
  const next = broker.once('publish');
  await restore(opened, ['a']);
  const again = (await next).packet;
  expect(again).toMatchObject({
    topic: 'a',
    retain: true,
    qos: 1,
    properties: { ...properties, userProperties: { unit: ['°C', 'K'] } },
  });
  expect(String(again?.payload)).toBe('21');
});

test('Clearing what may not be cleared is reported as refused, or found still retained.', async () => {
  const broker = await startMosquitto({
    users: { ann: 'x', boss: 'x' },
    acl: ['user boss', 'topic readwrite #', 'user ann', 'topic read #'],
  });
  const boss = openConnection({ port: broker.port, username: 'boss', password: 'x' });
  await boss.until('online');
  await retain(boss, 'plant/a', text('1'));
  for (const version of ['5', '3.1.1'] as const) {
    const ann = openConnection({ port: broker.port, version, username: 'ann', password: 'x' });
    await ann.eventually('it', () => ann.latest('plant/a') === '1');
    const results = await clear(ann, ['plant/a']);
    expect(results[0]?.outcome).toMatchObject(
      version === '5' ? { kind: 'refused', code: 135 } : { kind: 'still-retained' },
    );
    expect(fact(ann, 'plant/a')).toMatchObject({ state: 'retained' });
  }
});

test('What cannot be cleared is excluded from the plan with a reason, and refused if asked for.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  const keys = ['$SYS/broker/version', '\0bad\\xff', 'a/+'];
  const plan = await opened.handlers.planClear({ keys });
  for (const { excluded } of plan.topics) expect(excluded).toMatch(/\.$/);
  const results = await clear(opened, ['\0bad\\xff', 'a/+']);
  expect(results.map(({ outcome }) => outcome.kind)).toEqual(['refused', 'refused']);
});

test('A check that cannot be completed is reported as such, never as success.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  await retain(opened, 'a', text('1'));
  await opened.eventually('it', () => opened.latest('a') === '1');
  const refuse: typeof broker.on.subscribe = ({ messageId }) => ({
    cmd: 'suback',
    messageId: messageId ?? 0,
    granted: [135],
  });
  let asked = 0;
  broker.on.subscribe = (packet, link) => (asked++ === 0 ? 'pass' : refuse(packet, link));
  expect(await clear(opened, ['a'])).toMatchObject([
    { outcome: { kind: 'not-verified', failure: { code: 'probe-135' } }, restorable: true },
  ]);
  delete broker.on.subscribe;
  await restore(opened, ['a']);
  asked = 0;
  broker.on.subscribe = () => (asked++ === 0 ? 'pass' : 'close');
  expect(await clear(opened, ['a'])).toMatchObject([
    { outcome: { kind: 'not-verified', failure: { code: 'probe-closed' } }, restorable: true },
  ]);
  opened.connection.disconnect();
  expect(await clear(opened, ['a'])).toMatchObject([
    { outcome: { kind: 'not-kept', failure: { code: 'not-kept' } } },
  ]);
});

test('What cannot be kept is not cleared, unless asked for; the rest is.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  opened.connection.setLimits({ memoryBytes: MEMORY, topicCap: 1_000, maxPayloadBytes: 100 });
  await retain(opened, 'a', Buffer.alloc(101));
  await retain(opened, 'b', Buffer.alloc(100));
  const results = await clear(opened, ['a', 'b']);
  expect(results.map(({ outcome, restorable }) => [outcome.kind, restorable])).toEqual([
    ['not-kept', false],
    ['cleared', true],
  ]);
  expect([...broker.broker.retained.matching('#', 0)].map(({ topic }) => topic)).toEqual(['a']);
  expect(await clear(opened, ['a'], 'clear')).toMatchObject([
    { outcome: { kind: 'cleared' }, restorable: false },
  ]);
  expect([...broker.broker.retained.matching('#', 0)]).toEqual([]);
});

test('Where the broker refuses a second connection, nothing is cleared and nothing is claimed.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  await retain(opened, 'a', text('1'));
  await opened.eventually('it', () => fact(opened, 'a')?.state === 'retained');
  broker.on.connect = refuseConnect(151);
  const [result] = await clear(opened, ['a']);
  expect(result).toMatchObject({ outcome: { kind: 'not-kept' }, restorable: false });
  if (result?.outcome.kind === 'not-kept')
    expect(result.outcome.failure.message).toContain('second connection');
  expect(fact(opened, 'a')?.state).toBe('retained');
  expect(broker.broker.retained.get('a')).toBeDefined();
});

test('The check has a connection of its own: with a client ID of its own, and without what the user set.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({
    port: broker.port,
    clientId: 'line-7',
    cleanStart: false,
    sessionExpiry: 3_600,
    will: { topic: 'gone', payload: 'x', qos: 0, retain: false },
    subscriptions: [{ filter: '#', qos: 2 }],
  });
  await subscribed(opened);
  await retain(opened, 'a', text('1'));
  await clear(opened, ['a']);
  const [own, probe] = broker.all('connect').map(({ packet }) => packet);
  expect(own).toMatchObject({ clientId: 'line-7', clean: false });
  expect(probe).toMatchObject({ clean: true });
  expect(probe?.clientId).toMatch(/^line-7-[0-9a-z]{4}$/);
  expect([probe?.will, probe?.properties?.sessionExpiryInterval]).toEqual([undefined, undefined]);
  const asked = broker.all('subscribe').flatMap(({ packet }) => packet.subscriptions);
  const ofProbe = asked.filter(({ topic }) => topic === 'a');
  expect(ofProbe.map(({ rap, rh, nl }) => [rap, rh, nl])).toEqual([
    [false, 0, false],
    [false, 0, false],
  ]);
  // The messages of the check are none of the connection's own.
  expect(opened.connection.store.counters().received).toBe(2);
});

test('What somebody else cleared meanwhile is not brought back, and what is newer is not overwritten.', async () => {
  const broker = await startMosquitto();
  for (const version of ['5', '3.1.1'] as const) {
    const opened = openConnection({ port: broker.port, version });
    const other = openConnection({ port: broker.port, subscriptions: [] });
    await subscribed(opened);
    await other.until('online');
    await retain(other, 'plant/a', text('old'));
    await opened.eventually('it', () => opened.latest('plant/a') === 'old');
    await retain(other, 'plant/a', text(''));
    expect(await clear(opened, ['plant/a'])).toMatchObject([
      { outcome: { kind: 'cleared' }, restorable: false },
    ]);
    expect(await restore(opened, ['plant/a'])).toEqual([]);
    await retain(other, 'plant/a', text('first'));
    expect(await clear(opened, ['plant/a'])).toMatchObject([{ restorable: true }]);
    await retain(other, 'plant/a', text('second'));
    expect(await restore(opened, ['plant/a'])).toMatchObject([{ outcome: { kind: 'would-overwrite' } }]);
    expect(await restore(opened, ['plant/a'], true)).toMatchObject([{ outcome: { kind: 'restored' } }]);
    const later = openConnection({ port: broker.port });
    await later.eventually('the first', () => later.latest('plant/a') === 'first');
    await clear(opened, ['plant/a']);
  }
});

test('A broker that is eventually consistent is asked again before anything is called still retained.', async () => {
  const broker = await startFakeBroker({ habits: ['eventually-consistent'], amounts: { staleMs: 1_500 } });
  const opened = openConnection({ port: broker.port, version: '3.1.1' });
  await subscribed(opened);
  const topics = ['a', 'b', 'c'];
  for (const topic of topics) await retain(opened, topic, text('1'));
  expect((await clear(opened, topics)).map(({ outcome }) => outcome.kind)).toEqual(
    topics.map(() => 'cleared'),
  );
});

test('A message is restored at the QoS it was stored at, and the result says where the broker does not store it.', async () => {
  const broker = await startFakeBroker({ habits: ['retain-at-qos-0-clears'] });
  // The subscription itself is at QoS 0.
  const opened = openConnection({ port: broker.port, subscriptions: [{ filter: '#', qos: 0 }] });
  await subscribed(opened);
  await retain(opened, 'a', text('1'), 2);
  await clear(opened, ['a']);
  expect(await restore(opened, ['a'])).toMatchObject([{ outcome: { kind: 'restored' } }]);
  expect(broker.broker.retained.get('a')).toMatchObject({ qos: 2 });
  broker.habits.clear();
  await retain(opened, 'b', text('1'), 0);
  await clear(opened, ['b']);
  broker.habits.add('retain-at-qos-0-clears');
  expect(await restore(opened, ['b'])).toMatchObject([{ outcome: { kind: 'not-stored' } }]);
  broker.habits.clear();
  expect(await restore(opened, ['b'])).toMatchObject([{ outcome: { kind: 'restored' } }]);
});

test('A topic the user subscribes to by its very name keeps that subscription after a check.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, subscriptions: [{ filter: 'plant/a', qos: 1 }] });
  await subscribed(opened, 'plant/a');
  await retain(opened, 'plant/a', text('1'));
  await opened.eventually('it', () => opened.latest('plant/a') === '1');
  expect((await clear(opened, ['plant/a']))[0]?.outcome.kind).toBe('cleared');
  await opened.connection.publisher.publish({ topic: 'plant/a', payload: text('2'), qos: 1, retain: false });
  await opened.eventually('a live message', () => opened.latest('plant/a') === '2');
});

test('After a reconnect what was known is as of then, until it is seen again.', async () => {
  const broker = await startMosquitto({ persistence: true });
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  await retain(opened, 'a', text('1'));
  await opened.eventually('it', () => fact(opened, 'a')?.state === 'retained');
  await broker.stop();
  await opened.until('waiting');
  await broker.restart();
  await opened.eventually(
    'seen again',
    () => fact(opened, 'a')?.stale === false && opened.diagnostics().session.connects === 2,
  );
  expect(fact(opened, 'a')).toMatchObject({ state: 'retained', by: 'subscribe' });
});

test('Before MQTT 5 a topic that was cleared is unknown once anybody publishes to it, and can be cleared again.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, version: '3.1.1' });
  const other = openConnection({ port: broker.port, subscriptions: [] });
  await subscribed(opened);
  await other.until('online');
  await retain(other, 'a', text('1'));
  await opened.eventually('it', () => opened.latest('a') === '1');
  await clear(opened, ['a']);
  expect(fact(opened, 'a')).toMatchObject({ state: 'not-retained', by: 'probe' });
  await retain(other, 'a', text('2'));
  await opened.eventually('the new one', () => opened.latest('a') === '2');
  expect(fact(opened, 'a')).toMatchObject({ state: 'unknown', by: 'live', stale: false });
  const plan = await opened.handlers.planClear({ keys: ['a'] });
  expect(plan.topics).toMatchObject([{ excluded: null }]);
  expect(await clear(opened, ['a'])).toMatchObject([{ outcome: { kind: 'cleared' }, restorable: true }]);
});

test.each(['5', '3.1.1'] as const)(
  'What this client publishes with Retain on %s is retained by it, or unknown at QoS 0 until it is seen.',
  async (version) => {
    const broker = await startFakeBroker();
    const opened = openConnection({ port: broker.port, version });
    await subscribed(opened);
    await scanned(opened);
    await retain(opened, 'new', text('1'), 1);
    await opened.eventually('it', () => opened.latest('new') === '1');
    expect(fact(opened, 'new')).toMatchObject({ state: 'retained' });
    await retain(opened, 'new', text(''), 1);
    await opened.eventually('the empty one', () => opened.latest('new') === '');
    expect(fact(opened, 'new')).toMatchObject({ state: 'cleared' });
    await retain(opened, 'new', text('2'), 0);
    await opened.eventually('the third', () => opened.latest('new') === '2');
    expect(fact(opened, 'new')).toMatchObject(
      version === '5' ? { state: 'retained', by: 'live' } : { state: 'unknown' },
    );
  },
);

test.each(['5', '3.1.1'] as const)(
  'On %s what a broker without a disk lost in a restart is as of then at once, and not retained soon after.',
  async (version) => {
    const broker = await startMosquitto();
    const opened = openConnection({ port: broker.port, version });
    await subscribed(opened);
    const topics = ['a', 'b', 'c'];
    for (const topic of topics) await retain(opened, topic, text('1'));
    const scan = openConnection({ port: broker.port, version });
    await subscribed(scan);
    await scan.eventually('all', () => topics.every((topic) => fact(scan, topic)?.state === 'retained'));
    await broker.kill();
    await scan.eventually('stale', () => topics.every((topic) => fact(scan, topic)?.stale === true));
    await broker.restart();
    await scan.eventually('gone', () =>
      topics.every((topic) => {
        const now = fact(scan, topic);
        return now?.state === 'not-retained' && now.by === 'scan' && !now.stale;
      }),
    );
    expect(scan.connection.store.counters().received).toBe(3);
  },
);

test('A live retained message every 200 ms does not keep a scan from ending, and is distinguished from a stored one.', async () => {
  const broker = await startFakeBroker();
  const publish = (): void =>
    broker.broker.publish({ topic: 'busy', payload: Buffer.from('x'), qos: 0, retain: true, properties: {} });
  publish();
  const timer = setInterval(publish, 200);
  try {
    const opened = openConnection({ port: broker.port, version: '5' });
    await subscribed(opened);
    await scanned(opened);
    await opened.eventually('a live one', () => fact(opened, 'busy')?.by === 'live');
    expect(opened.connection.store.facts.scanning).toBe(false);
  } finally {
    clearInterval(timer);
  }
});

test('Stored messages that come after the PINGRESP are stored ones, and the scan ends behind them.', async () => {
  const broker = await startFakeBroker({ habits: ['ping-before-stored'] });
  for (let i = 0; i < 1_500; i++) {
    const payload = Buffer.from('x');
    broker.broker.publish({ topic: `t/${i}`, payload, qos: 0, retain: true, properties: {} });
  }
  for (const version of ['5', '3.1.1'] as const) {
    const opened = openConnection({ port: broker.port, version });
    await subscribed(opened);
    await scanned(opened);
    const facts = Array.from({ length: 1_500 }, (_, i) => fact(opened, `t/${i}`));
    expect(new Set(facts.map((one) => `${one?.state} by ${one?.by}`))).toEqual(
      new Set(['retained by subscribe']),
    );
  }
});

test('Where wildcards bring nothing stored, topics are asked for by name, and this is said once.', async () => {
  const broker = await startFakeBroker({ habits: ['no-stored-on-wildcards'] });
  const opened = openConnection({ port: broker.port, version: '3.1.1' });
  await subscribed(opened);
  for (const topic of ['kept', 'lost']) await retain(opened, topic, text('1'));
  expect(fact(opened, 'kept')).toMatchObject({ state: 'retained', by: 'us' });
  const said = (): number =>
    opened.diagnostics().log.filter(({ text: words }) => words.includes('with a wildcard')).length;
  for (let round = 0; round < 2; round++) {
    opened.connection.disconnect();
    await opened.until('stopped');
    expect(fact(opened, 'kept')?.stale).toBe(true);
    await opened.eventually('no link', () => broker.links.length === 0);
    broker.broker.publish({ topic: 'lost', payload: Buffer.alloc(0), qos: 0, retain: true, properties: {} });
    opened.connection.connect();
    await opened.eventually('asked', () => fact(opened, 'kept')?.stale === false);
    expect(fact(opened, 'kept')).toMatchObject({ state: 'retained', by: 'probe' });
    expect(fact(opened, 'lost')).toMatchObject({ state: 'not-retained' });
  }
  expect(said()).toBe(1);
});

test('A broker that leaves the flag out of stored messages at QoS 1 gets its message back at its QoS.', async () => {
  const broker = await startFakeBroker({ habits: ['stored-unflagged-at-qos-1', 'retain-at-qos-0-clears'] });
  const opened = openConnection({ port: broker.port, version: '3.1.1' });
  await subscribed(opened);
  await retain(opened, 'a', text('1'), 1);
  expect(await clear(opened, ['a'])).toMatchObject([{ outcome: { kind: 'cleared' }, restorable: true }]);
  expect(broker.broker.retained.get('a')).toBeUndefined();
  expect(await restore(opened, ['a'])).toMatchObject([{ outcome: { kind: 'restored' } }]);
  expect(broker.broker.retained.get('a')).toMatchObject({ qos: 1 });
});
