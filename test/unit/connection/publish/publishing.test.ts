import { generate, type IPublishPacket } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { checkAgainstLimits, publishSize } from '../../../../src-main/connection/publish/limits.ts';
import { republishProperties } from '../../../../src-main/connection/publish/properties.ts';
import { RetainedUndo } from '../../../../src-main/connection/retained/undo.ts';
import { random } from '../../../support/random.ts';

test('The size of a PUBLISH is that of mqtt-packet, on every version and at the edges of its length.', () => {
  const { int, pick } = random(5);
  for (const size of [
    0,
    1,
    110,
    116,
    117,
    127,
    128,
    16_370,
    16_384,
    2_097_140,
    2_097_152,
    ...Array.from({ length: 200 }, () => int(40_000)),
  ]) {
    const request = {
      topic: pick(['a', 'plant/ä/€', 'x'.repeat(200)]),
      payload: new Uint8Array(size),
      qos: pick([0, 1, 2] as const),
      retain: false,
    };
    for (const level of [3, 4, 5] as const) {
      const packet = {
        cmd: 'publish',
        dup: false,
        messageId: 1,
        ...request,
        payload: Buffer.from(request.payload),
      } as const;
      expect(publishSize(request, level)).toBe(generate(packet, { protocolVersion: level }).length);
    }
  }
});

test('A message is refused exactly where the broker would refuse it.', () => {
  const request = { topic: 'a', payload: new Uint8Array(10), qos: 1 as const, retain: true };
  const size = publishSize(request, 5);
  expect(
    checkAgainstLimits(request, 5, { maximumPacketSize: size, maximumQos: 1, retainAvailable: true }),
  ).toBeNull();
  expect(checkAgainstLimits(request, 5, { maximumPacketSize: size - 1 })?.code).toBe('too-large');
  expect(checkAgainstLimits(request, 5, { maximumQos: 0 })?.code).toBe('qos-unsupported');
  expect(checkAgainstLimits(request, 5, { retainAvailable: false })?.code).toBe('retain-unsupported');
  expect(checkAgainstLimits({ ...request, payload: new Uint8Array(268_435_455) }, 4, {})?.code).toBe(
    'too-large',
  );
});

function propertyBytes(properties: NonNullable<IPublishPacket['properties']>): Uint8Array {
  const bytes = generate(
    { cmd: 'publish', topic: 'a', payload: '', qos: 0, retain: false, dup: false, properties },
    { protocolVersion: 5 },
  );
  // Behind the header, the topic "a" and the length of the properties (below 128 here).
  return bytes.subarray(2 + 3 + 1);
}

test('Properties are published again as they were received, the receiver’s own left out.', () => {
  const properties = {
    payloadFormatIndicator: true,
    messageExpiryInterval: 100,
    contentType: 'application/json',
    responseTopic: 'answer/ä',
    correlationData: Buffer.from([0, 1, 255]),
    userProperties: { one: ['1', '2'], two: ['3'] },
  };
  const received = propertyBytes({ ...properties, subscriptionIdentifier: 7 });
  expect(republishProperties(received, 0)).toEqual(properties);
  expect(republishProperties(received, 30_999).messageExpiryInterval).toBe(70);
  expect(republishProperties(received, 1e9).messageExpiryInterval).toBe(0);
  expect(republishProperties(new Uint8Array(0), 0)).toEqual({});
});

test('A user property with a dangerous name is a property like any other.', () => {
  const text = (value: string): number[] => [0, value.length, ...new TextEncoder().encode(value)];
  const bytes = Uint8Array.from(
    ['__proto__', 'constructor'].flatMap((name) => [38, ...text(name), ...text('x')]),
  );
  const { userProperties } = republishProperties(bytes, 0);
  expect(Object.keys(userProperties ?? {})).toEqual(['__proto__', 'constructor']);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test('What can be put back is bounded: the oldest leaves, what is too large is not kept.', () => {
  const undo = new RetainedUndo();
  const message = (bytes: number) => ({ payload: new Uint8Array(bytes), qos: 1 as const, properties: {} });
  expect(undo.keep('huge', message(65 * 2 ** 20))).toBe(false);
  for (const key of ['a', 'b', 'c']) expect(undo.keep(key, message(25 * 2 ** 20))).toBe(true);
  expect(['a', 'b', 'c'].map((key) => undo.get(key) !== null)).toEqual([false, true, true]);
  undo.drop('b');
  expect(undo.keep('a', message(25 * 2 ** 20))).toBe(true);
  expect(undo.get('c')).not.toBeNull();
  for (let i = 0; i < 10_005; i++) undo.keep(`k${i}`, message(0));
  expect(undo.get('k10004')).not.toBeNull();
  expect(undo.get('k4')).toBeNull();
});
