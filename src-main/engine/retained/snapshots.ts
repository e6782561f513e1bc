import type { EngineHandlers } from '../../contract/api.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId, TopicKey } from '../../contract/model/model.ts';
import {
  MAX_LISTED_SNAPSHOTS,
  MAX_SNAPSHOT_PIECE,
  type KeepingSnapshot,
  type snapshotCalls,
  type snapshotStreams,
} from '../../contract/session/snapshots.ts';
import { countInRoom } from '../../core/retained/room.ts';
import type { LiveConnection } from '../connections/live-connection.ts';
import { closed, Comparisons } from './comparisons.ts';
import type { KeptSnapshots, SnapshotWriter } from './kept-snapshots.ts';
import { heldOf, type HeldPart } from './listed.ts';
import { encodeLine, estimateCopies, type FileLine } from './record.ts';

/** Topics that are asked for together. */
const BATCH = 500;
/** Payload bytes of one piece of a file, as far as they are known. */
const PIECE_BYTES = 16 * 2 ** 20;

/** What a plan lists, to be saved instead of cleared. */
export interface SavedPlan {
  readonly connection: ConnectionId;
  readonly title: string;
  readonly keys: readonly TopicKey[];
  /** Payload bytes of all together, and of each, as far as they are known. */
  readonly bytes: number;
  readonly sizeOf: (at: number) => number;
}

export interface SnapshotPorts {
  /** Null: the connection was closed. */
  readonly live: (id: ConnectionId) => Pick<LiveConnection, 'worker' | 'summary'> | null;
  /** Null: it is too old. */
  readonly plan: (id: string) => SavedPlan | null;
  /** ms since the epoch */
  readonly now: () => number;
  readonly kept: KeptSnapshots;
}

type Handlers = Pick<EngineHandlers, keyof typeof snapshotCalls | keyof typeof snapshotStreams>;

/** Saves what is retained, keeps it, compares it with what was, and puts that back. */
export function snapshotHandlers(ports: SnapshotPorts): Handlers {
  const comparisons = new Comparisons(ports);
  return {
    readSnapshot: async ({ plan, from, messages }) => {
      const planned = ports.plan(plan);
      if (planned === null) return tooOld();
      const live = ports.live(planned.connection);
      if (live === null) return closed();
      const { name: profile, address: broker } = live.summary.value;
      const { title, keys, sizeOf } = planned;
      const most = Math.min(BATCH, keys.length - from);
      const some = keys.slice(from, from + countInRoom(most, (at) => sizeOf(from + at), PIECE_BYTES));
      const next = from + some.length < keys.length ? from + some.length : null;
      const head = { kind: 'snapshot', at: ports.now(), title, broker, profile } as const;
      const parts = from === 0 ? [encoded([{ kind: 'head', head }])] : [];
      let [count, unknown] = [messages, 0];
      let why: { readonly why?: string } = {};
      for await (const held of heldOf(live.worker, some)) {
        const { found, unread } = held;
        parts.push(encoded(Array.from(found.values(), (message) => ({ kind: 'message', message }))));
        count += found.size;
        if (unknown === 0) why = firstReason(held);
        unknown += unread.size;
      }
      if (next === null) parts.push(encoded([{ kind: 'end', messages: count }]));
      const bytes = new Uint8Array(Buffer.concat(parts));
      return { kind: 'piece', bytes, next, messages: count, unread: unknown, ...why };
    },
    compareSnapshot: (asked) => comparisons.compare(asked),
    compareKept: (asked) => comparisons.compareKept(asked),
    restoreSnapshot: (asked) => comparisons.restore(asked),
    keepSnapshot: (asked, signal) => keepSnapshot(ports, asked, signal),
    listSnapshots: async ({ connection }) => {
      const live = ports.live(connection);
      if (live === null) return closed();
      const { name, address } = live.summary.value;
      const all = await ports.kept.list(address);
      if ('code' in all) return all;
      return {
        kind: 'snapshots',
        broker: { name, address },
        snapshots: all.slice(0, MAX_LISTED_SNAPSHOTS),
        more: Math.max(0, all.length - MAX_LISTED_SNAPSHOTS),
        bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
        limit: ports.kept.limit,
      };
    },
    readKeptSnapshot: async ({ snapshot, from }) => {
      const read = await ports.kept.bytes(snapshot, from, MAX_SNAPSHOT_PIECE);
      if ('code' in read) return read;
      const { bytes, size } = read;
      const next = from + bytes.length;
      return { kind: 'piece', bytes, next: bytes.length > 0 && next < size ? next : null };
    },
    removeSnapshot: async ({ snapshot }) => (await ports.kept.remove(snapshot)) ?? { kind: 'done' },
  };
}

const encoded = (lines: readonly FileLine[]): Buffer => Buffer.from(lines.map(encodeLine).join(''));

type Keep = Parameters<EngineHandlers['keepSnapshot']>[0];

async function* keepSnapshot(
  ports: SnapshotPorts,
  { plan, name, overLimit }: Keep,
  signal: StreamSignal,
): AsyncGenerator<KeepingSnapshot, void, undefined> {
  const planned = ports.plan(plan);
  const live = planned === null ? null : ports.live(planned.connection);
  if (planned === null || live === null) return yield planned === null ? tooOld() : closed();
  const { title, keys, bytes } = planned;
  const { name: profile, address: broker } = live.summary.value;
  const estimate = estimateCopies(keys, bytes);
  const writer = await ports.kept.begin({ name, title, broker, profile, estimate, overLimit });
  if ('code' in writer) return yield writer;
  try {
    yield* kept(ports, planned, writer, signal);
  } finally {
    // What was finished is under another name by now, and there is nothing left to discard.
    await writer.discard();
  }
}

async function* kept(
  { live: liveOf }: SnapshotPorts,
  { connection, keys }: SavedPlan,
  writer: SnapshotWriter,
  signal: StreamSignal,
): AsyncGenerator<KeepingSnapshot, void, undefined> {
  let unread = 0;
  let why: { readonly why?: string } = {};
  for (let from = 0; from < keys.length; from += BATCH) {
    yield { kind: 'progress', done: from, total: keys.length };
    const live = liveOf(connection);
    if (live === null) return yield closed();
    for await (const held of heldOf(live.worker, keys.slice(from, from + BATCH))) {
      if (signal.aborted) return;
      const failure = await writer.keep([...held.found.values()]);
      if (failure !== null) return yield failure;
      if (unread === 0) why = firstReason(held);
      unread += held.unread.size;
    }
  }
  if (signal.aborted) return;
  const snapshot = await writer.finish();
  if (snapshot === null) yield nothingRead();
  else yield 'code' in snapshot ? snapshot : { kind: 'kept', snapshot, unread, ...why };
}

function firstReason({ unread }: HeldPart): { readonly why?: string } {
  for (const { message } of unread.values()) return { why: message };
  return {};
}

const tooOld = (): Failure => failed('no-such-plan', 'This list is too old.', 'Save it once more.');
const nothingRead = (): Failure =>
  failed(
    'nothing-read',
    'The broker delivered none of these messages, so there is nothing to save.',
    'Probe, then save it again.',
  );
