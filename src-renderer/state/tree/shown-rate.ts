import { rateAfter } from '../../../src-main/contract/view/rate.ts';
import type { SessionState } from './view-state.ts';

/**
 * What a rate that was told has sunk to; in a pause, to when it began.
 *
 * @param toldAt ms since the epoch by this window's clock, as `now`
 */
export function shownRate(
  rate: number,
  toldAt: number,
  { paused, skew }: Pick<SessionState, 'paused' | 'skew'>,
  now: number,
): number {
  if (rate === 0) return 0;
  return rateAfter(rate, (paused === null ? now : paused.at - skew) - toldAt);
}
