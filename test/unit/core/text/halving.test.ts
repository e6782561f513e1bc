import { expect, test } from 'vitest';
import { lastWhere } from '../../../../src-main/core/text/halving.ts';
import { lineStarts } from '../../../../src-main/core/text/line-starts.ts';

test('The last place of which something is so is found by halving as by looking at each.', () => {
  for (let count = 0; count < 40; count++) {
    for (let first = 0; first <= count; first++) {
      let looks = 0;
      const found = lastWhere(count, (at) => {
        looks++;
        return at < first;
      });
      expect(found).toBe(first - 1);
      expect(looks).toBeLessThanOrEqual(Math.ceil(Math.log2(count + 1)));
    }
  }
});

test('Lines begin at the start and after each line feed, also where nothing follows.', () => {
  expect([...lineStarts('')]).toEqual([0]);
  expect([...lineStarts('a\r\nbc\n\n')]).toEqual([0, 3, 6, 7]);
});
