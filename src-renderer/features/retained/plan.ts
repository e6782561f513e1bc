import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ClearResult, RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { Preview } from '../../../src-main/contract/model/message.ts';
import type { RetainedFact } from '../../../src-main/contract/model/retained.ts';
import type { RestoreWhich } from '../../../src-main/contract/session/trash.ts';
import type { RestoreOffers } from '../../state/connections/restore-offers.ts';
import {
  RESTORE_PART,
  Restoring,
  type RestoreCall,
  type RestoreProgress,
} from '../../state/retained/restoring.ts';
import { LATE, Latest } from '../../state/engine/latest.ts';
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
  /** It is larger than what is kept whole, so there can be no copy. */
  readonly tooLarge?: true | undefined;
}

/** What became of a topic, and the entry of the trash in which its copy is. */
export type ClearedTopic = ClearResult & { readonly entry: string };

/** Where the dialog is. */
export type ClearStage =
  | { readonly kind: 'planning' }
  | { readonly kind: 'broken'; readonly why: string }
  | {
      readonly kind: 'preview';
      readonly topics: readonly PlannedTopic[];
      /** That the trash has no room for the copies: only beyond its limit are these cleared. */
      readonly full?: string;
    }
  | { readonly kind: 'clearing'; readonly topics: readonly PlannedTopic[] }
  | {
      readonly kind: 'done';
      readonly topics: readonly PlannedTopic[];
      readonly results: readonly ClearedTopic[];
      /** More of them is cleared or put back. */
      readonly busy: boolean;
      /** How far putting back is; null: none is put back. */
      readonly progress: RestoreProgress | null;
      readonly restored: readonly RestoreResult[];
      /** Why the last wish was not met, or not in full. */
      readonly problem: string | null;
    };
type Done = Extract<ClearStage, { kind: 'done' }>;

/** Keys a call may carry (contract). */
const BATCH = 1_000;

/** What becomes of the topics of a request, step by step. */
export class TopicClearing {
  readonly store: StoreApi<ClearStage>;
  readonly #session: ConnectionSession;
  readonly #offers: RestoreOffers;
  readonly #latest = new Latest();

  /** @param offers learn what was cleared and put back, also after the dialog was closed */
  constructor(session: ConnectionSession, offers: RestoreOffers) {
    this.#session = session;
    this.#offers = offers;
    this.store = createStore<ClearStage>(() => ({ kind: 'planning' }));
  }

  async look(keys: readonly TopicKey[]): Promise<void> {
    this.#show({ kind: 'planning' });
    try {
      const topics = await this.#latest.answer(() => plan(this.#session, keys));
      if (topics !== LATE) this.#show({ kind: 'preview', topics });
    } catch (error) {
      this.#show({ kind: 'broken', why: words(error) });
    }
  }

  /** Clears what can be cleared; once, however often it is asked for. */
  async run(): Promise<void> {
    const stage = this.store.getState();
    if (stage.kind !== 'preview') return;
    const { topics, full } = stage;
    this.#show({ kind: 'clearing', topics });
    const keys = clearable(topics).map(({ key }) => key);
    const started = { results: [], busy: false, progress: null, restored: [] };
    const done: Done = { kind: 'done', topics, ...started, problem: null };
    const { results, problem, isFull } = await this.#clear(keys, 'stop', full !== undefined);
    if (problem === null || results.length > 0) this.#show({ ...done, results, problem });
    else if (isFull) this.#show({ kind: 'preview', topics, full: problem });
    else this.#show({ kind: 'broken', why: problem });
  }

  /** Clears also what cannot be put back afterwards. */
  clearUnkept(keys: readonly TopicKey[]): Promise<void> {
    return this.#more(async (stage) => {
      const { results, problem } = await this.#clear(keys, 'clear');
      return { ...stage, results: merged(stage.results, results), problem };
    });
  }

  /** @param overwrite also where the broker holds another message by now */
  putBack(keys: readonly TopicKey[], overwrite: boolean): Promise<void> {
    return this.#more(async (stage) => {
      let { restored } = stage;
      const restoring = new Restoring(
        keys.length,
        () => this.#session.now(),
        (progress) => this.#show({ ...stage, restored, problem: null, busy: true, progress }),
      );
      const problem = await problemOf(
        restore(this.#session, stage.results, keys, overwrite, (some) => {
          this.#offers.restored(this.#session.connectionId, some);
          restored = merged(restored, some);
          restoring.took(some.length);
        }),
      );
      return { ...stage, restored, problem };
    });
  }

  /** It is off the screen: what is still looked up is of no interest, what is cleared is. */
  closed(): void {
    this.#latest.drop();
  }

  async #clear(keys: readonly TopicKey[], unkept: 'stop' | 'clear', overLimit = false) {
    const results: ClearedTopic[] = [];
    const took = (some: readonly ClearedTopic[]): void => {
      this.#offers.cleared(this.#session.connectionId, some);
      results.push(...some);
    };
    try {
      await clear(this.#session, keys, { unkept, overLimit }, took);
      return { results, problem: null, isFull: false };
    } catch (error) {
      const isFull = error instanceof ClearRefused && error.code === 'trash-full';
      return { results, problem: words(error), isFull };
    }
  }

  async #more(act: (stage: Done) => Promise<Done>): Promise<void> {
    const stage = this.store.getState();
    if (stage.kind !== 'done' || stage.busy) return;
    this.#show({ ...stage, busy: true, problem: null });
    this.#show({ ...(await act(stage)), busy: false, progress: null });
  }

  #show(stage: ClearStage): void {
    this.store.setState(stage, true);
  }
}

