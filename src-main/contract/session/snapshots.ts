import * as z from '../base/zod.ts';
import { call, stream } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Bytes, ConnectionId, Qos, TopicKey } from '../model/model.ts';
import { InventoryQuery } from './inventory.ts';
import { RestoreResult, RestoreSession } from './outcomes.ts';
import { Damage, MAX_RESTORED } from './trash.ts';

/** Bytes of a snapshot that is compared in the window; the command line takes any. */
export const MAX_SNAPSHOT_BYTES = 16_000_000;
/** The same of one that is kept, which the engine reads by itself. */
export const MAX_KEPT_COMPARED_BYTES = 64_000_000;
/** Characters of the name that a person gives a snapshot. */
export const MAX_SNAPSHOT_NAME = 120;
/** Snapshots that one list holds; the older ones are counted. */
export const MAX_LISTED_SNAPSHOTS = 1_000;
/** Bytes of a kept snapshot that one call reads. */
export const MAX_SNAPSHOT_PIECE = 1_048_576;
/** Characters of what a file says of itself; of more the middle is left out. */
export const MAX_FILE_TEXT = 1_000;
/** Differences that are listed; all are counted. */
export const MAX_DIFFERENCES = 1_000;

export const SnapshotDifference = z.object({
  key: TopicKey,
  topic: z.string(),
  /** On the broker, compared with the snapshot; `unread`: unknown. */
  what: z.enum(['added', 'removed', 'changed', 'unread']),
  /** Why it is never restored, or was not read; null: it may be restored, or is not in the snapshot. */
  why: z.string().nullable(),
  /** The most that the broker takes, where the message of the snapshot has more. */
  atQos: Qos.optional(),
});
export type SnapshotDifference = z.infer<typeof SnapshotDifference>;

export const SnapshotPiece = z.object({
  kind: z.literal('piece'),
  bytes: Bytes,
  /** Null: that was the last one. */
  next: z.number().nullable(),
  messages: z.number(),
  /** Topics of this piece whose message could not be read; `why`: of the first. */
  unread: z.number(),
  why: z.string().optional(),
});
export type SnapshotPiece = z.infer<typeof SnapshotPiece>;

const FileText = z.string().max(MAX_FILE_TEXT + 1);
const SnapshotId = z.string().min(1).max(64);

/** A snapshot that the program keeps: a file in its data directory. */
export const KeptSnapshot = z.object({
  id: SnapshotId,
  /** When saving began, ms since the epoch; 0: its first line cannot be read. */
  at: z.number(),
  /** That a person gave it; may be empty. */
  name: FileText,
  /** What was saved: a topic, a subtree or a filter. */
  title: FileText,
  /** Address of the broker, without credentials. */
  broker: FileText,
  /** Name of the connection. */
  profile: FileText,
  /** It is of the broker that was asked about, or does not say of which. */
  isOfBroker: z.boolean(),
  messages: z.number(),
  /** On disk. */
  bytes: z.number(),
  damage: z.array(Damage),
});
export type KeptSnapshot = z.infer<typeof KeptSnapshot>;

/** How far keeping one is; the last is `kept` or a failure, after which nothing was kept. */
export const KeepingSnapshot = z.union([
  z.object({ kind: z.literal('progress'), done: z.number(), total: z.number() }),
  /** `unread`: topics whose message could not be read, which are not in it; `why`: of the first. */
  z.object({
    kind: z.literal('kept'),
    snapshot: KeptSnapshot,
    unread: z.number(),
    why: z.string().optional(),
  }),
  Failure,
]);
export type KeepingSnapshot = z.infer<typeof KeepingSnapshot>;

