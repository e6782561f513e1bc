import type { Failure } from '../../contract/base/errors.ts';
import { ConnectionId, type TopicKey } from '../../contract/model/model.ts';
import type { RetainedFact } from '../../contract/model/retained.ts';
import { excludedBecause } from '../../core/retained/clearing.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { ClearJob } from '../../engine/jobs/clear-job.ts';
import { clearingConnection, type JobClearing } from '../../engine/jobs/job-handlers.ts';
import { RecordWriter } from '../../engine/retained/record-writer.ts';
import { estimateCopies } from '../../engine/retained/record.ts';
import { Trash, type TrashWriter } from '../../engine/retained/trash.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import type { BrokerSession, ListedHere } from './broker-session.ts';
import { failureWords } from './file-problem.ts';
import type { RetainedRun } from './options.ts';
import { DONE, NOT_ALL, REFUSED, resultOf, unreadable, type CommandPorts } from './results.ts';

/** Of a topic that was listed: the broker holds a message for it. */
const LISTED: RetainedFact = { state: 'retained', by: 'subscribe', at: 0, stale: false };

export async function list(asked: RetainedRun, ports: CommandPorts, session: BrokerSession): Promise<number> {
  const listed = await session.list(asked.filter);
  const incomplete = sayMissing(listed, asked, ports);
  const { code, held } = await report(listed.keys, 'retained', ports, session);
  ports.say(`${formatCounted(held, 'retained message')}.${noneWords(listed.keys.length, session)}`);
  return incomplete ? NOT_ALL : code;
}

/** Reads what the broker holds of these, and reports it as `outcome`; what could not be read is named. */
async function report(
  keys: readonly TopicKey[],
  outcome: string,
  ports: CommandPorts,
  session: BrokerSession,
  take: (messages: readonly KeptMessage[]) => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly code: number; readonly held: number }> {
  let [held, unknown] = [0, 0];
  for await (const { messages, unread } of session.fetch(keys)) {
    await take(messages);
    for (const message of messages) ports.result(resultOf(message, outcome));
    for (const [key, failure] of unread) ports.result(unreadable(key, failure));
    held += messages.length;
    unknown += unread.size;
  }
  const gone = keys.length - held - unknown;
  if (gone > 0) ports.say(`${formatCounted(gone, 'message')} left the broker while this was read.`);
  return { code: unknown > 0 ? NOT_ALL : DONE, held };
}

function noneWords(count: number, { live }: BrokerSession): string {
  const { state } = live.summary.value;
  const keepsNone = state.kind === 'online' && state.limits.retainAvailable === false;
  return count === 0 && keepsNone ? ' This broker says that it does not keep retained messages.' : '';
}

export async function save(asked: RetainedRun, ports: CommandPorts, session: BrokerSession): Promise<number> {
  const { name: profile, address: broker } = session.live.summary.value;
  const head = { kind: 'snapshot', at: ports.now(), title: asked.filter, broker, profile } as const;
  const path = asked.files[0] ?? '';
  // A file that cannot be made is said before anybody waits for a list.
  const file = asked.dryRun ? null : await RecordWriter.create(path, head, 'keep');
  try {
    const listed = await session.list(asked.filter);
    const { keys } = listed;
    const { code, held } = await report(
      keys,
      file === null ? 'would-save' : 'saved',
      ports,
      session,
      async (messages) => throwIf((await file?.keep(messages)) ?? null),
    );
    if (session.isLost) throw new Error(LOST);
    throwIf((await file?.finish()) ?? null);
    ports.say(
      `${formatCounted(held, 'retained message')}${file === null ? ' would be' : ''} saved.${noneWords(keys.length, session)}`,
    );
    return sayMissing(listed, asked, ports) ? NOT_ALL : code;
  } catch (error) {
    // Half of a snapshot would stand in the way of the next one, and look like a whole one from outside.
    await file?.discard();
    throw error;
  }
}

const LOST =
  'The connection ended while the messages were read, so the snapshot was not kept. Save it again when the broker is back.';

/** Says why topics may be missing from a list, and how many the broker counts beside it; whether any may. */
export function sayMissing(
  { missing, beside }: Pick<ListedHere, 'missing' | 'beside'>,
  { filter, json }: RetainedRun,
  { say, result }: CommandPorts,
): boolean {
  if (missing !== null) {
    say(missing);
    // Programs read the results.
    const unlisted = { key: filter, bytes: 0, qos: null, outcome: 'incomplete', reason: missing };
    if (json) result({ ...unlisted, missing: beside });
  } else if (beside !== null && beside > 0 && filter === '#') say(hiddenWords(beside));
  return missing !== null;
}

function hiddenWords(beside: number): string {
  return `By its own count, the broker holds about ${formatCounted(beside, 'message')} more: what this user may not read, or what came or left meanwhile.`;
}

