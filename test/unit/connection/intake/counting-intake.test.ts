import { expect, test } from 'vitest';
import { CountingIntake } from '../../../../src-main/connection/intake/counting-intake.ts';
import type { Intake } from '../../../../src-main/core/topics/store/intake.ts';

const utf8 = new TextEncoder();

function open(filters: readonly string[], compared: 'every' | 'unidentified') {
  let stored = 0;
  let arrived = 0;
  const store: Intake = { message: () => void stored++ };
  const intake = new CountingIntake(store, () => void arrived++);
  const counts = new Map(filters.map((filter) => [filter, 0]));
  intake.match(
    filters.map((filter) => ({
      filter,
      counted: () => counts.set(filter, (counts.get(filter) ?? 0) + 1),
    })),
    compared,
  );
  return {
    intake,
    counted: () => Object.fromEntries(counts),
    passed: () => ({ stored, arrived }),
    /** @param identifiers in the order of the wire; the first goes with the message */
    take(topic: string, identifiers: readonly number[] = [], flags = 0) {
      const bytes = utf8.encode(topic);
      const end = bytes.length;
      for (const id of identifiers.slice(1)) intake.alsoFor(id);
      intake.message(bytes, 0, end, end, end, end, end, 0, flags, identifiers[0] ?? 0, -1, 1, 0);
    },
  };
}

test('Each Subscription Identifier of a message counts, small and large, in any order.', () => {
  const { intake, take, passed } = open([], 'unidentified');
  intake.track(100_000);
  take('a', [1, 70, 100_000]);
  take('a', [100_000, 1]);
  take('b', [70]);
  expect([1, 70, 100_000, 2].map((id) => intake.delivered(id))).toEqual([2, 2, 2, 0]);
  expect(passed()).toEqual({ stored: 3, arrived: 3 });
});

test('Where identifiers are written, a message without one is of the shared subscription that fits.', () => {
  const { take, counted } = open(['#', '$share/g/plant/#', '$share/h/hall/+', '$SYS/#'], 'unidentified');
  take('plant/a', [1]);
  take('plant/a');
  take('hall/1');
  take('hall/1/deep');
  take('$SYS/uptime');
  expect(counted()).toEqual({ '#': 1, '$share/g/plant/#': 1, '$share/h/hall/+': 1, '$SYS/#': 1 });
});

test('Where a broker writes no identifiers, every filter that fits counts every message.', () => {
  const { take, counted } = open(['plant/#', 'plant/+', '$share/g/plant/#', '$SYS/#'], 'every');
  for (const topic of ['plant', 'plant/a', 'plant/a/b', 'other', '$SYS/x', '$share/g/plant/a']) take(topic);
  expect(counted()).toEqual({ 'plant/#': 3, 'plant/+': 1, '$share/g/plant/#': 3, '$SYS/#': 1 });
});

test('Only what a broker may have queued is queueable.', () => {
  const { intake, take } = open([], 'every');
  take('live');
  take('kept', [7], 0x01);
  take('queued', [], 0x02);
  take('both', [], 0x05);
  expect(intake.queueable).toBe(1);
  expect(intake.plain).toBe(4);
});
