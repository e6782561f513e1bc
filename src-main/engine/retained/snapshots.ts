import type { EngineHandlers } from '../../contract/api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId, TopicKey } from '../../contract/model/model.ts';
import type { snapshotCalls } from '../../contract/session/snapshots.ts';
import type { LiveConnection } from '../connections/live-connection.ts';
import { closed, Comparisons } from './comparisons.ts';
import { heldOf } from './listed.ts';
import { encodeLine, type FileLine } from './record.ts';

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

/** Saves what is retained, compares it with what was, and puts that back. */
export function snapshotHandlers(ports: SnapshotPorts): Handlers {
  const comparisons = new Comparisons(ports);
  return {
    readSnapshot: async ({ plan, from, messages }) => {
      const planned = ports.plan(plan);
      if (planned === null) return tooOld();
      const live = ports.live(planned.connection);
      if (live === null) return closed();
      const { name: profile, address: broker } = live.summary.value;
      const { title, keys } = planned;
      const some = keys.slice(from, from + BATCH);
      const { found, unread } = await heldOf(live.worker, some);
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
    compareSnapshot: (asked) => comparisons.compare(asked),
    restoreSnapshot: (asked) => comparisons.restore(asked),
  };
}

const tooOld = (): Failure => failed('no-such-plan', 'This list is too old.', 'Save it once more.');
