import * as z from './zod.ts';

/** As far from the epoch as a `Date` reaches, ms: of what lies beyond it no clock and no calendar can tell. */
export const MAX_MOMENT = 8_640_000_000_000_000;

/** When something was, ms since the epoch, as a file says it: whoever wrote it, it can be shown as a date. */
export const Moment = z.number().min(-MAX_MOMENT).max(MAX_MOMENT);
