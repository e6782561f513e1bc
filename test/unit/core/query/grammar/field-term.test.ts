import { describe, expect, test } from 'vitest';
import { fieldTerm } from '../../../../../src-main/core/query/grammar/field-term.ts';
import { parseFilter } from '../../../../../src-main/core/query/grammar/parse.ts';
import type { JsonStep } from '../../../../../src-main/core/query/grammar/query.ts';

/** What the filter is read as. */
function read(filter: string | null): unknown {
  const parsed = parseFilter(filter ?? '');
  if (parsed.kind === 'problems') throw new Error(JSON.stringify(parsed.problems));
  return parsed.query?.kind === 'term' ? parsed.query.term : null;
}

describe('The filter for a field', () => {
  test('is read as the path and the value that it was made of', () => {
    const fields: readonly (readonly [readonly JsonStep[], string])[] = [
      [['deep', 'x', 1], '42'],
      [['a b', 'c.d'], 'on'],
      [['say "x"'], 'a "quoted" \\ text (with) brackets'],
      [['url'], '/dev/null'],
      [[0], ''],
      [['id'], '9007199254740993'],
    ];
    for (const [path, value] of fields) {
      const term = read(fieldTerm(path, value));
      expect(term).toMatchObject({
        kind: 'json',
        path,
        condition: { kind: 'compare', operator: '=', to: value },
      });
    }
  });

  test('asks of an object or a list only whether it is there', () => {
    expect(read(fieldTerm(['device', 'tags'], null))).toMatchObject({
      kind: 'json',
      path: ['device', 'tags'],
    });
    expect(fieldTerm(['device'], null)).toBe('json:device');
  });

  test('asks of a document that is one value for that value', () => {
    expect(fieldTerm([], '71.4')).toBe('value=71.4');
    expect(fieldTerm([], null)).toBeNull();
  });

  test('is none where a box of one line has no room for it', () => {
    expect(fieldTerm(['a'], 'two\nlines')).toBeNull();
    expect(fieldTerm(['a'], 'x'.repeat(2_000))).toBeNull();
    expect(
      fieldTerm(
        Array.from({ length: 101 }, () => 'a'),
        '1',
      ),
    ).toBeNull();
  });
});
