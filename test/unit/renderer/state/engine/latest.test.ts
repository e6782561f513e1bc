import { expect, test } from 'vitest';
import { LATE, Latest } from '../../../../../src-renderer/state/engine/latest.ts';

/** Questions that are answered, or refused, when the test says so. */
function questions() {
  const open: { resolve: (answer: string | null) => void; reject: (why: Error) => void }[] = [];
  const ask = () => new Promise<string | null>((resolve, reject) => open.push({ resolve, reject }));
  return { open, ask };
}

test('Only the newest question has an answer, in whatever order they come.', async () => {
  const { open, ask } = questions();
  const latest = new Latest();
  const answers = [latest.answer(ask), latest.answer(ask), latest.answer(ask)];
  for (const at of [2, 0, 1]) open[at]?.resolve(String(at));
  expect(await Promise.all(answers)).toEqual([LATE, LATE, '2']);
});

test('An answer that says nothing is one all the same.', async () => {
  const { open, ask } = questions();
  const answer = new Latest().answer(ask);
  open[0]?.resolve(null);
  expect(await answer).toBeNull();
});

test('What was dropped has no answer, and what is asked afterwards has.', async () => {
  const { open, ask } = questions();
  const latest = new Latest();
  const before = latest.answer(ask);
  latest.drop();
  const after = latest.answer(ask);
  open[0]?.resolve('before');
  open[1]?.resolve('after');
  expect(await Promise.all([before, after])).toEqual([LATE, 'after']);
});

test('A question that breaks says so, and stands in the way of none behind it.', async () => {
  const { open, ask } = questions();
  const latest = new Latest();
  const broken = latest.answer(ask);
  open[0]?.reject(new Error('gone'));
  await expect(broken).rejects.toThrow('gone');
  const next = latest.answer(ask);
  open[1]?.resolve('there');
  expect(await next).toBe('there');
});

test('A question that breaks when nobody wants its answer any more breaks nothing.', async () => {
  const { open, ask } = questions();
  const latest = new Latest();
  const answers = [latest.answer(ask), latest.answer(ask)];
  open[0]?.reject(new Error('gone'));
  open[1]?.resolve('there');
  expect(await Promise.all(answers)).toEqual([LATE, 'there']);
  const dropped = latest.answer(ask);
  latest.drop();
  open[2]?.reject(new Error('gone'));
  expect(await dropped).toBe(LATE);
});