function throwIf(failure: Failure | null): void {
  if (failure !== null) throw new Error(failureWords(failure));
}

export async function clear(
  asked: RetainedRun,
  ports: CommandPorts,
  session: BrokerSession,
): Promise<number> {
  const found = await session.list(asked.filter);
  const { keys: listed, bytes } = found;
  const isIncomplete = sayMissing(found, asked, ports);
  const { keys, areAll } = clearable(listed, ports);
  const best = areAll && !isIncomplete ? DONE : NOT_ALL;
  if (asked.dryRun) return Math.max(best, (await report(keys, 'would-clear', ports, session)).code);
  if (keys.length === 0) {
    const none = isIncomplete ? 'Nothing was found to clear.' : 'There is nothing to clear.';
    ports.say(none + noneWords(listed.length, session));
    return best;
  }
  if (!(await mayClear(asked, ports, keys.length))) return REFUSED;
  ports.stopping.throwIfAborted();
  const { name: profile, address: broker } = session.live.summary.value;
  const trash = new Trash({ dataDir: ports.dataDir, now: ports.now, limit: () => ports.trashBytes });
  const estimate = estimateCopies(keys, bytes);
  const about = { title: asked.filter, broker, profile, estimate, overLimit: asked.overLimit };
  const entry = await trash.open(about);
  if ('code' in entry) {
    ports.say(failureWords(entry));
    return NOT_ALL;
  }
  return Math.max(best, await clearKeys(keys, asked.filter, entry, ports, session));
}

/** Topics that can be cleared; the others are reported as not cleared. */
function clearable(
  listed: readonly TopicKey[],
  { result }: CommandPorts,
): { readonly keys: readonly TopicKey[]; readonly areAll: boolean } {
  const keys = listed.filter((key) => {
    const reason = excludedBecause(key, LISTED, true);
    if (reason !== null) result({ key, bytes: 0, qos: null, outcome: 'excluded', reason });
    return reason === null;
  });
  return { keys, areAll: keys.length === listed.length };
}

async function clearKeys(
  keys: readonly TopicKey[],
  title: string,
  entry: TrashWriter,
  ports: CommandPorts,
  session: BrokerSession,
): Promise<number> {
  // Where the broker is away from the start, progress is reported before the job is there.
  const begun: { job?: ClearJob } = {};
  const clearing = clearingConnection(() => (session.ended === null ? session.live : null), entry, keys);
  const job = (begun.job = new ClearJob({
    id: 'command',
    connection: ConnectionId.parse('command'),
    title,
    entry: entry.id,
    broker: clearing,
    finish: async () => {
      await clearing.close();
      await entry.finish();
    },
    now: ports.now,
    changed: () => ports.progress(progressOf(begun.job)),
  }));
  const stop = (): void => job.stop();
  ports.stopping.addEventListener('abort', stop);
  await job.over;
  ports.stopping.removeEventListener('abort', stop);
  const code = reportCleared(job, clearing, entry.id, ports);
  if (code !== DONE && session.ended !== null) ports.say(failureWords(session.ended));
  return code;
}

function reportCleared(
  job: ClearJob,
  { copyOf }: Pick<JobClearing, 'copyOf'>,
  entry: string,
  ports: CommandPorts,
): number {
  let copied = 0;
  for (const { key, outcome, restorable } of job.outcomes) {
    if (restorable) copied++;
    const reason = 'failure' in outcome ? outcome.failure.message : undefined;
    const known = copyOf(key);
    ports.result({
      key,
      bytes: known?.bytes ?? 0,
      qos: known?.qos ?? null,
      outcome: outcome.kind,
      reason,
    });
  }
  const { cleared, total, state } = job.job();
  // Of an entry without a message that counts there is nothing to put back.
  const copies = copied === 0 ? '' : ` Copies: trash entry ${entry}.`;
  ports.say(`${cleared} of ${formatCounted(total, 'message')} cleared.${copies}`);
  if (state.kind === 'failed') ports.say(failureWords(state.failure));
  return cleared === total ? DONE : NOT_ALL;
}

function progressOf(job: ClearJob | undefined): string {
  if (job === undefined) return 'Clearing.';
  const { done, total, rate } = job.job();
  return `${done} of ${total} done, ${Math.round(rate)}/s.`;
}

async function mayClear(asked: RetainedRun, ports: CommandPorts, count: number): Promise<boolean> {
  if (asked.yes) return true;
  const messages = formatCounted(count, 'retained message');
  if (ports.ask === null) {
    ports.say(`${messages} would be cleared. Nothing was: say --yes, or run it in a terminal.`);
    return false;
  }
  const typed = await ports.ask(`${messages} will be cleared. Type the count to go on: `);
  if (typed.trim() === String(count)) return true;
  ports.say('Nothing was cleared.');
  return false;
}
