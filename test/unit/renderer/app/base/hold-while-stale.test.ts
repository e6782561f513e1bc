import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { holdWhileStale } from '../../../../../src-renderer/app/base/hold-while-stale.ts';
import type { LinkStatus } from '../../../../../src-renderer/state/engine/engine.ts';
import { shownNow } from '../../../../../src-renderer/ui/base/use-now.ts';

beforeEach(() => vi.useFakeTimers({ now: 50_000 }));
afterEach(() => vi.useRealTimers());

/** An engine whose link is as the test says. */
function linkOf(first: LinkStatus) {
  let status = first;
  let listener: (next: LinkStatus) => void = () => undefined;
  const engine = {
    status: () => status,
    subscribe: (one: (next: LinkStatus) => void) => {
      listener = one;
      return () => (listener = () => undefined);
    },
  };
  return {
    engine,
    turn: (next: object) => {
      status = next as LinkStatus;
      listener(status);
    },
  };
}

test('What is shown is of the moment at which the engine was heard last, until it is heard again.', () => {
  const { engine, turn } = linkOf({ kind: 'ready' } as LinkStatus);
  const end = holdWhileStale(engine);
  expect(shownNow()).toBe(50_000);
  turn({ kind: 'silent', since: 44_000 });
  vi.advanceTimersByTime(10_000);
  expect(shownNow()).toBe(44_000);
  turn({ kind: 'ready' });
  expect(shownNow()).toBe(60_000);
  end();
});

test('A host that was restarted and lets nobody in has shown nothing newer than the one before.', () => {
  const { engine, turn } = linkOf({ kind: 'gone', since: 40_000, attempt: 1, why: 'it ended' });
  const end = holdWhileStale(engine);
  vi.advanceTimersByTime(5_000);
  turn({ kind: 'no-access', why: 'ended' });
  vi.advanceTimersByTime(5_000);
  expect(shownNow()).toBe(40_000);
  end();
  expect(shownNow()).toBe(60_000);
});
