import { rateAfter } from '../../../src-main/contract/view/rate.ts';
import type { SessionState } from './view-state.ts';

/**
 * What a rate has sunk to since its row came; during a pause, until the pause began.
 *
 * @param cameAt ms since the epoch by this window's clock, as `now`
 */
export function shownRate(
  rate: number,
  cameAt: number,
  { paused, skew }: Pick<SessionState, 'paused' | 'skew'>,
  now: number,
): number {
  if (rate === 0) return 0;
  return rateAfter(rate, (paused === null ? now : paused.at - skew) - cameAt);
}
