import { expect, test } from 'vitest';
import { cpuMsOf } from '../../../support/cpu.ts';
import { prettyJson, tokenizeJson } from '../../../../src-main/core/payload/json.ts';
import { isWellFormed } from '../../../../src-main/core/payload/utf8.ts';

/** White space outside strings, taken away by a rule that knows nothing of our printer. */
function squeezed(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/gs, (_, text: string | undefined) => text ?? '');
}

function pretty(text: string): string {
  const result = prettyJson(text);
  if (result.kind !== 'json') throw new Error(result.why);
  expect(result.complete).toBe(true);
  return result.text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The same numbers for the same seed. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const SCALARS = [
  '0',
  '-0',
  '12.50',
  '1e5',
  '-3.25E+10',
  '90071992547409931',
  'true',
  'false',
  'null',
  '""',
  '"\\u00e9\\n"',
  '"a b"',
  '"{[,:]}"',
  '"\u{1f600}"',
];
const SPACES = ['', '', ' ', '\n', '\t ', '\r\n'];

function randomJson(pick: (below: number) => number, depth: number): string {
  const space = (): string => SPACES[pick(SPACES.length)] ?? '';
  const kind = depth === 0 ? 0 : pick(4);
  if (kind < 2) return SCALARS[pick(SCALARS.length)] ?? '0';
  const items = Array.from({ length: pick(4) }, () => {
    const value = space() + randomJson(pick, depth - 1) + space();
    // Few different keys, so that some are duplicates.
    return kind === 2 ? value : `${space()}"k${pick(3)}"${space()}:${value}`;
  });
  return kind === 2 ? `[${items.join(',')}${items.length === 0 ? space() : ''}]` : `{${items.join(',')}}`;
}

test('Telemetry is laid out as people know it, and its digits stay.', () => {
  expect(
    pretty('{"cycle":90071992547409931,"t":71.40,"axes":[1,2],"none":[],"o":{},"n":{"a":{"b":1E5}},"n":2}'),
  ).toBe(
    `{
  "cycle": 90071992547409931,
  "t": 71.40,
  "axes": [
    1,
    2
  ],
  "none": [],
  "o": {},
  "n": {
    "a": {
      "b": 1E5
    }
  },
  "n": 2
}`,
  );
});

test('Nothing but white space outside strings changes, and JSON.parse reads the same from it.', () => {
  const pick = seeded(7);
  for (let round = 0; round < 3_000; round++) {
    const text = randomJson(pick, 5);
    const printed = pretty(text);
    expect(squeezed(printed)).toBe(squeezed(text));
    expect(JSON.parse(printed)).toEqual(JSON.parse(text));
  }
});

test('Where JavaScript keeps everything, the result is that of JSON.stringify.', () => {
  const pick = seeded(11);
  for (let round = 0; round < 500; round++) {
    const canonical = JSON.stringify(JSON.parse(randomJson(pick, 4)));
    expect(pretty(canonical)).toBe(JSON.stringify(JSON.parse(canonical), null, 2));
  }
});

test('What is JSON is decided as JSON.parse decides it, also after a random change.', () => {
  const pick = seeded(23);
  const letters = '{}[],:"\\0-+.eEtrfalsn u19\n\u0001x';
  let broken = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = randomJson(pick, 3);
    const at = pick(text.length + 1);
    const changed = text.slice(0, at) + (letters[pick(letters.length)] ?? '') + text.slice(at + pick(2));
    const expected = isJson(changed);
    if (!expected) broken++;
    expect([changed, prettyJson(changed).kind]).toEqual([changed, expected ? 'json' : 'not-json']);
  }
  expect(broken).toBeGreaterThan(5_000);
});

test.each([
  '',
  ' ',
  '\ufeff{}',
  '01',
  '1.',
  '.5',
  '+1',
  'NaN',
  'Infinity',
  "{'a':1}",
  '{a:1}',
  '[1,]',
  '{"a":1,}',
  '[1 2]',
  '{} {}',
  '1\n2',
  '"\t"',
  '"\\x41"',
  '"\\u12g4"',
  '[',
  '"a',
  '//c',
  'tru',
  'truex',
])('Not JSON: %j', (text) => {
  expect(isJson(text)).toBe(false);
  expect(prettyJson(text)).toMatchObject({ kind: 'not-json' });
});

