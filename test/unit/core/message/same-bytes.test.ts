import { expect, test } from 'vitest';
import { sameBytes } from '../../../../src-main/core/message/same-bytes.ts';

test('Bytes are the same where each is, and there are no more.', () => {
  const bytes = Uint8Array.of(1, 2);
  expect(
    [[1, 2], [1, 3], [1], [1, 2, 0], []].map((other) => sameBytes(bytes, Uint8Array.from(other))),
  ).toEqual([true, false, false, false, false]);
});
