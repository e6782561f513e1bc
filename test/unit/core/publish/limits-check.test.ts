import { expect, test } from 'vitest';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import { checkAgainstLimits } from '../../../../src-main/core/publish/check-message.ts';
import { publishSize } from '../../../../src-main/core/mqtt/encode-publish.ts';

test('A message is refused exactly where the broker would refuse it.', () => {
  const message: PublishMessage = { topic: 'a', payload: new Uint8Array(10), qos: 1, retain: true };
  const size = publishSize(5, message);
  expect(
    checkAgainstLimits(message, 5, { maximumPacketSize: size, maximumQos: 1, retainAvailable: true }),
  ).toBeNull();
  expect(checkAgainstLimits(message, 5, { maximumPacketSize: size - 1 })?.code).toBe('too-large');
  expect(checkAgainstLimits(message, 5, { maximumQos: 0 })?.code).toBe('qos-unsupported');
  expect(checkAgainstLimits(message, 5, { retainAvailable: false })?.code).toBe('retain-unsupported');
  expect(checkAgainstLimits({ ...message, payload: new Uint8Array(268_435_455) }, 4, {})?.code).toBe(
    'too-large',
  );
  const alias = { ...message, properties: { topicAlias: 5 } };
  expect(checkAgainstLimits(alias, 5, { topicAliasMaximum: 5 })).toBeNull();
  expect(checkAgainstLimits(alias, 5, { topicAliasMaximum: 4 })?.code).toBe('topic-alias-unsupported');
  expect(checkAgainstLimits(alias, 5, {})?.code).toBe('topic-alias-unsupported');
});

test.each([
  [10, 'Make the payload smaller.'],
  [0, 'There is no payload: make the topic or the properties shorter.'],
])('What to do about a packet that is too large depends on its payload of %i bytes.', (bytes, advice) => {
  const message: PublishMessage = {
    topic: 'x'.repeat(120),
    payload: new Uint8Array(bytes),
    qos: 1,
    retain: true,
  };
  expect(checkAgainstLimits(message, 5, { maximumPacketSize: 100 })?.advice).toBe(advice);
});
