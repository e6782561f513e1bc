import { afterEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { systemPorts } from '../../../src-main/connection/base/ports.ts';
import { TestRun } from '../../../src-main/connection/test/run.ts';
import { runTest } from '../../../src-main/engine/connections/connection-test.ts';
import type { ConnectionTestReport } from '../../../src-main/contract/connection-test.ts';
import { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { refuseConnect, refuseSubscribe, startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { certificates } from '../../support/tls/certificates.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { freePort } from '../../support/net/ports.ts';
import { startSocksProxy } from '../../support/brokers/proxies.ts';
import { teardown } from '../../support/teardown.ts';
import { openConnection } from '../session/open-connection.ts';

afterEach(teardown);

const WORKER = new URL('../../../src-main/connection/worker.ts', import.meta.url);
type Input = Partial<z.input<typeof ConnectionOptions>> & { readonly port: number };

/** All reports of a test, the last one last. */
async function report(input: Input, inThread = false): Promise<ConnectionTestReport[]> {
  const options = ConnectionOptions.parse({
    name: 'test',
    protocol: 'mqtt',
    host: '127.0.0.1',
    connectTimeoutMs: 2_000,
    ...input,
  });
  const all: ConnectionTestReport[] = [];
  const { signal } = new AbortController();
  // In this very thread, which is quicker; two tests below start the thread of the engine.
  const reports = inThread
    ? runTest(options, { workerUrl: WORKER, files: { kind: 'any' } }, signal)
    : new TestRun(options, systemPorts(Math.random)).reports(signal);
  for await (const one of reports) all.push(one);
  return all;
}

const last = async (input: Input, inThread = false): Promise<ConnectionTestReport> => {
  const end = (await report(input, inThread)).at(-1);
  if (!end) throw new Error('no report');
  return end;
};
const states = ({ steps }: ConnectionTestReport): string[] =>
  steps.map(({ step, state }) => `${step} ${state}`);
const of = ({ steps }: ConnectionTestReport, name: string) => steps.find(({ step }) => step === name);

describe('The test of a connection', () => {
  test('goes through all steps with times, over wss, and shows what was agreed.', async () => {
    const { server, ca } = await certificates();
    const tls = { cert: server.cert, key: server.key };
    const broker = await startMosquitto({ listeners: [{ kind: 'tcp' }, { kind: 'wss', tls }] });
    const options = {
      protocol: 'wss',
      host: 'localhost',
      port: broker.ports[1] ?? 0,
      tls: { ca: ca.cert },
    } as const;
    const end = await last(options, true);
    expect(states(end)).toEqual([
      'lookup ok',
      'tcp ok',
      'proxy skipped',
      'tls ok',
      'websocket ok',
      'connect ok',
      'subscribe ok',
    ]);
    expect(end).toMatchObject({ kind: 'passed', why: null });
    expect(of(end, 'tls')?.result).toContain('TLSv1.3');
    expect(of(end, 'subscribe')?.details).toEqual(['#: granted QoS 0', '$SYS/#: granted QoS 0']);
    expect(end.steps.every(({ state, ms }) => (ms !== null) === (state === 'ok'))).toBe(true);
    expect(end.asText).toContain('CONNECT    ok');
  });

  test('disturbs no running session: its client ID is its own, without will, and it says DISCONNECT.', async () => {
    const broker = await startFakeBroker();
    const running = openConnection({ port: broker.port, clientId: 'device-1' });
    await running.until('online');
    const end = await last({
      port: broker.port,
      clientId: 'device-1',
      cleanStart: false,
      sessionExpiry: 600,
      will: { topic: 'gone', payload: 'x' },
    });
    expect(end.kind).toBe('passed');
    const packet = broker.all('connect').at(-1)?.packet;
    expect(packet?.clean).toBe(true);
    expect(packet?.properties?.sessionExpiryInterval).toBeUndefined();
    expect(packet?.will).toBeUndefined();
    expect(packet?.clientId).toMatch(/^topicscope-/);
    expect(broker.all('disconnect')).toHaveLength(1);
    expect(running.connection.state.kind).toBe('online');
    expect(running.connection.session.connects).toBe(1);
  });

  test('names the step that failed, the cause and the fix, and skips the rest.', async () => {
    const end = await last({ port: await freePort() });
    expect(states(end).slice(0, 2)).toEqual(['lookup ok', 'tcp failed']);
    expect(end.why?.code).toBe('refused');
    expect(end.verdict?.advice).toContain('Check that the broker runs');
    expect(of(end, 'connect')).toMatchObject({ state: 'skipped', ms: null });
  });

  test('reports a refusal that its own client ID may have caused, and shows no secret anywhere.', async () => {
    const broker = await startFakeBroker({ hooks: { connect: refuseConnect(135) } });
    const end = await last({
      port: broker.port,
      clientId: 'device-1',
      username: 'ann',
      password: 'hunter2',
      path: '/mqtt?token=hunter2',
    });
    expect(end.why?.code).toBe('connack-135');
    expect(end.verdict?.advice).toContain('allows only “device-1”');
    expect(JSON.stringify(end)).not.toContain('hunter2');
  });

  test('shows which filters were refused, and passes while one was granted.', async () => {
    const broker = await startFakeBroker({
      hooks: { subscribe: refuseSubscribe(135, (one) => one === '#') },
    });
    const end = await last({ port: broker.port });
    expect(end.kind).toBe('passed');
    expect(of(end, 'subscribe')).toMatchObject({ state: 'ok', result: '1 of 2 filters granted.' });
    broker.on.subscribe = refuseSubscribe(135);
    const none = await last({ port: broker.port });
    expect(none).toMatchObject({ kind: 'failed', why: { code: 'suback-135' } });
    expect(none.verdict?.advice).toContain('narrower');
  });

  test('tries 3.1.1 where 5 is not spoken, and ends within its time where nobody answers.', async () => {
    const broker = await startFakeBroker({
      hooks: {
        connect: (packet, link) => (packet.protocolVersion === 5 ? refuseConnect(1)(packet, link) : 'pass'),
      },
    });
    const end = await last({ port: broker.port });
    expect(of(end, 'connect')).toMatchObject({ state: 'ok', result: 'Accepted with MQTT 3.1.1.' });
    broker.on.connect = () => 'ignore';
    const started = performance.now();
    const silent = await last({ port: broker.port, connectTimeoutMs: 500 });
    expect(silent.why?.code).toBe('silent');
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('ends when its reader leaves, and the broker gets DISCONNECT.', async () => {
    const broker = await startFakeBroker({ hooks: { subscribe: () => 'ignore' } });
    const abort = new AbortController();
    const options = ConnectionOptions.parse({
      name: 't',
      protocol: 'mqtt',
      host: '127.0.0.1',
      port: broker.port,
    });
    const ports = { workerUrl: WORKER, files: { kind: 'any' } as const };
    for await (const one of runTest(options, ports, abort.signal))
      if (of(one, 'subscribe')?.state === 'running') break;
    expect(broker.all('disconnect')).toHaveLength(1);
  });

  test('shows the result of each step, also through a proxy and on a Unix socket.', async () => {
    const broker = await startFakeBroker({ connackProperties: { serverKeepAlive: 20, maximumQoS: 1 } });
    const proxy = await startSocksProxy({ login: 'ann:s3cret' });
    const end = await last({
      port: broker.port,
      proxy: { kind: 'socks5', host: '127.0.0.1', port: proxy.port, username: 'ann', password: 's3cret' },
    });
    expect(end.steps.map(({ result }) => result)).toEqual([
      '1 address found.',
      `Connected to 127.0.0.1:${proxy.port}.`,
      `The way is open: 127.0.0.1:${broker.port} through SOCKS5 proxy 127.0.0.1:${proxy.port}.`,
      'Not used: the protocol is mqtt.',
      'Not used: the protocol is mqtt.',
      'Accepted with MQTT 5.',
      '2 of 2 filters granted.',
    ]);
    expect(of(end, 'lookup')?.details).toEqual(['127.0.0.1 (IPv4)']);
    expect(of(end, 'connect')?.details).toContain('Keep-alive set by the broker: 20 s');
    expect(end.asText).not.toContain('s3cret');
    const wrong = await last({
      port: broker.port,
      proxy: { kind: 'socks5', host: '127.0.0.1', port: proxy.port },
    });
    expect(states(wrong).slice(1, 3)).toEqual(['tcp ok', 'proxy failed']);
    const unix = await last({ protocol: 'unix', host: '/nowhere/mqtt.sock', port: 1 });
    expect(states(unix).slice(0, 3)).toEqual(['lookup skipped', 'tcp failed', 'proxy skipped']);
    expect(unix.address).toBe('unix:///nowhere/mqtt.sock');
  });

  test('joins no shared subscription, and names the filter over which a broker closes.', async () => {
    const broker = await startFakeBroker();
    const filter = '$share/workers/jobs';
    const shared = await last({ port: broker.port, subscriptions: [{ filter, qos: 0 }] });
    expect(of(shared, 'subscribe')).toMatchObject({ state: 'skipped' });
    expect(of(shared, 'subscribe')?.result).toContain('take messages away');
    expect(broker.all('subscribe')).toHaveLength(0);
    broker.on.subscribe = () => 'close';
    const closed = await last({ port: broker.port });
    expect(closed.why).toMatchObject({ code: 'subscribe-closed' });
    expect(closed.why?.message).toContain('“#”');
    expect(of(closed, 'connect')?.state).toBe('ok');
  });

  test('reports a fault before CONNECT as such, and a WebSocket that is none.', async () => {
    const broker = await startFakeBroker();
    const will = await last({ port: broker.port, passwordFrom: { kind: 'file', path: '/nowhere/pw' } });
    expect(states(will)).toContain('connect failed');
    expect(will.why?.message).toContain('/nowhere/pw');
    const ws = await last({ protocol: 'ws', port: broker.port });
    expect(states(ws)).toContain('websocket failed');
    expect(of(ws, 'tcp')?.result).toContain('Connected to 127.0.0.1');
  });
});
