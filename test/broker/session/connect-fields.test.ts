import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IAuthPacket } from 'mqtt-packet';
import { afterEach, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Will } from '../../../src-main/contract/model/connect-fields.ts';
import type { ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import { startFakeBroker, type FakeBroker } from '../../support/brokers/fake-broker.ts';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { ScramServer } from '../../support/brokers/scram-server.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { openConnection, subscribed } from './open-connection.ts';

afterEach(teardown);

const WILL: z.input<typeof Will> = {
  topic: 'plant/gone',
  payload: '00 ff',
  encoding: 'hex',
  qos: 1,
  retain: true,
  delayInterval: 5,
  messageExpiry: 6,
  utf8: false,
  contentType: 'application/octet-stream',
  responseTopic: 'answer',
  correlationData: '0102',
  userProperties: [{ name: 'a', value: 'b' }],
};
const ALL: Partial<z.input<typeof ConnectionOptions>> = {
  clientId: 'device-1',
  username: 'ann',
  password: 'secret',
  cleanStart: false,
  keepAlive: 21,
  sessionExpiry: 60,
  receiveMaximum: 7,
  maximumPacketSize: 4_096,
  requestProblemInformation: false,
  requestResponseInformation: true,
  userProperties: [{ name: 'n', value: 'v' }],
  will: WILL,
};

describe('CONNECT as the broker gets it', () => {
  test('carries every field on MQTT 5.', async () => {
    const broker = await startFakeBroker();
    const opened = openConnection({ port: broker.port, version: '5', ...ALL });
    const { packet } = await broker.once('connect');
    await opened.until('online');
    expect(packet).toMatchObject({
      protocolVersion: 5,
      clientId: 'device-1',
      clean: false,
      keepalive: 21,
      username: 'ann',
      password: Buffer.from('secret'),
      properties: {
        sessionExpiryInterval: 60,
        receiveMaximum: 7,
        maximumPacketSize: 4_096,
        requestProblemInformation: false,
        requestResponseInformation: true,
        userProperties: { n: 'v' },
      },
      will: {
        topic: 'plant/gone',
        payload: Buffer.from([0, 255]),
        qos: 1,
        retain: true,
        properties: {
          willDelayInterval: 5,
          messageExpiryInterval: 6,
          contentType: 'application/octet-stream',
          responseTopic: 'answer',
          correlationData: Buffer.from([1, 2]),
          userProperties: { a: 'b' },
        },
      },
    });
  });

  test.each(['3.1.1', '3.1'] as const)(
    'carries on %s what it can, and the log names the rest once.',
    async (version) => {
      const broker = await startFakeBroker();
      const opened = openConnection({ port: broker.port, version, ...ALL });
      const { packet } = await broker.once('connect');
      await opened.until('online');
      expect(packet).toMatchObject({
        protocolId: version === '3.1' ? 'MQIsdp' : 'MQTT',
        protocolVersion: version === '3.1' ? 3 : 4,
        clientId: 'device-1',
        clean: false,
        keepalive: 21,
        username: 'ann',
        password: Buffer.from('secret'),
        will: { topic: 'plant/gone', payload: Buffer.from([0, 255]), qos: 1, retain: true },
      });
      expect(packet.properties).toBeUndefined();
      for (const link of broker.links) link.destroy();
      await broker.once('connect');
      const reported = opened.connection.log
        .entries()
        .filter(({ text }) => text.includes('cannot carry these'));
      expect(reported).toHaveLength(1);
    },
  );

  test('brings the last will of a real broker to whoever listens.', async () => {
    const broker = await startMosquitto();
    const listener = openConnection({ port: broker.port });
    await subscribed(listener);
    const will = { ...WILL, delayInterval: null };
    const dying = openConnection({ port: broker.port, will });
    await dying.until('online');
    dying.connection.link?.tap.destroy();
    await listener.eventually('the will', () => listener.latest('plant/gone') === '\u0000\ufffd');
  });

  test('shows the client ID that the broker assigned.', async () => {
    const broker = await startFakeBroker({ connackProperties: { assignedClientIdentifier: 'server-made' } });
    const opened = openConnection({ port: broker.port });
    expect((await opened.until('online')).clientId).toBe('server-made');
  });

  test('reads a password from a file again for each attempt, and names the file when it is gone.', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'topicscope-password-'));
    onTeardown(() => rmSync(dir, { recursive: true }));
    const path = join(dir, 'pw');
    writeFileSync(path, 'first\n');
    const broker = await startFakeBroker();
    const opened = openConnection({
      port: broker.port,
      username: 'ann',
      passwordFrom: { kind: 'file', path },
    });
    await opened.until('online');
    writeFileSync(path, 'second\r\n');
    for (const link of broker.links) link.destroy();
    await opened.eventually('a second CONNECT', () => broker.all('connect').length === 2);
    expect(broker.all('connect').map(({ packet }) => String(packet.password))).toEqual(['first', 'second']);
    rmSync(path);
    for (const link of broker.links) link.destroy();
    const { why } = await opened.until('stopped');
    expect(why).toMatchObject({ code: 'password-file' });
    expect(why?.message).toContain(path);
    expect(broker.all('connect')).toHaveLength(2);
  });
});

