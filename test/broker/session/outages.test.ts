import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { connectPacketClient } from '../../support/brokers/packet-client.ts';
import { startRelay } from '../../support/net/relay.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection, subscribed, type Opened } from './open-connection.ts';

afterEach(teardown);

test('A broker that is killed and started again: tree, history and selection stay, everything resumes by itself.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port });
  const { connection, handlers } = opened;
  await subscribed(opened);
  for (let i = 1; i <= 3; i++) {
    await connection.publisher.publish({
      topic: 'plant/a',
      payload: Buffer.from(`${i}`),
      qos: 1,
      retain: false,
    });
  }
  await opened.eventually('three messages', () => opened.latest('plant/a') === '3');
  const view = handlers
    .view(
      { view: 'v', spec: { anchor: null, offset: 0, rows: 50, filter: 'plant/a', selected: 'plant/a' } },
      new AbortController().signal,
    )
    [Symbol.asyncIterator]();
  const before = (await view.next()).value;
  expect(before.selected).toMatchObject({ topic: 'plant/a', state: 'known' });
  await broker.kill();
  const { why } = await opened.until('waiting');
  expect(why.message).not.toBe('');
  const during = await handlers.readHistory({ key: 'plant/a', before: null, limit: 10 });
  expect(during.messages.map(({ preview }) => preview)).toMatchObject([
    { text: '3' },
    { text: '2' },
    { text: '1' },
  ]);
  await broker.restart();
  await subscribed(opened);
  await connection.publisher.publish({ topic: 'plant/a', payload: Buffer.from('4'), qos: 1, retain: false });
  await opened.eventually('the fourth message', () => opened.latest('plant/a') === '4');
  const after = (await view.next()).value;
  expect(after.selected).toMatchObject({ topic: 'plant/a', messages: 4 });
  const history = await handlers.readHistory({ key: 'plant/a', before: null, limit: 10 });
  expect(history).toMatchObject({ complete: true, more: false });
  expect(history.messages).toHaveLength(4);
  expect(opened.diagnostics().session.connects).toBe(2);
  await view.return?.();
});

/** Another client publishes, and is gone. */
async function retain(port: number, topic: string, payload: string): Promise<void> {
  const client = await connectPacketClient(port);
  await client.ask(
    { cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false, messageId: 1 },
    'puback',
  );
  client.destroy();
}

/** As a person has it who never looked at these fields. */
const { backOff } = ConnectionOptions.parse({ name: 'x', host: 'x', protocol: 'mqtt', port: 1 });

test('Killed, frozen for a moment, cut or half-open, by turns: the new value is there within seconds.', async () => {
  const broker = await startMosquitto();
  const relay = await startRelay(() => broker.port);
  const opened = openConnection({ port: relay.port, backOff, keepAlive: 60 });
  await subscribed(opened);
  const outages = {
    kill: async () => {
      await broker.kill();
      await opened.until('waiting');
      await broker.restart();
    },
    freeze: async () => {
      broker.freeze();
      // About 1.5 s: a second of silence before it is asked.
      await opened.eventually(
        'a ping',
        () => (opened.connection.link?.keepAlive.unanswered ?? null) !== null,
      );
      broker.thaw();
    },
    cut: () => Promise.resolve(relay.cut()),
    silence: () => Promise.resolve(relay.silence()),
  };
  const took: Record<string, number> = {};
  for (const [name, outage] of [...Object.entries(outages), ...Object.entries(outages)]) {
    await outage();
    const at = performance.now();
    await retain(broker.port, 'state', `${name} ${at}`);
    await opened.eventually(`the value after ${name}`, () => opened.latest('state') === `${name} ${at}`);
    took[name] = Math.max(took[name] ?? 0, performance.now() - at);
  }
  for (const [name, ms] of Object.entries(took)) expect(ms, name).toBeLessThan(4_000);
});

test('A broker that freezes is found within 1.5 times the keep-alive, and comes back by itself.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, keepAlive: 1, connectTimeoutMs: 5_000 });
  await subscribed(opened);
  await opened.connection.publisher.publish({
    topic: 'a',
    payload: Buffer.from('kept'),
    qos: 0,
    retain: false,
  });
  await opened.eventually('the message', () => opened.latest('a') === 'kept');
  const held = monitorEventLoopDelay({ resolution: 10 });
  held.enable();
  broker.freeze();
  const frozenAt = performance.now();
  const { why } = await opened.until('waiting');
  const tookMs = performance.now() - frozenAt;
  held.disable();
  expect(why.code).toBe('keep-alive');
  // The ping and the end of its wait may both be late where others use the processor.
  expect(tookMs).toBeLessThan(1_800 + (2 * held.max) / 1e6);
  expect(opened.diagnostics().keepAlive.unanswered).toBeGreaterThanOrEqual(2);
  broker.thaw();
  await subscribed(opened);
  expect(opened.latest('a')).toBe('kept');
});

test('A short freeze is sat out: the connection stays.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, keepAlive: 2 });
  await opened.until('online');
  broker.freeze();
  await opened.eventually('two pings without an answer', () => opened.diagnostics().life.missedNow >= 2);
  broker.thaw();
  await opened.eventually('an answer', () => opened.diagnostics().keepAlive.lastRttMs !== null);
  expect(opened.connection.state.kind).toBe('online');
  expect(opened.kinds()).not.toContain('waiting');
});

