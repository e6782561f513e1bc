import type { ClearResult, RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { Preview, TopicKey } from '../../../src-main/contract/model/model.ts';
import type { RetainedFact } from '../../../src-main/contract/model/retained.ts';
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

/** Where the dialog is. */
export type ClearStage =
  | { readonly kind: 'planning' }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'preview'; readonly topics: readonly PlannedTopic[] }
  | { readonly kind: 'clearing'; readonly topics: readonly PlannedTopic[] }
  | {
      readonly kind: 'done';
      readonly topics: readonly PlannedTopic[];
      readonly results: readonly ClearResult[];
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
): Promise<readonly ClearResult[]> {
  const pages = await inBatches(keys, (batch) =>
    session.client.call('clearRetained', { connection: session.connectionId, keys: batch, unkept }),
  );
  return pages.flatMap((page) => page.results);
}

/** @param overwrite also where the broker holds another message by now */
export async function restore(
  session: ConnectionSession,
  keys: readonly TopicKey[],
  overwrite: boolean,
): Promise<readonly RestoreResult[]> {
  const pages = await inBatches(keys, (batch) =>
    session.client.call('restoreRetained', { connection: session.connectionId, keys: batch, overwrite }),
  );
  return pages.flatMap((page) => page.results);
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