test('The fault is named with its place.', () => {
  expect(prettyJson('{"a": 1, b: 2}')).toEqual({
    kind: 'not-json',
    at: 9,
    why: 'a key in double quotes is missing',
  });
  expect(prettyJson('[1, 02]')).toEqual({ kind: 'not-json', at: 5, why: 'a number begins with a zero' });
});

test('Every beginning of a document is JSON as a prefix, incomplete, and keeps what is there.', () => {
  const text = '{"a": [1, -2.5e+3, "x\\u00e9", {}], "b": tr';
  const whole = '{"a": [1, -2.5e+3, "x\\u00e9", {}], "b": true}';
  for (let end = 0; end <= text.length; end++) {
    const result = prettyJson(whole.slice(0, end), { prefix: true });
    expect(result).toMatchObject({ kind: 'json', complete: false });
    if (result.kind === 'json') expect(squeezed(whole).startsWith(squeezed(result.text).trim())).toBe(true);
  }
  expect(prettyJson('[1, x', { prefix: true })).toMatchObject({ kind: 'not-json', at: 4 });
});

test('Output ends at its bound, never inside a character, and the rest is still checked.', () => {
  const text = `["${'\u{1f600}'.repeat(50)}"]`;
  for (let maxChars = 0; maxChars < 40; maxChars++) {
    const result = prettyJson(text, { maxChars });
    expect(result).toMatchObject({ kind: 'json', complete: false });
    if (result.kind !== 'json') continue;
    expect(result.text.length).toBeLessThanOrEqual(maxChars);
    expect(isWellFormed(result.text)).toBe(true);
    expect(pretty(text).startsWith(result.text)).toBe(true);
  }
  expect(prettyJson(`${text.slice(0, -1)},]`, { maxChars: 5 })).toMatchObject({ kind: 'not-json' });
});

test('Deep nesting costs no stack, and is printed on one line below the 64th level.', () => {
  const deep = `${'['.repeat(200_000)}1${']'.repeat(200_000)}`;
  const printed = pretty(deep);
  expect(squeezed(printed)).toBe(deep);
  expect(printed.split('\n').length).toBeLessThan(140);
  const objects = `${'{"a":['.repeat(40)}1,2${']}'.repeat(40)}`;
  expect(squeezed(pretty(objects))).toBe(objects);
});

test('Time grows with the length only.', () => {
  const item = '{"name":"press-03","values":[1,2,3,[],{}],"text":"a\\"b\\\\"},';
  const time = (times: number): number => {
    const text = `[${item.repeat(times)}0]`;
    expect(prettyJson(text, { maxChars: 1e9 }).kind).toBe('json');
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 5; run++) {
      best = Math.min(
        best,
        cpuMsOf(() => void prettyJson(text, { maxChars: 1e9 })),
      );
    }
    return best;
  };
  time(2_000);
  // Four times the text in at most ten times the time: quadratic would be sixteen.
  expect(time(16_000) / time(4_000)).toBeLessThan(10);
});

test('Tokens cover everything but white space and know keys from strings, line by line as well.', () => {
  const text = '{"a": ["x", 1.50, true, null], "b": "c:"}';
  const parts = (source: string): string[] =>
    [...tokenizeJson(source)].map(({ start, end, kind }) => `${kind} ${source.slice(start, end)}`);
  const tokens = parts(text);
  expect(tokens.filter((token) => !token.startsWith('punctuation'))).toEqual([
    'key "a"',
    'string "x"',
    'number 1.50',
    'literal true',
    'literal null',
    'key "b"',
    'string "c:"',
  ]);
  expect(pretty(text).split('\n').flatMap(parts)).toEqual(tokens);
  expect(parts('"cut off')).toEqual(['string "cut off']);
  expect(parts('1 what 2')).toEqual(['number 1']);
});
