import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { z } from 'zod';
import type { Packet } from 'mqtt-packet';
import { afterEach, describe, expect, test } from 'vitest';
import { systemPorts, type ConnectionPorts } from '../../../../src-main/connection/base/ports.ts';
import { TestRun } from '../../../../src-main/connection/test/run.ts';
import { ConnectionTestReport } from '../../../../src-main/contract/connection-test.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import {
  refuseConnect,
  refuseSubscribe,
  startFakeBroker,
  type FakeBrokerOptions,
  type Hooks,
} from '../../../support/brokers/fake-broker.ts';
import { certificates } from '../../../support/tls/certificates.ts';
import { SkippingClock } from '../../../support/skipping-clock.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

type Given = Partial<z.input<typeof ConnectionOptions>> & { readonly port: number };
const filters = (...all: string[]) => all.map((filter) => ({ filter, qos: 0 as const }));

/** A test of these options, whose long waits pass when somebody says so. */
function start(given: Given, ports: Partial<ConnectionPorts> = {}) {
  const options = ConnectionOptions.parse({ name: 't', protocol: 'mqtt', host: '127.0.0.1', ...given });
  const clock = new SkippingClock();
  const run = new TestRun(options, { ...systemPorts(Math.random), clock, ...ports });
  const leave = new AbortController();
  const reports: ConnectionTestReport[] = [];
  const ended = (async () => {
    for await (const one of run.reports(leave.signal)) reports.push(ConnectionTestReport.parse(one));
    return reports.at(-1) as ConnectionTestReport;
  })();
  return { run, clock, leave, reports, ended };
}

/** The last report, and its steps as one line each. */
async function report(given: Given, ports?: Partial<ConnectionPorts>) {
  const end = await start(given, ports).ended;
  return { ...end, states: end.steps.map(({ step, state }) => `${step} ${state}`), step: stepsOf(end) };
}
const stepsOf = (end: ConnectionTestReport) => Object.fromEntries(end.steps.map((step) => [step.step, step]));

const UP_TO_CONNECT = ['lookup ok', 'tcp ok', 'proxy skipped', 'tls skipped', 'websocket skipped'];