export function clearable(topics: readonly PlannedTopic[]): readonly PlannedTopic[] {
  return topics.filter(({ excluded }) => excluded === null);
}

export async function plan(
  session: ConnectionSession,
  keys: readonly TopicKey[],
): Promise<readonly PlannedTopic[]> {
  const pages = await inBatches(keys, (batch) =>
    session.client.call('planClear', { connection: session.connectionId, keys: batch }),
  );
  return pages.flatMap((page) => page.topics);
}

/** What the engine refused to clear, in words for a person. */
class ClearRefused extends Error {
  readonly code: string;

  constructor({ code, message, advice }: Failure) {
    super(`${message} ${advice}`);
    this.code = code;
  }
}

interface HowToClear {
  /** Whether what cannot be kept is cleared all the same. */
  readonly unkept: 'stop' | 'clear';
  /** The trash may grow beyond its limit. */
  readonly overLimit?: boolean;
}

/**
 * @param onResults called after each batch, so that what was cleared before a failure is known
 * @throws ClearRefused
 */
export async function clear(
  session: ConnectionSession,
  keys: readonly TopicKey[],
  { unkept, overLimit = false }: HowToClear,
  onResults: (results: readonly ClearedTopic[]) => void,
): Promise<void> {
  await inBatches(keys, async (batch) => {
    const { connectionId: connection, client } = session;
    const answer = await client.call('clearRetained', { connection, keys: batch, unkept, overLimit });
    if (answer.kind === 'failed') throw new ClearRefused(answer);
    onResults(answer.results.map((result) => ({ ...result, entry: answer.entry })));
  });
}

/**
 * @param overwrite also where the broker holds another message by now
 * @param onResults called after each batch, so that what was put back before a failure is known
 * @throws Error with the words for a person
 */
export async function restore(
  session: ConnectionSession,
  cleared: readonly ClearedTopic[],
  keys: readonly TopicKey[],
  overwrite: boolean,
  onResults: (results: readonly RestoreResult[]) => void,
): Promise<void> {
  for (const entry of new Set(cleared.map((one) => one.entry))) {
    const here = new Set(cleared.flatMap((one) => (one.entry === entry ? [one.key] : [])));
    const wanted = keys.filter((key) => here.has(key));
    const restoring = new Restoring(
      wanted.length,
      () => 0,
      () => undefined,
    );
    // Smaller than a call could carry: after each part it is seen how far it is.
    const parts = function* (): Wishes {
      for (let at = 0; at < wanted.length; at += RESTORE_PART)
        yield { entry, which: { kind: 'topics', keys: wanted.slice(at, at + RESTORE_PART) } };
    };
    await restoring.run(parts(), restoreCall(session, overwrite), onResults);
  }
}

/** Some of an entry of the trash, and of what is asked for where to go on. */
export interface Wish {
  readonly entry: string;
  readonly which: RestoreWhich;
}
export type Wishes = Generator<Wish, void, number>;

/** Puts messages of an entry of the trash back, as many as one call carries. */
export function restoreCall(session: ConnectionSession, overwrite: boolean): RestoreCall<Wish> {
  const { connectionId: connection, client } = session;
  return async ({ entry, which }, from) => {
    const answer = await client.call('restoreRetained', { connection, entry, which, from, overwrite });
    if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`);
    return answer;
  };
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
export function openQuestions({ results, restored }: Pick<Done, 'results' | 'restored'>) {
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

/** Why it failed; null: it did not. */
async function problemOf(act: Promise<void>): Promise<string | null> {
  try {
    await act;
    return null;
  } catch (error) {
    return words(error);
  }
}

function words(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}
