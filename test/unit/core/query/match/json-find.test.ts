import { describe, expect, it } from 'vitest';
import type { JsonStep } from '../../../../../src-main/core/query/grammar/query.ts';
import { JsonFinder } from '../../../../../src-main/core/query/match/json-find.ts';
import { random, type Random } from '../../../../support/random.ts';

const encoder = new TextEncoder();

/** The text that lies at the path, with bytes around it that belong to others; null if there is none. */
function find(path: readonly JsonStep[], text: string): string | null {
  const value = encoder.encode(text);
  const bytes = encoder.encode(`{"a":9}${text}]"a":8}`);
  const finder = new JsonFinder(path);
  if (!finder.find(bytes, 7, 7 + value.length)) return null;
  return new TextDecoder().decode(bytes.subarray(finder.start, finder.end));
}

describe('what lies at a path of JSON', () => {
  it.each<[JsonStep[], string, string | null]>([
    [['a'], '{"a":1}', '1'],
    [['a'], ' { "b" : [1,{"a":2}] , "a" : 3 } ', '3'],
    [['a'], '\ufeff{"a":1}', '1'],
    [['a', 'b'], '{"a":{"b":"x"}}', '"x"'],
    [['a', 1], '{"a":[1, 2 ,3]}', '2'],
    [[0], '[[]]', '[]'],
    [[], ' 5 ', '5'],
    [['a'], '{}', null],
    [[0], '[]', null],
    [[2], '[1,2]', null],
    [['a'], '[1]', null],
    [[0], '{"0":1}', null],
    [['a', 'b'], '{"a":5}', null],
  ])('%j in %j', (path, text, expected) => {
    expect(find(path, text)).toBe(expected);
  });

  it('is that of the last member of a name, also where that has nothing there', () => {
    expect(find(['a'], '{"a":1,"a":2}')).toBe('2');
    expect(find(['a', 'b'], '{"a":{"b":1},"a":{}}')).toBeNull();
    expect(find(['a', 'b'], '{"a":{"b":1},"a":7}')).toBeNull();
  });

  it('is found in a long value, also under a name that is written with escapes', () => {
    const filling = `"${'x'.repeat(200)}"`;
    expect(find(['value'], `{"b":${filling},"value":1}`)).toBe('1');
    expect(find(['value'], `{"b":${filling},"v\\u0061lue":1}`)).toBe('1');
    expect(find(['value'], `{"b":${filling},"values":1}`)).toBeNull();
    expect(find(['a"b'], `{"b":${filling},"a\\"b":1}`)).toBe('1');
    expect(find(['ä', 0], `{"b":${filling},"ä":[1]}`)).toBe('1');
  });

  it('is nothing where the value does not end, or something follows it', () => {
    for (const text of [
      '{"a":1',
      '{"a":1,}',
      '{"a":1}}',
      '{"a" 1}',
      '{"a":1 "b":2}',
      '{a:1}',
      '{"a":}',
      '{"a":1} x',
    ])
      expect([text, find(['a'], text)]).toEqual([text, null]);
  });

  it('agrees with a parser on whatever JSON', () => {
    const chance = random(8);
    let found = 0;
    for (let round = 0; round < 4_000; round++) {
      const value = randomJson(chance, 3);
      const text = JSON.stringify(value, null, chance.int(2)) + ' '.repeat(chance.int(2) * 120);
      const path = Array.from({ length: chance.int(4) }, () =>
        chance.pick<JsonStep>(['a', 'b\\', 'ä', 0, 1]),
      );
      const expected = atPath(JSON.parse(text), path);
      const got = find(path, text);
      if (expected === undefined) expect([text, path, got]).toEqual([text, path, null]);
      else {
        found++;
        expect([text, path, JSON.parse(got ?? '"nothing"')]).toEqual([text, path, expected]);
      }
    }
    expect(found).toBeGreaterThan(800);
  });
});

function randomJson(chance: Random, depth: number): unknown {
  const kind = depth === 0 ? 2 : chance.int(3);
  if (kind === 0) return Array.from({ length: chance.int(3) }, () => randomJson(chance, depth - 1));
  if (kind === 1) {
    const names = Array.from({ length: chance.int(4) }, () => chance.pick(['a', 'b\\', 'ä', 'c']));
    return Object.fromEntries(names.map((name) => [name, randomJson(chance, depth - 1)]));
  }
  return chance.pick([0, -1.5e3, true, null, 'a', '{"a":1}', '\\"', ']']);
}

function atPath(value: unknown, path: readonly JsonStep[]): unknown {
  let at = value;
  for (const step of path) {
    const fits = typeof step === 'number' ? Array.isArray(at) : isObject(at);
    if (!fits) return undefined;
    at = Object.entries(at as object).find(([name]) => name === String(step))?.[1];
  }
  return at;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
