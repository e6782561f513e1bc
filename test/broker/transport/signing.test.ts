import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { openConnection, subscribed } from '../session/open-connection.ts';
import { systemClock } from '../../../src-main/connection/base/clock.ts';

afterEach(teardown);

/** The clock of this machine, which the test can put forward. */
function movableClock() {
  const clock = { ...systemClock, ahead: 0, wall: (at?: number) => systemClock.wall(at) + clock.ahead };
  return clock;
}

test('a shared access signature is made for each attempt, with the time of it.', async () => {
  const broker = await startFakeBroker();
  const clock = movableClock();
  const passwords: string[] = [];
  broker.on.connect = ({ password }) => {
    passwords.push(String(password));
    clock.ahead += 600_000;
    return passwords.length < 2 ? 'close' : 'pass';
  };
  const opened = openConnection(
    {
      port: broker.port,
      version: '3.1.1',
      clientId: 'press-7',
      username: 'plant.azure-devices.net/press-7/?api-version=2021-04-12',
      signing: { kind: 'azure-sas', key: 'AAECAwQFBgcICQoLDA0ODw==', ttlSeconds: 3_600 },
    },
    { clock },
  );
  await opened.until('online');
  const expiry = passwords.map((password) => Number(/&se=(\d+)$/.exec(password)?.[1]));
  expect(passwords.every((password) => password.startsWith('SharedAccessSignature sr='))).toBe(true);
  expect((expiry[1] ?? 0) - (expiry[0] ?? 0)).toBeGreaterThanOrEqual(600);
  // What cannot be read twice is in no log.
  expect(JSON.stringify(opened.diagnostics())).not.toContain('SharedAccessSignature');
});

test('the address of a WebSocket is signed for each attempt, and its query is never shown.', async () => {
  const addresses: URL[] = [];
  const clock = movableClock();
  const server = createServer();
  server.on('upgrade', (request, socket) => {
    addresses.push(new URL(request.url ?? '', 'ws://x'));
    clock.ahead += 60_000;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTeardown(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const opened = openConnection(
    {
      protocol: 'ws',
      port,
      signing: {
        kind: 'aws-sigv4',
        region: 'eu-central-1',
        accessKeyId: 'AKIDEXAMPLE',
        secretAccessKey: 'top-secret-key',
        sessionToken: 'session-token',
      },
    },
    { clock },
  );
  await opened.eventually('two attempts', () => addresses.length >= 2);
  const [first, second] = addresses.map(({ searchParams }) => searchParams);
  expect(first?.get('X-Amz-Credential')).toMatch(
    /^AKIDEXAMPLE\/\d{8}\/eu-central-1\/iotdevicegateway\/aws4_request$/,
  );
  expect(first?.get('X-Amz-Security-Token')).toBe('session-token');
  expect(first?.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
  expect(first?.get('X-Amz-Date')).not.toBe(second?.get('X-Amz-Date'));
  expect(first?.get('X-Amz-Signature')).not.toBe(second?.get('X-Amz-Signature'));
  const reported = JSON.stringify(opened.diagnostics());
  expect(reported).not.toMatch(/top-secret-key|session-token|X-Amz/);
});

test('the limits of a service bind keep-alive, subscriptions and messages before anything is sent.', async () => {
  const broker = await startFakeBroker();
  const opened = openConnection({
    port: broker.port,
    version: '5',
    keepAlive: 3_600,
    serviceLimits: {
      maximumQos: 1,
      topicLevels: 2,
      topicBytes: 20,
      retain: false,
      keepAliveMin: 10,
      keepAliveMax: 40,
    },
    subscriptions: [{ filter: 'a/#', qos: 2 }],
  });
  const { packet } = await broker.once('connect');
  expect(packet.keepalive).toBe(40);
  expect(await opened.until('online')).toMatchObject({ keepAlive: 40, keepAliveBy: 'client' });
  await subscribed(opened, 'a/#');
  expect(broker.all('subscribe')[0]?.packet.subscriptions[0]).toMatchObject({ topic: 'a/#', qos: 1 });
  const publish = async (topic: string, more: object = {}) => {
    const request = { topic, payload: new Uint8Array(1), qos: 0 as const, retain: false, ...more };
    const outcome = await opened.connection.publisher.publish(request);
    return outcome.kind === 'failed' ? outcome.code : outcome.kind;
  };
  expect(await publish('a/b', { qos: 2 })).toBe('qos-unsupported');
  expect(await publish('a/b', { retain: true })).toBe('retain-unsupported');
  expect(await publish('a/b/c')).toBe('service-levels');
  expect(await publish('a/bbbbbbbbbbbbbbbbbbbbbbbbb')).toBe('service-topic-length');
  expect(await publish('a/b', { qos: 1 })).toBe('acknowledged');
  expect(broker.all('publish')).toHaveLength(1);
});
