import { expect, test } from 'vitest';
import { CountingIntake } from '../../../../src-main/connection/intake/counting-intake.ts';
import { FilterBytes } from '../../../../src-main/core/topics/filter-bytes.ts';
import { checkTopicFilter } from '../../../../src-main/core/topics/names.ts';
import { matchesFilter } from '../../../../src-main/core/topics/filters.ts';
import { random } from '../../../support/random.ts';

test('Matching bytes agrees with matching text, on random filters and topics.', () => {
  const { pick, int } = random(11);
  const encoder = new TextEncoder();
  const word = (wild: boolean): string =>
    pick(wild ? ['+', '#', 'a', 'b', '', '$SYS', 'ä', '+'] : ['a', 'b', '', '$SYS', 'ä', '$']);
  let checked = 0;
  let matched = 0;
  while (checked < 20_000) {
    const filter = Array.from({ length: 1 + int(4) }, () => word(true)).join('/');
    const topic = Array.from({ length: 1 + int(4) }, () => word(false)).join('/');
    if (checkTopicFilter(filter) !== null || topic === '') continue;
    checked++;
    const bytes = encoder.encode(`xx${topic}yy`);
    const expected = matchesFilter(filter, topic);
    if (expected) matched++;
    expect(new FilterBytes(filter).matches(bytes, 2, bytes.length - 2), `${filter} on ${topic}`).toBe(
      expected,
    );
  }
  expect(matched).toBeGreaterThan(1_000);
});

const at = 1_000;
function message(
  intake: CountingIntake,
  topic: string,
  subscription: number,
  flags = 0,
  payload = 'x',
): void {
  const bytes = new TextEncoder().encode(topic + payload);
  const end = bytes.length - payload.length;
  intake.message(bytes, 0, end, end, end, end, bytes.length, payload.length, flags, subscription, -1, at, 0);
}

test('Messages are counted by identifier whatever it is, and handed on untouched and in order.', () => {
  const taken: unknown[][] = [];
  let arrived = 0;
  const intake = new CountingIntake(
    { message: (...all: unknown[]) => void taken.push(all) },
    () => arrived++,
  );
  for (const id of [0, 1, 1, 63, 64, 65_535, 65_536, 268_435_455]) message(intake, 'a', id);
  expect([0, 1, 63, 64, 65_535].map((id) => intake.delivered(id))).toEqual([1, 2, 1, 1, 1]);
  // An identifier that we never gave out costs no memory.
  expect(intake.delivered(268_435_455)).toBe(0);
  expect(taken.map((all) => all[9])).toEqual([0, 1, 1, 63, 64, 65_535, 65_536, 268_435_455]);
  expect(arrived).toBe(8);
});

test('Topics under $ are no part of “#”.', () => {
  const intake = new CountingIntake({ message: () => undefined }, () => undefined);
  for (const topic of ['a', '$SYS/b', '/$c']) message(intake, topic, 0);
  expect(intake.plain).toBe(2);
});
