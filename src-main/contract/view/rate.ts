/** Time constant of the smoothing of rates, ms. */
export const RATE_TAU_MS = 10_000;

/** What a smoothed rate has sunk to when so many ms have passed without a message. */
export function rateAfter(rate: number, ms: number): number {
  return rate * Math.exp(-Math.max(0, ms) / RATE_TAU_MS);
}
