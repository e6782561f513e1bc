import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MessageTemplate } from '../../../../src-main/contract/session/sending.ts';
import { StoredTemplate, storedTemplate } from '../../../../src-main/engine/publish/stored-template.ts';
import { refusedAt } from '../../../support/schema.ts';

const bytes = fc.uint8Array({ maxLength: 20 });
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), bytes);
const payload = fc.oneof(
  bytes,
  fc.string({ unit: 'grapheme' }).map((of) => new TextEncoder().encode(of)),
  // A byte order mark, a replacement character that was sent as one, half a character, NUL.
  fc
    .constantFrom('efbbbf61', 'efbfbd', 'c3', '00', '', 'eda080')
    .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
);
const template: fc.Arbitrary<MessageTemplate> = fc.record(
  {
    topic: fc.string({ unit: 'grapheme', maxLength: 20 }),
    payload,
    variables: fc.boolean(),
    gzip: fc.boolean(),
    qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
    retain: fc.boolean(),
    correlation: fc.option(
      fc.record({ text: fc.string(), as: fc.constantFrom('text' as const, 'hex' as const) }),
    ),
    encoding: fc.record({
      format: fc.constant('protobuf' as const),
      floats: fc.constant('double' as const),
      message: fc.string(),
    }),
    properties: fc.record(
      {
        payloadFormat: fc.constantFrom(0 as const, 1 as const),
        messageExpiry: fc.constantFrom(0, 1, 0xffff_ffff),
        topicAlias: fc.integer({ min: 1, max: 65_535 }),
        contentType: text,
        responseTopic: text,
        correlationData: bytes,
        userProperties: fc.array(fc.tuple(text, text), { maxLength: 4 }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['topic', 'payload', 'variables', 'gzip', 'qos', 'retain', 'correlation'] },
);

/** What is read again of a file with it. */
const again = (given: MessageTemplate): unknown =>
  StoredTemplate.parse(JSON.parse(JSON.stringify(storedTemplate(given))));

describe('A message in a file', () => {
  test('is read again byte for byte, with what is not said left out', () => {
    fc.assert(
      fc.property(template, (given) => {
        expect(refusedAt(MessageTemplate, given)).toEqual([]);
        expect(again(given)).toEqual(given);
      }),
      { seed: 211, numRuns: 300 },
    );
  });

  test('can be read by a person where it is text, and by nobody else where it is not', () => {
    const stored = (of: Uint8Array) =>
      (storedTemplate({ ...plain, payload: of }) as { payload: unknown }).payload;
    expect(stored(new TextEncoder().encode('on, größer'))).toBe('on, größer');
    expect(stored(Uint8Array.of(0xff, 0))).toEqual({ base64: '/wA=' });
  });

  test('of an earlier version lacks what there was not, and has no variables then', () => {
    expect(StoredTemplate.parse({ topic: 'a', payload: '${now}', qos: 0 })).toEqual({
      ...{ topic: 'a', payload: new TextEncoder().encode('${now}'), qos: 0, retain: false },
      ...{ variables: false, gzip: false, correlation: null },
    });
  });
});

const plain: MessageTemplate = {
  ...{ topic: 'a', payload: Uint8Array.of(1), variables: false, gzip: false, qos: 0, retain: false },
  correlation: null,
};

test.each<[string, unknown]>([
  ['payload', { base64: '!' }],
  ['payload', { base64: 5 }],
  ['payload', { hex: '00' }],
  ['payload', [1, 2]],
  ['topic', 'x'.repeat(65_536)],
  ['qos', 3],
  ['properties', { correlationData: 'text' }],
  ['properties', { userProperties: { a: 'b' } }],
  ['properties', { userProperties: Array<unknown>(10_001).fill(['a', 'b']) }],
  ['properties', { topicAlias: 0 }],
  ['correlation', { text: 'a', as: 'base64' }],
])('A line of a file whose %s is %j is no message.', (field, value) => {
  const line = { ...(storedTemplate(plain) as object), [field]: value };
  expect(StoredTemplate.safeParse(line).success).toBe(false);
});
