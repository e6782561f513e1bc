import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonField } from '../../../../../src-main/core/publish/template/json-path.ts';
import { renderText, type VariableValues } from '../../../../../src-main/core/publish/template/render.ts';
import { parseTemplate, variablesOf } from '../../../../../src-main/core/publish/template/variables.ts';

const VALUES: VariableValues = {
  now: 0,
  uuid: () => 'u',
  counter: () => 1,
  random: () => 0,
  env: () => null,
  value: () => null,
  column: () => null,
};

describe('What stands between ${ and }', () => {
  test.each<[string, object | null]>([
    ['now', { kind: 'now' }],
    ['  iso\t', { kind: 'iso' }],
    ['Now', null],
    ['', null],
    ['random 1 2', { kind: 'random', from: 1, to: 2, digits: 0 }],
    ['random 2 1', { kind: 'random', from: 1, to: 2, digits: 0 }],
    ['random -1.5 2.25', { kind: 'random', from: -1.5, to: 2.25, digits: 2 }],
    ['random 1', null],
    ['random 1 2 3', null],
    ['random 1e3 2', null],
    ['random .5 1', null],
    ['random 0 1000000000000000000000', null],
    ['random 0 0.12345678901234567890', { kind: 'random', digits: 15 }],
    ['env PATH', { kind: 'env', name: 'PATH' }],
    ['env 1A', null],
    ['env A-B', null],
    ['column id', { kind: 'column', name: 'id' }],
    ['column a b', { kind: 'column', name: 'a b' }],
    ['column', null],
    ['topic 1', { kind: 'topic', level: 1 }],
    ['topic 0', null],
    ['topic 10000', null],
    ['topic -1', null],
    ['value a/b', { kind: 'value', topic: 'a/b', path: null }],
    ['value a/b .x[0]', { kind: 'value', topic: 'a/b', path: '.x[0]' }],
    ['value a b  .x', { kind: 'value', topic: 'a b', path: '.x' }],
    ['value', null],
    ['constructor', null],
    ['toString x', null],
  ])('%j', (inside, variable) => {
    const { pieces, unknown } = parseTemplate(`\${${inside}}`);
    if (variable === null) expect(unknown).toEqual([`\${${inside}}`]);
    else expect(pieces).toMatchObject([{ kind: 'variable', variable, source: `\${${inside}}` }]);
  });

  test('is found wherever it stands, as often as it does, and not over line ends or in one another.', () => {
    expect(
      variablesOf(['${now}${now}', 'x', '${${iso}}', '${now\n}', '$${uuid}']).map(({ kind }) => kind),
    ).toEqual(['now', 'now', 'iso', 'uuid']);
  });
});

describe('A random number', () => {
  test('is one of the steps between its ends, written with their digits, for any of them.', () => {
    const decimal = fc.tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat(3));
    const share = fc.oneof(
      fc.constantFrom(0, 0.5, 1 - 2 ** -53),
      fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }),
    );
    fc.assert(
      fc.property(decimal, decimal, share, ([a, aDigits], [b, bDigits], random) => {
        const [from, to] = [(a / 10 ** aDigits).toFixed(aDigits), (b / 10 ** bDigits).toFixed(bDigits)];
        const text = renderText(`\${random ${from} ${to}}`, { ...VALUES, random: () => random }, '');
        const digits = Math.max(aDigits, bDigits);
        expect(text).toMatch(digits === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${digits}}$`));
        expect(Number(text)).toBeGreaterThanOrEqual(Math.min(Number(from), Number(to)));
        expect(Number(text)).toBeLessThanOrEqual(Math.max(Number(from), Number(to)));
        // Zero has no sign in a message.
        expect(text).not.toMatch(/^-0(?:\.0*)?$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('A variable without a value', () => {
  test.each([
    ['${value a/\u202eb}', 'No message of “a/\\u{202e}b” was received, so its value is not known.'],
    ['${value a .x\u200by}', 'The latest message of “a” has no field .x\\u{200b}y.'],
    ['${column \u202ea}', 'There is no column \\u{202e}a.'],
    ['${env NONE}', 'The environment variable NONE is not set.'],
    ['${topic 3}', 'The topic has no level 3.'],
  ])('%j is reported as it may be shown.', (text, message) => {
    expect(renderText(text, VALUES, 'a/b')).toMatchObject({ kind: 'failed', message });
  });

  test('of a long name is reported in short.', () => {
    for (const name of ['value', 'column']) {
      const failure = renderText(`\${${name} ${'x'.repeat(60_000)}}`, VALUES, '');
      expect(typeof failure === 'string' ? failure : failure.message.length).toBeLessThan(300);
    }
  });
});

test('The field of any JSON at any path is what that path leads to.', () => {
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 5 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('object')),
    list: fc.array(tie('any'), { maxLength: 3 }),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'a.b', '', 'é', '__proto__x'), tie('any'), {
      maxKeys: 3,
    }),
  })).any;
  const steps = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'a.b', '', 'é'), fc.nat(2)), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(value, steps, fc.boolean(), (json, path, isWide) => {
      let found: unknown = json;
      for (const step of path) {
        const within: unknown = found;
        if (typeof step === 'number') found = Array.isArray(within) ? within[step] : undefined;
        else {
          const isObject = typeof within === 'object' && within !== null && !Array.isArray(within);
          found =
            isObject && Object.hasOwn(within, step) ? (within as Record<string, unknown>)[step] : undefined;
        }
      }
      const written = path
        .map((step) => (typeof step === 'number' ? `[${step}]` : `[${JSON.stringify(step)}]`))
        .join('');
      const field = jsonField(JSON.stringify(json, null, isWide ? 1 : 0), `.${written}`);
      if (found === undefined) expect(field).toBeNull();
      else if (typeof found === 'string') expect(field).toBe(found);
      else expect(JSON.parse(String(field))).toEqual(found);
    }),
    { numRuns: 500 },
  );
});
