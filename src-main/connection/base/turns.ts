import type { Clock } from './clock.ts';

/** Sliced work goes on for so long between two turns of the event loop, ms: messages wait no longer. */
export const TURN_MS = 4;

/** Does sliced work to its end, between the messages that come. */
export function inTurns<T>(clock: Clock, steps: Generator<void, T>): Promise<T>;
/** @returns null where it was not wanted any more when its turn came again */
export function inTurns<T>(
  clock: Clock,
  steps: Generator<void, T>,
  isWanted: () => boolean,
): Promise<T | null>;
export async function inTurns<T>(
  clock: Clock,
  steps: Generator<void, T>,
  isWanted: () => boolean = () => true,
): Promise<T | null> {
  for (;;) {
    const until = clock.now() + TURN_MS;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (clock.now() < until);
    await new Promise<void>((resolve) => clock.nextTurn(resolve));
    if (!isWanted()) return null;
  }
}
