import { expect, test } from 'vitest';
import type { RetainedFact } from '../../../../../src-main/contract/model/retained.ts';
import { evidenceWords } from '../../../../../src-renderer/features/retained/retained-labels.ts';

const NOW = 1_700_000_000_000;
const fact = (part: Partial<RetainedFact>): RetainedFact => ({
  state: 'retained',
  by: 'subscribe',
  at: NOW - 2_000,
  stale: false,
  ...part,
});

test('How a state was learnt is shown with its age, and what was never seen has none.', () => {
  expect(evidenceWords(fact({}), NOW)).toMatch(/^seen after subscribing, 2.* ago$/);
  expect(evidenceWords(fact({ stale: true }), NOW)).toMatch(/ ago, may have changed since$/);
  expect(evidenceWords(fact({ state: 'unknown', by: 'none', at: 0 }), NOW)).toBe('never seen retained');
});

test('Our own publish is no more than that until the broker was asked.', () => {
  expect(evidenceWords(fact({ by: 'us' }), NOW)).toMatch(/^published from here and not probed, 2.* ago$/);
  expect(evidenceWords(fact({ by: 'probe' }), NOW)).toMatch(/^probed, 2.* ago$/);
});
