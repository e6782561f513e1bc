import type { ClearResult, RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { Preview } from '../../../src-main/contract/model/message.ts';
import type { RetainedFact } from '../../../src-main/contract/model/retained.ts';
import type { RestoreWhich } from '../../../src-main/contract/session/trash.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';

/** One topic of the preview. */
export interface PlannedTopic {
  readonly key: TopicKey;
  readonly topic: string;
  readonly fact: RetainedFact;
  readonly size: number;
  readonly preview: Preview;
  /** Why it cannot be cleared; null if it can. */
  readonly excluded: string | null;
}

/** What became of a topic, and the entry of the trash in which its copy is. */
export type ClearedTopic = ClearResult & { readonly entry: string };

/** Where the dialog is. */
export type ClearStage =
  | { readonly kind: 'planning' }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'preview'; readonly topics: readonly PlannedTopic[] }
  | { readonly kind: 'clearing'; readonly topics: readonly PlannedTopic[] }
  | {
      readonly kind: 'done';
      readonly topics: readonly PlannedTopic[];
      readonly results: readonly ClearedTopic[];
      readonly restoring: boolean;
      readonly restored: readonly RestoreResult[];
    };

/** Keys a call may carry (contract). */
const BATCH = 1_000;

export async function plan(session: ConnectionSession, keys: readonly TopicKey[]): Promise<ClearStage> {
  if (keys.length === 0) return { kind: 'preview', topics: [] };
  const pages = await inBatches(keys, (batch) =>
    session.client.call('planClear', { connection: session.connectionId, keys: batch }),
  );
  return { kind: 'preview', topics: pages.flatMap((page) => page.topics) };
}

/** @param unkept whether what cannot be kept is cleared all the same */
export async function clear(
  session: ConnectionSession,
  keys: readonly TopicKey[],
  unkept: 'stop' | 'clear',
): Promise<readonly ClearedTopic[]> {
  const pages = await inBatches(keys, async (batch) => {
    const { connectionId: connection, client } = session;
    const answer = await client.call('clearRetained', { connection, keys: batch, unkept });
    if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`);
    return answer.results.map((result) => ({ ...result, entry: answer.entry }));
  });
  return pages.flat();
}

/** @param overwrite also where the broker holds another message by now */
export async function restore(
  session: ConnectionSession,
  cleared: readonly ClearedTopic[],
  keys: readonly TopicKey[],
  overwrite: boolean,
): Promise<readonly RestoreResult[]> {
  const results: RestoreResult[] = [];
  for (const entry of new Set(cleared.map((one) => one.entry))) {
    const here = new Set(cleared.flatMap((one) => (one.entry === entry ? [one.key] : [])));
    const pages = await inBatches(
      keys.filter((key) => here.has(key)),
      (batch) => restoreFrom(session, entry, { kind: 'topics', keys: batch }, overwrite),
    );
    results.push(...pages.flat());
  }
  return results;
}

/** Puts messages of an entry of the trash back. */
export async function restoreFrom(
  session: ConnectionSession,
  entry: string,
  which: RestoreWhich,
  overwrite: boolean,
): Promise<readonly RestoreResult[]> {
  const { connectionId: connection, client } = session;
  const answer = await client.call('restoreRetained', { connection, entry, which, overwrite });
  if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`);
  return answer.results;
}

/** The newer results in the place of those of the same topics. */
export function merged<T extends { readonly key: TopicKey }>(
  before: readonly T[],
  newer: readonly T[],
): readonly T[] {
  const keys = new Set(newer.map(({ key }) => key));
  return [...before.filter(({ key }) => !keys.has(key)), ...newer];
}

/** What can still be done about topics whose clear or restore stopped to ask, and what can be restored. */
export function openQuestions({ results, restored }: Extract<ClearStage, { kind: 'done' }>) {
  const settled = restored.filter(
    ({ outcome: { kind } }) => kind === 'restored' || kind === 'would-overwrite',
  );
  const done = new Set(settled.map(({ key }) => key));
  const keysOf = (some: readonly { readonly key: TopicKey }[]) => some.map(({ key }) => key);
  return {
    unkept: keysOf(results.filter(({ outcome }) => outcome.kind === 'not-kept')),
    restorable: keysOf(results.filter(({ key, restorable }) => restorable && !done.has(key))),
    newer: keysOf(restored.filter(({ outcome }) => outcome.kind === 'would-overwrite')),
  };
}

async function inBatches<T>(keys: readonly TopicKey[], ask: (batch: TopicKey[]) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let at = 0; at < keys.length; at += BATCH) answers.push(await ask(keys.slice(at, at + BATCH)));
  return answers;
}
