import type { KeptMessage } from '../../contract/session/trash.ts';
import { isSameKept } from '../../core/retained/clearing.ts';
import { countInRoom } from '../../core/retained/room.ts';
import { neverRestored, underPrefix } from '../../core/retained/under-prefix.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { putBack } from '../../engine/retained/kept-clearing.ts';
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
} from './results.ts';

/** Messages that are held at once, unless they are too large together. */
const PART = 200;
/** What a restore says it did, or a dry run that it would do. */
const COUNTED: ReadonlySet<string> = new Set(['restored', 'would-restore', 'same']);

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
  const one = asked.dryRun ? wouldRestore : restorePart;
  // What stands in a damaged line is not restored.
  let code = damage.length > 0 ? NOT_ALL : DONE;
  let restored = 0;
  const counting: CommandPorts = {
    ...ports,
    result: (result) => {
      const isOver = result.outcome === 'would-overwrite' && asked.dryRun && asked.overwrite;
      if (isOver || COUNTED.has(result.outcome)) restored++;
      ports.result(result);
    },
  };
  if (wanted.length > PART) await session.learnBroker();
  for (let at = 0; at < wanted.length;) {
    if (ports.stopping.aborted) {
      code = NOT_ALL;
      break;
    }
    const from = at;
    at += countInRoom(Math.min(PART, wanted.length - from), (i) => wanted[from + i]?.size ?? 0);
    const read = await readRecords(path, wanted.slice(from, at));
    const messages = read.map((message) => underPrefix(message, asked.prefix));
    code = Math.max(code, await one(messages, asked, counting, session));
    ports.progress(`${at} of ${wanted.length} done.`);
  }
  const would = asked.dryRun ? 'would be ' : '';
  ports.say(`${restored} of ${formatCounted(wanted.length, 'message')} ${would}restored.`);
  if (!isRefused) return code;
  ports.say('None without --yes, as the file is damaged.');
  return REFUSED;
}

async function restorePart(
  messages: readonly KeptMessage[],
  { overwrite }: RetainedRun,
  { result }: CommandPorts,
  session: BrokerSession,
): Promise<number> {
  let code = DONE;
  const known = new Map(messages.map((message) => [message.key, message] as const));
  for (const { key, outcome } of await putBack(session.live.worker, messages, overwrite)) {
    const message = known.get(key);
    if (outcome.kind !== 'restored') code = NOT_ALL;
    const reason = outcome.kind === 'restored' ? undefined : outcome.failure.message;
    if (message !== undefined) result({ ...resultOf(message, outcome.kind), reason });
  }
  return code;
}

/** What a restore of these would do. It ends as the restore would, where the broker stays as it is. */
async function wouldRestore(
  messages: readonly KeptMessage[],
  { overwrite }: RetainedRun,
  { now, result }: CommandPorts,
  session: BrokerSession,
): Promise<number> {
  let code = DONE;
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
      const reason = unread.get(key)?.message;
      const outcome = reason === undefined ? fateOf(message, held.get(key)) : 'unknown';
      if (outcome === 'unknown' || (outcome === 'would-overwrite' && !overwrite)) code = NOT_ALL;
      result({ ...resultOf(message, outcome), reason });
    }
  }
  return code;
}

function fateOf(message: KeptMessage, there: KeptMessage | undefined): string {
  if (there === undefined) return 'would-restore';
  return isSameKept(message, there) ? 'same' : 'would-overwrite';
}
