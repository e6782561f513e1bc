import * as z from '../base/zod.ts';
import { call } from '../base/define.ts';
import { Failure } from '../base/errors.ts';
import { Bytes, ConnectionId, TopicKey } from '../model/model.ts';
import { InventoryQuery } from './inventory.ts';
import { Damage } from './trash.ts';

/** Bytes of a snapshot that is compared in the window; the command line takes any. */
export const MAX_SNAPSHOT_BYTES = 16_000_000;
/** Differences that are listed; all are counted. */
export const MAX_DIFFERENCES = 1_000;

export const SnapshotDifference = z.object({
  key: TopicKey,
  topic: z.string(),
  /** On the broker against the snapshot. */
  what: z.enum(['added', 'removed', 'changed']),
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
  /** What differs between a snapshot and what the broker holds now, of what the query lists. */
  compareSnapshot: call(
    z.object({ connection: ConnectionId, query: InventoryQuery, file: Bytes }),
    z.union([
      z.object({
        kind: z.literal('compared'),
        /** Of the file: when it was saved, ms since the epoch, and what it is of; null where that is damaged. */
        head: z.object({ at: z.number(), title: z.string(), broker: z.string() }).nullable(),
        added: z.number(),
        removed: z.number(),
        changed: z.number(),
        same: z.number(),
        /** Topics of which the broker told nothing for certain. */
        unread: z.number(),
        damage: z.array(Damage),
        differences: z.array(SnapshotDifference).max(MAX_DIFFERENCES),
      }),
      Failure,
    ]),
  ),
} as const;