describe('the test of a connection', () => {
  test.each<[string, Hooks, Partial<Given>, readonly [connect: string, subscribe: string], string, string]>([
    ['a broker that does all', {}, {}, ['ok', 'ok'], 'passed', ''],
    ['nothing to subscribe to', {}, { subscriptions: [] }, ['ok', 'skipped'], 'passed', ''],
    [
      'nothing that is enabled',
      {},
      { subscriptions: [{ filter: 'a', qos: 0, enabled: false }] },
      ['ok', 'skipped'],
      'passed',
      '',
    ],
    ['a refusal', { connect: refuseConnect(135) }, {}, ['failed', 'skipped'], 'failed', 'connack-135'],
    [
      'a broker that is busy',
      { connect: refuseConnect(137) },
      {},
      ['failed', 'skipped'],
      'failed',
      'connack-137',
    ],
    ['another server', { connect: refuseConnect(157) }, {}, ['failed', 'skipped'], 'failed', 'connack-157'],
    [
      'a close',
      { connect: () => 'close' },
      { version: '5' },
      ['failed', 'skipped'],
      'failed',
      'closed-at-connect',
    ],
    [
      'a reset',
      { connect: () => 'reset' },
      { version: '5' },
      ['failed', 'skipped'],
      'failed',
      'closed-at-connect',
    ],
    [
      'what is no MQTT',
      { connect: () => [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')] },
      {},
      ['failed', 'skipped'],
      'failed',
      'http-answer',
    ],
    [
      'all filters refused',
      { subscribe: refuseSubscribe(135) },
      {},
      ['ok', 'failed'],
      'failed',
      'suback-135',
    ],
    [
      'one filter refused',
      { subscribe: refuseSubscribe(143, (one) => one === 'a') },
      { subscriptions: filters('a', 'b') },
      ['ok', 'ok'],
      'passed',
      '',
    ],
    [
      'a close at SUBSCRIBE',
      { subscribe: () => 'close' },
      {},
      ['ok', 'failed'],
      'failed',
      'subscribe-closed',
    ],
    [
      'DISCONNECT at SUBSCRIBE',
      { subscribe: () => [{ cmd: 'disconnect', reasonCode: 162 } as Packet] },
      { version: '5' },
      ['ok', 'failed'],
      'failed',
      'suback-162',
    ],
    [
      'a SUBACK in 3.1.1 that refuses',
      { subscribe: refuseSubscribe(128) },
      { version: '3.1.1' },
      ['ok', 'failed'],
      'failed',
      'suback-128',
    ],
  ])('reports %s', async (_, hooks, given, [connect, subscribe], kind, code) => {
    const broker = await startFakeBroker({ hooks });
    const end = await report({ port: broker.port, ...given });
    expect(end.states).toEqual([...UP_TO_CONNECT, `connect ${connect}`, `subscribe ${subscribe}`]);
    expect([end.kind, end.why?.code ?? '']).toEqual([kind, code]);
    expect(end.verdict?.message).not.toBe('');
    if (kind === 'failed') expect(end.verdict?.advice).not.toBe('');
    expect(end.asText).toContain(end.verdict?.message);
    expect(end.address).toBe(`mqtt://127.0.0.1:${broker.port}`);
    // Each connection ended with DISCONNECT, and nothing was asked twice.
    if (connect === 'ok' && kind === 'passed') expect(broker.all('disconnect')).toHaveLength(1);
    expect(broker.all('connect')).toHaveLength(1);
  });

  test.each([
    ['ENOTFOUND', 'unresolvable'],
    ['EAI_AGAIN', 'unresolvable'],
  ])('ends at the name where it is not found (%s)', async (code, failure) => {
    const lookup = () => Promise.reject(Object.assign(new Error(code), { code }));
    const end = await report({ port: 1883, host: 'broker.test' }, { lookup });
    expect(end.states.slice(0, 2)).toEqual(['lookup failed', 'tcp skipped']);
    expect([end.kind, end.why?.code]).toEqual(['failed', failure]);
  });

  test('counts the addresses, and shows which one answered', async () => {
    const broker = await startFakeBroker();
    const lookup = () =>
      Promise.resolve([
        { address: '127.0.0.9', family: 4 as const },
        { address: '127.0.0.1', family: 4 as const },
      ]);
    const { step } = await report({ port: broker.port, host: 'broker.test' }, { lookup });
    expect(step['lookup']).toMatchObject({ result: '2 addresses found.' });
    expect(step['tcp']?.result).toBe(`Connected to 127.0.0.1:${broker.port}.`);
    expect(step['tcp']?.details).toEqual([
      `Trying 127.0.0.9:${broker.port}`,
      `127.0.0.9:${broker.port}: ECONNREFUSED`,
      `Trying 127.0.0.1:${broker.port}`,
    ]);
  });

  test('asks for one filter after the other, with nothing retained, and says what was granted', async () => {
    const broker = await startFakeBroker({
      hooks: {
        subscribe: ({ messageId = 0, subscriptions }) => ({
          cmd: 'suback',
          messageId,
          granted: subscriptions.map(({ topic }) => (topic === 'less' ? 0 : topic === 'no' ? 143 : 2)),
        }),
      },
    });
    const subscriptions = (['less', 'no', 'most'] as const).map((filter) => ({ filter, qos: 2 as const }));
    const { step, kind, verdict } = await report({ port: broker.port, subscriptions, version: '5' });
    expect(step['subscribe']?.details).toEqual([
      'less: granted QoS 0, asked for 2',
      expect.stringMatching(/^no: refused\. .*\.$/),
      'most: granted QoS 2',
    ]);
    expect(step['subscribe']?.result).toBe('2 of 3 filters granted.');
    expect([kind, verdict?.message]).toEqual([
      'passed',
      'The connection works, but 1 of 3 subscriptions was refused.',
    ]);
    const asked = broker.all('subscribe').map(({ packet }) => packet.subscriptions);
    expect(asked.map((one) => one.map(({ topic, rh }) => [topic, rh]))).toEqual([
      [['less', 2]],
      [['no', 2]],
      [['most', 2]],
    ]);
  });

  test.each<[string, FakeBrokerOptions['connackProperties'], Partial<Given>, string]>([
    ['wildcards', { wildcardSubscriptionAvailable: false }, { subscriptions: filters('#') }, '#'],
    [
      'so many levels',
      {},
      { subscriptions: filters('a/b/c/d'), serviceLimits: { topicLevels: 2 } },
      'a/b/c/d',
    ],
  ])('asks for nothing that is known to be refused: %s', async (_, connackProperties, given, filter) => {
    const broker = await startFakeBroker(connackProperties ? { connackProperties } : {});
    const { step, kind } = await report({ port: broker.port, version: '5', ...given });
    expect([kind, step['subscribe']?.state]).toEqual(['failed', 'failed']);
    expect(step['subscribe']?.details[0]).toContain(`${filter}: refused.`);
    expect(broker.all('subscribe')).toHaveLength(0);
  });

  test('shows what the broker set, and the client ID it gave', async () => {
    const broker = await startFakeBroker({
      connackProperties: {
        assignedClientIdentifier: 'given',
        serverKeepAlive: 5,
        receiveMaximum: 3,
        maximumPacketSize: 999,
        maximumQoS: 0,
        retainAvailable: false,
        sharedSubscriptionAvailable: false,
        subscriptionIdentifiersAvailable: false,
        sessionExpiryInterval: 4,
      },
    });
    const { step } = await report({ port: broker.port, subscriptions: [] });
    expect(step['connect']?.details).toEqual([
      'Client ID: given',
      'Receive maximum: 3',
      'Keep-alive set by the broker: 5 s',
      'Maximum packet size: 999 bytes',
      'Maximum QoS: 0',
      'Session expiry: 4 s',
      'Retained messages: not available',
      'Shared subscriptions: not available',
      'Subscription identifiers: not available',
    ]);
  });

  test.each([
    ['device-1', 133, true],
    ['device-1', 135, true],
    ['device-1', 137, false],
    ['', 135, false],
  ])(
    'of “%s” that is refused with %i says that its own ID may be the cause: %s',
    async (clientId, code, isNamed) => {
      const broker = await startFakeBroker({ hooks: { connect: refuseConnect(code) } });
      const { verdict } = await report({ port: broker.port, clientId, version: '5' });
      expect(verdict?.advice.includes('client ID of its own')).toBe(isNamed);
      expect(broker.all('connect')[0]?.packet.clientId).not.toBe(clientId);
    },
  );

  test('tries 3.1.1 where 5 is closed upon, and says why', async () => {
    const hooks: Hooks = { connect: ({ protocolVersion }) => (protocolVersion === 5 ? 'close' : 'pass') };
    const broker = await startFakeBroker({ hooks });
    const { step, kind } = await report({ port: broker.port });
    expect([kind, step['connect']?.result]).toEqual(['passed', 'Accepted with MQTT 3.1.1.']);
    expect(step['connect']?.details.some((line) => line.startsWith('MQTT 5: '))).toBe(true);
  });

  test('says that a certificate was not verified, though it passes', async () => {
    const { foreignServer } = await certificates();
    const broker = await startFakeBroker({ tls: foreignServer });
    const tls = { verify: false };
    const given: Given = { port: broker.port, protocol: 'mqtts', tls, subscriptions: [] };
    const { kind, verdict, certificates: shown, step } = await report(given);
    expect([kind, step['tls']?.state, shown?.verdict.outcome]).toEqual(['passed', 'ok', 'tolerated']);
    expect(verdict?.advice).toContain('not verified');
  });

  test('shows the certificate for which it fails', async () => {
    const { foreignServer, ca } = await certificates();
    const broker = await startFakeBroker({ tls: foreignServer });
    const given = { port: broker.port, protocol: 'mqtts', tls: { ca: ca.cert } } as const;
    const { kind, certificates: shown, states } = await report(given);
    expect([kind, shown?.verdict.outcome]).toEqual(['failed', 'refused']);
    expect(states.slice(1, 6)).toEqual([
      'tcp ok',
      'proxy skipped',
      'tls failed',
      'websocket skipped',
      'connect skipped',
    ]);
  });

  test('blames the step TLS for a client certificate, whenever it shows', async () => {
    const { server, ca, client, otherCa } = await certificates();
    const asking = createServer({ ...server, requestCert: true, ca: ca.cert }).on(
      'tlsClientError',
      () => undefined,
    );
    asking.listen(0, '127.0.0.1');
    onTeardown(() => void asking.close());
    await once(asking, 'listening');
    const given = { port: (asking.address() as AddressInfo).port, protocol: 'mqtts' } as const;
    // The broker refuses it when the handshake of TLS 1.3 is over for us.
    const without = await report({ ...given, tls: { ca: ca.cert } });
    expect([without.why?.code, without.states.slice(1)]).toEqual([
      'client-certificate-required',
      ['tcp ok', 'proxy skipped', 'tls failed', 'websocket skipped', 'connect skipped', 'subscribe skipped'],
    ]);
    expect(without.step['connect']?.ms).toBeNull();
    // The files are read before anything is sent.
    const tls = { ca: ca.cert, cert: client.cert, key: otherCa.key };
    const mixed = await report({ ...given, tls });
    expect([mixed.why?.code, mixed.step['tls']?.state, mixed.step['connect']?.state]).toEqual([
      'key-mismatch',
      'failed',
      'skipped',
    ]);
    const unread = await report({ ...given, tls: { key: '/nowhere/key.pem', cert: client.cert } });
    expect([unread.why?.code, unread.step['tls']?.state]).toEqual(['file-unreadable', 'failed']);
  });
});

describe('a test that takes long', () => {
  test('ends when the time is up, in the step it waits in', async () => {
    const broker = await startFakeBroker({ hooks: { connect: () => 'ignore' } });
    const asked = broker.once('connect');
    const { clock, ended } = start({ port: broker.port, connectTimeoutMs: 7_000 });
    await asked;
    clock.skip(7_000);
    const { why, kind } = await ended;
    expect([kind, why?.code]).toEqual(['failed', 'silent']);
  });

  test('gives each filter what is left of its time, and goes on to the next one', async () => {
    const broker = await startFakeBroker({ hooks: { subscribe: () => 'ignore' } });
    const first = broker.once('subscribe');
    const subscriptions = filters('a', 'b');
    const { clock, ended } = start({ port: broker.port, connectTimeoutMs: 7_000, subscriptions });
    await first;
    const second = broker.once('subscribe');
    clock.skip(7_000);
    await second;
    const end = await ended;
    expect([end.kind, end.why?.code]).toEqual(['failed', 'suback-timeout']);
    expect(stepsOf(end)['subscribe']?.details).toHaveLength(2);
  });

  test('shows where it is while it runs, with the time so far', async () => {
    const broker = await startFakeBroker({ hooks: { subscribe: () => 'ignore' } });
    const asked = broker.once('subscribe');
    const { reports, leave, ended } = start({ port: broker.port });
    await asked;
    await expect.poll(() => reports.at(-1)?.steps.at(-1)?.state).toBe('running');
    const now = reports.at(-1);
    expect([now?.kind, now?.verdict]).toEqual(['running', null]);
    expect(now?.steps.at(-1)?.ms).toBeGreaterThanOrEqual(0);
    leave.abort();
    await ended;
    await expect.poll(() => broker.all('disconnect')).toHaveLength(1);
    expect(broker.links).toHaveLength(0);
  });

  test('keeps nothing of a flood that comes meanwhile', async () => {
    const broker = await startFakeBroker();
    broker.on.subscribe = ({ messageId = 0, subscriptions }, link) => {
      for (let i = 0; i < 500; i++)
        link.send({ cmd: 'publish', topic: `flood/${i}`, payload: 'x', qos: 0, retain: false, dup: false });
      return { cmd: 'suback', messageId, granted: subscriptions.map(() => 0) };
    };
    expect((await report({ port: broker.port })).kind).toBe('passed');
  });

  test('that nobody wants connects to nobody', async () => {
    const broker = await startFakeBroker();
    const { leave, ended } = start({ port: broker.port });
    leave.abort();
    await ended;
    expect(broker.all('connect')).toHaveLength(0);
  });

  test('ends with a fault of ours as such, once', async () => {
    const broker = await startFakeBroker({ hooks: { subscribe: () => 'ignore' } });
    const asked = broker.once('subscribe');
    const { run, ended } = start({ port: broker.port });
    await asked;
    run.fault(new Error('a mistake'));
    run.fault(new Error('another'));
    const { kind, why, verdict } = await ended;
    expect([kind, why?.code]).toEqual(['failed', 'internal']);
    expect(verdict?.message).toContain('a mistake');
    expect(verdict?.advice).toBe('Please report it.');
  });
});
