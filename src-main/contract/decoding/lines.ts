import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Bytes, ConnectionId, TopicKey } from '../model/model.ts';

/** How a long text is laid out in rows. */
export const LinesLayout = z.object({
  /** JSON only: members in the order of their names. */
  sorted: z.boolean(),
  /** JSON only: without white space. */
  compact: z.boolean(),
  /** Characters of a row; longer lines go on in the next one. */
  columns: z.number().int().min(20).max(10_000),
});
export type LinesLayout = z.infer<typeof LinesLayout>;

/** A message that is kept, or what a chain of decoders has made of one. */
const LinesSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    key: TopicKey,
    which: z.number(),
    /** For a view that is paused: values as of its sequence. */
    view: z.string().min(1).max(64).optional(),
  }),
  z.object({ kind: z.literal('decoded'), id: z.string().min(1).max(64) }),
]);
export type LinesSource = z.infer<typeof LinesSource>;

export const OpenedLines = z.object({
  kind: z.literal('opened'),
  /** For reading it, while it is among the last two that were opened. */
  id: z.string(),
  shape: z.enum(['json', 'text']),
  rows: z.number(),
  lines: z.number(),
  chars: z.number(),
  /** Bytes of the payload that it stands for, from the start. */
  bytes: z.number(),
  /** How it differs from what was sent; null where it does not. */
  note: z.string().nullable(),
});
export type OpenedLines = z.infer<typeof OpenedLines>;

/** Rows, and which of them open something. */
export const LinesPage = z.object({
  kind: z.literal('lines'),
  from: z.number(),
  rows: z.array(z.string()),
  /** Numbers of their lines, from 1; 0 where a line goes on. */
  numbers: z.array(z.number()),
  folds: z.array(
    z.object({
      row: z.number(),
      /** The row at which it ends. */
      end: z.number(),
      /** Members or elements in it. */
      count: z.number(),
      /** The text of that row without its indentation. */
      tail: z.string(),
    }),
  ),
});
export type LinesPage = z.infer<typeof LinesPage>;

/** Where a text was found, in the order of the rows. */
export const FoundInLines = z.object({
  kind: z.literal('found'),
  rows: z.array(z.number()),
  columns: z.array(z.number()),
  lengths: z.array(z.number()),
  /** There may be more. */
  more: z.boolean(),
});
export type FoundInLines = z.infer<typeof FoundInLines>;

export const LineValue = z.object({
  kind: z.literal('value'),
  path: z.array(z.union([z.string(), z.number()])),
  /** Null: longer than a million characters. */
  json: z.string().nullable(),
});
export type LineValue = z.infer<typeof LineValue>;

const id = z.string().min(1).max(64);
const row = z.number().int().min(0);
/** Rows in one answer. */
export const MAX_ROWS = 1_000;
/** Characters of what is looked for. */
export const MAX_QUERY = 1_000;

/** Long texts, laid out by the decoder's thread and read by pages. `decoded-gone`: open it again. */
export const linesCalls = {
  openLines: call(
    z.object({ connection: ConnectionId, source: LinesSource, layout: LinesLayout }),
    z.union([
      OpenedLines,
      z.object({ kind: z.literal('gone'), why: z.enum(['evicted', 'forgotten', 'never']) }),
      Failure,
    ]),
  ),
  readLines: call(
    z.object({ id, from: row, count: z.number().int().min(1).max(MAX_ROWS) }),
    z.union([LinesPage, Failure]),
  ),
  findInLines: call(
    z.object({ id, query: z.string().min(1).max(MAX_QUERY) }),
    z.union([FoundInLines, Failure]),
  ),
  lineValue: call(z.object({ id, row }), z.union([LineValue, Failure])),
  /** First and last rows of the parts of the document, two 32-bit integers each. */
  lineFolds: call(z.object({ id }), z.union([z.object({ kind: z.literal('folds'), rows: Bytes }), Failure])),
} as const;
