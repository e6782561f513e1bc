import { parser, type IConnectPacket, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { ConnectionOptions } from '../../../../../src-main/contract/model/model.ts';
import { buildConnect, type ConnectSecrets } from '../../../../../src-main/core/session/auth/connect.ts';
import { hexBytes } from '../../../../../src-main/core/payload/hex-text.ts';

type Input = Partial<z.input<typeof ConnectionOptions>>;
const NO_SECRETS: ConnectSecrets = { password: null, authentication: null };

function build(level: 3 | 4 | 5, input: Input, secrets: Partial<ConnectSecrets> = {}, clientId = 'me') {
  const options = ConnectionOptions.parse({ name: 't', protocol: 'mqtt', host: 'h', port: 1883, ...input });
  return buildConnect(options, clientId, level, { ...NO_SECRETS, ...secrets });
}

/** As another reader of MQTT understands it. */
function read(...given: Parameters<typeof build>): IConnectPacket {
  const built = build(...given);
  if (built.kind === 'failed') throw new Error(built.message);
  const packets: Packet[] = [];
  const reader = parser();
  reader.on('packet', (packet) => packets.push(packet));
  reader.on('error', (error: unknown) => {
    throw error;
  });
  reader.parse(Buffer.from(built.packet));
  return packets[0] as IConnectPacket;
}

const EVERYTHING: Input = {
  username: 'ann',
  cleanStart: false,
  keepAlive: 17,
  sessionExpiry: 4_000_000_000,
  receiveMaximum: 20,
  maximumPacketSize: 1_000_000,
  requestProblemInformation: false,
  requestResponseInformation: true,
  userProperties: [
    { name: 'a', value: '1' },
    { name: 'b', value: '' },
    { name: 'a', value: '2' },
    { name: '__proto__', value: 'x' },
  ],
  will: {
    topic: 'plant/gone',
    payload: 'a9 4F\n00',
    encoding: 'hex',
    qos: 2,
    retain: true,
    delayInterval: 30,
    messageExpiry: 60,
    utf8: true,
    contentType: 'text/plain',
    responseTopic: 'plant/answer',
    correlationData: '00ff',
    userProperties: [{ name: 'k', value: 'v' }],
  },
};
const password = new TextEncoder().encode('secret');

describe('CONNECT', () => {
  test('of MQTT 5 carries every field.', () => {
    const packet = read(5, EVERYTHING, { password });
    expect(packet).toMatchObject({
      protocolId: 'MQTT',
      protocolVersion: 5,
      clientId: 'me',
      clean: false,
      keepalive: 17,
      username: 'ann',
      properties: {
        sessionExpiryInterval: 4_000_000_000,
        receiveMaximum: 20,
        maximumPacketSize: 1_000_000,
        requestProblemInformation: false,
        requestResponseInformation: true,
      },
      will: {
        topic: 'plant/gone',
        qos: 2,
        retain: true,
        properties: {
          willDelayInterval: 30,
          messageExpiryInterval: 60,
          payloadFormatIndicator: true,
          contentType: 'text/plain',
          responseTopic: 'plant/answer',
        },
      },
    });
    expect(Buffer.from(packet.password as Buffer).toString()).toBe('secret');
    expect(packet.will?.payload).toEqual(Buffer.from([0xa9, 0x4f, 0]));
    expect(packet.will?.properties?.correlationData).toEqual(Buffer.from([0, 0xff]));
    expect(packet.will?.properties?.userProperties).toMatchObject({ k: 'v' });
    expect(packet.properties?.topicAliasMaximum).toBeUndefined();
  });

  test('keeps the order and the repetition of user properties.', () => {
    const built = build(5, EVERYTHING);
    const wire = Buffer.from(built.kind === 'connect' ? built.packet : []).toString('latin1');
    const pair = (name: string, value: string): string =>
      `\x26\0${String.fromCharCode(name.length)}${name}\0${String.fromCharCode(value.length)}${value}`;
    expect(wire).toContain(pair('a', '1') + pair('b', '') + pair('a', '2') + pair('__proto__', 'x'));
  });

  test.each([
    [4, 'MQTT', '3.1.1'],
    [3, 'MQIsdp', '3.1'],
  ] as const)('of level %i carries what it can and reports what it cannot.', (level, protocolId, version) => {
    const built = build(level, EVERYTHING, { password });
    expect(built.kind === 'connect' && built.notes).toEqual([
      `MQTT ${version} cannot carry these, so they were not sent: session expiry, receive maximum, maximum packet size, request problem information, request response information, user properties, will delay interval, message expiry of the will, payload format of the will, content type of the will, response topic of the will, correlation data of the will, user properties of the will.`,
    ]);
    const packet = read(level, EVERYTHING, { password });
    expect(packet).toMatchObject({
      protocolId,
      protocolVersion: level,
      clean: false,
      keepalive: 17,
      username: 'ann',
    });
    expect(packet.properties).toBeUndefined();
    expect(packet.will).toMatchObject({ topic: 'plant/gone', qos: 2, retain: true });
    expect(packet.will?.payload).toEqual(Buffer.from([0xa9, 0x4f, 0]));
    expect(packet.will?.properties).toBeUndefined();
  });

  test('with nothing set is as short as the specification allows.', () => {
    const built = build(5, {});
    expect(built).toEqual({
      kind: 'connect',
      packet: Uint8Array.from([0x10, 15, 0, 4, 0x4d, 0x51, 0x54, 0x54, 5, 2, 0, 60, 0, 0, 2, 0x6d, 0x65]),
      notes: [],
    });
  });

  test('sends a username without a password, and a password without a username on 5 only.', () => {
    for (const level of [3, 4, 5] as const) {
      const packet = read(level, { username: 'ann' });
      expect([packet.username, packet.password]).toEqual(['ann', undefined]);
    }
    const flags = (level: 3 | 4 | 5): number => {
      const built = build(level, {}, { password });
      return built.kind === 'connect' ? (built.packet[level === 3 ? 11 : 9] ?? 0) : 0;
    };
    expect([flags(5), flags(4), flags(3)]).toEqual([64 + 2, 192 + 2, 192 + 2]);
    const older = build(4, {}, { password });
    expect(older.kind === 'connect' && older.notes[0]).toContain('an empty username was sent');
    expect(read(4, {}, { password }).username).toBe('');
  });

  test('carries enhanced authentication on MQTT 5, and not before.', () => {
    const authentication = { method: 'SCRAM-SHA-256', data: Uint8Array.of(1, 2) };
    const packet = read(5, { authentication: 'SCRAM-SHA-256' }, { authentication });
    expect(packet.properties).toMatchObject({
      authenticationMethod: 'SCRAM-SHA-256',
      authenticationData: Buffer.from([1, 2]),
    });
    expect(build(4, { authentication: 'SCRAM-SHA-256' }, { authentication })).toMatchObject({
      code: 'authentication-needs-5',
    });
  });

  test.each([
    [{ topic: 'a/#', payload: '' }, 'will-topic'],
    [{ topic: 'a', payload: '', responseTopic: '+' }, 'will-response-topic'],
    [{ topic: 'a', payload: 'abc', encoding: 'hex' }, 'will-payload'],
    [{ topic: 'a', payload: 'x'.repeat(65_536) }, 'will-payload'],
    [{ topic: 'a', payload: '', correlationData: 'zz' }, 'will-correlation-data'],
  ] as const)('refuses a last will that cannot be sent: %j.', (will, code) => {
    expect(build(5, { will })).toMatchObject({ kind: 'failed', code });
  });

  test.each([
    [{ username: 'a\0' }, 'username'],
    [{ userProperties: [{ name: 'a', value: '\ud800' }] }, 'user properties'],
    [{ will: { topic: 't', payload: '', contentType: '\0' } }, 'content type of the will'],
  ] as const)('refuses texts that no broker takes: %j.', (input, what) => {
    const built = build(5, input as Input);
    expect(built).toMatchObject({ code: 'connect-characters' });
    expect(built.kind === 'failed' && built.message).toContain(what);
  });

  test('takes every other character.', () => {
    expect(read(5, { username: '\u0001\ufeff\u{1f600}' }).username).toBe('\u0001\ufeff\u{1f600}');
  });

  test('refuses fields that are too long, and client IDs too long for MQTT 3.1.', () => {
    const value = '\u00e9'.repeat(40_000);
    expect(build(5, { userProperties: [{ name: 'a', value }] })).toMatchObject({ code: 'connect-too-long' });
    const built = build(3, {}, {}, 'a'.repeat(24));
    expect(built.kind === 'connect' && built.notes[0]).toContain('23 bytes');
  });
});

test('Hex digits are read with white space between, and anything else is refused.', () => {
  expect(hexBytes(' 00 fF\n10')).toEqual(Uint8Array.of(0, 255, 16));
  expect(hexBytes('')).toEqual(new Uint8Array(0));
  expect([hexBytes('0'), hexBytes('0x00'), hexBytes('gg')]).toEqual([null, null, null]);
});
