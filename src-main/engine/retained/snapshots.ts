import type { EngineHandlers } from '../../contract/api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId, TopicKey } from '../../contract/model/model.ts';
import {
  MAX_DIFFERENCES,
  MAX_SNAPSHOT_BYTES,
  type SnapshotDifference,
  type snapshotCalls,
} from '../../contract/session/snapshots.ts';
import type { InventoryQuery } from '../../contract/session/inventory.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { isSameKept } from '../../core/retained/clearing.ts';
import { formatBytes } from '../../core/text/amounts.ts';
import { displayTopic } from '../../core/topics/names.ts';
import type { LiveConnection } from '../connections/live-connection.ts';
import { fetchedOf, keysIn } from './listed.ts';
import { encodeLine, type FileLine } from './record.ts';
import { readFileBytes } from './record-file.ts';

/** Topics that are asked for together. */
const BATCH = 500;

/** What a plan lists, to be saved instead of cleared. */
export interface SavedPlan {
  readonly connection: ConnectionId;
  readonly title: string;
  readonly keys: readonly TopicKey[];
}

export interface SnapshotPorts {
  /** Null: the connection was closed. */
  readonly live: (id: ConnectionId) => Pick<LiveConnection, 'worker' | 'summary'> | null;
  /** Null: it is too old. */
  readonly plan: (id: string) => SavedPlan | null;
  /** ms since the epoch */
  readonly now: () => number;
}

type Handlers = Pick<EngineHandlers, keyof typeof snapshotCalls>;
type Worker = LiveConnection['worker'];

/** Saves what is retained, and compares it with what was. */
export function snapshotHandlers(ports: SnapshotPorts): Handlers {
  return {
    readSnapshot: async ({ plan, from, messages }) => {
      const planned = ports.plan(plan);
      if (planned === null) return tooOld();
      const live = ports.live(planned.connection);
      if (live === null) return closed();
      const { name: profile, address: broker } = live.summary.value;
      const { title, keys } = planned;
      const some = keys.slice(from, from + BATCH);
      const { found, unread } = await fetched(live.worker, some);
      const next = from + BATCH < keys.length ? from + BATCH : null;
      const count = messages + found.size;
      const head: FileLine = {
        kind: 'head',
        head: { kind: 'snapshot', at: ports.now(), title, broker, profile },
      };
      const lines: FileLine[] = [
        ...(from === 0 ? [head] : []),
        ...[...found.values()].map((message) => ({ kind: 'message' as const, message })),
        ...(next === null ? [{ kind: 'end' as const, messages: count }] : []),
      ];
      const bytes = new TextEncoder().encode(lines.map(encodeLine).join(''));
      return { kind: 'piece', bytes, next, messages: count, unread: unread.size };
    },
    compareSnapshot: async ({ connection, query, file }) => {
      const live = ports.live(connection);
      if (live === null) return closed();
      if (file.length > MAX_SNAPSHOT_BYTES) return tooLarge();
      const { head, messages, damage } = readFileBytes(file);
      if (messages.size === 0 && head === null)
        return failed('no-snapshot', 'This file is no snapshot of retained messages.', 'Choose another one.');
      const listed = await listedNow(live.worker, query);
      const compared = await compare(live.worker, messages, listed);
      return { kind: 'compared', head, damage: [...damage], ...compared };
    },
  };
}

/** What is retained of what the query lists, as far as the connection knows. */
function listedNow(worker: Worker, query: InventoryQuery): Promise<TopicKey[]> {
  return keysIn(worker, { kind: 'inventory', query, choice: { all: true, rules: [] } });
}

async function compare(
  worker: Worker,
  before: ReadonlyMap<TopicKey, KeptMessage>,
  listed: readonly TopicKey[],
) {
  const counts = { added: 0, removed: 0, changed: 0, same: 0, unread: 0 };
  const differences: SnapshotDifference[] = [];
  const keys = [...new Set([...before.keys(), ...listed])].toSorted();
  for (let at = 0; at < keys.length; at += BATCH) {
    const some = keys.slice(at, at + BATCH);
    const { found, unread } = await fetched(worker, some);
    for (const key of some) {
      const what = unread.has(key) ? 'unread' : differenceOf(before.get(key), found.get(key));
      if (what === null) continue;
      counts[what]++;
      const isTold = what !== 'same' && what !== 'unread' && differences.length < MAX_DIFFERENCES;
      if (isTold) differences.push({ key, topic: displayTopic(key), what });
    }
  }
  return { ...counts, differences };
}

/** Null: it is in neither. */
function differenceOf(
  before: KeptMessage | undefined,
  now: KeptMessage | undefined,
): 'added' | 'removed' | 'changed' | 'same' | null {
  if (before === undefined) return now === undefined ? null : 'added';
  if (now === undefined) return 'removed';
  return isSameKept(before, now) ? 'same' : 'changed';
}

async function fetched(worker: Worker, keys: readonly TopicKey[]) {
  const found = new Map<TopicKey, KeptMessage>();
  const unread = new Set<TopicKey>();
  for (const one of await fetchedOf(worker, keys)) {
    if (one.kind === 'message') found.set(one.key, one.message);
    else if (one.kind !== 'nothing') unread.add(one.key);
  }
  return { found, unread };
}

const closed = (): Failure => failed('connection-closed', 'This connection was closed.', 'Open it again.');
const tooOld = (): Failure => failed('no-such-plan', 'This list is too old.', 'Save it once more.');
const tooLarge = (): Failure =>
  failed(
    'file-too-large',
    `The file is larger than ${formatBytes(MAX_SNAPSHOT_BYTES)}, the most that is compared here.`,
    'Compare it on the command line: topicscope retained diff.',
  );
