import { describe, expect, test } from 'vitest';
import { NumberReader } from '../../../../src-main/core/series/number-at.ts';

function read(payload: string, ...path: (string | number)[]): number | null {
  const bytes = new TextEncoder().encode(`??${payload}!`);
  return new NumberReader(path).read(bytes, 2, bytes.length - 1);
}

describe('the number at a path', () => {
  test.each([
    ['71.4', [], 71.4],
    [' -1.5e3 ', [], -1_500],
    ['"71.4"', [], 71.4],
    ['true', [], 1],
    ['{"on":false}', ['on'], 0],
    ['{"a":{"b":[1,2.5]}}', ['a', 'b', 1], 2.5],
    ['{"a":1,"a":2}', ['a'], 2],
    ['{"t":" 12 "}', ['t'], 12],
  ])('of %s at %j is %d', (payload, path, value) => {
    expect(read(payload, ...path)).toBe(value);
  });

  test.each([
    ['{"a":1}', ['b']],
    ['{"a":[1]}', ['a']],
    ['{"a":{}}', ['a']],
    ['plain', []],
    ['', []],
    ['""', []],
    ['null', []],
    ['0x10', []],
    ['1e999', []],
    ['Infinity', []],
    ['12 34', []],
    ['{"a":', ['a']],
    [`"${'1'.repeat(100)}"`, []],
  ])('of %s at %j is none', (payload, path) => {
    expect(read(payload, ...path)).toBeNull();
  });
});
