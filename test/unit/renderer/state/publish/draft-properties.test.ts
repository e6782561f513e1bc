import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  MessageProperties,
  PublishMessage,
} from '../../../../../src-main/contract/model/publish-message.ts';
import type { MessageTemplate } from '../../../../../src-main/contract/session/sending.ts';
import { encodePublish } from '../../../../../src-main/core/mqtt/encode-publish.ts';
import { storedTemplate, StoredTemplate } from '../../../../../src-main/engine/publish/stored-template.ts';
import {
  countProperties,
  draftOfProperties,
  NO_PROPERTIES,
  propertiesOf,
} from '../../../../../src-renderer/state/publish/draft-properties.ts';
import { draftOfTemplate, templateOf } from '../../../../../src-renderer/state/publish/draft-template.ts';
import { draftText, readDraftText } from '../../../../../src-renderer/state/publish/draft-text.ts';
import { draftOf, EMPTY_DRAFT } from '../../../../../src-renderer/state/publish/publish-draft.ts';

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

test('Received properties that are there and empty go out again, also after a reload and out of a kept message.', () => {
  const properties: MessageProperties = {
    contentType: '',
    responseTopic: '',
    correlationData: new Uint8Array(0),
    userProperties: [
      ['a', ''],
      ['', ''],
      ['', 'b'],
    ],
  };
  const message: PublishMessage = {
    topic: 't',
    payload: new Uint8Array(0),
    qos: 0,
    retain: false,
    properties,
  };
  const packet = encodePublish(5, message, 0);
  const draft = draftOf(message);
  expect(countProperties(draft.properties)).toBe(6);
  for (const one of [draft, readDraftText(draftText(draft)) ?? EMPTY_DRAFT]) {
    const template = templateOf(one) as MessageTemplate;
    expect(encodePublish(5, template, 0)).toEqual(packet);
    const kept = StoredTemplate.parse(
      JSON.parse(JSON.stringify(storedTemplate(template))),
    ) as MessageTemplate;
    expect(encodePublish(5, templateOf(draftOfTemplate(kept)) as MessageTemplate, 0)).toEqual(packet);
  }
});

test('An empty correlation beside variables stays what was received.', () => {
  const properties = draftOfProperties({ correlationData: new Uint8Array(0) });
  const template = templateOf({ ...EMPTY_DRAFT, topic: 't/${now}', properties });
  expect(template).toMatchObject({
    variables: true,
    properties: { correlationData: new Uint8Array(0) },
    correlation: null,
  });
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
