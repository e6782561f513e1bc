import * as z from './zod.ts';

/** The farthest time from the epoch that a `Date` can hold, ms. */
export const MAX_MOMENT = 8_640_000_000_000_000;

/** A time read from a file, ms since the epoch. Checked, so that it can always be shown as a date. */
export const Moment = z.number().min(-MAX_MOMENT).max(MAX_MOMENT);
