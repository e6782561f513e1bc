import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Qos, TopicKey } from '../model/model.ts';
import { Preview } from '../model/message.ts';
import { Diagnostics } from './diagnostics.ts';

/**
 * Which of the messages that the filter leaves are listed.
 * - `all`: retained, and those of which something was known before and is not now
 * - `retained`: known for certain
 * - `stale`: known to be old, and no longer published to
 * - `returning`: still published to, so they would come back
 * - `unknown`: topics of which it is not known whether the broker holds a message
 */
export const InventoryState = z.enum(['all', 'retained', 'stale', 'returning', 'unknown']);
export type InventoryState = z.infer<typeof InventoryState>;

/** What is listed. `filter`: as in the tree; it is asked about the retained message of each topic. */
export const InventoryQuery = z.object({ filter: z.string().max(65_535), state: InventoryState });
export type InventoryQuery = z.infer<typeof InventoryQuery>;

export const InventorySort = z.object({
  by: z.enum(['topic', 'size', 'qos', 'age', 'state']),
  descending: z.boolean(),
});
export type InventorySort = z.infer<typeof InventorySort>;

/** Rules that a choice may have. */
export const MAX_RULES = 1_000;

/**
 * Which of the listed messages are chosen. A rule holds for a topic and all below it, and the nearest one
 * counts. What is only maybe there is chosen by a rule of its own and by no other.
 */
export const InventoryChoice = z.object({
  all: z.boolean(),
  rules: z.array(z.object({ key: TopicKey, on: z.boolean() })).max(MAX_RULES),
});
export type InventoryChoice = z.infer<typeof InventoryChoice>;

/** Which parents are open. `open` null: all where there are few, else the top levels. */
export const InventoryExpansion = z.object({
  open: z.boolean().nullable(),
  except: z.array(TopicKey).max(1_000),
});
export type InventoryExpansion = z.infer<typeof InventoryExpansion>;

/**
 * When the broker was given the message, as far as it is known. ms since the epoch.
 * - `payload`, `property`: a time that the message carries, in a field of its JSON or a user property
 * - `published`: it was seen as it was published, or was published from here
 * - `stored`: it was there by then, so it is at least that old
 */
export const RetainedAge = z.object({
  at: z.number(),
  source: z.enum(['payload', 'property', 'published', 'stored']),
});
export type RetainedAge = z.infer<typeof RetainedAge>;

/** `protected`: it cannot be cleared, for the given reason. */
export const EntryState = z.enum(['retained', 'stale', 'returning', 'unknown', 'protected']);
export type EntryState = z.infer<typeof EntryState>;

export const InventoryEntry = z.object({
  preview: Preview,
  /** Payload bytes; null where the message was not seen. */
  size: z.number().nullable(),
  /** At which it is stored; null: not known, as a subscription at a lower QoS hides it. */
  qos: Qos.nullable(),
  age: RetainedAge.nullable(),
  contentType: z.string(),
  state: EntryState,
  /** Why it cannot be cleared. */
  excluded: z.string().nullable(),
  /** Learnt before the connection was lost, or before its subscription ended. */
  asOf: z.boolean(),
});
export type InventoryEntry = z.infer<typeof InventoryEntry>;

/** A message, a parent with its totals, or both. */
export const InventoryRow = z.object({
  key: TopicKey,
  /** As they may be shown: the topic, and what of it the row adds to the row above it. */
  topic: z.string(),
  name: z.string(),
  level: z.number(),
  /** Null: nothing is listed below it. */
  expanded: z.boolean().nullable(),
  /** Listed messages at and below it, their bytes, and the oldest. */
  count: z.number(),
  bytes: z.number(),
  oldest: RetainedAge.nullable(),
  chosen: z.enum(['all', 'some', 'none', 'never']),
  entry: InventoryEntry.nullable(),
});
export type InventoryRow = z.infer<typeof InventoryRow>;

/** Ages are counted below each of these, in ms, and beyond the last. */
export const AGE_BOUNDS = [3_600_000, 86_400_000, 30 * 86_400_000, 90 * 86_400_000] as const;
/** Known to be older than this it is stale, in ms. */
export const STALE_MS = 30 * 86_400_000;

export const InventorySummary = z.object({
  count: z.number(),
  bytes: z.number(),
  chosen: z.object({ count: z.number(), bytes: z.number(), returning: z.number() }),
  /** Of those that are listed and not chosen. */
  unchosen: z.object({ unknown: z.number(), protected: z.number() }),
  stale: z.number(),
  /** How many are younger than each of `AGE_BOUNDS`, and older than the last; of an age that is only a least one in none. */
  ages: z.array(z.number()),
  /** The largest subtrees below the last parent that all have in common; `more`: those that are not listed. */
  subtrees: z.array(z.object({ key: TopicKey, topic: z.string(), count: z.number(), bytes: z.number() })),
  more: z.object({ subtrees: z.number(), count: z.number(), bytes: z.number() }),
});
export type InventorySummary = z.infer<typeof InventorySummary>;

/** Progress and result of asking the broker again. Times are ms since the epoch. */
export const ProbeState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('never') }),
  /**
   * `where`: what is asked for; `found`: messages so far; `total` 0: unknown topics are looked for; `stopping`: what is
   * under way is still waited for, and nothing more is asked.
   */
  z.object({
    kind: z.literal('running'),
    where: z.string(),
    found: z.number(),
    done: z.number(),
    total: z.number(),
    stopping: z.boolean(),
  }),
  z.object({
    kind: z.literal('done'),
    at: z.number(),
    ms: z.number(),
    found: z.number(),
    /** Topics that were not known before. */
    unseen: z.number(),
    /** Topics for which the broker gave no certain answer. */
    unanswered: z.number(),
    problem: z.string().nullable(),
  }),
]);
export type ProbeState = z.infer<typeof ProbeState>;

export const Inventory = z.object({
  kind: z.literal('inventory'),
  /** Another one means that something may differ. */
  version: z.number(),
  rows: z.number(),
  from: z.number(),
  window: z.array(InventoryRow),
  summary: InventorySummary,
  probe: ProbeState,
  shortfall: Diagnostics.shape.retainedShortfall,
  /** The first thing that is wrong with the filter, which then lists nothing. */
  problem: z.string().nullable(),
  /** More messages were found than are listed. */
  cut: z.boolean(),
});
export type Inventory = z.infer<typeof Inventory>;

export const inventoryCalls = {
  /** `seen`: the version that is shown; `same` says that there is nothing new. */
  readInventory: call(
    z.object({
      query: InventoryQuery,
      sort: InventorySort,
      choice: InventoryChoice,
      expansion: InventoryExpansion,
      from: z.number().int().min(0),
      count: z.number().int().min(1).max(500),
      seen: z.number().nullable(),
    }),
    z.discriminatedUnion('kind', [Inventory, z.object({ kind: z.literal('same') })]),
  ),
  /** Where a listed topic has its row; -1 if it is not listed or its parents are closed. */
  findInInventory: call(z.object({ key: TopicKey }), z.object({ index: z.number() })),
  /**
   * Has the broker send all that it holds, and asks it for all that is listed then; answers when it begins. How
   * it goes is in the inventory.
   */
  probeRetained: call(
    z.object({ query: InventoryQuery }),
    z.union([z.object({ kind: z.literal('started') }), Failure]),
  ),
  /** Has it end with what is under way, if it runs; answers at once. What was found is kept. */
  stopProbe: call(z.object({}), z.union([z.object({ kind: z.literal('ok') }), Failure])),
} as const;
