import * as z from '../base/zod.ts';
import { Bytes, MOST_SERIES, SeriesField } from './model.ts';

export const SeriesRequest = z.object({
  fields: z.array(SeriesField).min(1).max(MOST_SERIES),
  /** The last so many ms; null: everything that is kept. */
  spanMs: z.number().int().min(1_000).max(2_592_000_000).nullable(),
  /** Points a series may have: more than the pixels of a chart say nothing. */
  points: z.number().int().min(10).max(4_000),
});
export type SeriesRequest = z.infer<typeof SeriesRequest>;

/** Numbers of a point in `SeriesNews.points`, 64-bit floats, little-endian, in this order. */
export const POINT_FIELDS = ['index', 'at', 'min', 'max', 'sum', 'count', 'last'] as const;

/** What changed in one series. */
export const SeriesNews = z.object({
  /** Points sent before are no longer valid: the steps became longer. */
  reset: z.boolean(),
  /** ms that a point stands for; the point `index` has the messages from `index * stepMs` on, ms since the epoch. */
  stepMs: z.number(),
  /** Points before this index are too old. */
  firstIndex: z.number(),
  /** Points that are new or changed, see `POINT_FIELDS`; `at` is the time of the last message in it. */
  points: Bytes,
  /** Messages in which there was no number at the path. */
  without: z.number(),
  /** Messages that were not read whole: kept shortened, or too much to be decoded. Whether they have one is not known. */
  notKnown: z.number(),
});
export type SeriesNews = z.infer<typeof SeriesNews>;

export const SeriesFrame = z.object({
  /** In the order of the fields; null: nothing new. */
  series: z.array(SeriesNews.nullable()),
  /** The engine's clock, ms since the epoch. */
  now: z.number(),
  /** Older messages are still being read. */
  reading: z.boolean(),
});
export type SeriesFrame = z.infer<typeof SeriesFrame>;
