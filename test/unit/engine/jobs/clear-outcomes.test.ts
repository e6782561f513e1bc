import { expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import {
  ClearOutcomes,
  connectionClosed,
  isCutOff,
  LEFT,
  LOST,
  OTHER,
  SENT,
  silenceOf,
} from '../../../../src-main/engine/jobs/clear-outcomes.ts';
import type { ClearOutcome, SentPlaces } from '../../../../src-main/engine/retained/listed-kept.ts';
import { CLEARED } from '../../../../src-main/core/retained/clearing.ts';
import { random } from '../../../support/random.ts';

const failure = (code: string) => failed(code, 'x', '');
const refused: ClearOutcome = { kind: 'refused', code: 135, failure: failure('not-authorized') };
const still: ClearOutcome = { kind: 'still-retained', failure: failure('still-retained'), at: 5 };
const back: ClearOutcome = { ...still, back: true };
const unkept: ClearOutcome = { kind: 'not-kept', failure: failure('too-large-to-keep') };

test('Each place has its last outcome, and each kind is counted once a place.', () => {
  const outcomes = new ClearOutcomes(5);
  for (let place = 0; place < 5; place++) outcomes.sentTo(place, 1);
  expect([outcomes.sent, outcomes.done]).toEqual([5, 0]);
  outcomes.found(2, still, 1);
  expect(outcomes.counts).toMatchObject({ cameBack: 0, stillThere: 1 });
  [CLEARED, refused, back, unkept].forEach((one, place) => outcomes.found(place, one, 1));
  expect([outcomes.sent, outcomes.done]).toEqual([1, 4]);
  expect(outcomes.counts).toEqual({ cleared: 1, refused: 1, cameBack: 1, stillThere: 1, unknown: 0 });
  outcomes.found(2, CLEARED, 2);
  outcomes.found(2, CLEARED, 2);
  outcomes.forget(1);
  outcomes.forget(4);
  expect(outcomes.counts).toEqual({ cleared: 2, refused: 0, cameBack: 0, stillThere: 1, unknown: 0 });
  // Nobody could ask for it.
  outcomes.found(3, { kind: 'not-kept', failure: failure('probe-135') }, 1);
  expect(outcomes.counts).toMatchObject({ stillThere: 0, unknown: 1 });
  expect([0, 1, 2, 3, 4].map((place) => outcomes.of(place)?.kind ?? null)).toEqual([
    'cleared',
    null,
    'cleared',
    'not-kept',
    null,
  ]);
  expect([...outcomes.settled()]).toEqual([0, 2, 3]);
  expect([[...outcomes.placesIn(LEFT)], [...outcomes.placesIn(OTHER)], outcomes.sent]).toEqual([
    [1, 4],
    [3],
    0,
  ]);
});

test('To be checked is what was sent, and, where that is asked for, what was gone in an earlier session.', () => {
  const outcomes = new ClearOutcomes(6);
  outcomes.found(0, CLEARED, 1);
  outcomes.found(1, CLEARED, 2);
  outcomes.found(2, refused, 1);
  outcomes.sentTo(3, 1);
  outcomes.sentTo(4, 2);
  expect([...outcomes.unchecked(2, true, 10)]).toEqual([0, 3, 4]);
  expect([...outcomes.unchecked(2, false, 10)]).toEqual([3, 4]);
  expect([...outcomes.unchecked(2, true, 2)]).toEqual([0, 3]);
  expect([outcomes.isIn(3, SENT), outcomes.isIn(3, SENT, 2), outcomes.isIn(4, SENT, 2)]).toEqual([
    true,
    false,
    true,
  ]);
  expect([0, 4, 5].map((place) => outcomes.session(place))).toEqual([1, 2, 0]);
});

test('What is counted is what a look at every place finds, whatever happens in whatever order.', () => {
  const { int, pick } = random(5);
  const outcomes = new ClearOutcomes(20);
  for (let step = 0; step < 2_000; step++) {
    const place = int(20);
    const what = int(9);
    if (what < 3) outcomes.sentTo(place, int(3), pick([[], [refused], [LOST]])[0]);
    else if (what < 5) outcomes.forget(place);
    else outcomes.found(place, pick([CLEARED, refused, still, back, unkept, LOST]), int(3));
    const kinds = Array.from({ length: 20 }, (_, at) => {
      const one = outcomes.of(at);
      return one?.kind === 'still-retained' && one.back === true ? 'back' : one?.kind;
    });
    const count = (...wanted: string[]) => kinds.filter((kind) => wanted.includes(kind ?? '')).length;
    expect(outcomes.counts).toEqual({
      cleared: count('cleared'),
      refused: count('refused'),
      cameBack: count('back'),
      stillThere: count('still-retained', 'not-kept'),
      unknown: count('not-verified'),
    });
    expect(outcomes.done + outcomes.sent + [...outcomes.placesIn(LEFT)].length).toBe(20);
  }
});

test('Of what the broker did not confirm the check counts where it shows more than the answer.', () => {
  const silent: ClearOutcome = { kind: 'not-verified', failure: failure('unacknowledged') };
  const after = (answer: ClearOutcome, checked: ClearOutcome): ClearOutcome | null => {
    const outcomes = new ClearOutcomes(1);
    outcomes.sentTo(0, 1, answer);
    outcomes.found(0, checked, 1);
    return outcomes.of(0);
  };
  expect([refused, silent].map((answer) => after(answer, CLEARED))).toEqual([CLEARED, CLEARED]);
  expect([still, back, LOST].map((checked) => after(refused, checked))).toEqual([refused, refused, refused]);
  expect([after(silent, back), after(silent, LOST)]).toEqual([back, silent]);
  expect(after(silent, still)).toMatchObject({ kind: 'still-retained', failure: { message: 'x x' } });
  // The answer to an earlier try says nothing about a later one.
  const outcomes = new ClearOutcomes(1);
  outcomes.sentTo(0, 1, refused);
  outcomes.sentTo(0, 1);
  outcomes.found(0, still, 1);
  expect(outcomes.of(0)).toBe(still);
});

test('Silence is that nothing of what went together was acknowledged.', () => {
  const silent: ClearOutcome = { kind: 'not-verified', failure: failure('unacknowledged') };
  const sent = (...unsent: [number, ClearOutcome][]): SentPlaces => ({
    places: Uint32Array.of(4, 7),
    sent: Uint8Array.of(1, 1),
    took: new Float32Array(2),
    unsent: new Map(unsent),
    later: new Set(),
  });
  expect(silenceOf(sent([4, silent], [7, silent]))).toBe(silent.failure);
  expect(silenceOf(sent([4, silent]))).toBeNull();
  expect(silenceOf(sent([4, refused], [7, refused]))).toBeNull();
  expect(silenceOf(null)).toBeNull();
});

test('Cut off is what may be known when it is asked for once more.', () => {
  expect([LOST, refused, back, unkept, CLEARED].map(isCutOff)).toEqual([true, false, false, false, false]);
  expect(isCutOff({ kind: 'not-verified', failure: failure('probe-135') })).toBe(false);
  expect(isCutOff({ kind: 'not-kept', failure: failure('not-kept') })).toBe(true);
  // Whoever waited for an answer in vain once is not made to wait twice more.
  expect(isCutOff({ kind: 'not-verified', failure: failure('unacknowledged') })).toBe(false);
  expect(connectionClosed(1).message).toContain('1 topic ');
});
