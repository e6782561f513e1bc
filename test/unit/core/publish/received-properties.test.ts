import { expect, test } from 'vitest';
import type { MessageProperties, PropertyText } from '../../../../src-main/contract/model/publish-message.ts';
import { encodePublish } from '../../../../src-main/core/mqtt/encode-publish.ts';
import { PublishReader } from '../../../../src-main/core/mqtt/publish.ts';
import { afterWait, receivedProperties } from '../../../../src-main/core/publish/received-properties.ts';
import { random } from '../../../support/random.ts';

/** The property section of the PUBLISH with these properties, as the store keeps it. */
function section(properties: MessageProperties): Uint8Array {
  const packet = encodePublish(
    5,
    { topic: 'a', payload: new Uint8Array(0), qos: 0, retain: false, properties },
    0,
  );
  const reader = new PublishReader();
  let body = 1;
  while ((packet[body++] as number) >= 128);
  expect(reader.read(packet, body, packet.length, 0, true)).toBeNull();
  return packet.subarray(reader.propertiesStart, reader.propertiesEnd);
}

test('Any properties that came go out again as the same bytes, in the same order.', () => {
  const { int, pick } = random(11);
  const text = (): PropertyText =>
    pick<() => PropertyText>([
      () => pick(['', 'a', '10', '9', '__proto__', 'constructor', 'ä€😀', '\u{feff}bom']),
      () => Uint8Array.from({ length: 1 + int(5) }, () => 0x80 + int(0x40)),
    ])();
  for (let round = 0; round < 500; round++) {
    const properties: MessageProperties = {};
    if (int(2) === 0) properties.payloadFormat = pick([0, 1] as const);
    if (int(2) === 0) properties.messageExpiry = int(0xffff_ffff);
    if (int(2) === 0) properties.contentType = text();
    if (int(2) === 0) properties.responseTopic = text();
    if (int(2) === 0) properties.correlationData = Uint8Array.from({ length: int(9) }, () => int(256));
    const pairs = int(6);
    if (pairs > 0) properties.userProperties = Array.from({ length: pairs }, () => [text(), text()]);
    const bytes = section(properties);
    expect(receivedProperties(bytes)).toEqual(properties);
    expect(section(receivedProperties(bytes))).toEqual(bytes);
  }
});

test('What is between the broker and its receiver is left out: subscription identifiers and an alias.', () => {
  const bytes = Uint8Array.of(11, 7, 35, 0, 9, 11, 0x81, 1, 1, 1);
  expect(receivedProperties(bytes)).toEqual({ payloadFormat: 1 });
});

test('Nothing of the received bytes is kept: a segment of the history may be used again.', () => {
  const bytes = section({ correlationData: Uint8Array.of(1, 2), contentType: Uint8Array.of(0xff) });
  const kept = receivedProperties(bytes);
  bytes.fill(0);
  expect(kept).toEqual({ correlationData: Uint8Array.of(1, 2), contentType: Uint8Array.of(0xff) });
});

test('The expiry that is left is what goes out; an expired message does not go out.', () => {
  expect(afterWait({ messageExpiry: 100, contentType: 'x' }, 30_999)).toEqual({
    messageExpiry: 70,
    contentType: 'x',
  });
  expect(afterWait({ messageExpiry: 100 }, -5)).toEqual({ messageExpiry: 100 });
  expect(afterWait({ messageExpiry: 1 }, 999)).toEqual({ messageExpiry: 1 });
  expect(afterWait({ messageExpiry: 1 }, 1_000)).toBeNull();
  expect(afterWait({ messageExpiry: 0 }, 0)).toBeNull();
  expect(afterWait({ contentType: 'x' }, 1e12)).toEqual({ contentType: 'x' });
});