describe('Limits of ours', () => {
  test('of packet size are enforced with reason code 149.', async () => {
    const broker = await startFakeBroker();
    const opened = openConnection({ port: broker.port, version: '5', maximumPacketSize: 200 });
    await opened.until('online');
    const [link] = broker.links;
    const gone = broker.once('disconnect');
    // The broker of the tests keeps to the limit; what it is made to send here does not.
    link?.sendBytes(Buffer.from([0x30, 0xff, 1, 0, 1, 0x61, 0, ...Buffer.alloc(251)]));
    expect((await gone).packet.reasonCode).toBe(149);
    expect((await opened.until('waiting')).why.message).toContain('Maximum Packet Size');
  });

  test('of messages under way are enforced with reason code 147.', async () => {
    const broker = await startFakeBroker();
    const opened = openConnection({ port: broker.port, version: '5', receiveMaximum: 2 });
    await opened.until('online');
    const [link] = broker.links;
    const gone = broker.once('disconnect');
    broker.on.pubrec = () => 'ignore';
    const publish = (id: number) => [0x34, 6, 0, 1, 0x61, 0, id, 0];
    link?.sendBytes(Buffer.from([...publish(1), ...publish(2), ...publish(3)]));
    expect((await gone).packet.reasonCode).toBe(147);
    await opened.until('waiting');
  });
});

