import { describe, expect, test } from 'vitest';
import type { RetainedState } from '../../../../src-main/contract/model/retained.ts';
import {
  Care,
  careTable,
  EVIDENCE,
  judge,
  SOURCES,
  STATES,
  type Evidence,
  type Next,
} from '../../../../src-main/core/retained/evidence.ts';

/** In the order unknown, retained, cleared, not retained. */
type Row = readonly [Next, Next, Next, Next];

const SAME: Row = ['same', 'same', 'same', 'same'];
const all = (next: Next): Row => [next, next, next, next];

/** The rules as they were written down, apart from how the code keeps them. */
const RULES: Readonly<Record<Evidence, readonly [proven: Row, unproven: Row]>> = {
  stored: [all('retained'), all('retained')],
  'stored-soon': [all('unknown'), all('unknown')],
  'live-retained': [all('retained'), all('retained')],
  'live-cleared': [all('cleared'), all('cleared')],
  live: [SAME, ['unknown', 'same', 'unknown', 'unknown']],
  'live-empty': [SAME, ['same', 'unknown', 'same', 'same']],
  published: [all('retained'), all('retained')],
  sent: [all('unknown'), all('unknown')],
  emptied: [all('cleared'), all('cleared')],
  unanswered: [all('unknown'), all('unknown')],
  expired: [
    ['same', 'unknown', 'same', 'same'],
    ['same', 'unknown', 'same', 'same'],
  ],
  absent: [all('not-retained'), all('not-retained')],
  'absent-live': [all('unknown'), all('unknown')],
  incomplete: [SAME, SAME],
};

describe('The table of evidence', () => {
  test.each(EVIDENCE)('says for every state what follows from "%s".', (evidence) => {
    const [proven, unproven] = RULES[evidence];
    const order: readonly RetainedState[] = ['unknown', 'retained', 'cleared', 'not-retained'];
    expect(order.map((state) => judge(state, evidence, true))).toEqual(proven);
    expect(order.map((state) => judge(state, evidence, false))).toEqual(unproven);
  });

  test('lets no live message without the flag turn a doubt into a certainty.', () => {
    for (const state of STATES) {
      for (const evidence of ['live', 'live-empty'] as const) {
        expect(['same', 'unknown']).toContain(judge(state, evidence, false));
      }
    }
  });
});

describe('What is asked of every message', () => {
  const care = (state: RetainedState, by: (typeof SOURCES)[number], marking: boolean): number =>
    careTable(false, marking)[STATES.indexOf(state) | (SOURCES.indexOf(by) << 2)] ?? 0;

  test('is nothing once the broker is known to keep the flag, but for marks while a scan is judged.', () => {
    expect([...careTable(true, false)].every((bits) => bits === 0)).toBe(true);
    expect([...careTable(true, true)].every((bits) => bits === (Care.payload | Care.expiry))).toBe(true);
  });

  test('is what the table may change, and no more.', () => {
    for (const by of SOURCES) {
      for (const state of STATES) {
        const bits = care(state, by, false);
        const changes = judge(state, 'live', false) === 'unknown';
        const doubt = by === 'emptied';
        expect((bits & Care.payload) !== 0, `${state} by ${by}`).toBe(state === 'unknown' ? doubt : changes);
        expect((bits & Care.empty) !== 0).toBe(state === 'retained');
        expect((bits & Care.expiry) !== 0).toBe(state === 'retained' || (bits & Care.payload) !== 0);
      }
    }
  });

  test('is every payload while a scan is still to be judged.', () => {
    for (const state of STATES) expect(care(state, 'none', true) & Care.payload).toBe(Care.payload);
  });
});
