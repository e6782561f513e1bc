import * as z from '../base/zod.ts';
import { call, stream } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { ConnectionId } from '../model/model.ts';
import { MessageTemplate } from './sending.ts';

/** Bytes of a file in one piece. */
export const MAX_ROWS_PIECE = 1_048_576;
/** Most messages whose single times are sent. */
export const RECENT_TIMES = 160;

const Piece = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.length <= MAX_ROWS_PIECE,
  'Not bytes, or too many',
);
const Interval = z.number().min(0).max(86_400_000);
const id = z.string().min(1).max(64);

/** When the messages of a series are sent. Times in ms. */
export const SeriesPlan = z.object({
  /** 0: as fast as the broker takes them. */
  everyMs: Interval,
  /** Null: until it is stopped, or the file is through. */
  times: z.number().int().min(1).max(1_000_000_000).nullable(),
  /** Each is sent up to this much earlier or later. */
  jitterMs: Interval,
  /** The interval at the end; it changes evenly from one message to the next. Null: it stays the same. */
  rampToMs: Interval.nullable(),
  /** The first message that is not taken, or line that cannot be read, ends it. */
  stopAtError: z.boolean(),
});
export type SeriesPlan = z.infer<typeof SeriesPlan>;

/** Times are ms since the epoch. */
export const SeriesState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('paused') }),
  z.object({ kind: z.literal('done'), at: z.number() }),
  /** `why` null: a person stopped it. */
  z.object({ kind: z.literal('stopped'), at: z.number(), why: Failure.nullable() }),
]);
export type SeriesState = z.infer<typeof SeriesState>;

/** Messages that the engine publishes one after the other; closing a window changes nothing. */
export const MessageSeries = z.object({
  id: z.string(),
  /** Its topic as written, or the name of its file. */
  title: z.string(),
  state: SeriesState,
  startedAt: z.number(),
  /** Null: without end, or not known. */
  total: z.number().nullable(),
  /** Bytes of its file; null: it has none. */
  file: z.object({ read: z.number(), size: z.number() }).nullable(),
  /** Those without an outcome included. */
  sent: z.number(),
  /** At QoS 1 and 2. */
  acknowledged: z.number(),
  noSubscribers: z.number(),
  /** Without an outcome. */
  inFlight: z.number(),
  errors: z.number(),
  /** Messages a second while it ran, and as asked for now; null: as fast as possible. */
  rate: z.number(),
  wantedRate: z.number().nullable(),
  /** From sending to the acknowledgement, ms; null: none yet. */
  meanMs: z.number().nullable(),
  worstMs: z.number().nullable(),
  /** The same of the last messages, oldest first. */
  recentMs: z.array(z.number()).max(RECENT_TIMES),
  /** The last of them, oldest first; `line` of the file from 1, null without one. */
  problems: z.array(z.object({ line: z.number().nullable(), failure: Failure })).max(20),
});
export type MessageSeries = z.infer<typeof MessageSeries>;

const ok = z.union([z.object({ kind: z.literal('done') }), Failure]);
const which = z.object({ series: id });

export const messageSeriesCalls = {
  /**
   * The next piece of a file that a series is read from, at most 1 GB in all; `file` null: the first. Files that no
   * series was started with make room for others.
   */
  addSeriesRows: call(
    z.object({ file: id.nullable(), bytes: Piece }),
    z.union([z.object({ kind: z.literal('added'), file: z.string() }), Failure]),
  ),
  /**
   * `rows`: a message a line. What a line says of topic, payload, QoS and retain takes the place of the template's;
   * its topic may be empty then.
   */
  startSeries: call(
    z.object({
      connection: ConnectionId,
      template: MessageTemplate,
      plan: SeriesPlan,
      rows: z.object({ file: id, name: z.string().max(1_000), kind: z.enum(['csv', 'jsonl']) }).nullable(),
    }),
    z.union([z.object({ kind: z.literal('started'), series: z.string() }), Failure]),
  ),
  /** What is under way is waited for, nothing more is sent. */
  pauseSeries: call(which, ok),
  resumeSeries: call(which, ok),
  stopSeries: call(which, ok),
} as const;

export const messageSeriesStreams = {
  /** All series of one connection, the newest first. */
  messageSeries: stream(z.object({ connection: ConnectionId }), z.object({ series: z.array(MessageSeries) })),
  /** On which connections series run, and how many; an item only when that changes. */
  runningSeries: stream(
    z.object({}),
    z.object({ running: z.array(z.object({ connection: ConnectionId, count: z.number() })) }),
  ),
} as const;
