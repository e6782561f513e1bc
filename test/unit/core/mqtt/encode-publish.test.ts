import { generate, type IPublishPacket } from 'mqtt-packet';
import { expect, test } from 'vitest';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import { ByteBatch } from '../../../../src-main/core/mqtt/encode.ts';
import { appendEmpty, encodePublish, publishSize } from '../../../../src-main/core/mqtt/encode-publish.ts';
import { random } from '../../../support/random.ts';

const message: PublishMessage = { topic: 'a', payload: new Uint8Array(0), qos: 0, retain: false };

/** What the library makes of it: the same bytes, but for the order of user properties. */
function oracle(of: PublishMessage, level: 3 | 4 | 5, messageId: number, dup: boolean): Uint8Array {
  const { topic, payload, qos, retain, properties = {} } = of;
  const plain: NonNullable<IPublishPacket['properties']> = {};
  if (properties.payloadFormat !== undefined) plain.payloadFormatIndicator = properties.payloadFormat === 1;
  if (properties.messageExpiry !== undefined) plain.messageExpiryInterval = properties.messageExpiry;
  if (properties.topicAlias !== undefined) plain.topicAlias = properties.topicAlias;
  if (properties.responseTopic !== undefined) plain.responseTopic = String(properties.responseTopic);
  if (properties.correlationData) plain.correlationData = Buffer.from(properties.correlationData);
  const [pair] = properties.userProperties ?? [];
  if (pair) plain.userProperties = { [String(pair[0])]: String(pair[1]) };
  if (properties.contentType !== undefined) plain.contentType = String(properties.contentType);
  const packet: IPublishPacket = {
    cmd: 'publish',
    topic,
    payload: Buffer.from(payload),
    qos,
    retain,
    dup,
    messageId,
    properties: plain,
  };
  return generate(packet, { protocolVersion: level });
}

test('A PUBLISH has the size and, without properties, the bytes of mqtt-packet, at the edges of its length too.', () => {
  const { int, pick } = random(5);
  const edges = [0, 1, 110, 116, 117, 127, 128, 16_370, 16_384, 2_097_140, 2_097_152];
  for (const size of [...edges, ...Array.from({ length: 200 }, () => int(40_000))]) {
    const of: PublishMessage = {
      topic: pick(['a', 'plant/ä/€', 'x'.repeat(200)]),
      payload: new Uint8Array(size).fill(int(256)),
      qos: pick([0, 1, 2] as const),
      retain: pick([true, false]),
    };
    const id = 1 + int(65_535);
    const dup = of.qos > 0 && pick([true, false]);
    for (const level of [3, 4, 5] as const) {
      const packet = encodePublish(level, of, id, dup);
      expect(Buffer.compare(packet, oracle(of, level, id, dup))).toBe(0);
      expect(publishSize(level, of)).toBe(packet.length);
    }
  }
});

test('Many empty ones that clear have, one after the other, the bytes of each alone.', () => {
  const topics = ['a', '/', 'a//b', ' ', '😀/ä', 'x'.repeat(120), 'x'.repeat(123), 'y'.repeat(65_535)];
  const batch = new ByteBatch(4);
  const alone = topics.map((topic, i) => {
    const id = [1, 255, 256, 65_535][i % 4]!;
    appendEmpty(batch, new TextEncoder().encode(topic), id);
    return encodePublish(5, { topic, payload: new Uint8Array(0), qos: 1, retain: true }, id);
  });
  expect(Buffer.compare(batch.take(), Buffer.concat(alone))).toBe(0);
});

test('Every property is written as mqtt-packet reads it, and none before MQTT 5.', () => {
  const of: PublishMessage = {
    ...message,
    qos: 1,
    properties: {
      payloadFormat: 1,
      messageExpiry: 0xffff_fffe,
      topicAlias: 300,
      responseTopic: 'antwort/ä',
      correlationData: Uint8Array.of(0, 255, 128),
      contentType: 'text/plain',
      userProperties: [['unit', '°C']],
    },
  };
  // The library writes them in the order of its record, so lengths and values are compared.
  expect(publishSize(5, of)).toBe(oracle(of, 5, 7, false).length);
  const sorted = (bytes: Uint8Array): number[] => [...bytes].toSorted((a, b) => a - b);
  expect(sorted(encodePublish(5, of, 7))).toEqual(sorted(oracle(of, 5, 7, false)));
  expect(encodePublish(4, of, 7)).toEqual(encodePublish(4, { ...message, qos: 1 }, 7));
});

test('User properties keep their order, repeated names, numbers for names and bytes that are not UTF-8.', () => {
  const list: [string, string | Uint8Array][] = [
    ['b', '1'],
    ['10', 'ten'],
    ['b', '2'],
    ['9', 'nine'],
    ['__proto__', 'x'],
    ['b', Uint8Array.of(0xff, 0xfe)],
    ['', ''],
  ];
  const packet = encodePublish(5, { ...message, properties: { userProperties: list } }, 0);
  const text = (value: string | Uint8Array): number[] => {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    return [0, bytes.length, ...bytes];
  };
  const section = list.flatMap(([name, value]) => [38, ...text(name), ...text(value)]);
  expect([...packet]).toEqual([0x30, 3 + 1 + section.length, 0, 1, 97, section.length, ...section]);
});

test('What is longer than a packet can say is an error, not another message.', () => {
  const long = 'x'.repeat(65_536);
  expect(() => encodePublish(5, { ...message, topic: long }, 0)).toThrow(RangeError);
  expect(() => encodePublish(5, { ...message, properties: { contentType: long } }, 0)).toThrow(RangeError);
});
