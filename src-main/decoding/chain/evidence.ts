import type { DecoderId, DecoderStep } from '../../contract/model/decoder-rule.ts';
import { imageType } from '../formats/image.ts';
import { isJwt } from '../formats/jwt.ts';
import { isSwitchWord, timestampUnit } from '../formats/scalars.ts';
import { looksBinary } from '../formats/text.ts';
import type { StageBytes } from './leaves.ts';

/** A decoder that something speaks for. */
export interface Candidate extends DecoderStep {
  /** `starts with 1f 8b 08` */
  readonly why: string;
  /** Several values in a row will do. */
  readonly sequence?: boolean;
  /** Why it is tried, where that says less than `why` does once it is read. */
  readonly tried?: string;
}

const CONTENT_TYPES: readonly (readonly [RegExp, DecoderId])[] = [
  [/^application\/(?:[\w.-]+\+)?json\b|^application\/(?:x-)?(?:ndjson|jsonl|json-seq)\b/, 'json'],
  [/^application\/(?:[\w.-]+\+)?cbor(?:-seq)?\b/, 'cbor'],
  [/^application\/(?:x-|vnd\.)?msgpack\b/, 'msgpack'],
  [/^application\/(?:x-)?bson\b/, 'bson'],
  [/^application\/(?:x-|vnd\.google\.)?protobuf\b/, 'protobuf'],
  [/^(?:application\/(?:vnd\.apache\.)?avro|avro\/binary)\b/, 'avro'],
  [/^image\/(?:png|jpe?g|gif|webp|svg\+xml)\b/, 'image'],
  [/^(?:application|text)\/(?:[\w.-]+\+)?xml\b/, 'xml'],
  [/^(?:application|text)\/(?:x-)?yaml\b/, 'yaml'],
  [/^application\/jwt\b/, 'jwt'],
  [/^application\/(?:x-)?gzip\b/, 'gzip'],
  [/^application\/zstd\b/, 'zstd'],
  [/^application\/zlib\b/, 'zlib'],
  [/^text\//, 'text'],
];

/** What came with the bytes and what they begin with, the strongest evidence first. Says nothing of whether it is true. */
export function* evidence(stage: StageBytes, isFirst: boolean): Generator<Candidate> {
  const { around } = stage;
  // They speak of what was sent, and not of what is packed in it.
  if (isFirst) {
    if (
      around.topic?.startsWith('spBv1.0/') === true &&
      !/^spBv1\.0\/(?:[^/]+\/)?STATE\//.test(around.topic)
    ) {
      yield { decoder: 'sparkplug', option: '', why: 'its topic begins with spBv1.0/' };
    }
    const type = around.contentType?.trim().toLowerCase() ?? '';
    const decoder = CONTENT_TYPES.find(([pattern]) => pattern.test(type))?.[1];
    if (decoder !== undefined) {
      const charset = decoder === 'text' ? (/charset="?([\w-]+)/.exec(type)?.[1] ?? '') : '';
      const sequence = /^[\w./+-]*-seq\b/.test(type);
      yield { decoder, option: knownCharset(charset), why: `content type ${type.slice(0, 80)}`, sequence };
    }
  }
  yield* magic(stage.bytes);
}

function knownCharset(charset: string): string {
  return /^(?:utf-?8|utf-?16(?:le|be)?|latin-?1|iso-8859-1)$/.test(charset) ? charset : '';
}

/** Formats with a signature, and its length in bytes. */
const MAGIC: readonly (readonly [DecoderId, count: number, (bytes: Uint8Array) => boolean])[] = [
  ['gzip', 3, ([a, b, c]) => a === 0x1f && b === 0x8b && c === 0x08],
  ['zstd', 4, ([a, b, c, d]) => a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd],
  // Method 8 with a window that there is, and a check that holds for one of 31; its sum is checked at its end.
  ['zlib', 2, (bytes) => bytes.length > 6 && isZlibHead(bytes)],
  ['image', 4, (bytes) => imageType(bytes) !== null],
  ['cbor', 3, ([a, b, c]) => a === 0xd9 && b === 0xd9 && c === 0xf7],
  ['avro', 4, ([a, b, c, d]) => a === 0x4f && b === 0x62 && c === 0x6a && d === 0x01],
  ['avro', 2, ({ 0: a, 1: b, length }) => a === 0xc3 && b === 0x01 && length > 10],
];

function isZlibHead([a = 0, b = 0]: Uint8Array): boolean {
  return (a & 0x8f) === 0x08 && ((a << 8) | b) % 31 === 0;
}

function* magic(bytes: Uint8Array): Generator<Candidate> {
  for (const [decoder, count, begins] of MAGIC) {
    if (!begins(bytes)) continue;
    const first = Array.from(bytes.subarray(0, count), (byte) => byte.toString(16).padStart(2, '0')).join(
      ' ',
    );
    yield { decoder, option: '', why: `starts with ${first}` };
  }
}

/** A key, and on the next line another one or an item. */
const YAML_LINES = /^[\w.-]+:(?: [^\n]*)?\r?\n *(?:- |[\w.-]+:(?:\s|$))/;

/** Formats that valid text may have, the most specific first, by the trimmed text. Plain text always fits. */
const TEXT_TRIALS: readonly (readonly [
  DecoderId,
  why: string,
  fits: (word: string) => boolean,
  tried?: string,
])[] = [
  ['json', 'a number, perhaps a time', (word) => isNumber(word) && timestampUnit(word) !== null],
  [
    'json',
    'reads to its end as JSON',
    (word) => /^[[{"]|^(?:true|false|null)$/.test(word) || isNumber(word),
    'begins as JSON does',
  ],
  ['image', 'begins with <svg', (word) => /^(?:<\?xml[^>]*>)?\s*<svg[\s>]/.test(word)],
  ['xml', 'begins with <', (word) => word.startsWith('<')],
  ['jwt', 'three parts of Base64url, the first begins with {"', isJwt],
  ['timestamp', 'a date in ISO 8601', (word) => timestampUnit(word) === 'iso'],
  ['switch', 'a word for on or off', isSwitchWord],
  ['yaml', 'begins with ---', (word) => /^---(?:\s|$)/.test(word)],
  ['yaml', 'lines of key: value', (word) => YAML_LINES.test(word)],
];

/** @param saysText its sender says that it is text, so that nothing is packed in it */
export function* textTrials(text: string, saysText: boolean): Generator<Candidate> {
  const word = text.trim();
  for (const [decoder, why, fits, tried = why] of TEXT_TRIALS)
    if (fits(word)) yield { decoder, option: '', why, tried };
  if (!saysText) yield* packedText(word);
}

function isNumber(word: string): boolean {
  return word.length <= 128 && /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word);
}

/** Shorter texts, in characters, could be a word or a serial number. */
const MIN_HEX = 16;
const MIN_BASE64 = 16;

function* packedText(word: string): Generator<Candidate> {
  if (word.length >= MIN_HEX && isHexPairs(word.replace(/^0x/, '')) && /[a-f]/i.test(word)) {
    yield { decoder: 'hex', option: '', why: 'hex digits only' };
  }
  if (word.length >= MIN_BASE64 && /^[\w+/-]+={0,2}$/.test(word.replace(/\r?\n/g, ''))) {
    yield { decoder: 'base64', option: '', why: 'characters of Base64 only' };
  }
}

/** Pairs of hex digits, perhaps with a space, a colon or a dash behind each. A pattern for that overflows. */
function isHexPairs(text: string): boolean {
  if (/[^0-9a-fA-F\s:-]/.test(text)) return false;
  for (let at = 0; at < text.length;) {
    if (!isHexDigit(text[at]) || !isHexDigit(text[at + 1])) return false;
    at += at + 2 < text.length && !isHexDigit(text[at + 2]) ? 3 : 2;
  }
  return true;
}

/** Of the characters that pairs may have. */
function isHexDigit(character = ''): boolean {
  return character >= '0' && character <= 'f' && character !== ':';
}

/** Binary formats without a mark of their own, tried to their last byte. */
export const BINARY_TRIALS = ['bson', 'cbor', 'msgpack'] as const;

export function isTextual(stage: StageBytes): boolean {
  const { text } = stage;
  return text !== null && text.text !== '' && !looksBinary(text.text);
}