const Compared = z.object({
  kind: z.literal('compared'),
  /** By which it is restored; the latest few are known. */
  comparison: z.string(),
  broker: z.object({ name: z.string(), address: z.string() }),
  /** The file's header: when it was saved, ms since the epoch, and of what; null if it is damaged. */
  head: z.object({ at: z.number(), title: z.string(), broker: z.string() }).nullable(),
  added: z.number(),
  removed: z.number(),
  changed: z.number(),
  same: z.number(),
  /** Topics for which the broker gave no certain answer. */
  unread: z.number(),
  /** How many of the removed ones can be restored. */
  missing: z.number(),
  /** How many of the changed ones can be restored over what is there. */
  replacing: z.number(),
  damage: z.array(Damage),
  /** By name, what was added last. */
  differences: z.array(SnapshotDifference).max(MAX_DIFFERENCES),
});

export const snapshotCalls = {
  /**
   * A piece of a snapshot of what a plan lists, in the format of docs/retained.md: each message as the broker
   * holds it now. `messages`: of the pieces before. Pieces joined in their order are the file.
   */
  readSnapshot: call(
    z.object({
      plan: z.string().max(64),
      from: z.number().int().min(0),
      messages: z.number().int().min(0),
    }),
    z.union([SnapshotPiece, Failure]),
  ),
  /**
   * What differs between a snapshot and what the broker holds now, of what the query lists. `prefix`: put before
   * each topic of the snapshot; what is listed counts as far as it begins so. Publishes nothing.
   */
  compareSnapshot: call(
    z.object({
      connection: ConnectionId,
      query: InventoryQuery,
      file: Bytes,
      prefix: z.string().max(65_535),
    }),
    z.union([Compared, Failure]),
  ),
  /** The same of a snapshot that is kept. */
  compareKept: call(
    z.object({
      connection: ConnectionId,
      query: InventoryQuery,
      snapshot: SnapshotId,
      prefix: z.string().max(65_535),
    }),
    z.union([Compared, Failure]),
  ),
  /** All that are kept, the newest first. `more`: older ones that are not listed; `bytes`: of all together. */
  listSnapshots: call(
    z.object({ connection: ConnectionId }),
    z.union([
      z.object({
        kind: z.literal('snapshots'),
        /** That was asked about. */
        broker: z.object({ name: z.string(), address: z.string() }),
        snapshots: z.array(KeptSnapshot).max(MAX_LISTED_SNAPSHOTS),
        more: z.number(),
        bytes: z.number(),
        limit: z.number(),
      }),
      Failure,
    ]),
  ),
  /** A piece of the file of a kept snapshot, as it is on disk. `next`: null after the last one. */
  readKeptSnapshot: call(
    z.object({ snapshot: SnapshotId, from: z.number().int().min(0) }),
    z.union([z.object({ kind: z.literal('piece'), bytes: Bytes, next: z.number().nullable() }), Failure]),
  ),
  /** Deletes a kept snapshot for good. */
  removeSnapshot: call(
    z.object({ snapshot: SnapshotId }),
    z.union([z.object({ kind: z.literal('done') }), Failure]),
  ),
  /**
   * Publishes a part of what a comparison found to be restorable, byte for byte: what was removed, and with
   * `overwrite` what was changed after it. Where the broker held nothing when it was compared, nothing is
   * overwritten in any case. `next`: null after the last part.
   */
  restoreSnapshot: call(
    z.object({
      comparison: z.string().max(64),
      from: z.number().int().min(0),
      count: z.number().int().min(1).max(MAX_RESTORED),
      overwrite: z.boolean(),
    }),
    z.union([
      z.object({
        kind: z.literal('results'),
        results: z.array(RestoreResult),
        session: RestoreSession,
        next: z.number().nullable(),
      }),
      Failure,
    ]),
  ),
} as const;

export const snapshotStreams = {
  /**
   * Keeps a snapshot of what a plan lists, each message as the broker holds it now. Leaving the stream before its end
   * keeps nothing. `overLimit`: all kept together may exceed their limit.
   */
  keepSnapshot: stream(
    z.object({
      plan: z.string().max(64),
      name: z.string().max(MAX_SNAPSHOT_NAME),
      overLimit: z.boolean(),
    }),
    KeepingSnapshot,
  ),
} as const;
