import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonNodes } from '../../../../../src-main/core/payload/json-nodes.ts';
import { printJson } from '../../../../../src-main/core/payload/json/print.ts';

function printed(source: string, sorted: boolean, indented: boolean): string {
  const node = jsonNodes(source);
  if (node === null) throw new Error('not JSON');
  return printJson(node, { sorted, indented });
}

describe('a document printed in another way', () => {
  test('is what JSON.stringify makes of it, but for digits and escapes that stay', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (document) => {
        const source = JSON.stringify(document);
        if (source.includes('__proto__')) return;
        expect(printed(source, false, true)).toBe(JSON.stringify(document, null, 2));
        expect(printed(source, false, false)).toBe(source);
      }),
    );
    expect(printed('{"a": 1.50, "b": [ 90071992547409931, "\\u0041" ]}', false, false)).toBe(
      '{"a":1.50,"b":[90071992547409931,"\\u0041"]}',
    );
  });

  test('has its members by name at every level, those of one name as they were', () => {
    expect(printed('{"b":{"d":1,"c":2},"a":3,"b":4}', true, false)).toBe('{"a":3,"b":{"c":2,"d":1},"b":4}');
    expect(printed('[3,1,2]', true, false)).toBe('[3,1,2]');
  });

  test('loses and adds nothing by being sorted', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (document) => {
        const source = JSON.stringify(document);
        if (source.includes('__proto__')) return;
        expect(JSON.parse(printed(source, true, true))).toEqual(JSON.parse(source));
      }),
    );
  });
});
