import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type {
  ClearScope,
  Job,
  JobPart,
  ScopedTopic,
  WaitingTopic,
} from '../../../src-main/contract/session/jobs.ts';
import type { ClearResult, RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import { differingWords } from '../../../src-main/core/retained/restore-parts.ts';
import { topicMembers } from '../../../src-main/core/topics/names.ts';
import { isOver } from '../../state/connections/restore-offers.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { formatBytes, formatCount, formatCounted } from '../../ui/base/format.ts';
import { doneWords } from '../../ui/feedback/progress-line.tsx';
import { RESTORE_PART, type Restoring } from '../../state/retained/restoring.ts';
import { restoreCall, type Wishes } from './plan.ts';

/** Which of the topics around the chosen one are meant. */
export type ScopeChoice = 'topic' | 'subtree' | 'filter';

/** A preview of many topics: the figures of all, and the first of them. */
export interface ManyPlan {
  readonly plan: string;
  readonly clear: number;
  readonly bytes: number;
  readonly returning: number;
  readonly excluded: number;
  readonly unknown: number;
  /** No copy of these can be kept. */
  readonly tooLarge: number;
  readonly topics: readonly ScopedTopic[];
  readonly left: readonly ScopedTopic[];
}

/** Rows of a preview; the rest is counted. */
const SHOWN = 200;
/** Over so many messages the count has to be typed. */
const TYPE_OVER = 1_000;
export function scopeOf(choice: ScopeChoice, key: TopicKey, filter: string): ClearScope {
  switch (choice) {
    case 'topic':
      return { kind: 'topics', keys: [key] };
    case 'subtree':
      return { kind: 'subtree', key };
    case 'filter':
      return { kind: 'filter', text: filter };
  }
}

/** Whether the button waits for the count to be typed. */
export function asksForCount(count: number, production: boolean): boolean {
  return count > 0 && (production || count > TYPE_OVER);
}

/** `1,284` is as good as `1284`. */
export function isCount(typed: string, count: number): boolean {
  return typed.replace(/[\s,.']/g, '') === String(count);
}

export async function planMany(session: ConnectionSession, scope: ClearScope): Promise<ManyPlan | Failure> {
  const { client, connectionId: connection } = session;
  const planned = await client.call('planClearing', { connection, scope });
  if (planned.kind === 'failed') return planned;
  const { plan } = planned;
  const page = async (part: 'clear' | 'excluded') => {
    const answer = await client.call('readPlan', { plan, part, from: 0, count: SHOWN });
    return answer.kind === 'page' ? answer.topics : [];
  };
  const [topics, left] = await Promise.all([page('clear'), page('excluded')]);
  const { clear, bytes, returning, excluded, unknown, tooLarge = 0 } = planned;
  return { plan, clear, bytes, returning, excluded, unknown, tooLarge, topics, left };
}

/** The first outcomes of a job: those that need a decision, or all. */
export async function outcomesOf(
  session: ConnectionSession,
  job: string,
  part: JobPart,
): Promise<{ readonly outcomes: readonly ClearResult[]; readonly waiting: readonly WaitingTopic[] }> {
  const answer = await session.client.call('jobOutcomes', { job, part, from: 0, count: SHOWN });
  return answer.kind === 'page' ? answer : { outcomes: [], waiting: [] };
}

/** How many could not be kept, and so were left alone. */
export async function countUnkept(session: ConnectionSession, job: string): Promise<number> {
  const answer = await session.client.call('jobOutcomes', { job, part: 'not-kept', from: 0, count: 1 });
  return answer.kind === 'page' ? answer.total : 0;
}

/** How many were not begun as the copies would exceed the limit of the trash. */
export function leftOverLimit({ state, total, done }: Job): number {
  return state.kind === 'failed' && state.failure.code === 'trash-full' ? total - done : 0;
}

/**
 * Puts back everything a job cleared, a page at a time. What is newer on the broker is left alone.
 *
 * @param restoring counts what has a result; once it is stopped nothing more is begun
 * @param onResults called after each page, so that what was put back before a failure is known
 * @throws Error with the words for a person
 */
export async function putBack(
  session: ConnectionSession,
  entry: string,
  overwrite: boolean,
  restoring: Restoring,
  onResults: (results: readonly RestoreResult[]) => void,
): Promise<void> {
  const pages = function* (): Wishes {
    for (let from = 0; ; from += RESTORE_PART)
      if ((yield { entry, which: { kind: 'page', from, count: RESTORE_PART } }) === 0) return;
  };
  await restoring.run(pages(), restoreCall(session, overwrite), onResults);
}

/** Every outcome of a job, a line of JSON each. */
export async function exportOutcomes(session: ConnectionSession, job: Job): Promise<string> {
  const lines: string[] = [];
  for (let from = 0; ; from += 500) {
    const page = await session.client.call('jobOutcomes', { job: job.id, part: 'all', from, count: 500 });
    if (page.kind !== 'page' || page.outcomes.length === 0) return lines.join('');
    for (const one of page.outcomes) lines.push(outcomeLine(one));
  }
}

interface Fate extends Pick<ClearResult, 'key' | 'took'> {
  readonly outcome: ClearResult['outcome'] | RestoreResult['outcome'];
}

/** What became of a topic that was cleared or put back: a line of JSON. */
export function outcomeLine({ key, outcome, took }: Fate): string {
  const why = reasonOf(outcome);
  const code = 'code' in outcome && outcome.code > 0 ? { code: outcome.code } : {};
  const ms = took === undefined ? {} : { ms: Math.round(took * 10) / 10 };
  return `${JSON.stringify({ ...topicMembers(key), outcome: outcome.kind, ...ms, ...code, ...why })}\n`;
}

function reasonOf(outcome: Fate['outcome']): { readonly reason?: string } {
  if ('failure' in outcome) return { reason: outcome.failure.message };
  const words = outcome.kind === 'restored' ? differingWords(outcome) : '';
  return words === '' ? {} : { reason: words };
}

/** The tabs over the results, with their counts. */
export function resultTabs(
  job: Job,
): readonly { readonly id: JobPart; readonly label: string; readonly detail: string }[] {
  const { done, total, cleared, refused, cameBack } = job;
  const tab = (id: JobPart, label: string, count: number) => ({ id, label, detail: formatCount(count) });
  const both = [tab('all', 'All', done), tab('cleared', 'Cleared', cleared)];
  return isOver(job)
    ? [...both, tab('not-cleared', 'Not cleared', done - cleared)]
    : [
        ...both,
        tab('denied', 'Denied', refused),
        tab('came-back', 'Came back', cameBack),
        tab('waiting', 'Waiting', total - done),
      ];
}

export interface Step {
  readonly name: string;
  readonly words: string;
  /** 0 to 1. */
  readonly share: number;
  /** It came to its end, and not to what it is for. */
  readonly failed?: boolean;
}

/** The four steps of a clear, each with how far it is. What needs no step (it was not there) counts as done. */
export function stepsOf(job: Job): readonly Step[] {
  const { total, done, refused, state, steps, rate } = job;
  const { fetched, kept, keptBytes, sent } = steps;
  const of = (count: number) => (total === 0 ? 1 : Math.min(1, count / total));
  const over = isOver(job);
  const step = (doing: string, did: string, count: number, words: string): Step => ({
    name: count >= total ? did : doing,
    words,
    share: of(count),
  });
  const pace =
    rate > 0 && state.kind === 'running' && sent < total ? `, ${formatCount(Math.round(rate))}/s` : '';
  const denied = refused > 0 ? `, ${formatCount(refused)} denied` : '';
  const handled = Math.max(sent, done);
  return [
    step(
      'Fetch again',
      'Fetched again',
      fetched,
      `${formatCount(fetched)} of ${formatCount(total)} at QoS 2`,
    ),
    {
      ...step(
        'Save to trash',
        'Saved to trash',
        fetched,
        `${formatCounted(kept, 'message')}, ${formatBytes(keptBytes)}`,
      ),
      ...(over && refused > 0 && kept === 0
        ? { name: 'Nothing in the trash', words: 'no copy of what was denied', share: 0, failed: true }
        : {}),
    },
    {
      ...step(
        'Clear',
        'Cleared',
        handled,
        `${formatCount(sent)} of ${formatCount(total)} sent${denied}${pace}`,
      ),
      ...(over ? shortfall(job) : {}),
    },
    step(
      'Verify',
      'Verified',
      done,
      done === 0 ? 'asks for every topic again' : `${formatCount(done)} of ${formatCount(total)} known`,
    ),
  ];
}

/** What is wrong with “Cleared” for a job that is over: nothing was, or some topics were left alone. */
function shortfall({ total, cleared, done, steps }: Job): Partial<Step> {
  if (total > 0 && cleared === 0) return { name: 'Nothing cleared', share: 0, failed: true };
  return done === total && steps.sent < total && cleared < total
    ? { name: 'Partly cleared', share: cleared / total, failed: true }
    : {};
}

/** How much of what is cleared can be put back: `6,500 messages in the trash. …` */
export function keptWords({ cleared, steps: { kept } }: Pick<Job, 'cleared' | 'steps'>): string {
  const without = cleared - kept;
  const words = kept > 0 ? `${formatCounted(kept, 'message')} in the trash.` : '';
  if (without <= 0) return words;
  const why = 'the broker held none any more, or it was not wanted';
  return `${words} No copy of ${formatCount(without)}: ${why}.`.trimStart();
}

/** `812 of 1,284 done, 640/s`, with what the job waits for. */
export function progressWords(job: Job): string {
  const count = doneWords({ ...job, rate: 0 });
  switch (job.state.kind) {
    case 'running':
      return doneWords(job);
    case 'paused':
      return `${count}. Paused.`;
    case 'waiting':
      return `${count}. Waiting for the connection; it goes on by itself.`;
    default:
      return count;
  }
}

/** `1,272 cleared, 9 denied, 2 came back, 1 unknown.` */
export function resultWords(job: Job): string {
  const { cleared, refused, cameBack, stillThere, unknown, total, done, state } = job;
  const parts = [`${formatCount(cleared)} cleared`];
  if (refused > 0) parts.push(`${formatCount(refused)} denied`);
  if (cameBack > 0) parts.push(`${formatCount(cameBack)} came back`);
  if (stillThere > 0) parts.push(`${formatCount(stillThere)} still retained`);
  if (unknown > 0) parts.push(`${formatCount(unknown)} unknown`);
  if (total > done) parts.push(`${formatCount(total - done)} not begun`);
  const why = state.kind === 'failed' ? ` ${state.failure.message} ${state.failure.advice}` : '';
  return `${parts.join(', ')}.${why}`.trimEnd();
}
