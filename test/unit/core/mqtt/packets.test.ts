import { parser as makeParser, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import {
  appendAck,
  appendHandshakePublish,
  ByteBatch,
  encodeDisconnect,
  encodeSubscribe,
  encodeUnsubscribe,
  PINGREQ_PACKET,
} from '../../../../src-main/core/mqtt/encode.ts';
import { PUBACK, PUBCOMP, PUBREC } from '../../../../src-main/core/mqtt/packet-types.ts';
import {
  plainRefusal,
  readControlPacket,
  type ControlPacket,
} from '../../../../src-main/core/mqtt/packets.ts';
import { RULES } from '../../../../src-main/core/mqtt/violations.ts';
import { encode, generateOptions } from '../../../support/brokers/mqtt-stream.ts';

type Version = 3 | 4 | 5;

function parseOne(bytes: Uint8Array, version: Version): Packet {
  let found: Packet | null = null;
  const parser = makeParser(generateOptions(version));
  parser.on('packet', (packet) => (found = packet));
  parser.on('error', (error) => {
    throw error;
  });
  parser.parse(Buffer.from(bytes));
  if (found === null) throw new Error('no packet');
  return found;
}

function read(bytes: Uint8Array, version: Version): ControlPacket | string {
  let body = 1;
  while ((bytes[body++] ?? 0) > 127);
  return readControlPacket(bytes, (bytes[0] ?? 0) >>> 4, body, bytes.length, version);
}

describe('control packets are read', () => {
  test('CONNACK of MQTT 5 with everything it may say', () => {
    const bytes = encode(
      {
        cmd: 'connack',
        sessionPresent: true,
        reasonCode: 0,
        properties: {
          sessionExpiryInterval: 4_000_000_000,
          receiveMaximum: 20,
          maximumQoS: 1,
          retainAvailable: false,
          maximumPacketSize: 1_000,
          assignedClientIdentifier: '\ufeffid',
          topicAliasMaximum: 10,
          reasonString: 'welcome',
          userProperties: { a: ['1', '2'] },
          wildcardSubscriptionAvailable: true,
          subscriptionIdentifiersAvailable: false,
          sharedSubscriptionAvailable: true,
          serverKeepAlive: 30,
          responseInformation: 'r/',
          serverReference: 'other:1883',
          authenticationMethod: 'SCRAM',
          authenticationData: Buffer.from([1]),
        },
      } as Packet,
      5,
    );
    expect(read(bytes, 5)).toEqual({
      kind: 'connack',
      sessionPresent: true,
      code: 0,
      properties: {
        sessionExpiryInterval: 4_000_000_000,
        receiveMaximum: 20,
        maximumQos: 1,
        retainAvailable: false,
        maximumPacketSize: 1_000,
        assignedClientId: '\ufeffid',
        topicAliasMaximum: 10,
        reason: 'welcome',
        user: [
          ['a', '1'],
          ['a', '2'],
        ],
        wildcardSubscriptionAvailable: true,
        subscriptionIdentifiersAvailable: false,
        sharedSubscriptionAvailable: true,
        serverKeepAlive: 30,
        responseInformation: 'r/',
        serverReference: 'other:1883',
        authenticationMethod: 'SCRAM',
        authenticationData: Uint8Array.of(1),
      },
    });
  });

  test('CONNACK that says nothing claims nothing', () => {
    const silent = { kind: 'connack', sessionPresent: false, properties: { user: [] } };
    expect(read(Uint8Array.of(0x20, 3, 0, 0, 0), 5)).toEqual({ ...silent, code: 0 });
    expect(read(Uint8Array.of(0x20, 2, 0, 5), 4)).toEqual({ ...silent, code: 5 });
    expect(read(Uint8Array.of(0x20, 2, 2, 0), 4)).toBe('connack-flags');
  });

  test('a refusal of a message by any code from 128 on, and no other unknown code', () => {
    for (const [type, kind] of [
      [0x40, 'puback'],
      [0x50, 'pubrec'],
    ] as const) {
      // What mosquitto answers to a message over its `message_size_limit`.
      expect(read(Uint8Array.of(type, 3, 0, 9, 149), 5)).toMatchObject({ kind, packetId: 9, code: 149 });
      expect(read(Uint8Array.of(type, 3, 0, 9, 127), 5)).toBe('reason-code');
    }
    for (const type of [0x62, 0x70]) expect(read(Uint8Array.of(type, 3, 0, 9, 149), 5)).toBe('reason-code');
  });

  test.each([3, 4, 5] as const)('acknowledgements on version %i', (version) => {
    const v5 = version === 5;
    const why = v5 ? { reasonCode: 0, properties: { reasonString: 'why', userProperties: { k: 'v' } } } : {};
    for (const cmd of ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const) {
      expect(read(encode({ cmd, messageId: 513, ...why }, version), version)).toEqual({
        kind: cmd,
        packetId: 513,
        code: 0,
        reason: v5 ? 'why' : null,
        user: v5 ? [['k', 'v']] : [],
      });
      expect(read(Uint8Array.of(encode({ cmd, messageId: 1 }, 4)[0] ?? 0, 2, 0, 9), version)).toMatchObject({
        kind: cmd,
        packetId: 9,
        code: 0,
      });
    }
    const suback = encode({ cmd: 'suback', messageId: 7, granted: [0, 1, 2, 128] }, version);
    expect(read(suback, version)).toMatchObject({ kind: 'suback', packetId: 7, codes: [0, 1, 2, 128] });
    const unsuback = encode({ cmd: 'unsuback', messageId: 7, granted: v5 ? [0, 17] : [] }, version);
    expect(read(unsuback, version)).toMatchObject({
      kind: 'unsuback',
      packetId: 7,
      codes: v5 ? [0, 17] : [],
    });
  });

  test('DISCONNECT and AUTH, with what they may leave out', () => {
    const reference = { reasonString: 'moved', serverReference: 'b:1' };
    expect(read(encode({ cmd: 'disconnect', reasonCode: 157, properties: reference }, 5), 5)).toEqual({
      kind: 'disconnect',
      code: 157,
      reason: 'moved',
      serverReference: 'b:1',
      user: [],
    });
    expect(read(Uint8Array.of(0xe0, 0), 5)).toMatchObject({ kind: 'disconnect', code: 0 });
    expect(read(Uint8Array.of(0xe0, 1, 142), 5)).toMatchObject({ kind: 'disconnect', code: 142 });
    const method = { authenticationMethod: 'SCRAM', authenticationData: Buffer.from([1, 2]) };
    expect(read(encode({ cmd: 'auth', reasonCode: 24, properties: method }, 5), 5)).toEqual({
      kind: 'auth',
      code: 24,
      method: 'SCRAM',
      data: Uint8Array.of(1, 2),
      reason: null,
    });
  });

  test.each([4, 5] as const)(
    'each body of three bytes on version %i is read, refused, and safe for mqtt-packet',
    (version) => {
      let accepted = 0;
      for (const type of [2, 4, 5, 6, 7, 9, 11, 13, 14]) {
        const first = (type << 4) | (type === 6 ? 2 : 0);
        for (let length = 0; length <= 3; length++) {
          for (let value = 0; value < 256; value++) {
            const body = [0, 1, value].slice(3 - length);
            const bytes = Uint8Array.of(first, length, ...body);
            const result = read(bytes, version);
            if (typeof result === 'string') {
              expect(RULES).toHaveProperty(result);
            } else {
              accepted++;
              // What passes must not make mqtt-packet fail: mqtt.js would keep the socket open.
              expect(parseOne(plainRefusal(result, type) ?? bytes, version).cmd).toBe(result.kind);
            }
          }
        }
      }
      expect(accepted).toBeGreaterThan(500);
    },
  );
});

describe('packets of our own', () => {
  test.each([
    [PUBACK, 'puback'],
    [PUBREC, 'pubrec'],
    [PUBCOMP, 'pubcomp'],
  ] as const)('acknowledgements of a batch parse one by one: type %i is %s', (type, cmd) => {
    const batch = new ByteBatch(4);
    const ids = Array.from({ length: 300 }, (_, i) => 1 + i * 200);
    for (const id of ids) appendAck(batch, type, id);
    const bytes = batch.take();
    expect(batch.length).toBe(0);
    const found = ids.map((_, i) => parseOne(bytes.subarray(i * 4, i * 4 + 4), 4));
    expect(found.map(({ messageId }) => messageId)).toEqual(ids);
    expect(new Set(found.map((packet) => packet.cmd))).toEqual(new Set([cmd]));
  });

  test.each([3, 4, 5] as const)('parse on version %i', (version) => {
    const filters = [
      { filter: 'a/#', qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 2 },
      { filter: 'ü/+', qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 },
    ] as const;
    const v5 = version === 5;
    expect(parseOne(encodeSubscribe(version, 300, filters, 268_435_455), version)).toMatchObject({
      cmd: 'subscribe',
      messageId: 300,
      subscriptions: [
        { topic: 'a/#', qos: 1, ...(v5 ? { nl: true, rap: true, rh: 2 } : {}) },
        { topic: 'ü/+', qos: 0, ...(v5 ? { nl: false, rap: false, rh: 0 } : {}) },
      ],
      ...(v5 ? { properties: { subscriptionIdentifier: 268_435_455 } } : {}),
    });
    expect(parseOne(encodeUnsubscribe(version, 9, ['a/#', 'b']), version)).toMatchObject({
      cmd: 'unsubscribe',
      messageId: 9,
      unsubscriptions: ['a/#', 'b'],
    });
    expect(parseOne(PINGREQ_PACKET, version).cmd).toBe('pingreq');
    expect(parseOne(encodeDisconnect(version, 0), version).cmd).toBe('disconnect');
    expect(parseOne(encodeDisconnect(version, 130, 'no'), version)).toMatchObject(
      v5 ? { reasonCode: 130, properties: { reasonString: 'no' } } : { cmd: 'disconnect' },
    );
    const batch = new ByteBatch(1);
    appendHandshakePublish(batch, 0x0d, 65_535, version);
    expect(parseOne(batch.take(), version)).toMatchObject({
      cmd: 'publish',
      qos: 2,
      dup: true,
      retain: true,
      messageId: 65_535,
      topic: '-',
      payload: Buffer.alloc(0),
    });
  });

  test('a filter that fits no packet is refused', () => {
    const filter = 'x'.repeat(65_536);
    expect(() => encodeUnsubscribe(4, 1, [filter])).toThrow(RangeError);
  });

  test('a batch grows as needed and gives a burst back', () => {
    const batch = new ByteBatch(16);
    const burst = new Uint8Array(10_000).fill(7);
    batch.append(Uint8Array.of(1));
    batch.append(burst);
    batch.append(burst, 5, 6);
    expect(batch.take()).toEqual(Uint8Array.of(1, ...burst, 7));
    expect(batch.bytes.length).toBe(16);
  });
});

test('every rule names a reason code of MQTT 5 and says what happened in a sentence', () => {
  for (const [rule, { code, text }] of Object.entries(RULES)) {
    expect([129, 130, 147, 148, 149], rule).toContain(code);
    expect(text, rule).toMatch(/^[A-Z].+\.$/);
  }
});

test.each([1, 63, 64, 65, 1_000])('A part of %i bytes of a larger buffer is appended as it is.', (size) => {
  const source = Uint8Array.from({ length: size + 7 }, (_, i) => i * 31);
  const batch = new ByteBatch(4);
  batch.append(Uint8Array.of(9));
  batch.append(source, 3, 3 + size);
  batch.append(source, 5, 5);
  expect(batch.take()).toEqual(Uint8Array.of(9, ...source.subarray(3, 3 + size)));
});
