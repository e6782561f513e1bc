import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MessageProperties } from '../../../../../src-main/contract/model/publish-message.ts';
import {
  countProperties,
  draftOfProperties,
  NO_PROPERTIES,
  propertiesOf,
} from '../../../../../src-renderer/state/publish/draft-properties.ts';

test('What is not typed is not sent.', () => {
  expect(propertiesOf(NO_PROPERTIES)).toBeUndefined();
  expect(propertiesOf({ ...NO_PROPERTIES, user: [{ name: '', value: '' }] })).toBeUndefined();
  expect(countProperties(NO_PROPERTIES)).toBe(0);
});

test('All of them go out as typed, user properties in their order and twice where typed twice.', () => {
  const typed = {
    contentType: 'application/json',
    responseTopic: 'r/1',
    correlation: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
    correlationAs: 'hex' as const,
    expiry: '30',
    alias: '4',
    payloadFormat: '1' as const,
    user: [
      { name: 'b', value: '2' },
      { name: 'b', value: '' },
      { name: '', value: '' },
      { name: 'a', value: '1' },
    ],
  };
  expect(countProperties(typed)).toBe(9);
  expect(propertiesOf(typed)).toEqual({
    contentType: 'application/json',
    responseTopic: 'r/1',
    correlationData: new Uint8Array(Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex')),
    messageExpiry: 30,
    topicAlias: 4,
    payloadFormat: 1,
    userProperties: [
      ['b', '2'],
      ['b', ''],
      ['a', '1'],
    ],
  });
});

test.each([
  [{ expiry: 'soon' }, 'property-not-a-number'],
  [{ expiry: '-1' }, 'property-not-a-number'],
  [{ expiry: '4294967296' }, 'property-not-a-number'],
  [{ alias: '0' }, 'property-not-a-number'],
  [{ alias: '65536' }, 'property-not-a-number'],
  [{ correlation: 'xyz', correlationAs: 'hex' as const }, 'correlation-not-hex'],
  [{ correlation: 'x'.repeat(65_536) }, 'correlation-too-long'],
])('%j is held back as %s.', (change, code) => {
  expect(propertiesOf({ ...NO_PROPERTIES, ...change })).toMatchObject({ kind: 'failed', code });
});

test('Received properties are sent again as they came, bytes that are no text included.', () => {
  const text = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.uint8Array({ minLength: 1 }).map((rest) => Uint8Array.of(0xff, ...rest)),
  );
  const all = fc.record(
    {
      payloadFormat: fc.constantFrom(0 as const, 1 as const),
      messageExpiry: fc.nat(),
      contentType: text,
      responseTopic: text,
      correlationData: fc.uint8Array({ minLength: 1 }),
      userProperties: fc.array(fc.tuple(text, text), { minLength: 1 }),
    },
    { requiredKeys: ['payloadFormat'] },
  );
  fc.assert(
    fc.property(all, (properties: MessageProperties) => {
      expect(propertiesOf(draftOfProperties(properties))).toEqual(properties);
    }),
    { seed: 5 },
  );
});
