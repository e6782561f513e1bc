import { randomUUID } from 'node:crypto';
import type { EngineHandlers } from '../../contract/api.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { ConnectionId, Qos, TopicKey } from '../../contract/model/model.ts';
import {
  MAX_DIFFERENCES,
  MAX_KEPT_COMPARED_BYTES,
  MAX_SNAPSHOT_BYTES,
  type SnapshotDifference,
} from '../../contract/session/snapshots.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { isSameKept } from '../../core/retained/clearing.ts';
import { checkPrefix, neverRestored, notTakenBy, underPrefix } from '../../core/retained/under-prefix.ts';
import { formatBytes } from '../../core/text/amounts.ts';
import { displayTopic } from '../../core/topics/names.ts';
import type { LiveConnection } from '../connections/live-connection.ts';
import { putBack } from './put-back.ts';
import { heldOf, keysIn, type HeldPart } from './listed.ts';
import type { KeptSnapshots } from './kept-snapshots.ts';
import { readFileBytes, type ReadFile } from './record-file.ts';

/** Topics that are asked for together. */
const BATCH = 500;
/** Comparisons that can be restored; the oldest make room. */
const MOST = 3;

type Calls = 'compareSnapshot' | 'compareKept' | 'restoreSnapshot';
type Asked<K extends Calls> = Parameters<EngineHandlers[K]>[0];
type Answer<K extends Calls> = Awaited<ReturnType<EngineHandlers[K]>>;

export interface ComparisonPorts {
  /** Null: the connection was closed. */
  readonly live: (id: ConnectionId) => Pick<LiveConnection, 'worker' | 'summary'> | null;
  /** ms since the epoch */
  readonly now: () => number;
  readonly kept: Pick<KeptSnapshots, 'messages'>;
}

/** What a comparison found to be restorable, by name; it is kept, so that exactly that is restored. */
interface Restorable {
  readonly connection: ConnectionId;
  /** The broker held nothing there. */
  readonly missing: readonly KeptMessage[];
  /** It held another message. */
  readonly replacing: readonly KeptMessage[];
}

/** Snapshots that were compared with a broker: that is the dry run of restoring them. */
export class Comparisons {
  readonly #ports: ComparisonPorts;
  readonly #known = new Map<string, Restorable>();

  constructor(ports: ComparisonPorts) {
    this.#ports = ports;
  }

  async compare({ file, ...asked }: Asked<'compareSnapshot'>): Promise<Answer<'compareSnapshot'>> {
    return this.#compare(asked, () =>
      file.length > MAX_SNAPSHOT_BYTES ? tooLarge(MAX_SNAPSHOT_BYTES) : readFileBytes(file),
    );
  }

  async compareKept({ snapshot, ...asked }: Asked<'compareKept'>): Promise<Answer<'compareKept'>> {
    return this.#compare(
      asked,
      async () =>
        (await this.#ports.kept.messages(snapshot, MAX_KEPT_COMPARED_BYTES)) ??
        tooLarge(MAX_KEPT_COMPARED_BYTES),
    );
  }

  async #compare(
    { connection, query, prefix }: Omit<Asked<'compareKept'>, 'snapshot'>,
    open: () => Promise<ReadFile | Failure> | ReadFile | Failure,
  ): Promise<Answer<'compareKept'>> {
    const live = this.#ports.live(connection);
    if (live === null) return closed();
    const problem = checkPrefix(prefix);
    if (problem !== null) return problem;
    const read = await open();
    if ('code' in read) return read;
    const { head, messages, damage } = read;
    if (messages.size === 0 && head === null)
      return failed('no-snapshot', 'This file is no snapshot of retained messages.', 'Choose another one.');
    const before = new Map<TopicKey, KeptMessage>();
    for (const one of messages.values()) {
      const message = underPrefix(one, prefix);
      before.set(message.key, message);
    }
    const choice = { all: true, rules: [] };
    const listed = await keysIn(live.worker, { kind: 'inventory', query, choice });
    const now = this.#ports.now();
    const { summary, missing, replacing } = await compareWith(
      live,
      before,
      listed.filter((key) => key.startsWith(prefix)),
      now,
    );
    const comparison = this.#keep({ connection, missing, replacing });
    const { name, address } = live.summary.value;
    return {
      kind: 'compared',
      comparison,
      broker: { name, address },
      head,
      damage: [...damage],
      ...summary,
      missing: missing.length,
      replacing: replacing.length,
    };
  }

  async restore({
    comparison,
    from,
    count,
    overwrite,
  }: Asked<'restoreSnapshot'>): Promise<Answer<'restoreSnapshot'>> {
    const known = this.#known.get(comparison);
    if (known === undefined) return tooOld();
    const live = this.#ports.live(known.connection);
    if (live === null) return closed();
    const { missing, replacing } = known;
    const total = missing.length + (overwrite ? replacing.length : 0);
    const to = Math.min(from + count, total);
    // A message that came meanwhile where there was none is not overwritten: the preview did not show it.
    const fresh = await putBack(live, missing.slice(from, to), false);
    const [first, last] = [from - missing.length, to - missing.length].map((at) => Math.max(0, at));
    const over = await putBack(live, replacing.slice(first, last), true);
    // Where the connection ended between the two, the first may be lost again.
    const { session } = from < missing.length ? fresh : over;
    const results = [...fresh.results, ...over.results];
    return { kind: 'results', results, session, next: to < total ? to : null };
  }

  #keep(restorable: Restorable): string {
    const id = randomUUID();
    this.#known.set(id, restorable);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST) break;
      this.#known.delete(oldest);
    }
    return id;
  }
}

