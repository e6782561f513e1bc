import * as z from '../base/zod.ts';
import { call, stream } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { ConnectionId, TopicKey } from '../model/model.ts';
import { Preview } from '../model/message.ts';
import { InventoryChoice, InventoryQuery } from './inventory.ts';
import { ClearResult } from './outcomes.ts';

/** Topics of one plan; more are refused with the advice to choose less. */
export const MAX_PLANNED = 100_000;

/** Whose retained messages are to be cleared. */
export const ClearScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('topics'), keys: z.array(TopicKey).min(1).max(1_000) }),
  /** Topics that a filter of MQTT matches, with its wildcards. */
  z.object({ kind: z.literal('matching'), filter: z.string().min(1).max(65_535) }),
  /** The topic and everything below it. */
  z.object({ kind: z.literal('subtree'), key: TopicKey }),
  /** Topics that this filter of the tree shows for themselves; none if it means nothing. */
  z.object({ kind: z.literal('filter'), text: z.string().min(1).max(65_535) }),
  /** What is chosen in the inventory. */
  z.object({ kind: z.literal('inventory'), query: InventoryQuery, choice: InventoryChoice }),
]);
export type ClearScope = z.infer<typeof ClearScope>;

/** What a plan knows of each topic; what is shown of it is read when it is looked at. */
export const ListedTopic = z.object({
  key: TopicKey,
  /** Payload bytes; 0 where they are not known. */
  size: z.number(),
  /** Messages still come: it may be retained again soon. */
  returning: z.boolean(),
  /** Why it cannot be cleared; null if it can. */
  excluded: z.string().nullable(),
});
export type ListedTopic = z.infer<typeof ListedTopic>;

export const ScopedTopic = ListedTopic.extend({
  /** As it may be shown. */
  topic: z.string(),
  preview: Preview,
});
export type ScopedTopic = z.infer<typeof ScopedTopic>;

/** Times are ms since the epoch. */
export const JobState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('running') }),
  z.object({ kind: z.literal('paused') }),
  /** There is no connection to the broker; it goes on by itself. */
  z.object({ kind: z.literal('waiting'), since: z.number() }),
  z.object({ kind: z.literal('done'), at: z.number() }),
  z.object({ kind: z.literal('stopped'), at: z.number() }),
  z.object({ kind: z.literal('failed'), at: z.number(), failure: Failure }),
]);
export type JobState = z.infer<typeof JobState>;

/** Long work. It belongs to the engine: closing a window changes nothing, and every window sees it. */
export const Job = z.object({
  id: z.string(),
  kind: z.literal('clear-retained'),
  connection: ConnectionId,
  title: z.string(),
  state: JobState,
  startedAt: z.number(),
  /** The entry in the trash from which the cleared messages can be restored. */
  entry: z.string(),
  total: z.number(),
  /** Topics with an outcome; by what became of them. */
  done: z.number(),
  cleared: z.number(),
  refused: z.number(),
  /** The broker delivers another message; the same, or what may be it. */
  cameBack: z.number(),
  stillThere: z.number(),
  unknown: z.number(),
  /** Topics that were asked for again and can be cleared; copies in the trash, with their payload bytes; empties that were sent. */
  steps: z.object({ fetched: z.number(), kept: z.number(), keptBytes: z.number(), sent: z.number() }),
  /** ms it ran for. */
  ran: z.number(),
  /** Topics a second while it ran, up to where they were sent. */
  rate: z.number(),
});
export type Job = z.infer<typeof Job>;

/** Some of a job's topics, by what became of them; `waiting`: those without an outcome. */
export const JobPart = z.enum([
  'all',
  'cleared',
  'not-cleared',
  'not-kept',
  'denied',
  'came-back',
  'waiting',
]);
export type JobPart = z.infer<typeof JobPart>;

/** A topic without an outcome. `sent`: its clearing was, and is to be checked. */
export const WaitingTopic = z.object({ key: TopicKey, topic: z.string(), sent: z.boolean() });
export type WaitingTopic = z.infer<typeof WaitingTopic>;

const job = z.object({ job: z.string().max(64) });
const ok = z.union([z.object({ kind: z.literal('done') }), Failure]);
const page = { from: z.number().int().min(0), count: z.number().int().min(1).max(500) };

export const jobCalls = {
  /** Lists what would be cleared and what not; changes nothing. The last few plans are kept. */
  planClearing: call(
    z.object({ connection: ConnectionId, scope: ClearScope }),
    z.union([
      z.object({
        kind: z.literal('plan'),
        plan: z.string(),
        clear: z.number(),
        /** Payload bytes of those that would be cleared. */
        bytes: z.number(),
        returning: z.number(),
        excluded: z.number(),
        /** Topics in the scope of which it is not known whether the broker holds a message; not listed. */
        unknown: z.number(),
        /**
         * Of those that would be cleared, messages larger than what is kept whole: without a copy they are left
         * alone, until `retryJob` is asked to clear them all the same. Left out: none.
         */
        tooLarge: z.number().optional(),
      }),
      Failure,
    ]),
  ),
  readPlan: call(
    z.object({ plan: z.string().max(64), part: z.enum(['clear', 'excluded']), ...page }),
    z.union([z.object({ kind: z.literal('page'), topics: z.array(ScopedTopic) }), Failure]),
  ),
  /** Clears exactly what the plan lists, and nothing else. */
  startClearing: call(
    /** `overLimit`: the trash may grow beyond its limit. */
    z.object({ plan: z.string().max(64), overLimit: z.boolean().default(false) }),
    z.union([z.object({ kind: z.literal('started'), job: z.string() }), Failure]),
  ),
  pauseJob: call(job, ok),
  resumeJob: call(job, ok),
  /** What is under way is finished, nothing more is begun. */
  stopJob: call(job, ok),
  /**
   * Begins a job that is over again with what was not cleared. `unkept` "clear": with what could not be kept, without
   * a copy, and nothing else. `overLimit`: with what was not begun; the trash may grow beyond its limit.
   */
  retryJob: call(
    z.object({
      ...job.shape,
      unkept: z.enum(['stop', 'clear']).default('stop'),
      overLimit: z.boolean().default(false),
    }),
    ok,
  ),
  /** A job that is over leaves the list, with its outcomes. */
  dismissJob: call(job, ok),
  /** Outcomes in the order in which they came. */
  jobOutcomes: call(
    z.object({ ...job.shape, part: JobPart, ...page }),
    z.union([
      z.object({
        kind: z.literal('page'),
        total: z.number(),
        outcomes: z.array(ClearResult),
        /** Of those that wait. */
        waiting: z.array(WaitingTopic),
      }),
      Failure,
    ]),
  ),
} as const;

export const jobStreams = {
  jobs: stream(z.object({}), z.object({ jobs: z.array(Job) })),
} as const;
