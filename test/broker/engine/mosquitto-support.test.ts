import { connect } from 'node:net';
import mqtt from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { accepts } from '../../support/net/ports.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

const options = { reconnectPeriod: 0, connectTimeout: 3_000, protocolVersion: 5 } as const;

test('A broker starts on a free port, dies, comes back on the same port and is gone at the end.', async () => {
  const broker = await startMosquitto();
  const first = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, options);
  const closed = new Promise<void>((resolve) => first.once('close', () => resolve()));
  await broker.kill();
  await closed;
  expect(await accepts(broker.port)).toBe(false);
  await broker.restart();
  const again = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, options);
  await broker.waitForLog(/New client connected/);
  await again.endAsync();
  await first.endAsync(true);
  await teardown();
  expect(await accepts(broker.port)).toBe(false);
});

test('Users, access rules, websockets and kept retained messages work as configured.', async () => {
  const broker = await startMosquitto({
    listeners: [{ kind: 'tcp' }, { kind: 'ws' }],
    users: { ann: 'pass word', bob: 'x' },
    acl: ['user ann', 'topic readwrite plant/#'],
    persistence: true,
  });
  await expect(
    mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, { ...options, username: 'ann', password: 'no' }),
  ).rejects.toMatchObject({ code: 135 });
  const signIn = { ...options, username: 'ann', password: 'pass word' };
  const writer = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`, signIn);
  await writer.publishAsync('plant/state', 'running', { qos: 1, retain: true });
  await writer.endAsync();
  await broker.restart();
  const reader = await mqtt.connectAsync(`ws://127.0.0.1:${broker.ports[1]}/mqtt`, signIn);
  const message = new Promise((resolve) =>
    reader.once('message', (_topic, payload) => resolve(String(payload))),
  );
  await reader.subscribeAsync('plant/#');
  expect(await message).toBe('running');
  await reader.endAsync();
});

test('A frozen broker keeps the connection and answers again when it is thawed.', async () => {
  const broker = await startMosquitto();
  broker.freeze();
  const socket = connect(broker.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  // CONNECT of MQTT 3.1.1 with client ID "x".
  socket.write(Buffer.from('100d00044d5154540402003c000178', 'hex'));
  const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
  // Another one is started and answers meanwhile.
  const other = await startMosquitto();
  await (await mqtt.connectAsync(`mqtt://127.0.0.1:${other.port}`, options)).endAsync();
  expect(socket.bytesRead).toBe(0);
  broker.thaw();
  expect((await answer).toString('hex')).toBe('20020000');
  socket.destroy();
});
