import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { isSameKept } from '../../core/retained/clearing.ts';
import { differingWords, loweredWords, putBackInParts } from '../../core/retained/restore-parts.ts';
import { countInRoom } from '../../core/retained/room.ts';
import { neverRestored, notTakenBy, underPrefix } from '../../core/retained/under-prefix.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { putBack } from '../../engine/retained/put-back.ts';
import { readRecords } from '../../engine/retained/record-file.ts';
import type { BrokerSession } from './broker-session.ts';
import type { RetainedRun } from './options.ts';
import {
  chosenOf,
  DONE,
  indexed,
  NOT_ALL,
  REFUSED,
  resultOf,
  sayDamage,
  type CommandPorts,
  type CommandResult,
} from './results.ts';

/** Messages that are held at once, unless they are too large together. */
const PART = 800;
/** From more than so many on it saves time to know the broker. */
const MANY = 200;
/** What a dry run says that a restore would do, or need not. */
const COUNTED: ReadonlySet<string> = new Set(['would-restore', 'same']);

export async function restore(
  asked: RetainedRun,
  ports: CommandPorts,
  session: BrokerSession,
): Promise<number> {
  const path = asked.files[0] ?? '';
  const { records, damage } = await indexed(path);
  sayDamage(path, damage, ports);
  const isRefused = damage.length > 0 && !asked.yes;
  if (isRefused && !asked.dryRun) {
    ports.say('Nothing was restored: say --yes to restore what can be read.');
    return REFUSED;
  }
  const wanted = chosenOf(records, asked.filter);
  if (wanted.length > MANY) await session.learnBroker();
  let done = 0;
  const begins = [0];
  const most = session.maximumQos;
  const lowered = new Set<TopicKey>();
  const read: ReadPart = async (number) => {
    const from = begins[number] ?? wanted.length;
    if (from >= wanted.length) return null;
    const left = Math.min(PART, wanted.length - from);
    const to = (begins[number + 1] = from + countInRoom(left, (i) => wanted[from + i]?.size ?? 0));
    const some = await readRecords(path, wanted.slice(from, to));
    // Some are put back once more.
    done = Math.max(done, from);
    for (const { key, qos } of some) if (qos > most) lowered.add(key);
    ports.progress(`${done} of ${wanted.length} done.`);
    return some.map((message) => underPrefix(message, asked.prefix));
  };
  const { count, isAll } = asked.dryRun
    ? await wouldRestoreAll(read, asked, ports, session)
    : await restoreAll(read, asked, ports, session);
  const would = asked.dryRun ? 'would be ' : '';
  ports.say(`${count} of ${formatCounted(wanted.length, 'message')} ${would}restored.`);
  if (lowered.size > 0) ports.say(loweredWords(lowered.size, most));
  if (isRefused) ports.say('None without --yes, as the file is damaged.');
  // What stands in a damaged line is not restored.
  return isRefused ? REFUSED : isAll && damage.length === 0 ? DONE : NOT_ALL;
}

/** What came of all: how many are, or would be, as in the file, and whether nothing is left to do. */
interface Restored {
  readonly count: number;
  readonly isAll: boolean;
}

/** Gives the messages of a part; null: there is no such part. */
type ReadPart = (number: number) => Promise<readonly KeptMessage[] | null>;

/** A topic of which another outcome is known later has a second line of the results, which counts. */
async function restoreAll(
  read: ReadPart,
  { overwrite }: RetainedRun,
  { result, stopping }: CommandPorts,
  session: BrokerSession,
): Promise<Restored> {
  const known = new Map<TopicKey, CommandResult>();
  const isWhole = await putBackInParts({
    part: async (number) => {
      const messages = await read(number);
      if (messages === null) return null;
      for (const message of messages)
        if (!known.has(message.key)) known.set(message.key, resultOf(message, 'not-sent'));
      return putBack(session.live, messages, overwrite);
    },
    isStopped: () => stopping.aborted,
    take: (results, isAgain) => {
      for (const { key, outcome } of results) {
        const before = known.get(key);
        if (before === undefined || (isAgain && before.outcome === outcome.kind)) continue;
        const reason =
          outcome.kind === 'restored' ? differingWords(outcome) || undefined : outcome.failure.message;
        const now = { ...before, outcome: outcome.kind, reason };
        known.set(key, now);
        result(now);
      }
    },
  });
  const all = [...known.values()];
  const count = all.filter(({ outcome }) => outcome === 'restored').length;
  return { count, isAll: isWhole && count === all.length };
}

async function wouldRestoreAll(
  read: ReadPart,
  asked: RetainedRun,
  ports: CommandPorts,
  session: BrokerSession,
): Promise<Restored> {
  let [count, isAll] = [0, true];
  const result: CommandPorts['result'] = (one) => {
    const isOver = one.outcome === 'would-overwrite' && asked.overwrite;
    if (isOver || COUNTED.has(one.outcome)) count++;
    ports.result(one);
  };
  for (let number = 0; ; number++) {
    const messages = await read(number);
    if (messages === null) return { count, isAll };
    if (ports.stopping.aborted) return { count, isAll: false };
    isAll = (await wouldRestore(messages, asked, { ...ports, result }, session)) === DONE && isAll;
  }
}

/** What a restore of these would do. It ends as the restore would, where the broker stays as it is. */
async function wouldRestore(
  messages: readonly KeptMessage[],
  { overwrite }: RetainedRun,
  { now, result }: CommandPorts,
  session: BrokerSession,
): Promise<number> {
  let code = DONE;
  const { state } = session.live.summary.value;
  const most = session.maximumQos;
  const fateOf = (message: KeptMessage, there: KeptMessage | undefined): Fate => {
    const outcome = comparedWith(message, there, most);
    // What would be left alone is not sent.
    const isSent = outcome === 'would-restore' || (outcome === 'would-overwrite' && overwrite);
    const failure = isSent ? notTakenBy(state, message, now()) : null;
    return failure === null ? { outcome } : { outcome: 'not-sent', reason: failure.message };
  };
  const known = new Map(messages.map((message) => [message.key, message] as const));
  for (const message of messages) {
    const never = neverRestored(message, now());
    if (never === null) continue;
    known.delete(message.key);
    code = NOT_ALL;
    result({ ...resultOf(message, 'not-sent'), reason: never.message });
  }
  for await (const { asked, messages: found, unread } of session.fetch([...known.keys()])) {
    const held = new Map(found.map((one) => [one.key, one] as const));
    for (const key of asked) {
      const message = known.get(key);
      if (message === undefined) continue;
      const failure = unread.get(key);
      const fate: Fate =
        failure === undefined
          ? fateOf(message, held.get(key))
          : { outcome: 'unknown', reason: failure.message };
      if (!isDone(fate, overwrite)) code = NOT_ALL;
      result({ ...resultOf(message, fate.outcome), reason: fate.reason });
    }
  }
  return code;
}

/** What a restore would do with a message, and why not more. */
interface Fate {
  readonly outcome: 'would-restore' | 'same' | 'would-overwrite' | 'not-sent' | 'unknown';
  readonly reason?: string;
}

function isDone({ outcome }: Fate, overwrite: boolean): boolean {
  return COUNTED.has(outcome) || (outcome === 'would-overwrite' && overwrite);
}

function comparedWith(message: KeptMessage, there: KeptMessage | undefined, most: Qos): Fate['outcome'] {
  if (there === undefined) return 'would-restore';
  return isSameKept(message, there, most) ? 'same' : 'would-overwrite';
}
