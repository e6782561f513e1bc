import { expect, test } from 'vitest';
import type { RetainedState } from '../../../../src-main/contract/model/model.ts';
import { judge, type Evidence } from '../../../../src-main/core/retained/evidence.ts';

const STATES: readonly RetainedState[] = ['unknown', 'retained', 'cleared', 'not-retained'];

test.each<[Evidence, (before: RetainedState) => RetainedState]>([
  ['delivered', () => 'retained'],
  ['delivered-empty', () => 'cleared'],
  ['live', (before) => before],
  ['expired', (before) => (before === 'retained' ? 'unknown' : before)],
  ['probe-absent', () => 'not-retained'],
  ['probe-incomplete', (before) => before],
])('After %s the state follows from the table', (evidence, expected) => {
  for (const before of STATES) expect(judge(before, evidence)).toBe(expected(before));
});
