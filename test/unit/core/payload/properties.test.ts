import mqttPacket from 'mqtt-packet';
import { expect, test } from 'vitest';
import { messageProperties } from '../../../../src-main/core/payload/properties.ts';

/** The property section of a PUBLISH as mqtt-packet writes it, without its length. */
function sectionOf(properties: object): Uint8Array {
  const packet = mqttPacket.generate(
    { cmd: 'publish', topic: 't', payload: '', qos: 0, dup: false, retain: false, properties },
    { protocolVersion: 5 },
  );
  // Fixed header 2, topic 3, length 1: the sections here are below 128 bytes.
  return new Uint8Array(packet.subarray(6, 6 + (packet[5] ?? 0)));
}

test('the properties of a message are read as another implementation wrote them', () => {
  const section = sectionOf({
    payloadFormatIndicator: true,
    messageExpiryInterval: 4_000_000_000,
    contentType: 'application/json',
    responseTopic: 'reply/ä',
    correlationData: Buffer.from([0, 1, 255]),
    subscriptionIdentifier: 268_435_455,
    userProperties: { name: ['one', 'two'] },
  });
  expect(messageProperties(section).toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
    { kind: 'content-type', text: 'application/json' },
    { kind: 'correlation-data', bytes: new Uint8Array([0, 1, 255]) },
    { kind: 'expiry', seconds: 4_000_000_000 },
    { kind: 'format', text: true },
    { kind: 'response-topic', text: 'reply/ä' },
    { kind: 'subscription', id: 268_435_455 },
    { kind: 'user', name: 'name', value: 'one' },
    { kind: 'user', name: 'name', value: 'two' },
  ]);
});

test('what follows a malformed property is left out, and nothing throws', () => {
  expect(messageProperties(new Uint8Array([2, 0, 0, 0, 9, 99, 1, 1]))).toEqual([
    { kind: 'expiry', seconds: 9 },
  ]);
  expect(messageProperties(new Uint8Array([38, 0, 200, 65]))).toEqual([]);
  expect(messageProperties(new Uint8Array([3, 0, 2, 0xff, 65]))).toEqual([
    { kind: 'content-type', text: '\\xffA' },
  ]);
});
