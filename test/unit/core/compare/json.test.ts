import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareJson, differenceRows, type JsonDifference } from '../../../../src-main/core/compare/json.ts';
import { jsonPatch } from '../../../../src-main/core/compare/json-patch.ts';
import { jsonNodes } from '../../../../src-main/core/payload/json-nodes.ts';
import { writePath } from '../../../../src-main/core/query/grammar/json-path.ts';

function compare(before: string, now: string): JsonDifference {
  const [left, right] = [jsonNodes(before), jsonNodes(now)];
  if (left === null || right === null) throw new Error('not JSON');
  return compareJson(left, right);
}

const OPEN = { isClosed: () => false, most: 1_000 };

function rows(before: string, now: string, onlyChanges = true): string[] {
  return differenceRows(compare(before, now), { ...OPEN, onlyChanges }).map(
    ({ item, level, steps }) => `${'  '.repeat(level - 1)}${writePath(steps)} ${item.kind}`,
  );
}

const change = (before: string, now: string) => compare(before, now).change;

describe('the fields of two documents', () => {
  test('are matched by name, wherever they stand', () => {
    expect(rows('{"a":1,"b":2,"c":3}', '{"c":3,"b":5,"d":4}')).toEqual(['b changed', 'd added', 'a removed']);
  });

  test('of the same name are compared in their order', () => {
    expect(rows('{"a":1,"a":2}', '{"a":1,"a":3,"a":4}')).toEqual(['a changed', 'a added']);
    expect(rows('{"a":1,"a":2}', '{"a":1}')).toEqual(['a removed']);
    expect(rows('{"a":1}', '{"\\u0061":1}')).toEqual([]);
  });

  test('that are elements of a list go by their places', () => {
    expect(rows('[1,2,3]', '[1,5]')).toEqual(['[1] changed', '[2] removed']);
  });

  test('of another kind have changed, however much is in them', () => {
    expect(rows('{"a":[1,2]}', '{"a":{"b":1}}')).toEqual(['a changed']);
    expect(rows('{"a":1}', '{"a":"1"}')).toEqual(['a changed']);
    expect(rows('{"a":[]}', '{"a":[]}')).toEqual([]);
    expect(rows('{"a":{}}', '{"a":[]}')).toEqual(['a changed']);
  });

  test('are a path where one thing below differs, and a row where more does', () => {
    const before = '{"device":{"firmware":"1","id":{"x":1}},"axes":[1,2,3],"same":{"a":1}}';
    const now = '{"device":{"firmware":"2","id":{"x":1}},"axes":[1,5,6],"same":{"a":1}}';
    expect(rows(before, now)).toEqual([
      'device.firmware changed',
      'axes branch',
      '  [1] changed',
      '  [2] changed',
    ]);
    expect(rows(before, now, false)).toEqual([
      'device branch',
      '  firmware changed',
      '  id branch',
      '    x same',
      'axes branch',
      '  [0] same',
      '  [1] changed',
      '  [2] changed',
      'same branch',
      '  a same',
    ]);
  });

  test('are counted for each parent: what differs and what there is', () => {
    const root = compare('{"axes":[1,2,3],"b":1}', '{"axes":[1,5,6],"b":1}');
    expect(root).toMatchObject({ differing: 2, fields: 4 });
    expect(root.children[0]).toMatchObject({ path: ['axes'], differing: 2, fields: 3 });
  });

  test('are hidden below a closed row, and are no more rows than asked for', () => {
    const root = compare('{"a":[1,2],"b":1,"c":1}', '{"a":[3,4],"b":2,"c":2}');
    const isClosed = (item: JsonDifference) => item.path.length === 1;
    const closed = differenceRows(root, { onlyChanges: true, isClosed, most: 10 });
    expect(closed.map(({ open }) => open)).toEqual([false, null, null]);
    expect(differenceRows(root, { ...OPEN, onlyChanges: true, most: 2 })).toHaveLength(2);
  });

  test('are one row where the document is one value', () => {
    expect(rows('71.1', '71.4')).toEqual([' changed']);
    expect(rows('71.1', '71.1')).toEqual([]);
    expect(rows('71.1', '71.1', false)).toEqual([' same']);
  });
});

