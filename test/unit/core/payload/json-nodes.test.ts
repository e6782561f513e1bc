import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonNodes, type JsonNode } from '../../../../src-main/core/payload/json-nodes.ts';

/** The value as `JSON.parse` would give it. */
function value(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.keys.map((key, at) => [key, value(node.values[at] as JsonNode)]));
    case 'list':
      return node.values.map(value);
    default:
      return JSON.parse(node.text);
  }
}

describe('reading JSON into nodes', () => {
  test('keeps digits, escapes, order and duplicate keys as they were written', () => {
    const node = jsonNodes(' {"b": 90071992547409931, "a": 1.50, "b": "\\u0041", "\\u0061": [true, {}]} ');
    expect(node).toEqual({
      kind: 'object',
      keys: ['b', 'a', 'b', 'a'],
      values: [
        { kind: 'number', text: '90071992547409931' },
        { kind: 'number', text: '1.50' },
        { kind: 'string', text: '"\\u0041"' },
        {
          kind: 'list',
          values: [
            { kind: 'literal', text: 'true' },
            { kind: 'object', keys: [], values: [] },
          ],
        },
      ],
    });
  });

  test('means what JSON.parse means, for any document', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 2), (document, indent) => {
        // A key may be __proto__, which only a parser makes a member of its own.
        const text = JSON.stringify(document, null, indent);
        if (text.includes('__proto__')) return;
        const node = jsonNodes(text);
        expect(node).not.toBeNull();
        expect(value(node as JsonNode)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each([
    '',
    '  ',
    '{',
    '[1,]',
    '[,1]',
    '{"a":1,}',
    '{"a" 1}',
    '{a:1}',
    '[1 2]',
    '[1}',
    '{"a":1]',
    '1 2',
    'nul',
    '01',
    '"a',
    '[1]]',
    '{"a"}',
    '{1:2}',
    'undefined',
  ])('takes %j for no JSON, as JSON.parse does', (text) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonNodes(text)).toBeNull();
  });

  test('gives up on what is nested deeper than anybody can be asked to walk', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(jsonNodes(nested(500))).not.toBeNull();
    expect(jsonNodes(nested(501))).toBeNull();
    expect(jsonNodes(nested(1_000_000))).toBeNull();
  });
});