const HASHES = { 'SCRAM-SHA-1': 'sha1', 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-512': 'sha512' } as const;
const auth = (method: string, code: number, data: Buffer): IAuthPacket => ({
  cmd: 'auth',
  reasonCode: code,
  properties: { authenticationMethod: method, authenticationData: data },
});

/** Does the server's side; `last` may be changed on its way. */
function scramBroker(
  broker: FakeBroker,
  method: keyof typeof HASHES,
  password: string,
  change: (last: Buffer) => Buffer | null = (last) => last,
): void {
  let server = new ScramServer(HASHES[method], password);
  const begin = (data: unknown): IAuthPacket => {
    server = new ScramServer(HASHES[method], password);
    return auth(method, 24, server.challenge(data as Buffer));
  };
  let again = false;
  let connect: Parameters<NonNullable<FakeBroker['on']['connect']>>[0] | null = null;
  broker.on.connect = (packet) => {
    connect = packet;
    return begin(packet.properties?.authenticationData);
  };
  broker.on.auth = (packet) => {
    if (packet.reasonCode === 25) {
      again = true;
      return begin(packet.properties?.authenticationData);
    }
    const last = server.last(packet.properties?.authenticationData as Buffer);
    if (last === null || connect === null) {
      return again
        ? [{ cmd: 'disconnect', reasonCode: 135 }]
        : { cmd: 'connack', sessionPresent: false, reasonCode: 135, returnCode: 135 };
    }
    const proof = change(last);
    if (again) return auth(method, 0, proof ?? Buffer.alloc(0));
    // The rest of the broker does not know of enhanced authentication: it is given a CONNECT without.
    const properties = proof === null ? {} : { authenticationMethod: method, authenticationData: proof };
    return { cmd: 'connack', sessionPresent: false, reasonCode: 0, returnCode: 0, properties };
  };
  broker.on.pingreq = () => ({ cmd: 'pingresp' });
  broker.on.subscribe = (packet) => ({
    cmd: 'suback',
    messageId: packet.messageId ?? 0,
    granted: packet.subscriptions.map(() => 0),
  });
}

describe('Enhanced authentication', () => {
  test.each(Object.keys(HASHES) as (keyof typeof HASHES)[])(
    'by %s logs in without sending the password.',
    async (method) => {
      const broker = await startFakeBroker();
      scramBroker(broker, method, 'pencil');
      const opened = openConnection({
        port: broker.port,
        username: 'user',
        password: 'pencil',
        authentication: method,
      });
      await opened.until('online');
      const [connect] = broker.all('connect');
      expect(connect?.packet.password).toBeUndefined();
      expect(connect?.packet.username).toBe('user');
      expect(JSON.stringify(broker.received.map(({ packet }) => packet))).not.toContain('pencil');
      expect(await opened.connection.reauthenticate()).toEqual({ kind: 'done' });
      expect(opened.connection.state.kind).toBe('online');
      expect(broker.all('auth').map(({ packet }) => packet.reasonCode)).toEqual([24, 25, 24]);
    },
  );

  test('stops at a wrong password with the reason.', async () => {
    const broker = await startFakeBroker();
    scramBroker(broker, 'SCRAM-SHA-256', 'pencil');
    const opened = openConnection({
      port: broker.port,
      username: 'user',
      password: 'wrong',
      authentication: 'SCRAM-SHA-256',
    });
    expect((await opened.until('stopped')).why?.code).toBe('connack-135');
  });

  test('stops where the broker cannot prove that it knows the password.', async () => {
    for (const change of [() => null, () => Buffer.from('v=AAAA')]) {
      const broker = await startFakeBroker();
      scramBroker(broker, 'SCRAM-SHA-1', 'pencil', change);
      const opened = openConnection({
        port: broker.port,
        username: 'user',
        password: 'pencil',
        authentication: 'SCRAM-SHA-1',
      });
      expect((await opened.until('stopped')).why?.code).toBe('scram-server');
      expect(broker.all('subscribe')).toHaveLength(0);
    }
  });

  test('is not given up for a plain password where the broker speaks 3.1.1 only.', async () => {
    const broker = await startFakeBroker({
      hooks: { connect: () => ({ cmd: 'connack', sessionPresent: false, returnCode: 1 }) },
    });
    const opened = openConnection({
      port: broker.port,
      username: 'user',
      password: 'pencil',
      authentication: 'SCRAM-SHA-256',
    });
    expect((await opened.until('stopped')).why?.code).toBe('authentication-needs-5');
    expect(broker.all('connect')).toHaveLength(1);
  });

  test('that the broker does not know, or that was not asked for, is reported.', async () => {
    const broker = await startMosquitto();
    const opened = openConnection({
      port: broker.port,
      username: 'user',
      password: 'pencil',
      authentication: 'SCRAM-SHA-256',
    });
    expect((await opened.until('stopped')).why?.code).toBe('connack-140');
    const fake = await startFakeBroker({ hooks: { connect: () => auth('X', 24, Buffer.alloc(1)) } });
    const plain = openConnection({ port: fake.port, version: '5' });
    expect((await plain.until('stopped')).why?.code).toBe('auth-unasked');
    expect(await plain.connection.reauthenticate()).toMatchObject({ code: 'not-connected' });
  });
});
