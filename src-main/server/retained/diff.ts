import { createHash } from 'node:crypto';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { comparableProperties, receivedProperties } from '../../core/publish/received-properties.ts';
import { loweredWords } from '../../core/retained/restore-parts.ts';
import { keyUnderPrefix } from '../../core/retained/under-prefix.ts';
import type { BrokerSession } from './broker-session.ts';
import { sayMissing } from './commands.ts';
import type { RetainedRun } from './options.ts';
import { chosenOf, DONE, indexed, NOT_ALL, sayDamage, unreadable, type CommandPorts } from './results.ts';

/** What is kept of a message that is compared: all messages of two large snapshots have no room in memory. */
export interface MessageDigest {
  /** Of the payload. */
  readonly bytes: number;
  readonly qos: Qos;
  /** The same for two messages that hold the same, see `isSameKept`, and for no others. */
  readonly hash: string;
}

/** @param most QoS of the broker that holds one of two messages: above it there is no other */
export function digestOf({ qos, payload, properties }: KeptMessage, most: Qos = 2): MessageDigest {
  const compared =
    properties.length === 0 ? NO_PROPERTIES : comparableProperties(receivedProperties(properties));
  const hash = createHash('sha256')
    .update(`${Math.min(qos, most)} ${compared.length} ${compared}`)
    .update(payload);
  return { bytes: payload.length, qos, hash: hash.digest('base64') };
}

const NO_PROPERTIES = comparableProperties({});

type Digests = Map<TopicKey, MessageDigest>;

/** @param session null: two files are compared */
export async function diff(
  asked: RetainedRun,
  ports: CommandPorts,
  session: BrokerSession | null,
): Promise<number> {
  const [path = '', other] = asked.files;
  const most = session?.maximumQos ?? 2;
  const before = await fileDigests(path, asked, ports, asked.prefix, most);
  const after: Digests = new Map();
  let code = before.damaged ? NOT_ALL : DONE;
  if (session === null) {
    const second = await fileDigests(other ?? '', asked, ports, '', most);
    if (second.damaged) code = NOT_ALL;
    sayDifferences(before.digests, second.digests, ports);
    return code;
  }
  const listed = await session.list(asked.filter);
  if (sayMissing(listed, asked, ports)) code = NOT_ALL;
  const keys = new Set([...listed.keys, ...before.digests.keys()]);
  for await (const { messages, unread } of session.fetch([...keys])) {
    for (const message of messages) after.set(message.key, digestOf(message, most));
    for (const [key, failure] of unread) {
      code = NOT_ALL;
      before.digests.delete(key);
      ports.result(unreadable(key, failure));
    }
  }
  sayDifferences(before.digests, after, ports);
  const lowered = [...before.digests.values()].filter(({ qos }) => qos > most).length;
  if (lowered > 0) ports.say(loweredWords(lowered, most));
  return code;
}

function sayDifferences(
  before: ReadonlyMap<TopicKey, MessageDigest>,
  after: ReadonlyMap<TopicKey, MessageDigest>,
  { result }: CommandPorts,
): void {
  const say = (key: TopicKey, { bytes, qos }: MessageDigest, outcome: string): void =>
    result({ key, bytes, qos, outcome });
  for (const key of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const [a, b] = [before.get(key), after.get(key)];
    if (a === undefined && b !== undefined) say(key, b, 'added');
    else if (a !== undefined && b === undefined) say(key, a, 'removed');
    else if (a !== undefined && b !== undefined && a.hash !== b.hash) say(key, b, 'changed');
  }
}

async function fileDigests(
  path: string,
  { filter }: RetainedRun,
  ports: CommandPorts,
  prefix: string,
  most: Qos,
) {
  const byLine = new Map<number, MessageDigest>();
  const { records, damage } = await indexed(path, (message, line) =>
    byLine.set(line, digestOf(message, most)),
  );
  sayDamage(path, damage, ports);
  const digests: Digests = new Map();
  for (const { line, key } of chosenOf(records, filter)) {
    const digest = byLine.get(line);
    if (digest !== undefined) digests.set(keyUnderPrefix(key, prefix), digest);
  }
  return { digests, damaged: damage.length > 0 };
}
