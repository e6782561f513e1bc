import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePublish } from '../../../../src-main/core/mqtt/encode-publish.ts';
import { encodeVarint } from '../../../../src-main/core/mqtt/encode.ts';
import { payloadOffset, PublishReader } from '../../../../src-main/core/mqtt/publish.ts';

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const field = (text: string): number[] => [utf8(text).length >> 8, utf8(text).length & 255, ...utf8(text)];

/** Reads the body of a PUBLISH that lies somewhere within other bytes. */
function read(body: readonly number[], flags: number, version5: boolean) {
  const bytes = Uint8Array.from([0xaa, 0xbb, ...body, 0xcc, 0xdd, 0xee]);
  const reader = new PublishReader();
  const rule = reader.read(bytes, 2, 2 + body.length, flags, version5);
  return { rule, reader, bytes };
}

describe('The head of a PUBLISH', () => {
  test.each<[string, number[], number, boolean, string]>([
    ['no bytes', [], 0, false, 'truncated'],
    ['one byte', [0], 0, false, 'truncated'],
    ['a topic beyond the end', [0, 3, 97, 98], 0, false, 'truncated'],
    ['an empty topic before 5', [0, 0], 0, false, 'empty-topic'],
    ['an empty topic on 5, without an alias', [0, 0, 0], 0, true, 'empty-topic'],
    [
      'an empty topic on 5 with an alias, which we never offered',
      [0, 0, 3, 35, 0, 1],
      0,
      true,
      'topic-alias',
    ],
    ['a topic and an alias', [...field('a'), 3, 35, 0, 1], 0, true, 'topic-alias'],
    ['no packet id at QoS 1', field('a'), 2, false, 'truncated'],
    ['half a packet id', [...field('a'), 1], 4, false, 'truncated'],
    ['the packet id 0', [...field('a'), 0, 0], 2, false, 'packet-id-zero'],
    ['no length of properties on 5', field('a'), 0, true, 'property-length'],
    ['a length that does not end', [...field('a'), 128], 0, true, 'property-length'],
    ['a length of five bytes', [...field('a'), 128, 128, 128, 128, 0], 0, true, 'property-length'],
    ['properties beyond the end', [...field('a'), 3, 1, 0], 0, true, 'property-length'],
    ['a property of CONNECT', [...field('a'), 3, 33, 0, 1], 0, true, 'property-not-allowed'],
    ['a property that does not exist', [...field('a'), 2, 4, 0], 0, true, 'unknown-property'],
    ['a flag of 2', [...field('a'), 2, 1, 2], 0, true, 'property-value'],
    ['the subscription identifier 0', [...field('a'), 2, 11, 0], 0, true, 'property-value'],
    ['an expiry twice', [...field('a'), 10, 2, 0, 0, 0, 1, 2, 0, 0, 0, 1], 0, true, 'property-twice'],
    ['a property cut by the end of its list', [...field('a'), 3, 2, 0, 0, 0, 0], 0, true, 'truncated'],
  ])('with %s breaks a rule.', (_, body, flags, version5, rule) => {
    expect(read(body, flags, version5).rule).toBe(rule);
  });

  test('takes a reader that was used before as if it were new.', () => {
    const reader = new PublishReader();
    const full = Uint8Array.from([...field('long/topic'), 0, 9, 9, 2, 0, 0, 0, 7, 11, 5, 11, 6]);
    expect(reader.read(full, 0, full.length, 2, true)).toBeNull();
    expect(reader).toMatchObject({ packetId: 9, expiry: 7, subscription: 5, identifiers: 2 });
    const bare = Uint8Array.from([...field('a'), 0, 120]);
    expect(reader.read(bare, 0, bare.length, 0, true)).toBeNull();
    expect({ ...reader }).toEqual({
      topicStart: 2,
      topicEnd: 3,
      packetId: 0,
      propertiesStart: 4,
      propertiesEnd: 4,
      payloadStart: 4,
      subscription: 0,
      identifiers: 0,
      expiry: -1,
    });
    // The length 0 may be written in two bytes [MQTT5-1.5.5 asks for the shortest form of who sends].
    const long = Uint8Array.from([...field('a'), 128, 0, 120]);
    expect(reader.read(long, 0, long.length, 0, true)).toBeNull();
    expect(reader.payloadStart).toBe(5);
  });

  test('of any message is where it was written, and where its payload begins is known as soon as it can be.', () => {
    const message = fc.record({
      topic: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((one) => one !== ''),
      payload: fc.uint8Array({ maxLength: 40 }),
      qos: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
      retain: fc.boolean(),
      packetId: fc.integer({ min: 1, max: 65_535 }),
      expiry: fc.option(fc.nat(0xffff_ffff), { nil: undefined }),
      names: fc.array(fc.tuple(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 })), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(message, fc.constantFrom<3 | 4 | 5>(3, 4, 5), (of, level) => {
        const { topic, payload, qos, retain, packetId, expiry, names } = of;
        const properties = {
          ...(expiry === undefined ? {} : { messageExpiry: expiry }),
          userProperties: names,
        };
        const packet = encodePublish(level, { topic, payload, qos, retain, properties }, packetId);
        const body = packet.findIndex((byte, at) => at > 0 && byte < 128) + 1;
        const flags = (packet[0] ?? 0) & 15;
        const reader = new PublishReader();
        expect(reader.read(packet, body, packet.length, flags, level === 5)).toBeNull();
        const text = (from: number, to: number) => Buffer.from(packet.subarray(from, to)).toString();
        expect(text(reader.topicStart, reader.topicEnd)).toBe(topic);
        expect(reader.packetId).toBe(qos === 0 ? 0 : packetId);
        expect(reader.expiry).toBe(level === 5 ? (expiry ?? -1) : -1);
        expect(packet.subarray(reader.payloadStart)).toEqual(payload);
        const size = packet.length - body;
        const offset = reader.payloadStart - body;
        for (let have = 0; have <= size; have++) {
          const known = payloadOffset(packet, body, have, size, flags, level === 5);
          // Not before it can be known, and never another answer.
          if (known !== -1) expect(known).toBe(offset);
          if (have >= offset) expect(known).toBe(offset);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of any bytes is a rule or lies within them, and agrees with where its payload begins.', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.nat(15), fc.boolean(), (body, flags, version5) => {
        const { rule, reader } = read([...body], flags, version5);
        const offset = payloadOffset(body, 0, body.length, body.length, flags, version5);
        if (rule !== null) return;
        expect(offset).toBe(reader.payloadStart - 2);
        const places = [reader.topicStart, reader.topicEnd, reader.propertiesStart, reader.propertiesEnd];
        expect([...places].sort((a, b) => a - b)).toEqual(places);
        expect(reader.topicEnd).toBeGreaterThan(reader.topicStart);
        expect(reader.payloadStart).toBeLessThanOrEqual(2 + body.length);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('Where a payload begins', () => {
  test.each<[string, number[], number, number, boolean, number]>([
    ['cannot be in a packet of one byte', [0], 1, 0, false, -2],
    ['is not known of nothing', [], 9, 0, false, -1],
    ['is known of the length of the topic before 5', [0, 5], 7, 0, false, 7],
    ['is beyond a packet that is too short', [0, 5], 6, 0, false, -2],
    ['is beyond a packet without room for its id', [0, 5], 8, 2, false, -2],
    ['is not known on 5 until the properties have a length', [0, 1, 97], 9, 0, true, -1],
    ['is beyond a packet that ends before that length', [0, 1, 97], 3, 0, true, -2],
    ['is known of that length', [0, 1, 97, 5], 9, 0, true, 9],
    ['is beyond, where that length is', [0, 1, 97, 6], 9, 0, true, -2],
    ['is beyond, where that length has five bytes', [0, 1, 97, 255, 255, 255, 255], 300, 0, true, -2],
    ['is known of the longest length there is', [0, 1, 97, 255, 255, 255, 127], 268_435_455, 0, true, -2],
  ])('%s', (_, bytes, size, flags, version5, offset) => {
    expect(payloadOffset(Uint8Array.from(bytes), 0, bytes.length, size, flags, version5)).toBe(offset);
  });

  test('behind properties of almost the largest size is right to the byte.', () => {
    const length = 268_435_455 - 7;
    const bytes = Uint8Array.from([0, 1, 97, ...encodeVarint(length)]);
    expect(payloadOffset(bytes, 0, bytes.length, 268_435_455, 0, true)).toBe(268_435_455);
  });
});
