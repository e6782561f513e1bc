import { expect, test } from 'vitest';
import { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';

const plain = { topic: 'a', payload: Uint8Array.of(1), qos: 1, retain: false };

test('A message is parsed as it is, its user properties in order.', () => {
  const properties = {
    payloadFormat: 1,
    messageExpiry: 5,
    correlationData: Uint8Array.of(0),
    userProperties: [
      ['b', '1'],
      ['a', Uint8Array.of(0xff)],
      ['b', '2'],
    ],
  };
  expect(PublishMessage.parse({ ...plain, properties })).toEqual({ ...plain, properties });
  expect(PublishMessage.parse(plain)).toEqual(plain);
});

test.each<[string, object]>([
  ['a payload that is text', { payload: 'x' }],
  ['QoS 3', { qos: 3 }],
  ['a record of user properties', { properties: { userProperties: { a: 'b' } } }],
  ['a pair of three', { properties: { userProperties: [['a', 'b', 'c']] } }],
  ['a value that is a number', { properties: { userProperties: [['a', 1]] } }],
  ['an expiry below zero', { properties: { messageExpiry: -1 } }],
  ['an expiry of half a second', { properties: { messageExpiry: 0.5 } }],
  ['the topic alias 0', { properties: { topicAlias: 0 } }],
  ['correlation data of 65,536 bytes', { properties: { correlationData: new Uint8Array(65_536) } }],
  ['a text of 65,536 characters', { properties: { contentType: 'x'.repeat(65_536) } }],
])('%s is refused at the border.', (_what, wrong) => {
  expect(PublishMessage.safeParse({ ...plain, ...wrong }).success).toBe(false);
});