test('A client that only receives keeps its connection: pings go by what was sent.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, keepAlive: 1 });
  const sender = openConnection({ port: broker.port, subscriptions: [] });
  await subscribed(opened);
  await sender.until('online');
  await opened.eventually('pings of two and a half intervals, in a flow of messages', () => {
    void sender.connection.publisher.publish({
      topic: 'flood',
      payload: Buffer.from('x'),
      qos: 0,
      retain: false,
    });
    return opened.diagnostics().keepAlive.pings >= 3;
  });
  expect(opened.kinds()).not.toContain('waiting');
  expect(broker.log()).not.toContain('exceeded timeout');
});

test('A broker under load that drops PINGRESPs while data flows is not called dead.', async () => {
  const broker = await startFakeBroker({ hooks: { pingreq: () => 'ignore' } });
  const opened = openConnection({ port: broker.port, keepAlive: 1 });
  await subscribed(opened);
  await opened.eventually('a ping without an answer for longer than a dead link has', () => {
    broker.broker.publish({ topic: 'a', payload: Buffer.from('x'), qos: 0, retain: false });
    const { awaitingSince } = opened.diagnostics().life;
    return awaitingSince !== null && Date.now() - awaitingSince > 2_000;
  });
  expect(opened.connection.state.kind).toBe('online');
  expect(broker.all('pingreq').length).toBeGreaterThanOrEqual(2);
});

test('Keep-alive 0 sends no pings, and pingNow still measures.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, keepAlive: 0, version: '3.1.1' });
  const online = await opened.until('online');
  expect(online.keepAlive).toBe(0);
  expect(opened.diagnostics().keepAlive.nextPingAt).toBeNull();
  expect(await opened.connection.pingNow()).toMatchObject({ kind: 'answered' });
});

test('A second client with the same id: on 142 the first one stops and does not fight.', async () => {
  const broker = await startFakeBroker();
  const first = openConnection({ port: broker.port, clientId: 'same' });
  // Not while it writes: a write into a closed socket makes the system forget what was not read yet.
  await subscribed(first);
  const second = openConnection({ port: broker.port, clientId: 'same' });
  const { why } = await first.until('stopped');
  expect(why?.code).toBe('disconnect-142');
  expect((await second.until('online')).clientId).toBe('same');
});

test('A take-over that the broker does not name ends in growing waits, not in a fight.', async () => {
  // mosquitto 2.0.11 closes without 142.
  const broker = await startMosquitto();
  const backOff = { minMs: 100, maxMs: 60_000 };
  const first = openConnection({ port: broker.port, clientId: 'same', version: '3.1.1', backOff });
  const second = openConnection({ port: broker.port, clientId: 'same', version: '3.1.1', backOff });
  const ends = ({ connection: { state } }: Opened): boolean =>
    state.kind === 'stopped' || (state.kind === 'waiting' && state.retryAt - Date.now() > 700);
  await first.eventually('one of them to give in', () => ends(first) || ends(second));
  const sessions = [first, second].map(({ diagnostics }) => diagnostics().session.connects);
  expect(Math.max(...sessions)).toBeLessThanOrEqual(7);
});

test('A malformed packet closes the connection; its bytes are in the log.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  // A PUBLISH at QoS 3.
  const bad = Uint8Array.of(0x36, 5, 0, 1, 0x61, 0, 1);
  broker.links[0]?.sendBytes(bad);
  const { why } = await opened.until('waiting');
  expect(why.code).toBe('qos-3');
  expect(why.evidence?.subarray(0, 3)).toEqual(bad.subarray(0, 3));
  const entry = opened.diagnostics().log.find(({ evidence }) => evidence !== undefined);
  expect(entry?.evidence?.subarray(0, 7)).toEqual(bad);
  // What is said of it may be here before the bytes are there.
  await expect.poll(() => broker.all('disconnect').at(-1)?.packet.reasonCode).toBe(129);
  await subscribed(opened);
});

test('The user may disconnect, connect again, retry at once; each is orderly.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port, backOff: { minMs: 60_000, maxMs: 60_000 } });
  const { connection } = opened;
  await opened.until('online');
  connection.disconnect();
  await opened.until('stopped');
  await broker.waitForLog(/disconnected\./);
  connection.connect();
  await opened.until('online');
  await broker.kill();
  await opened.until('waiting');
  await broker.restart();
  connection.retryNow();
  await opened.until('online');
  await connection.shutdown(1_000);
  await broker.waitForLog(/topicscope-\w+ disconnected/);
});

test('A connection against a frozen broker shuts down in time.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port });
  await opened.until('online');
  broker.freeze();
  const pending = opened.connection.publisher.publish({
    topic: 'a',
    payload: Buffer.alloc(9_000_000),
    qos: 1,
    retain: false,
  });
  const started = performance.now();
  await opened.connection.shutdown(500);
  expect(performance.now() - started).toBeLessThan(1_000);
  expect((await pending).kind).toBe('unknown');
  broker.thaw();
});

test('A fault in our own code is logged and starts the connection again, with what was learnt.', async () => {
  const broker = await startMosquitto();
  const opened = openConnection({ port: broker.port });
  await subscribed(opened);
  await opened.connection.publisher.publish({
    topic: 'a',
    payload: Buffer.from('kept'),
    qos: 0,
    retain: false,
  });
  await opened.eventually('the message', () => opened.latest('a') === 'kept');
  opened.connection.fault(new Error('a bug'));
  expect((await opened.until('waiting')).why.code).toBe('internal');
  await opened.until('online');
  expect(opened.latest('a')).toBe('kept');
  expect(opened.diagnostics().log.some(({ text }) => text.includes('a bug'))).toBe(true);
});
