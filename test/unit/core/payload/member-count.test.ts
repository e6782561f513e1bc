import { expect, test } from 'vitest';
import { MemberCount } from '../../../../src-main/core/payload/member-count.ts';
import { random, type Random } from '../../../support/random.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function anything(chance: Random, depth: number): unknown {
  const kind = chance.int(depth > 4 ? 3 : 5);
  if (kind === 0) return chance.int(1_000);
  if (kind === 1) return chance.pick(['', 'a,b', '"]', '\\', '{[', '\\"', 'ä,😀']);
  if (kind === 2) return chance.pick([true, false, null]);
  const members = Array.from(
    { length: chance.int(6) },
    (_, at) => [`k${at},"`, anything(chance, depth + 1)] as const,
  );
  return kind === 3 ? members.map(([, value]) => value) : Object.fromEntries(members);
}

/** Members of the containers that are open at an offset, by a full parse of what comes before and after. */
function naive(text: string, at: number): number[] {
  const open: { from: number }[] = [];
  for (let i = 0, quoted = false; i < at; i++) {
    const unit = text[i];
    if (quoted) {
      if (unit === '\\') i++;
      else if (unit === '"') quoted = false;
    } else if (unit === '"') quoted = true;
    else if (unit === '[' || unit === '{') open.push({ from: i });
    else if (unit === ']' || unit === '}') open.pop();
  }
  return open.map(({ from }) => {
    for (let end = text.length; end > from; end--) {
      try {
        const value: unknown = JSON.parse(text.slice(from, end));
        return Object.keys(value as object).length;
      } catch {
        continue;
      }
    }
    return -1;
  });
}

test('agrees with a full parse, wherever the prefix ends and however it is cut into steps', () => {
  const chance = random(31);
  for (let round = 0; round < 400; round++) {
    const value = [anything(chance, 0), anything(chance, 0)];
    const text = JSON.stringify(value, null, chance.int(2));
    // Offsets in bytes: only ASCII before them in what is compared.
    const bytes = utf8(text);
    const at = 1 + chance.int(text.length);
    const before = utf8(text.slice(0, at)).length;
    const counter = new MemberCount(before);
    while (!counter.isDone(bytes)) counter.advance(bytes, 1 + chance.int(9));
    const counted = counter.members(bytes);
    if (at === text.length) continue;
    expect(counted.map(({ count }) => count)).toEqual(naive(text, at));
    expect(counted.every(({ whole }) => whole)).toBe(true);
  }
});

test('returns a minimum while it is not done, and looks at each byte once', () => {
  const bytes = utf8(`[1,${'2,'.repeat(1_000)}3]`);
  const counter = new MemberCount(10);
  expect(counter.advance(bytes, 100)).toBe(100);
  expect(counter.isDone(bytes)).toBe(false);
  const [first] = counter.members(bytes);
  expect(first?.whole).toBe(false);
  expect(first?.count).toBeGreaterThan(40);
  expect(first?.count).toBeLessThan(60);
  expect(counter.advance(bytes, Infinity)).toBe(bytes.length - 100);
  expect(counter.members(bytes)).toEqual([{ count: 1_002, whole: true }]);
  expect(counter.advance(bytes, 100)).toBe(0);
});

test('what is cut off counts what has begun', () => {
  for (const [text, count] of [
    ['{', 0],
    ['{ ', 0],
    ['{"a', 1],
    ['[1,', 2],
    ['[1, 2', 2],
    ['["\\', 1],
  ] as const) {
    const bytes = utf8(text);
    const counter = new MemberCount(bytes.length);
    counter.advance(bytes, Infinity);
    expect(counter.members(bytes), text).toEqual([{ count, whole: false }]);
  }
});

test('deep nesting ends the count and no stack', () => {
  const bytes = utf8('['.repeat(100_000));
  const counter = new MemberCount(50_000);
  counter.advance(bytes, Infinity);
  expect(counter.isDone(bytes)).toBe(true);
});
