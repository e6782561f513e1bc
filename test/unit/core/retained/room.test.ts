import { expect, test } from 'vitest';
import { countInRoom, hasRoom, ROOM_BYTES } from '../../../../src-main/core/retained/room.ts';

const sizes =
  (...all: readonly number[]) =>
  (at: number) =>
    all[at] ?? 0;

test('As many of the first ones fit as the room is large, and one always does.', () => {
  expect(countInRoom(3, sizes(4, 5, 1), 10)).toBe(3);
  expect(countInRoom(4, sizes(4, 5, 2, 0), 10)).toBe(2);
  expect(countInRoom(2, sizes(11, 1), 10)).toBe(1);
  expect(countInRoom(0, sizes(), 10)).toBe(0);
  // Of an unknown size nothing keeps it out.
  expect(countInRoom(600, sizes())).toBe(600);
});

test('The first message is kept whatever its size; others as long as there is room.', () => {
  expect(hasRoom(0, 2 * ROOM_BYTES)).toBe(true);
  expect([hasRoom(1, ROOM_BYTES - 1), hasRoom(1, ROOM_BYTES)]).toEqual([true, false]);
});
