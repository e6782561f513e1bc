import { afterEach, expect, test } from 'vitest';
import { keyBytes } from '../../../src-main/core/topics/names.ts';
import { NO_NODE } from '../../../src-main/core/topics/columns/nodes.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed, type Opened } from '../session/open-connection.ts';

afterEach(teardown);

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

async function retain(opened: Opened, topic: string, payload: Uint8Array, qos: 0 | 1 | 2 = 1): Promise<void> {
  const outcome = await opened.connection.publish({ topic, payload, qos, retain: true });
  expect(['sent', 'acknowledged']).toContain(outcome.kind);
}

function fact(opened: Opened, topic: string) {
  const { store } = opened.connection;
  const node = store.find(keyBytes(topic));
  return node === NO_NODE ? null : store.retained(node);
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
          writer.connection.publish({ topic: `plant/${i}/${j}`, payload, qos: 0, retain: true }),
        ),
      );
    }
    await writer.connection.pingNow();
    const opened = openConnection({ port: broker.port, version });
    const { store } = opened.connection;
    await opened.eventually('all of them', () => store.counters().received >= count);
    await opened.eventually('the end of the scan', () =>
      opened.diagnostics().log.some(({ text: said }) => said.includes('scan of retained messages ended')),
    );
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
      8_000,
      () => [opened.diagnostics().retainedShortfall, store.counters()],
    );
  },
);

test('Clearing is verified, can be taken back byte for byte, and the evidence says so.', async () => {
  const broker = await startMosquitto({ config: ['sys_interval 1'] });
  for (const version of ['5', '3.1.1'] as const) {
    const opened = openConnection({ port: broker.port, version });
    const { handlers } = opened;
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
    const { results } = await other.handlers.clearRetained({ keys });
    expect(results.map(({ outcome, restorable }) => [outcome.kind, restorable])).toEqual([
      ['cleared', true],
      ['cleared', true],
      ['cleared', false],
    ]);
    expect(fact(other, 'plant/a')).toMatchObject({ state: 'not-retained', by: 'probe' });
    const later = openConnection({ port: broker.port, subscriptions: [{ filter: 'plant/#', qos: 0 }] });
    await later.eventually('an empty scan', () =>
      later.diagnostics().log.some(({ text: said }) => said.includes('scan of retained messages ended')),
    );
    expect(later.connection.store.counters().received).toBe(0);
    const restored = await other.handlers.restoreRetained({ keys: ['plant/a'] });
    expect(restored.results[0]?.outcome.kind).toMatch(/sent|acknowledged/);
    await later.eventually('the message again', () => later.connection.store.counters().received === 1);
    const read = await later.handlers.readMessage({
      key: 'plant/a',
      which: 'latest',
      offset: 0,
      length: 1_000,
    });
    expect(read).toMatchObject({ kind: 'message', bytes: payload });
    expect((await other.handlers.restoreRetained({ keys: ['plant/a'] })).results[0]?.outcome).toMatchObject({
      code: 'nothing-kept',
    });
    await handlers.clearRetained({ keys: ['plant/a'] });
  }
});

test('MQTT 5 properties of a cleared message come back with it.', async () => {
  const broker = await startFakeBroker();
  const properties = {
    payloadFormatIndicator: true,
    contentType: 'text/plain',
    responseTopic: 'answers',
    correlationData: Buffer.from([0, 255]),
    userProperties: { unit: ['°C', 'K'] },
  };
  broker.broker.publish({ topic: 'a', payload: Buffer.from('21'), qos: 1, retain: true, properties });
  const opened = openConnection({ port: broker.port });
  await opened.eventually('it', () => opened.latest('a') === '21');
  const cleared = await opened.handlers.clearRetained({ keys: ['a'] });
  expect(cleared.results).toMatchObject([{ outcome: { kind: 'cleared' }, restorable: true }]);
  const next = broker.once('publish');
  await opened.handlers.restoreRetained({ keys: ['a'] });
  const again = (await next).packet;
  expect(again).toMatchObject({ topic: 'a', retain: true, qos: 1, properties });
  expect(String(again?.payload)).toBe('21');
});

test('Clearing what may not be cleared is told as refused, or found still retained.', async () => {
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
    const { results } = await ann.handlers.clearRetained({ keys: ['plant/a'] });
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
  const { results } = await opened.handlers.clearRetained({ keys: ['\0bad\\xff', 'a/+'] });
  expect(results.map(({ outcome }) => outcome.kind)).toEqual(['refused', 'refused']);
});

test('A check that cannot be completed is told as such, never as success.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  await retain(opened, 'a', text('1'));
  await opened.eventually('it', () => opened.latest('a') === '1');
  broker.on.subscribe = ({ messageId }) => ({ cmd: 'suback', messageId: messageId ?? 0, granted: [135] });
  const refused = await opened.handlers.clearRetained({ keys: ['a'] });
  expect(refused.results[0]?.outcome).toMatchObject({ kind: 'not-verified', failure: { code: 'probe-135' } });
  let asked = 0;
  broker.on.subscribe = () => (asked++ === 0 ? 'pass' : 'close');
  const closed = await opened.handlers.clearRetained({ keys: ['a'] });
  expect(closed.results[0]?.outcome).toMatchObject({
    kind: 'not-verified',
    failure: { code: 'probe-closed' },
  });
  opened.connection.disconnect();
  const offline = await opened.handlers.clearRetained({ keys: ['a'] });
  expect(offline.results[0]?.outcome).toMatchObject({
    kind: 'not-verified',
    failure: { code: 'not-connected' },
  });
});

test('A topic the user subscribes to by its very name keeps that subscription after a check.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, subscriptions: [{ filter: 'plant/a', qos: 1 }] });
  await subscribed(opened, 'plant/a');
  await retain(opened, 'plant/a', text('1'));
  await opened.eventually('it', () => opened.latest('plant/a') === '1');
  expect((await opened.handlers.clearRetained({ keys: ['plant/a'] })).results[0]?.outcome.kind).toBe(
    'cleared',
  );
  await opened.connection.publish({ topic: 'plant/a', payload: text('2'), qos: 1, retain: false });
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
