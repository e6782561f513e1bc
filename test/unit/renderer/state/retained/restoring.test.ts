import { expect, test } from 'vitest';
import { Restoring, type RestoreProgress } from '../../../../../src-renderer/state/retained/restoring.ts';

function begun(total: number) {
  const clock = { ms: 1_000 };
  const reported: RestoreProgress[] = [];
  const restoring = new Restoring(
    total,
    () => clock.ms,
    (progress) => reported.push(progress),
  );
  return { restoring, clock, reported, last: () => reported.at(-1) };
}

test('Progress is reported from the beginning, and with each part how far it is and how fast.', () => {
  const { restoring, clock, last } = begun(900);
  expect(last()).toEqual({ done: 0, total: 900, rate: 0, stopping: false });
  clock.ms += 500;
  restoring.took(200);
  expect(last()).toEqual({ done: 200, total: 900, rate: 400, stopping: false });
  clock.ms += 1_500;
  restoring.took(200);
  expect(last()).toEqual({ done: 400, total: 900, rate: 200, stopping: false });
});

test('Where more came than was said, the total grows; where no time passed, the rate is a number.', () => {
  const { restoring, last } = begun(1);
  restoring.took(3);
  expect(last()).toMatchObject({ done: 3, total: 3 });
  expect(Number.isFinite(last()?.rate)).toBe(true);
});

test('It is stopped once, and what was under way is still counted.', () => {
  const { restoring, reported, last } = begun(5);
  expect(restoring.isStopped).toBe(false);
  restoring.stop();
  restoring.stop();
  expect([restoring.isStopped, reported.length]).toEqual([true, 2]);
  restoring.took(2);
  expect(last()).toMatchObject({ done: 2, stopping: true });
});

test('What is left counts until all there was is put back, however much was expected.', () => {
  const { restoring } = begun(5);
  restoring.took(2);
  expect(restoring.left).toBe(3);
  restoring.completed();
  expect(restoring.left).toBe(0);
});
