import type { Ending } from '../../core/session/failures/reasons.ts';

/** An attempt that failed, already in words. */
export class DialError extends Error {
  override readonly name = 'DialError';
  readonly ending: Ending;
  constructor(ending: Ending, options?: ErrorOptions) {
    super(ending.failure.message, options);
    this.ending = ending;
  }
}
