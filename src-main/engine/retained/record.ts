import { createHash, hash } from 'node:crypto';
import { z } from 'zod';
import { Moment } from '../../contract/base/moment.ts';
import type { Qos, TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { receivedProperties } from '../../core/publish/received-properties.ts';
import { displayTopic, keyBytes, topicKey } from '../../core/topics/names.ts';
import type { FileWriter } from './file-writer.ts';

/** What a file of retained messages says of itself, in its first line. */
export interface FileHead {
  readonly kind: 'trash' | 'snapshot';
  /** When the clear or the saving began, ms since the epoch. */
  readonly at: number;
  readonly title: string;
  /** That a person gave it. */
  readonly name?: string | undefined;
  /** Address, without credentials. */
  readonly broker: string;
  readonly profile: string;
  /** Of what others may read before it is whole. */
  readonly writer?: FileWriter | undefined;
}

/** One line of such a file; see docs/retained.md. */
export type FileLine =
  | { readonly kind: 'head'; readonly head: FileHead }
  | { readonly kind: 'message'; readonly message: KeptMessage }
  /** The broker refused to clear it, so it is still there. */
  | { readonly kind: 'not-cleared'; readonly key: TopicKey }
  /** `messages`: how many came before. */
  /** How many lines of each kind stand above; one written before refusals were counted does not have them. */
  | { readonly kind: 'end'; readonly messages: number; readonly refused?: number | undefined };

const FORMAT = 'topicscope-retained';
const VERSION = 1;

// As it is written here. A pattern of groups would overflow the stack of a payload of some megabytes.
const Base64 = z.string().transform((text, context) => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) context.addIssue('It is no Base64.');
  return new Uint8Array(bytes);
});

const Head = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  kind: z.enum(['trash', 'snapshot']),
  at: Moment,
  title: z.string(),
  name: z.string().optional(),
  broker: z.string(),
  profile: z.string(),
  writer: z.object({ pid: z.number().int().positive(), host: z.string(), run: z.string() }).optional(),
});
const Message = z.object({
  topicBase64: Base64,
  qos: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  seenAt: Moment,
  payload: Base64,
  properties: Base64,
});
const NotCleared = z.object({ notCleared: Base64 });
const Count = z.number().int().min(0);
const End = z.object({ end: Count, refused: Count.optional() });

/** The line as it is written, with its end. */
export function encodeLine(line: FileLine): string {
  switch (line.kind) {
    case 'head': {
      const { kind, at, title, name, broker, profile, writer } = line.head;
      // What is not there has no field.
      return summed({ format: FORMAT, version: VERSION, kind, at, title, name, broker, profile, writer });
    }
    case 'message':
      return messageLine(line.message);
    case 'not-cleared':
      return summed({ notCleared: base64(keyBytes(line.key)) });
    case 'end':
      return summed({ end: line.messages, refused: line.refused === 0 ? undefined : line.refused });
  }
}

