import { expect, test } from 'vitest';
import {
  createSeriesForm,
  planOf,
  type SeriesForm,
} from '../../../../../../src-renderer/state/publish/series/series-form.ts';

const form = (change: Partial<SeriesForm>): SeriesForm => ({ ...createSeriesForm().getState(), ...change });

test('What is typed becomes a plan; a file ends by itself, and so may a series without a number.', () => {
  const plan = { everyMs: 1_000, times: 10, jitterMs: 0, rampToMs: null, stopAtError: true };
  expect(planOf(form({}))).toEqual(plan);
  expect(planOf(form({ kind: 'ramp' }))).toEqual({ ...plan, rampToMs: 100 });
  expect(planOf(form({ kind: 'file', times: 'x', rampTo: 'y' }))).toEqual({ ...plan, times: null });
  expect(planOf(form({ times: ' ' }))).toEqual({ ...plan, times: null });
  expect(planOf(form({ times: '1,000', every: '0.5' }))).toEqual({ ...plan, times: 1_000, everyMs: 0.5 });
});

test.each([
  [{ every: 'often' }, /^Every/],
  [{ every: '1,5' }, /^Every/],
  [{ every: '86400001' }, /^Every/],
  [{ times: '0' }, /^Times/],
  [{ times: '1.5' }, /^Times/],
  [{ kind: 'ramp', times: '' }, /^Times/],
  [{ kind: 'file', jitter: '-1' }, /^Jitter/],
  [{ kind: 'ramp', rampTo: '' }, /^To/],
] as const)('%j is answered in the words of its field.', (change, words) => {
  expect(planOf(form(change))).toMatchObject({ message: expect.stringMatching(words) });
});
