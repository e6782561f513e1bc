import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Bytes, ConnectionId, TopicKey } from '../model/model.ts';
import { InventoryQuery } from './inventory.ts';
import { RestoreResult } from './outcomes.ts';
import { Damage, MAX_RESTORED } from './trash.ts';

/** Bytes of a snapshot that is compared in the window; the command line takes any. */
export const MAX_SNAPSHOT_BYTES = 16_000_000;
/** Differences that are listed; all are counted. */
export const MAX_DIFFERENCES = 1_000;

export const SnapshotDifference = z.object({
  key: TopicKey,
  topic: z.string(),
  /** On the broker, compared with the snapshot; `unread`: unknown. */
  what: z.enum(['added', 'removed', 'changed', 'unread']),
  /** Why it is never restored, or was not read; null: it may be restored, or is not in the snapshot. */
  why: z.string().nullable(),
});
export type SnapshotDifference = z.infer<typeof SnapshotDifference>;

export const SnapshotPiece = z.object({
  kind: z.literal('piece'),
  bytes: Bytes,
  /** Null: that was the last one. */
  next: z.number().nullable(),
  messages: z.number(),
  /** Topics of this piece whose message could not be read. */
  unread: z.number(),
});
export type SnapshotPiece = z.infer<typeof SnapshotPiece>;

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
    z.union([
      z.object({
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
      }),
      Failure,
    ]),
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
        next: z.number().nullable(),
      }),
      Failure,
    ]),
  ),
} as const;