/** @param now ms since the epoch */
async function compareWith(
  { worker, summary }: Pick<LiveConnection, 'worker' | 'summary'>,
  before: ReadonlyMap<TopicKey, KeptMessage>,
  listed: readonly TopicKey[],
  now: number,
) {
  const counts = { added: 0, removed: 0, changed: 0, same: 0, unread: 0 };
  const ours: SnapshotDifference[] = [];
  const added: SnapshotDifference[] = [];
  const missing: KeptMessage[] = [];
  const replacing: KeptMessage[] = [];
  const notRestored = (message: KeptMessage): Failure | null =>
    neverRestored(message, now) ?? notTakenBy(summary.value.state, message, now);
  const { state } = summary.value;
  const most = (state.kind === 'online' ? state.limits.maximumQos : null) ?? 2;
  const lowered = (message: KeptMessage | undefined) =>
    message && message.qos > most ? { atQos: most } : {};
  const compared = (key: TopicKey, { found, unread }: HeldPart): void => {
    const message = before.get(key);
    const failure = unread.get(key);
    const what = failure === undefined ? differenceOf(message, found.get(key), most) : 'unread';
    if (what === null) return;
    counts[what]++;
    if (what === 'same') return;
    const never = message === undefined ? null : notRestored(message);
    const why = (never ?? failure)?.message ?? null;
    const list = what === 'added' ? added : ours;
    if (list.length < MAX_DIFFERENCES)
      list.push({ key, topic: displayTopic(key), what, why, ...lowered(message) });
    if (message === undefined || why !== null) return;
    if (what === 'removed') missing.push(message);
    else replacing.push(message);
  };
  const keys = [...new Set([...before.keys(), ...listed])].toSorted();
  for (let at = 0; at < keys.length; at += BATCH) {
    const parts = heldOf(worker, keys.slice(at, at + BATCH));
    for await (const part of parts) for (const key of part.keys) compared(key, part);
  }
  const differences = [...ours, ...added].slice(0, MAX_DIFFERENCES);
  return { summary: { ...counts, differences }, missing, replacing };
}

/** Null: it is in neither. */
function differenceOf(
  before: KeptMessage | undefined,
  now: KeptMessage | undefined,
  most: Qos,
): 'added' | 'removed' | 'changed' | 'same' | null {
  if (before === undefined) return now === undefined ? null : 'added';
  if (now === undefined) return 'removed';
  return isSameKept(before, now, most) ? 'same' : 'changed';
}

export const closed = (): Failure =>
  failed('connection-closed', 'This connection was closed.', 'Open it again.');
const tooOld = (): Failure =>
  failed('no-such-comparison', 'This comparison is too old.', 'Compare the snapshot again.');
const tooLarge = (most: number): Failure =>
  failed(
    'file-too-large',
    `The file is larger than ${formatBytes(most)}, the most that is compared here.`,
    'Compare it on the command line: topicscope retained diff.',
  );
