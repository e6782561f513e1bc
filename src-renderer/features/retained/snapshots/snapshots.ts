import { fileStem } from '../../../../src-main/core/message/file-name.ts';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import {
  MAX_SNAPSHOT_BYTES,
  type KeptSnapshot,
  type SnapshotDifference,
  type SnapshotPiece,
} from '../../../../src-main/contract/session/snapshots.ts';
import type { InventoryChoice, InventoryQuery } from '../../../../src-main/contract/session/inventory.ts';
import { readFile, shownFileName } from '../../../state/browser/read-file.ts';
import { saveFile } from '../../../state/browser/save-file.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import { formatCount, formatCounted } from '../../../ui/base/format.ts';

type Answer = Awaited<ReturnType<typeof comparedWith>>;
export type Compared = Exclude<Answer, Failure>;

/** Characters of what a file says of itself. */
const TEXT_CHARS = 120;

/** A file that a person chose, or a snapshot that is kept. */
export type SnapshotFile = File | KeptSnapshot;

const isKept = (file: SnapshotFile): file is KeptSnapshot => 'id' in file;

/** Of a file, which somebody else may have written. */
export function shownText(text: string): string {
  return shortened(escapeUnsafe(text), TEXT_CHARS);
}

/** What it is called: by its file, or by the name that it was kept under, or by what is in it. */
export function snapshotName(file: SnapshotFile): string {
  if (!isKept(file)) return shownFileName(file);
  return shownText(file.name === '' ? file.title : file.name);
}

/** Saves what is chosen as a file of the documented format, a piece at a time; says how it went. */
export async function saveSnapshot(
  session: ConnectionSession,
  query: InventoryQuery,
  choice: InventoryChoice,
  onProgress: (words: string) => void,
  save = saveFile,
): Promise<string> {
  const { client, connectionId: connection } = session;
  const scope = { kind: 'inventory' as const, query, choice };
  const planned = await client.call('planClearing', { connection, scope });
  if (planned.kind === 'failed') return `${planned.message} ${planned.advice}`;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let [messages, unread] = [0, 0];
  let why: string | undefined;
  for (let from: number | null = 0; from !== null;) {
    const piece: SnapshotPiece | Failure = await client.call('readSnapshot', {
      plan: planned.plan,
      from,
      messages,
    });
    if (piece.kind === 'failed') return `Nothing was saved. ${piece.message} ${piece.advice}`;
    parts.push(piece.bytes);
    messages = piece.messages;
    unread += piece.unread;
    why ??= piece.why;
    from = piece.next;
    onProgress(`${formatCount(messages)} of ${formatCount(planned.clear)} read`);
  }
  save(`${fileStem('retained', new Date(session.now()))}.jsonl`, 'application/jsonl', parts);
  return savedWords(messages, unread, why);
}

/**
 * `336 messages saved. 3 topics could not be read. The first: The message is larger than …`
 *
 * @param why the first of those could not be
 */
export function savedWords(messages: number, unread: number, why?: string): string {
  const saved = `${formatCounted(messages, 'message')} saved.`;
  if (unread === 0) return saved;
  const first = why === undefined ? '' : ` ${unread === 1 ? '' : 'The first: '}${why}`;
  return `${saved} ${formatCounted(unread, 'topic')} could not be read.${first}`;
}

/** What differs between a snapshot, its topics under a prefix, and the broker, of what is listed. */
export async function compareWith(
  session: ConnectionSession,
  query: InventoryQuery,
  file: SnapshotFile,
  prefix: string,
): Promise<Compared | Failure> {
  if (isKept(file)) {
    const { client, connectionId: connection } = session;
    return client.call('compareKept', { connection, query, snapshot: file.id, prefix });
  }
  const read = await readFile(file, MAX_SNAPSHOT_BYTES);
  return read.kind === 'failed' ? read : comparedWith(session, query, read.bytes, prefix);
}

function comparedWith(
  { client, connectionId }: ConnectionSession,
  query: InventoryQuery,
  file: Uint8Array<ArrayBuffer>,
  prefix: string,
) {
  return client.call('compareSnapshot', { connection: connectionId, query, file, prefix });
}

const WHAT: Readonly<Record<SnapshotDifference['what'], string>> = {
  added: 'Added since',
  removed: 'Not there any more',
  changed: 'Changed',
  unread: 'Not readable',
};

export function differenceWords({ what }: SnapshotDifference): string {
  return WHAT[what];
}

type Counts = Pick<Compared, 'added' | 'removed' | 'changed' | 'same' | 'unread'>;

/** `3 changed, 1 added, 2 not there any more, 1,278 equal.` */
export function comparedWords({ added, removed, changed, same, unread }: Counts): string {
  const parts = [
    changed === 0 ? '' : `${formatCount(changed)} changed`,
    added === 0 ? '' : `${formatCount(added)} added`,
    removed === 0 ? '' : `${formatCount(removed)} not there any more`,
    unread === 0 ? '' : `${formatCount(unread)} not readable`,
  ].filter(Boolean);
  if (parts.length === 0) return `Nothing differs: ${formatCounted(same, 'message')} equal.`;
  return `${[...parts, `${formatCount(same)} equal`].join(', ')}.`;
}

/** Messages that would be published. */
export function writeCount({ missing, replacing }: Written, overwrite: boolean): number {
  return missing + (overwrite ? replacing : 0);
}

type Written = Pick<Compared, 'missing' | 'replacing'>;

/** `12 messages to write, 3 of them over another one. 4 left alone as the broker holds another one, 2 that cannot be written.` */
export function planWords(
  { missing, replacing, removed, changed, unread }: Written & Omit<Counts, 'added' | 'same'>,
  overwrite: boolean,
): string {
  const write = writeCount({ missing, replacing }, overwrite);
  const over = overwrite && replacing > 0 ? `, ${formatCount(replacing)} of them over another one` : '';
  const kept = overwrite ? 0 : replacing;
  const never = removed + changed - missing - replacing;
  const left = [
    kept === 0 ? '' : `${formatCount(kept)} that hold another message`,
    never === 0 ? '' : `${formatCount(never)} that cannot be written`,
    unread === 0 ? '' : `${formatCount(unread)} not readable`,
  ].filter(Boolean);
  const words = write === 0 ? 'Nothing to write.' : `${formatCounted(write, 'message')} to write${over}.`;
  return left.length === 0 ? words : `${words} Left alone: ${left.join(', ')}.`;
}

/** What restoring does to a topic. */
export function fateWords({ what, why, atQos }: SnapshotDifference, overwrite: boolean): string {
  if (why !== null) return `Left alone: ${why}`;
  const at = atQos === undefined ? '' : ` at QoS ${atQos}, the most this broker takes`;
  switch (what) {
    case 'removed':
      return `Written${at}`;
    case 'changed':
      return overwrite ? `Overwritten${at}` : 'Left alone: the broker holds another message.';
    case 'added':
      return 'Left alone: it is not in the snapshot.';
    case 'unread':
      return 'Left alone';
  }
}