describe('how far a value moved', () => {
  test('is exact, past what a double holds', () => {
    expect(change('90071992547408829', '90071992547409931')).toMatchObject({ difference: '+1102' });
    expect(change('71.1', '71.4')).toMatchObject({ kind: 'number', difference: '+0.3' });
  });

  test('is a share of the value before, which 0 has none of', () => {
    const moved = change('200', '199');
    expect(moved).toMatchObject({ share: -0.005 });
    expect(change('-2', '-1')).toMatchObject({ difference: '+1', share: 0.5 });
    expect(change('0', '5')).toMatchObject({ difference: '+5', share: null });
  });

  test('is known for exponents too; the same number written otherwise did not move', () => {
    expect(change('1e3', '2e3')).toMatchObject({ kind: 'number', difference: '+1000', share: 1 });
    expect(change('1.0', '1.00')).toEqual({ kind: 'spelling' });
    expect(change('1e400', '-1e400')).toEqual({ kind: 'other' });
    expect(change('"A"', '"\\u0041"')).toEqual({ kind: 'spelling' });
    // As doubles these are equal; as texts they are two numbers, or one.
    const long = '1234567890123456789012345';
    expect(change(`${long}0`, `${long}1`)).toEqual({ kind: 'other' });
    expect(change(`${long}0`, `${long}0.0`)).toEqual({ kind: 'spelling' });
    expect(change('1e400', '10e399')).toEqual({ kind: 'spelling' });
  });

  test('is a time between two times', () => {
    expect(change('"2026-11-20T14:12:44.180Z"', '"2026-11-20T14:31:07.482Z"')).toEqual({
      kind: 'time',
      ms: 1_103_302,
    });
    expect(change('"2026-11-20 14:12:44,5Z"', '"2026-11-20T15:12:45.75+01:00"')).toEqual({
      kind: 'time',
      ms: 1_250,
    });
    expect(change('"2026-11-20T15:00:00+01:00"', '"2026-11-20T14:00:00Z"')).toEqual({ kind: 'other' });
    expect(change('"2026-13-40T99:00:00Z"', '"2026-11-20T14:00:00Z"')).toEqual({ kind: 'other' });
  });
});

interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

/** RFC 6902, as far as the three operations go; written for this test alone. */
function patched(document: unknown, operations: readonly Operation[]): unknown {
  let root = structuredClone(document);
  for (const { op, path, value } of operations) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop();
    if (last === undefined) {
      root = value;
      continue;
    }
    const parent = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], root);
    if (Array.isArray(parent)) {
      if (op === 'remove') parent.splice(Number(last), 1);
      else if (op === 'add') parent.splice(Number(last), 0, value);
      else parent[Number(last)] = value;
    } else if (op === 'remove') delete (parent as Record<string, unknown>)[last];
    else (parent as Record<string, unknown>)[last] = value;
  }
  return root;
}

describe('the differences as a JSON Patch', () => {
  test('make of the older document the newer one, whatever the two are', () => {
    const documents = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(documents, documents, (before, now) => {
        const texts = [JSON.stringify(before), JSON.stringify(now)] as const;
        if (texts.some((text) => text.includes('__proto__'))) return;
        const operations = JSON.parse(jsonPatch(compare(...texts))) as Operation[];
        expect(patched(JSON.parse(texts[0]), operations)).toEqual(JSON.parse(texts[1]));
      }),
      { numRuns: 300 },
    );
  });

  test('keep digits, escape what a pointer must, and are empty where nothing differs', () => {
    expect(jsonPatch(compare('{"a/b~":1,"l":[1,2,3]}', '{"a/b~":1.50,"l":[1],"n":{"x":[]}}'))).toBe(
      [
        '[',
        '  { "op": "replace", "path": "/a~1b~0", "value": 1.50 },',
        '  { "op": "add", "path": "/n", "value": { "x": [] } },',
        '  { "op": "remove", "path": "/l/2" },',
        '  { "op": "remove", "path": "/l/1" }',
        ']',
      ].join('\n'),
    );
    expect(jsonPatch(compare('[1]', '[1]'))).toBe('[]');
  });
});
