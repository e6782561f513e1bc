import * as z from '../base/zod.ts';
import { DecoderChain } from './decoder-rule.ts';
import { Bytes, TopicKey } from './model.ts';

/** A number in the payloads of a topic: at a path of JSON, or the payload itself where the path is empty. */
export const SeriesField = z.object({
  key: TopicKey,
  path: z.array(z.union([z.string().max(65_535), z.number().int().min(0)])).max(64),
  /** How the payloads are decoded; without it they are JSON, or a number as text. */
  chain: DecoderChain.optional(),
});
export type SeriesField = z.infer<typeof SeriesField>;

/** Series in one chart; the product's rule. */
export const MOST_SERIES = 8;

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
  /** What was told before no longer holds: the steps became longer. */
  reset: z.boolean(),
  /** ms that a point stands for; the point `index` has the messages from `index * stepMs` on, ms since the epoch. */
  stepMs: z.number(),
  /** Points before this index are too old. */
  firstIndex: z.number(),
  /** Points that are new or changed, see `POINT_FIELDS`; `at` is the time of the last message in it. */
  points: Bytes,
  /** Messages in which there was no number at the path. */
  without: z.number(),
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
