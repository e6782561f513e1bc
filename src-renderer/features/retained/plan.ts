import type { ClearResult, PublishOutcome } from '../../../src-main/contract/session/outcomes.ts';
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

export interface Restored {
  readonly key: TopicKey;
  readonly outcome: PublishOutcome;
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
      readonly restored: readonly Restored[] | null;
    };

/** Keys a call may carry (contract). */
const BATCH = 1_000;

export async function plan(session: ConnectionSession, keys: readonly TopicKey[]): Promise<ClearStage> {
  if (keys.length === 0) return { kind: 'preview', topics: [] };
  const pages = await inBatches(keys, (batch) =>
    session.client.call('planClear', { connection: session.connectionId, keys: batch }),
  );
  const empty = levelsOf(session);
  const topics = pages.flatMap((page) => page.topics);
  return {
    kind: 'preview',
    topics: topics.map((topic) =>
      topic.excluded === null && empty.has(topic.key) ? { ...topic, excluded: LEVEL_ONLY } : topic,
    ),
  };
}

const LEVEL_ONLY =
  'No message of this topic was received; it is only a level of others. Clear those one by one.';

/** Names on screen that only lead to topics and carried no message themselves. */
function levelsOf(session: ConnectionSession): ReadonlySet<TopicKey> {
  const { rows } = session.store.getState();
  return new Set([...rows.values()].filter(({ row }) => row.own === 0).map(({ row }) => row.key));
}

export async function clear(
  session: ConnectionSession,
  topics: readonly PlannedTopic[],
  keys: readonly TopicKey[],
): Promise<ClearStage> {
  const pages = await inBatches(keys, (batch) =>
    session.client.call('clearRetained', { connection: session.connectionId, keys: batch }),
  );
  const results = pages.flatMap((page) => page.results);
  return { kind: 'done', topics, results, restoring: false, restored: null };
}

export async function restore(
  session: ConnectionSession,
  keys: readonly TopicKey[],
): Promise<readonly Restored[]> {
  const pages = await inBatches(keys, (batch) =>
    session.client.call('restoreRetained', { connection: session.connectionId, keys: batch }),
  );
  return pages.flatMap((page) => page.results);
}

async function inBatches<T>(keys: readonly TopicKey[], ask: (batch: TopicKey[]) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let at = 0; at < keys.length; at += BATCH) answers.push(await ask(keys.slice(at, at + BATCH)));
  return answers;
}
