import { expect, test } from 'vitest';
import { OnBeat, type Beat } from '../../../../../src-renderer/state/engine/on-beat.ts';

/** A beat that the test gives, and what was shown. */
function held() {
  const listeners = new Set<() => void>();
  const beat: Beat = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const shown: string[] = [];
  const values = new OnBeat<string>(beat, (value) => shown.push(value));
  const tick = () => {
    for (const tell of listeners) tell();
  };
  return { values, shown, listeners, tick };
}

test('what waits is shown at the beat, once, and the newest of all that came', () => {
  const { values, shown, tick } = held();
  values.take('a', 'beat');
  values.take('b', 'beat');
  expect([shown, values.held]).toEqual([[], 'b']);
  tick();
  tick();
  expect([shown, values.held]).toEqual([['b'], null]);
});

test('what is told now stands for what waited, and is not followed by it', () => {
  const { values, shown, tick } = held();
  values.take('a', 'beat');
  values.take('b', 'now');
  expect(shown).toEqual(['b']);
  tick();
  expect(shown).toEqual(['b']);
});

test('nobody listens to the beat while nothing waits', () => {
  const { values, shown, listeners, tick } = held();
  values.take('a', 'now');
  expect(listeners.size).toBe(0);
  values.take('b', 'beat');
  values.take('c', 'beat');
  expect(listeners.size).toBe(1);
  tick();
  expect(listeners.size).toBe(0);
  values.take('d', 'beat');
  values.drop();
  expect([listeners.size, values.held, shown]).toEqual([0, null, ['a', 'c']]);
});

test('without a beat nothing waits', () => {
  const shown: string[] = [];
  new OnBeat<string>(null, (value) => shown.push(value)).take('a', 'beat');
  expect(shown).toEqual(['a']);
});
