import { fileStem } from '../../../src-main/core/message/file-name.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import {
  jsonLine,
  mosquittoPub,
  notInCommand,
  type CommandHost,
} from '../../../src-main/core/message/message-lines.ts';
import { hexPairs } from '../../../src-main/core/payload/hex-text.ts';
import { jsonNodes } from '../../../src-main/core/payload/json-nodes.ts';
import { decodeStrict } from '../../../src-main/core/payload/utf8.ts';
import { formatBytes } from '../../../src-main/core/text/amounts.ts';
import { displayName } from '../../../src-main/core/topics/levels.ts';
import { topicMembers, topicText } from '../../../src-main/core/topics/names.ts';
import { copied } from '../browser/copy-text.ts';
import { saveFile } from '../browser/save-file.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import type { Loaded } from './inspector.ts';
import { messageStart, wholeMessage, wholePayload, type WhichMessage } from './whole-payload.ts';

/*
 * What can be done with a received message, wherever it is listed. Each answers in words what was done, and
 * rejects with the reason where it could not be.
 */

type Source = Pick<ConnectionSession, 'client' | 'connectionId'>;

/** The most that is put on a clipboard: other programs stall on more. Bytes */
export const MAX_COPY_BYTES = 16_000_000;
/** A command line longer than this no shell takes. Bytes */
const MAX_COMMAND_BYTES = 100_000;

/** @param not what was not done, where it could not be read */
async function orNot<T>(not: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw new Error(`${not}: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}

function shortened({ meta, bytes }: Loaded): string {
  return bytes.length < meta.size
    ? `, the first ${formatBytes(bytes.length)} of ${formatBytes(meta.size)}`
    : '';
}

/** Why so many bytes are not copied. */
export function tooMuchWords(bytes: number): string {
  return `Not copied: ${formatBytes(bytes)} is more than the ${formatBytes(MAX_COPY_BYTES)} a clipboard takes.`;
}

/**
 * The kept bytes of a message from its start to `to`, of which those from `from` are to be copied: too many
 * are refused before they are read.
 */
export async function payloadToCopy(
  session: Source,
  key: TopicKey,
  start: Loaded,
  from = 0,
  to = start.meta.kept,
): Promise<Uint8Array<ArrayBuffer>> {
  if (to - from > MAX_COPY_BYTES) throw new Error(tooMuchWords(to - from));
  return orNot('Not copied', wholePayload(session, key, start, to));
}

/** The payload of a message whose start is known: as text where it is UTF-8, else in hex. */
export async function copyPayload(session: Source, key: TopicKey, start: Loaded): Promise<string> {
  const bytes = await payloadToCopy(session, key, start);
  const text = decodeStrict(bytes);
  const how = text === null ? 'Copied in hex' : 'Copied';
  const done = `${how}: ${formatBytes(bytes.length)}${shortened({ ...start, bytes })}`;
  return copied(text ?? hexPairs(bytes), done);
}

/** The payload of any message, likewise. */
export async function copyMessageValue(session: Source, key: TopicKey, which: WhichMessage): Promise<string> {
  return copyPayload(session, key, await orNot('Not copied', messageStart(session, key, which)));
}

/** The message as a line of JSON, as an export writes it. */
export async function copyAsJson(session: Source, key: TopicKey, which: WhichMessage): Promise<string> {
  const start = await orNot('Not copied', messageStart(session, key, which));
  const payload = await payloadToCopy(session, key, start);
  const { meta, properties } = start;
  const line = jsonLine({ ...meta, ...topicMembers(key), payload, properties });
  return copied(line, `Copied as JSON${shortened({ ...start, bytes: payload })}`);
}

/** The command line that publishes it again. */
export async function copyAsMosquittoPub(
  session: Source,
  key: TopicKey,
  which: WhichMessage,
  broker: CommandHost | null,
): Promise<string> {
  const topic = topicText(key);
  if (topic === null) throw new Error('Not copied: the topic is no text, so no command line can name it.');
  const message = await orNot('Not copied', wholeMessage(session, key, which));
  const { meta, bytes, properties } = message;
  if (bytes.length < meta.size)
    throw new Error(`Not copied: only ${formatBytes(bytes.length)} of the payload were kept.`);
  if (bytes.length > MAX_COMMAND_BYTES)
    throw new Error(
      `Not copied: ${formatBytes(bytes.length)} are too much for a command line. Save the payload.`,
    );
  const command = mosquittoPub({ ...meta, topic, payload: bytes, properties }, broker);
  const lost = notInCommand(properties);
  const without = lost === null ? 'username and password' : `username, password and ${lost}`;
  return copied(command, `Copied as mosquitto_pub, without ${without}`);
}

/**
 * Its payload into a file, byte for byte.
 *
 * @param separator of the tree: the file is named after the topic's last level
 */
export async function saveMessagePayload(
  session: Source,
  key: TopicKey,
  which: WhichMessage,
  separator: string,
): Promise<string> {
  const message = await orNot('Not saved', wholeMessage(session, key, which));
  const { meta, bytes } = message;
  const name = payloadFileName(displayName(key, separator), meta.at, bytes);
  saveFile(name, 'application/octet-stream', [bytes as Uint8Array<ArrayBuffer>]);
  return `Saved: ${formatBytes(bytes.length)}${shortened(message)}`;
}

/**
 * Its payload in the program that the system has for its kind. The host asks first, and refuses what could run
 * something.
 */
export async function openMessagePayload(
  session: Source,
  key: TopicKey,
  which: WhichMessage,
): Promise<string> {
  const { client, connectionId: connection } = session;
  const answer = await orNot('Not opened', client.call('openPayload', { connection, key, which }));
  if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`.trim());
  if (answer.kind === 'cancelled') return 'Not opened';
  const { file, bytes, size } = answer;
  const part = bytes < size ? `, the first ${formatBytes(bytes)} of ${formatBytes(size)}` : '';
  return `Opened as ${file}${part}`;
}

/** After the last level of the topic and the time it came: `telemetry 2026-11-20 14.31.07.json`. */
export function payloadFileName(last: string, at: number, bytes: Uint8Array): string {
  const text = decodeStrict(bytes);
  const end = text === null ? 'bin' : jsonNodes(text) === null ? 'txt' : 'json';
  return `${fileStem(last === '' ? 'payload' : last, new Date(at))}.${end}`;
}

/** Where mosquitto_pub reaches the broker of a connection; null where it has no way: WebSocket, a Unix socket. */
export function commandHost(address: string): CommandHost | null {
  if (!/^mqtts?:/.test(address) || !URL.canParse(address)) return null;
  const { protocol, hostname, port } = new URL(address);
  if (hostname === '') return null;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: port === '' ? (protocol === 'mqtts:' ? 8883 : 1883) : Number(port) };
}
