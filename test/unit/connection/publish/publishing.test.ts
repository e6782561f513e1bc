import { expect, test } from 'vitest';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import { checkAgainstLimits } from '../../../../src-main/connection/publish/limits.ts';
import { RetainedUndo } from '../../../../src-main/connection/retained/undo.ts';
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

test('What can be put back is bounded: the oldest leaves, what is too large is not kept.', () => {
  const undo = new RetainedUndo();
  const message = (bytes: number) => ({
    message: { topic: 'a', payload: new Uint8Array(bytes), qos: 1 as const, retain: true },
    at: 0,
  });
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
