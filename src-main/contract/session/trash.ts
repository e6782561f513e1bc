import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Bytes, ConnectionId, Qos, TopicKey } from '../model/model.ts';
import { Preview } from '../model/message.ts';
import { ClearResult, RestoreResult, RestoreSession } from './outcomes.ts';

/** A retained message as a broker delivered it, byte for byte. */
export const KeptMessage = z.object({
  key: TopicKey,
  payload: Bytes,
  /** At which it was delivered, of at most 2: the one it is stored at, unless the broker allows less. */
  qos: Qos,
  /** The section of MQTT 5 properties as received, without its length. */
  properties: Bytes,
  /** Received, ms since the epoch: its expiry counts from then. */
  at: z.number(),
});
export type KeptMessage = z.infer<typeof KeptMessage>;

/** What a broker holds for a topic, of those that are about to be cleared. */
export const FetchedRetained = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), key: TopicKey, message: KeptMessage }),
  z.object({ kind: z.literal('nothing'), key: TopicKey }),
  /** It could not be read, or not in full. */
  z.object({ kind: z.literal('unreadable'), key: TopicKey, failure: Failure }),
  /** The topic cannot be published to. */
  z.object({ kind: z.literal('invalid'), key: TopicKey, failure: Failure }),
  /** Others were answered first, as all together are too large: to be asked for again. At least one of them was. */
  z.object({ kind: z.literal('postponed'), key: TopicKey }),
]);
export type FetchedRetained = z.infer<typeof FetchedRetained>;

/** What in a file cannot be read, and where. */
export const Damage = z.object({
  /** From 1. */
  line: z.number(),
  what: z.string(),
});
export type Damage = z.infer<typeof Damage>;

/** What one clear left in the trash: a file. Times are ms since the epoch. */
export const TrashEntry = z.object({
  id: z.string(),
  /** When the clear began. */
  at: z.number(),
  /** What was cleared: a topic, a subtree or a filter. */
  title: z.string(),
  /** Address of the broker, without credentials. */
  broker: z.string(),
  /** Name of the connection. */
  profile: z.string(),
  messages: z.number(),
  /** On disk. */
  bytes: z.number(),
  damage: z.array(Damage),
  /** It has no end yet: a program writes it, or may. Left out: none does. */
  writing: z.enum(['yes', 'maybe']).optional(),
});
export type TrashEntry = z.infer<typeof TrashEntry>;

export const TrashedMessage = z.object({
  /** Identifies the message in its entry; of two for one topic the later is the newer one. */
  line: z.number(),
  key: TopicKey,
  topic: z.string(),
  /** Payload bytes. */
  size: z.number(),
  preview: Preview,
  qos: Qos,
  at: z.number(),
  /** When the broker would have dropped it by itself; null: never. */
  expiresAt: z.number().nullable(),
});
export type TrashedMessage = z.infer<typeof TrashedMessage>;

const EntryId = z.string().min(1).max(64);
const Topics = z.array(TopicKey).min(1).max(1_000);
const done = z.object({ kind: z.literal('done') });

/** Lines that one call may name. */
export const MAX_RESTORED = 1_000;

/** Messages of one entry. */
export const RestoreWhich = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('topics'), keys: Topics }),
  z.object({ kind: z.literal('lines'), lines: z.array(z.number().int()).min(1).max(MAX_RESTORED) }),
  /** A part of the entry, in its order; by page, as each may be large. */
  z.object({
    kind: z.literal('page'),
    from: z.number().int().min(0),
    count: z.number().int().min(1).max(MAX_RESTORED),
  }),
]);
export type RestoreWhich = z.infer<typeof RestoreWhich>;

export const Restored = z.union([
  z.object({
    kind: z.literal('results'),
    results: z.array(RestoreResult),
    session: RestoreSession,
    /** Where there is none, that was the end. */
    next: z.number().optional(),
  }),
  Failure,
]);
export type Restored = z.infer<typeof Restored>;

export const trashCalls = {
  /**
   * Clears by name, each after it was written to the trash. `unkept`: what to do where the message cannot be
   * kept to be put back. `overLimit`: the trash may grow beyond its limit.
   */
  clearRetained: call(
    z.object({
      connection: ConnectionId,
      keys: Topics,
      unkept: z.enum(['stop', 'clear']).default('stop'),
      overLimit: z.boolean().default(false),
    }),
    z.union([
      z.object({ kind: z.literal('results'), entry: z.string(), results: z.array(ClearResult) }),
      Failure,
    ]),
  ),
  /**
   * Puts messages of the trash back, byte for byte. Of several for one topic the newest counts.
   * `overwrite`: also where the broker holds another message by now, or may. `from`, `next`: of those that `which`
   * names; where all are too large together, the rest is to be asked for from `next` on.
   */
  restoreRetained: call(
    z.object({
      connection: ConnectionId,
      /** Null, with topics: the newest copy of each that came from the broker of this connection. */
      entry: EntryId.nullable(),
      which: RestoreWhich,
      from: z.number().int().min(0).default(0),
      overwrite: z.boolean().default(false),
    }),
    Restored,
  ),
  /** Newest first. `limit`: bytes the trash may take, from the settings. */
  listTrash: call(
    z.object({}),
    z.union([
      z.object({
        kind: z.literal('trash'),
        entries: z.array(TrashEntry),
        bytes: z.number(),
        limit: z.number(),
      }),
      Failure,
    ]),
  ),
  readTrash: call(
    z.object({
      entry: EntryId,
      from: z.number().int().min(0),
      count: z.number().int().min(1).max(500),
    }),
    z.union([
      z.object({ kind: z.literal('page'), total: z.number(), messages: z.array(TrashedMessage) }),
      Failure,
    ]),
  ),
  /** Deletes entries for good; null: all. One that is written to is left alone. */
  emptyTrash: call(z.object({ entries: z.array(EntryId).max(10_000).nullable() }), z.union([done, Failure])),
} as const;
