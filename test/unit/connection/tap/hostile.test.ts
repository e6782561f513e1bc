import { parser as makeParser } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { Incoming, type IncomingOptions } from '../../../../src-main/connection/tap/incoming.ts';
import { TapSession } from '../../../../src-main/connection/tap/session.ts';
import type { Rule } from '../../../../src-main/core/mqtt/violations.ts';
import {
  connack,
  CountingIntake,
  cut,
  encode,
  generateOptions,
  randomBytes,
  randomFromBroker,
  RecordingIntake,
} from '../../../support/brokers/mqtt-stream.ts';
import { random as seeded } from '../../../support/random.ts';

type Version = 3 | 4 | 5;

function open(version: Version, more: Partial<IncomingOptions> = {}): Incoming {
  return new Incoming({
    version,
    maxPayloadBytes: 1_000_000,
    receiveMaximum: 65_535,
    maximumPacketSize: 0,
    intake: new CountingIntake(),
    session: new TapSession(),
    received: () => {},
    ...more,
  });
}

/** An incoming side that is past its CONNACK. */
function accepted(version: Version, more: Partial<IncomingOptions> = {}): Incoming {
  const incoming = open(version, more);
  incoming.read(connack(version), 1, 1);
  return incoming;
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** A v5 PUBLISH at QoS 0 on topic "a" with these properties. */
const withProperties = (properties: string) => {
  const bytes = hex(properties);
  return Buffer.concat([Uint8Array.of(0x30, 4 + bytes.length, 0, 1, 0x61, bytes.length), bytes]);
};

describe('what a broker must not send is named', () => {
  const cases: [title: string, rule: Rule, version: Version, bytes: Uint8Array][] = [
    ['packet type 0', 'not-a-packet', 4, hex('00 00')],
    ['an HTTP answer', 'reserved-flags', 4, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a TLS alert', 'reserved-flags', 4, hex('15 03 01 00 02 02 28')],
    ['PUBREL without its flag', 'reserved-flags', 4, hex('60 02 00 01')],
    ['PINGRESP with flags', 'reserved-flags', 4, hex('d1 00')],
    ['a length of five bytes', 'remaining-length', 4, hex('30 ff ff ff ff 01')],
    ['QoS 3', 'qos-3', 4, hex('36 05 00 01 61 00 01')],
    ['DUP at QoS 0', 'dup-qos-0', 4, hex('38 03 00 01 61')],
    ['a topic longer than the packet', 'truncated', 4, hex('30 04 00 09 61 62')],
    ['a PUBLISH of one byte', 'truncated', 4, hex('30 01 00')],
    ['no room for the packet id', 'truncated', 4, hex('32 04 00 01 61 00')],
    ['packet id 0', 'packet-id-zero', 4, hex('32 05 00 01 61 00 00')],
    ['an empty topic on 3.1.1', 'empty-topic', 4, hex('30 02 00 00')],
    ['an empty topic on 5', 'empty-topic', 5, hex('30 03 00 00 00')],
    ['an empty topic with an alias', 'topic-alias', 5, hex('30 06 00 00 03 23 00 01')],
    ['a topic with an alias', 'topic-alias', 5, withProperties('23 00 01')],
    ['no property length', 'property-length', 5, hex('30 03 00 01 61')],
    ['properties longer than the packet', 'property-length', 5, hex('30 05 00 01 61 09 01')],
    ['a property length that does not end', 'property-length', 5, hex('30 07 00 01 61 ff ff ff ff')],
    ['an unknown property', 'unknown-property', 5, withProperties('7f 00')],
    ['property 0', 'unknown-property', 5, withProperties('00 00')],
    ['a property of another packet', 'property-not-allowed', 5, withProperties('21 00 01')],
    ['a property twice', 'property-twice', 5, withProperties('02 00000001 02 00000001')],
    ['a property cut off', 'truncated', 5, withProperties('02 0000')],
    ['a text longer than the properties', 'truncated', 5, withProperties('03 00 09 61')],
    ['a pair without its value', 'truncated', 5, withProperties('26 00 01 61')],
    ['a subscription identifier 0', 'property-value', 5, withProperties('0b 00')],
    ['a payload format of 2', 'property-value', 5, withProperties('01 02')],
    ['CONNECT', 'not-from-a-broker', 4, hex('10 00')],
    ['SUBSCRIBE', 'not-from-a-broker', 4, hex('82 05 00 01 00 00 00')],
    ['PINGREQ', 'not-from-a-broker', 4, hex('c0 00')],
    ['DISCONNECT before MQTT 5', 'not-from-a-broker', 4, hex('e0 00')],
    ['AUTH before MQTT 5', 'not-from-a-broker', 4, hex('f0 00')],
    ['AUTH without a method', 'auth-without-method', 5, hex('f0 00')],
    ['a second CONNACK', 'second-connack', 4, hex('20 02 00 00')],
    ['an unknown reason code', 'reason-code', 5, hex('40 03 00 01 7f')],
    ['an unknown SUBACK code', 'reason-code', 4, hex('90 03 00 01 05')],
    ['SUBACK without codes', 'truncated', 4, hex('90 02 00 01')],
    ['PUBACK of one byte', 'truncated', 4, hex('40 01 00')],
    ['PUBACK with more than an id', 'trailing-bytes', 4, hex('40 03 00 01 00')],
    ['PINGRESP with a body', 'trailing-bytes', 4, hex('d0 01 00')],
    ['a session expiry from the broker', 'property-not-allowed', 5, hex('e0 07 00 05 11 00000001')],
    ['a SUBACK of two megabytes', 'control-packet-too-large', 4, hex('90 80 80 80 01 00 01')],
  ];

  test.each(cases)('%s: %s', (_, rule, version, bytes) => {
    const { violation } = readAll(accepted(version), [bytes]);
    expect(violation?.rule).toBe(rule);
    expect(Buffer.from(violation?.evidence ?? [])).toEqual(Buffer.from(bytes.subarray(0, 256)));
    // The same when its bytes come one by one, at the latest with the last.
    expect(
      readAll(
        accepted(version),
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      ).violation?.rule,
    ).toBe(rule);
  });

  test('a session that is resumed although a new one was asked for, on 5 only', () => {
    const [of5, of4] = [hex('20 03 01 00 00'), hex('20 02 01 00')];
    expect(readAll(open(5, { cleanStart: true }), [of5]).violation?.rule).toBe('session-present');
    expect(readAll(open(5, { cleanStart: false }), [of5]).violation).toBeNull();
    expect(readAll(open(4, { cleanStart: true }), [of4]).violation).toBeNull();
    // What is refused resumes nothing, whatever the flag says.
    expect(readAll(open(5, { cleanStart: true }), [hex('20 03 01 87 00')]).violation).toBeNull();
  });

  test('a message before CONNACK, or after a refusing one', () => {
    const message = encode(
      { cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false },
      4,
    );
    expect(readAll(open(4), [message]).violation?.rule).toBe('before-connack');
    expect(readAll(open(4), [hex('20 02 00 05'), message]).violation?.rule).toBe('before-connack');
    expect(readAll(open(4), [hex('d0 00')]).violation?.rule).toBe('before-connack');
  });

  test('the evidence is at most 256 bytes, and a copy', () => {
    const chunk = Buffer.alloc(5_000, 0x48);
    const incoming = readAll(accepted(4), [chunk]);
    chunk.fill(0);
    expect(incoming.violation?.evidence).toHaveLength(256);
    expect(incoming.violation?.evidence.every((byte) => byte === 0x48)).toBe(true);
  });

  test('a packet over the Maximum Packet Size is refused from its header, on 5 only', () => {
    const head = hex('30 80 80 80 01');
    expect(readAll(accepted(5, { maximumPacketSize: 1_000_000 }), [head]).violation?.rule).toBe(
      'packet-too-large',
    );
    expect(readAll(accepted(5), [head]).violation).toBeNull();
    expect(readAll(accepted(4, { maximumPacketSize: 1_000_000 }), [head]).violation).toBeNull();
  });

  test('packets before the violation are delivered and acknowledged, none after it', () => {
    const intake = new RecordingIntake();
    const incoming = accepted(4, { intake });
    const good = encode(
      { cmd: 'publish', topic: 'good', payload: 'x', qos: 1, messageId: 9, dup: false, retain: false },
      4,
    );
    readAll(incoming, [Buffer.concat([good, hex('36 00'), good]), good]);
    expect(intake.taken.map(({ topic }) => topic)).toEqual(['good']);
    expect(Buffer.from(incoming.acks.take()).toString('hex')).toBe('40020009');
  });
});

describe('what is unusual but allowed passes', () => {
  const cases: [title: string, version: Version, bytes: Uint8Array][] = [
    ['several subscription identifiers', 5, withProperties('0b 01 0b 02')],
    ['equal user properties', 5, withProperties('26 0001 61 0001 62 26 0001 61 0001 62')],
    ['a length with a superfluous byte', 4, hex('30 83 00 00 01 61')],
    ['DISCONNECT without a reason', 5, hex('e0 00')],
    ['UNSUBACK of 3.1.1', 4, hex('b0 02 00 01')],
    ['a SUBACK that refuses', 4, hex('90 03 00 01 80')],
  ];
  test.each(cases)('%s', (_, version, bytes) => {
    expect(readAll(accepted(version), [bytes]).violation).toBeNull();
  });

  test('a broker that answers CONNECT in its own version', () => {
    const codes: number[] = [];
    const received: IncomingOptions['received'] = ({ packet }) => {
      if (packet.kind === 'connack') codes.push(packet.code);
    };
    // 3.1.1 to a client of 5, and 5 to a client of 3.1.1.
    expect(readAll(open(5, { received }), [hex('20 02 00 01')]).violation).toBeNull();
    expect(readAll(open(4, { received }), [hex('20 03 00 84 00')]).violation).toBeNull();
    expect(codes).toEqual([1, 132]);
  });

  test('nothing is read after DISCONNECT', () => {
    const intake = new CountingIntake();
    const incoming = accepted(5, { intake });
    readAll(incoming, [Buffer.concat([hex('e0 01 8e'), withProperties('')]), withProperties('')]);
    expect(incoming.violation).toBeNull();
    expect(intake.count).toBe(0);
  });
});

describe('Receive Maximum', () => {
  const message = (qos: 1 | 2, messageId: number) =>
    encode({ cmd: 'publish', topic: 'a', payload: '', qos, messageId, dup: false, retain: false }, 5);

  test('counts what was not acknowledged yet, at QoS 1 and 2 together', () => {
    const incoming = accepted(5, { receiveMaximum: 3 });
    readAll(incoming, [message(1, 1), message(2, 2), message(1, 3)]);
    expect(incoming.violation).toBeNull();
    incoming.acks.clear();
    // Room for two: the QoS 2 one is still open, and its redelivery counts once.
    readAll(incoming, [message(1, 4), message(2, 2), message(1, 5)]);
    expect(incoming.violation).toBeNull();
    expect(readAll(incoming, [message(1, 6)]).violation?.rule).toBe('receive-maximum');
  });

  test('PUBREL makes room', () => {
    const incoming = accepted(5, { receiveMaximum: 1 });
    readAll(incoming, [message(2, 1), hex('62 02 00 01'), message(2, 2)]);
    expect(incoming.violation).toBeNull();
  });

  test('does not exist before MQTT 5', () => {
    const incoming = accepted(4, { receiveMaximum: 1 });
    const v4 = encode(
      { cmd: 'publish', topic: 'a', payload: '', qos: 1, messageId: 1, dup: false, retain: false },
      4,
    );
    expect(readAll(incoming, [v4, v4, v4]).violation).toBeNull();
  });
});

describe('QoS 2 by session', () => {
  const message = (messageId: number, dup: boolean) =>
    encode({ cmd: 'publish', topic: 'a', payload: 'x', qos: 2, messageId, dup, retain: false }, 4);

  test('a redelivery is handed on for its handshake but not delivered again, across connections', () => {
    const session = new TapSession();
    const intake = new CountingIntake();
    const first = accepted(4, { session, intake });
    readAll(first, [message(7, false)]);
    expect(intake.count).toBe(1);
    const second = accepted(4, { session, intake });
    readAll(second, [message(7, true)]);
    expect(intake.count).toBe(1);
    expect(second.duplicates).toBe(1);
    expect(Buffer.concat(second.takePassed()).toString('hex')).toBe('20020000' + '3c0500012d0007');
    readAll(second, [hex('62 02 00 07'), message(7, false)]);
    expect(intake.count).toBe(2);
  });

  test('a new session knows none', () => {
    const session = new TapSession();
    const intake = new CountingIntake();
    readAll(accepted(4, { session, intake }), [message(7, false)]);
    session.reset();
    expect(session.size).toBe(0);
    readAll(accepted(4, { session, intake }), [message(7, true)]);
    expect(intake.count).toBe(2);
  });

  test('all ids can be in progress', () => {
    const session = new TapSession();
    const ids = Array.from({ length: 65_535 }, (_, i) => i + 1);
    expect(ids.every((id) => session.add(id))).toBe(true);
    expect(session.size).toBe(65_535);
    expect(ids.some((id) => session.add(id))).toBe(false);
    for (const id of ids) if (id % 2 === 1) session.release(id);
    expect([session.size, session.has(2), session.has(3), session.release(3)]).toEqual([
      32_767,
      true,
      false,
      false,
    ]);
  });
});

describe('large packets', () => {
  test.each([4, 5] as const)(
    '268 MB in 64 kB pieces take linear time and little memory, on version %i',
    (version) => {
      const intake = new RecordingIntake();
      const incoming = accepted(version, { intake, maxPayloadBytes: 10_000 });
      const head =
        version === 5 ? hex('32 ff ff ff 7f 00 01 61 00 05 00') : hex('32 ff ff ff 7f 00 01 61 00 05');
      const size = 5 + 268_435_455 - head.length;
      incoming.read(head, 1, 1);
      const piece = new Uint8Array(65_536).fill(0x2e);
      const started = performance.now();
      for (let sent = 0; sent < size; sent += piece.length) {
        expect(intake.taken).toHaveLength(0);
        incoming.read(sent + piece.length <= size ? piece : piece.subarray(0, size - sent), 2, 2);
      }
      // Half a second on an idle machine; joining what is there for every piece would take minutes.
      expect(performance.now() - started).toBeLessThan(15_000);
      expect(incoming.carried).toBeLessThan(300_000);
      const [taken] = intake.taken;
      expect(taken?.payloadSize).toBe(size);
      expect(taken?.payload).toBe('2e'.repeat(10_000));
      expect(Buffer.from(incoming.acks.take()).toString('hex')).toBe('40020005');
    },
  );

  test('a claimed length alone takes no memory', () => {
    const incoming = accepted(4, { maxPayloadBytes: 268_435_455 });
    readAll(incoming, [hex('30 ff ff ff 7f 00 01 61'), new Uint8Array(1_000)]);
    expect(incoming.violation).toBeNull();
    expect(incoming.carried).toBeLessThan(10_000);
  });

  test('properties without end are refused before they are kept', () => {
    // 200 MB of properties in a packet of 268 MB.
    const incoming = accepted(5);
    readAll(incoming, [hex('30 ff ff ff 7f 00 01 61 80 84 af 5f')]);
    expect(incoming.violation?.rule).toBe('properties-too-large');
    expect(incoming.carried).toBeLessThan(10_000);
  });

  test('the limit may change between and within packets', () => {
    const intake = new RecordingIntake();
    const incoming = accepted(4, { intake, maxPayloadBytes: 100 });
    const message = encode(
      { cmd: 'publish', topic: 'a', payload: 'y'.repeat(1_000), qos: 0, dup: false, retain: false },
      4,
    );
    for (const [before, after] of [
      [100, 10],
      [100, 1_000],
      [2_000, 10],
      [2_000, 5_000],
    ] as const) {
      incoming.maxPayloadBytes = before;
      incoming.read(message.subarray(0, 500), 1, 1);
      incoming.maxPayloadBytes = after;
      incoming.read(message.subarray(500), 1, 1);
      const last = intake.taken.at(-1);
      expect(last?.payloadSize).toBe(1_000);
      expect((last?.payload.length ?? 0) / 2).toBeLessThanOrEqual(Math.max(before, after));
      expect(last?.payload).toMatch(/^(79)+$/);
    }
    expect(incoming.violation).toBeNull();
  });
});

describe('random input', () => {
  test.each([3, 4, 5] as const)('never throws, hangs or grows on version %i', (version) => {
    const random = seeded(version);
    for (let run = 0; run < 2_000; run++) {
      const incoming = run % 2 === 0 ? accepted(version) : open(version);
      const bytes = randomBytes(random, 1 + random.int(300));
      if (random.int(2) === 0) bytes[0] = 0x30;
      readAll(incoming, cut(bytes, [random.int(bytes.length), random.int(bytes.length)]));
      expect(incoming.carried).toBeLessThan(100_000);
    }
  });

  test.each([3, 4, 5] as const)(
    'damaged streams end with a named rule or go on, on version %i',
    (version) => {
      const random = seeded(version * 31);
      let broken = 0;
      for (let run = 0; run < 800; run++) {
        const packets = Array.from({ length: 12 }, () => encode(randomFromBroker(random, version), version));
        const stream = Buffer.concat(packets.filter((packet) => packet.length < 2_000));
        if (stream.length === 0) continue;
        for (let damage = 1 + random.int(4); damage > 0; damage--) {
          stream[random.int(stream.length)] = random.int(256);
        }
        const incoming = accepted(version);
        const cuts = Array.from({ length: random.int(6) }, () => random.int(stream.length));
        const parse = strictParser(version);
        for (const piece of cut(stream, cuts)) {
          incoming.read(piece, 1, 1);
          for (const passed of incoming.takePassed()) parse(passed);
        }
        if (incoming.violation !== null) broken++;
        expect(incoming.messages).toBeLessThanOrEqual(stream.length / 3);
      }
      // Both happen, or the test tests nothing.
      expect(broken).toBeGreaterThan(100);
      expect(broken).toBeLessThan(800);
    },
  );
});

/** mqtt-packet, as mqtt.js uses it; its errors are the ones that must not happen there. */
function strictParser(version: Version): (bytes: Uint8Array) => void {
  const parser = makeParser(generateOptions(version));
  parser.on('error', (error) => {
    throw error;
  });
  return (bytes) => void parser.parse(Buffer.from(bytes));
}

function readAll(incoming: Incoming, pieces: readonly Uint8Array[]): Incoming {
  for (const piece of pieces) incoming.read(piece, 1, 1);
  return incoming;
}
