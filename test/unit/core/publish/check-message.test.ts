import { expect, test } from 'vitest';
import type { MessageProperties } from '../../../../src-main/contract/model/publish-message.ts';
import { checkMessage } from '../../../../src-main/core/publish/check-message.ts';

const check = (properties: MessageProperties | undefined, level: 3 | 4 | 5 = 5, topic = 'a') =>
  checkMessage(
    {
      topic,
      payload: new Uint8Array(0),
      qos: 0,
      retain: false,
      ...(properties === undefined ? {} : { properties }),
    },
    level,
  );

test('A topic that cannot be published to is refused whatever the properties are.', () => {
  expect(check(undefined, 4, 'a/#')?.code).toBe('topic-wildcard');
  expect(check({ contentType: 'x' }, 5, '')?.code).toBe('topic-empty');
});

test('Properties without MQTT 5 are refused rather than dropped; a message without any is accepted.', () => {
  expect(check({ contentType: 'x' }, 4)?.code).toBe('properties-unsupported');
  expect(check({}, 4)).toBeNull();
  expect(check({ contentType: undefined, userProperties: undefined }, 3)).toBeNull();
  expect(check(undefined, 3)).toBeNull();
});

test.each<[string, MessageProperties, string]>([
  ['a NUL', { contentType: 'a\0' }, 'property-nul'],
  ['half a character', { userProperties: [['a', '\ud800']] }, 'property-surrogate'],
  [
    'half a character in a name',
    {
      userProperties: [
        ['ok', 'ok'],
        ['\udc00', ''],
      ],
    },
    'property-surrogate',
  ],
  ['a text that is too long', { userProperties: [['ä'.repeat(32_768), '']] }, 'property-too-long'],
  ['a wildcard in the response topic', { responseTopic: 'a/+' }, 'response-topic-invalid'],
  ['an empty response topic', { responseTopic: '' }, 'response-topic-invalid'],
])('%s is refused before a broker would close the connection.', (_what, properties, code) => {
  const failure = check(properties);
  expect(failure?.code).toBe(code);
  expect(failure?.message).not.toMatch(/^The topic/);
});

test('Texts at their limit, repeated names and bytes that a broker sent go through.', () => {
  expect(
    check({
      contentType: 'x'.repeat(65_535),
      responseTopic: Uint8Array.of(0xff),
      userProperties: [
        ['a', '1'],
        ['a', ''],
        [Uint8Array.of(0), Uint8Array.of(0xff)],
      ],
    }),
  ).toBeNull();
});
