import type { Clock } from './clock.ts';

/** Intake is held up for no longer, ms. */
const SLICE_MS = 4;

/** Does long work a slice at a time: after each, messages get their turn. */
export async function inSlices<T>(clock: Clock, work: Generator<void, T>): Promise<T> {
  for (let until = clock.now() + SLICE_MS; ;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (clock.now() < until) continue;
    await new Promise<void>((resolve) => clock.nextTurn(resolve));
    until = clock.now() + SLICE_MS;
  }
}
