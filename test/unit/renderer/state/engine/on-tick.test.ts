import { expect, test } from 'vitest';
import { OnTick, type EachTick } from '../../../../../src-renderer/state/engine/on-tick.ts';

/** Ticks that the test triggers, and what was shown. */
function held() {
  const listeners = new Set<() => void>();
  const eachTick: EachTick = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const shown: string[] = [];
  const values = new OnTick<string>(eachTick, (value) => shown.push(value));
  const tick = () => {
    for (const emit of listeners) emit();
  };
  return { values, shown, listeners, tick };
}

test('what waits is shown at the tick, once, and the newest of all that came', () => {
  const { values, shown, tick } = held();
  values.take('a', 'tick');
  values.take('b', 'tick');
  expect([shown, values.held]).toEqual([[], 'b']);
  tick();
  tick();
  expect([shown, values.held]).toEqual([['b'], null]);
});

test('a value shown now replaces the one that waited, which does not follow', () => {
  const { values, shown, tick } = held();
  values.take('a', 'tick');
  values.take('b', 'now');
  expect(shown).toEqual(['b']);
  tick();
  expect(shown).toEqual(['b']);
});

test('nobody listens to the tick while nothing waits', () => {
  const { values, shown, listeners, tick } = held();
  values.take('a', 'now');
  expect(listeners.size).toBe(0);
  values.take('b', 'tick');
  values.take('c', 'tick');
  expect(listeners.size).toBe(1);
  tick();
  expect(listeners.size).toBe(0);
  values.take('d', 'tick');
  values.drop();
  expect([listeners.size, values.held, shown]).toEqual([0, null, ['a', 'c']]);
});

test('without a tick nothing waits', () => {
  const shown: string[] = [];
  new OnTick<string>(null, (value) => shown.push(value)).take('a', 'tick');
  expect(shown).toEqual(['a']);
});