/** Shown as they are, and written in JSON as they are: printable ASCII without blanks, quotes and backslashes. */
const PLAIN = /^[!#-[\]-~]+$/;

/** As `summed` would write it, and in half the time: there is one for each message. */
function messageLine({ key, payload, qos, properties, at }: KeptMessage): string {
  const { messageExpiry } = properties.length === 0 ? {} : receivedProperties(properties);
  const isPlain = PLAIN.test(key);
  const shown = isPlain ? `"${key}"` : JSON.stringify(displayTopic(key));
  const name = isPlain ? btoa(key) : base64(keyBytes(key));
  // For the reader's eye, as the topic in clear; what counts is in the properties.
  const expiry = messageExpiry === undefined ? '' : `"expirySeconds":${messageExpiry},`;
  const text = `{"topic":${shown},"topicBase64":"${name}","qos":${qos},"seenAt":${at},${expiry}"payload":"${base64(payload)}","properties":"${base64(properties)}"}`;
  return withSum(text);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @returns a text: what is wrong with the line */
export function decodeLine(bytes: Uint8Array): FileLine | string {
  let fields: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(utf8.decode(bytes));
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return NOT_OURS;
    fields = parsed as Record<string, unknown>;
  } catch {
    return 'It is not JSON: cut off, or written over.';
  }
  if (fields['format'] === FORMAT && typeof fields['version'] === 'number' && fields['version'] > VERSION)
    return 'It was written by a newer version of the program.';
  const { sum, ...rest } = fields;
  if (typeof sum !== 'string') return NOT_OURS;
  // Of what is as it was written the text need not be made again, which takes long where a payload is large.
  if (!isAsWritten(bytes, sum) && sum !== sumOf(JSON.stringify(rest)))
    return 'It was changed after it was written: its checksum is another.';
  return read(rest) ?? NOT_OURS;
}

const NOT_OURS = 'It is no line of this format.';

function read(fields: Record<string, unknown>): FileLine | null {
  if ('topicBase64' in fields) {
    const { data } = Message.safeParse(fields);
    if (data === undefined) return null;
    const { topicBase64, qos, seenAt, payload, properties } = data;
    const message = { key: topicKey(topicBase64), qos: qos as Qos, at: seenAt, payload, properties };
    return { kind: 'message', message };
  }
  if ('format' in fields) {
    const { data } = Head.safeParse(fields);
    if (data === undefined) return null;
    const { kind, at, title, name, broker, profile, writer } = data;
    const known = { ...(name === undefined ? {} : { name }), ...(writer === undefined ? {} : { writer }) };
    return { kind: 'head', head: { kind, at, title, broker, profile, ...known } };
  }
  if ('notCleared' in fields) {
    const { data } = NotCleared.safeParse(fields);
    return data === undefined ? null : { kind: 'not-cleared', key: topicKey(data.notCleared) };
  }
  const { data } = End.safeParse(fields);
  return data === undefined ? null : { kind: 'end', messages: data.end, refused: data.refused };
}

/** The checksum is the last field, of the line as it is without it. */
function summed(fields: object): string {
  return withSum(JSON.stringify(fields));
}

function withSum(text: string): string {
  return `${text.slice(0, -1)}${sumField(sumOf(text))}\n`;
}

const sumField = (sum: string): string => `,"sum":"${sum}"}`;

/** The checksum stands where `withSum` puts it, and is that of the bytes before it. */
function isAsWritten(line: Uint8Array, sum: string): boolean {
  const field = Buffer.from(sumField(sum));
  const end = line.length - field.length;
  if (end < 0 || !field.equals(line.subarray(end))) return false;
  return createHash('sha256').update(line.subarray(0, end)).update('}').digest('hex').slice(0, 16) === sum;
}

/** Against accidents, not against forgers: 64 bits of SHA-256. */
function sumOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}

function base64(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Bytes of a line beside payload and topic. */
const LINE_BYTES = 160;

/** Characters of Base64 that three bytes take, and what is left of them at an end. */
const BASE64_UNIT = 4;

/** Bytes on disk of messages of which these are known. */
export function estimateBytes(
  messages: readonly { readonly key: TopicKey; readonly payload?: Uint8Array; readonly size?: number }[],
): number {
  return messages.reduce(
    (sum, { key, payload, size }) =>
      sum + LINE_BYTES + key.length * 3 + Math.ceil((payload?.length ?? size ?? 0) / 3) * BASE64_UNIT,
    0,
  );
}

/** The same of many, of which the names are known and the bytes of all payloads together. */
export function estimateCopies(keys: readonly TopicKey[], payloadBytes: number): number {
  const lines = keys.reduce((sum, key) => sum + LINE_BYTES + BASE64_UNIT + key.length * 3, 0);
  return lines + Math.ceil(payloadBytes / 3) * BASE64_UNIT;
}
