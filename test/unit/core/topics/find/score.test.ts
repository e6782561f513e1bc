import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  score,
  scoreWhole,
  Spread,
  SPREAD_MOST,
  wantedBytes,
  WHOLE_ABOVE_MOST,
} from '../../../../../src-main/core/topics/find/score.ts';

const SLASH = 0x2f;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function points(topic: string, wanted: string): number {
  return score(
    utf8(topic),
    utf8(topic.slice(0, topic.lastIndexOf('/') + 1)).length,
    wantedBytes(wanted),
    SLASH,
  );
}

/** Letters of ASCII alike in both cases. */
const lower = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

const topic = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', 'B', '/', '-', '1', 'é'),
  minLength: 1,
  maxLength: 14,
});
const wanted = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '/', '1'), minLength: 1, maxLength: 4 });

describe('How well a topic answers', () => {
  test('is nothing unless the letters are in it in their order, and most where they are as they are.', () => {
    fc.assert(
      fc.property(topic, wanted, (path, text) => {
        const [hay, needle] = [lower(path), lower(text)];
        let found = 0;
        for (const letter of hay) if (found < needle.length && letter === needle[found]) found++;
        const scored = points(path, text);
        expect(scored > 0).toBe(found === needle.length);
        expect(scored >= 1_000).toBe(hay.includes(needle));
        if (scored < 1_000) expect(scored).toBeLessThanOrEqual(SPREAD_MOST);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is the same whether levels are looked at one by one or as one.', () => {
    fc.assert(
      fc.property(topic, wanted, (path, text) => {
        const [bytes, letters] = [utf8(path), wantedBytes(text)];
        const last = utf8(path.slice(0, path.lastIndexOf('/') + 1)).length;
        const whole = new Spread(letters.length, SLASH);
        whole.over(bytes, last, bytes.length, true, letters);
        whole.over(bytes, 0, last, false, letters);
        // Each level by itself, from the last one up, as names are looked at where they stand once.
        const parts = new Spread(letters.length, SLASH);
        let end = bytes.length;
        for (let at = bytes.length; at >= 0 && end >= 0; at--) {
          if (at > 0 && bytes[at - 1] !== SLASH) continue;
          parts.over(bytes, at, end, at === last, letters);
          end = at;
        }
        expect(parts.left).toBe(whole.left);
        if (whole.left === 0) expect(parts.points).toBe(whole.points);
        const above = scoreWhole(bytes, 0, Math.max(0, last - 1), last, letters, SLASH);
        expect(above).toBeLessThanOrEqual(WHOLE_ABOVE_MOST);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each<[string, string[]]>([
    [
      'rpm',
      ['plant/rpm', 'plant/rpm-max', 'rpm/plant', 'plant/max-rpm', 'plant/xrpm', 'rpm-max/plant', 'r/p/m'],
    ],
    ['temp', ['a/temp', 'a/temperature', 'temp/a', 'a/my_temp', 'a/atemp', 't/e/m/p']],
    ['hall 3', ['x/hall3', 'x/hall/3', 'h/all-x/y3']],
    ['HALL', ['x/hall', 'hall/x']],
    ['b/c', ['a/b/c', 'a/b/cd', 'a/xb/cd', 'b/x/c']],
  ])('orders the topics for %j.', (text, order) => {
    const shuffled = order.toReversed();
    expect(shuffled.toSorted((a, b) => points(b, text) - points(a, text))).toEqual(order);
  });

  test('is nothing for a text that is longer; blanks only part what is wanted.', () => {
    expect(points('ab', 'abc')).toBe(0);
    expect(wantedBytes(' \t ')).toHaveLength(0);
    expect(wantedBytes(' Ab c\u00a0É ')).toEqual(utf8('abcÉ'));
  });
});
