import type { Preview } from '../../contract/model/model.ts';
import { peekJson, type JsonField, type JsonPeek } from './preview-json.ts';
import { decodeStrict, sequenceBoundary } from './utf8.ts';
import { escapeUnsafe } from './visible.ts';

/** Bytes of a payload that a preview looks at, however large the payload is. */
export const PREVIEW_BYTES = 4_096;
/** Bytes of a binary payload shown in hex: what fits beside its size in a row. */
const HEX_BYTES = 16;
/** A number is never cut; one that is longer than this is text (IEEE doubles need 25 characters). */
const MAX_NUMBER = 128;
/** Longest string value inside a JSON preview, in characters, before it is cut by an ellipsis. */
const MAX_STRING = 32;
/** Levels of JSON that are written out; deeper ones are `{…}` or `[…]`. */
const SHOWN_DEPTH = 3;

/**
 * What a payload says in one short line. Looks at the first 4 kB only. JSON is cut at a field and
 * says how many are left (`{temperature:71.4, 8 more}`); digits are as received; controls and
 * bidirectional characters are escaped; what is not UTF-8 is shown in hex.
 *
 * @param payload the bytes that were kept
 * @param size bytes received; more than `payload.length` if it was shortened
 * @param maxChars about how long the text may be; a single number may be longer
 */
export function preview(payload: Uint8Array, size: number, maxChars: number): Preview {
  if (size === 0) return { kind: 'empty' };
  const cut = size > PREVIEW_BYTES || size > payload.length;
  const end = Math.min(payload.length, PREVIEW_BYTES);
  const prefix = payload.subarray(0, cut ? sequenceBoundary(payload, end) : end);
  const text = decodeStrict(prefix);
  if (text === null || text === '' || isBinary(text)) return { kind: 'binary', hex: hexOf(payload), size };
  return ofText(text, cut, maxChars);
}

function ofText(text: string, cut: boolean, maxChars: number): Preview {
  const trimmed = text.trim();
  if (!cut && trimmed.length <= MAX_NUMBER && DECIMAL.test(trimmed)) return { kind: 'number', text: trimmed };
  if (JSON_START.test(trimmed)) {
    const json = peekJson(text, cut);
    if (json !== null) return { kind: 'json', text: writeValue(json, maxChars, 0) };
  }
  return cutText(text, cut, maxChars);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const JSON_START = /^(?:[[{"]|true$|false$|null$)/;

const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/g;

/** UTF-8 by accident: NUL never occurs in text, and other controls only here and there. */
function isBinary(text: string): boolean {
  const controls = text.match(CONTROLS);
  return controls !== null && (controls.includes('\0') || controls.length * 10 > text.length);
}

function hexOf(payload: Uint8Array): string {
  return Array.from(payload.subarray(0, HEX_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text on one line with nothing invisible in it. */
function oneLine(text: string): string {
  return escapeUnsafe(text.replace(/[\n\r\t]/g, (character) => SHORT[character] ?? ''));
}

function cutText(text: string, cut: boolean, maxChars: number): Preview {
  const part = firstCharacters(text, maxChars);
  if (part.length === text.length) return { kind: 'text', text: oneLine(text), cut };
  return { kind: 'text', text: oneLine(beforeNumber(part, text)), cut: true };
}

/** At most `most` characters, counted as a person does where UTF-16 has two units for one. */
function firstCharacters(text: string, most: number): string {
  if (text.length <= most) return text;
  const units = text.slice(0, 2 * most);
  if (!/[\ud800-\udbff]/.test(units)) return text.slice(0, most);
  return Array.from(units).slice(0, most).join('');
}

/** A part of a text that does not end within a number, unless it is nothing but that. */
function beforeNumber(part: string, text: string): string {
  if (!/[\d.]/.test(text[part.length] ?? '')) return part;
  const number = /[+-]?\d[\d.]{0,31}$/.exec(part);
  return number && number.index > 0 && number[0].length < 32 ? part.slice(0, number.index) : part;
}

/** `room` is in characters and includes the brackets; the answer may exceed it by a little. */
function writeValue(value: JsonPeek, room: number, depth: number): string {
  if (value.kind === 'scalar') return writeScalar(value.source, Math.max(MAX_STRING, room - 2));
  return value.kind === 'object' ? writeObject(value, room, depth) : writeArray(value, room, depth);
}

/** Strings with their escapes read, quoted again and cut to `most` characters; the rest as written. */
function writeScalar(source: string, most = MAX_STRING): string {
  if (!source.startsWith('"')) return source;
  if (source.length <= most + 2 && PLAIN_STRING.test(source)) return source;
  const text = readString(source);
  const characters = Array.from(text.slice(0, 2 * most + 2));
  return quote(characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`);
}

const PLAIN_STRING = /^"[\x20\x21\x23-\x5b\x5d-\x7e]*"$/;
const PLAIN_KEY = /^"[A-Za-z_$][\w$.-]*"$/;
const WORD_KEY = /^[\p{L}_$][\p{L}\p{N}_$.-]*$/u;

function readString(source: string): string {
  const text: unknown = JSON.parse(source);
  return String(text);
}

function quote(text: string): string {
  return escapeUnsafe(JSON.stringify(text));
}

function writeKey(source: string): string {
  if (source.length > MAX_STRING + 2) return writeScalar(source);
  if (PLAIN_KEY.test(source)) return source.slice(1, -1);
  const key = readString(source);
  return WORD_KEY.test(key) ? escapeUnsafe(key) : writeScalar(source);
}

function writeArray(value: JsonPeek & { kind: 'array' }, room: number, depth: number): string {
  const { items, whole } = value;
  if (items.length === 0) return whole ? '[]' : '[…]';
  if (depth >= SHOWN_DEPTH) return '[…]';
  const parts: string[] = [];
  let used = 2;
  for (const item of items) {
    const part = writeNested(item, room - used, depth);
    if (used + part.length + moreLength(items.length - parts.length - 1, whole) > room) break;
    parts.push(part);
    used += part.length + 2;
  }
  const [first] = items;
  if (parts.length === 0 && first)
    parts.push(writeForced(first, room - 2 - moreLength(items.length - 1, whole)));
  return `[${withMore(parts, items.length, whole)}]`;
}

function writeObject(value: JsonPeek & { kind: 'object' }, room: number, depth: number): string {
  const { fields, whole } = value;
  if (fields.length === 0) return whole ? '{}' : '{…}';
  if (depth >= SHOWN_DEPTH) return '{…}';
  const choice = new Choice(fields, room, depth, whole);
  if (!choice.tryAll()) choice.takeByInterest();
  return `{${withMore(choice.parts(), fields.length, whole)}}`;
}

/** Values first, nested values next, times last, because they change but say nothing. */
const INTERESTS = ['value', 'nested', 'time'] as const;

/** Which fields of an object are shown. */
class Choice {
  readonly #fields: readonly JsonField[];
  readonly #room: number;
  readonly #depth: number;
  readonly #whole: boolean;
  #shown: (string | undefined)[] = [];
  #count = 0;
  #used = 2;

  constructor(fields: readonly JsonField[], room: number, depth: number, whole: boolean) {
    this.#fields = fields;
    this.#room = room;
    this.#depth = depth;
    this.#whole = whole;
  }

  /** In the order they have in the payload. */
  parts(): string[] {
    return this.#shown.filter((part) => part !== undefined);
  }

  /** False, with nothing shown, if they do not all fit. */
  tryAll(): boolean {
    if (!this.#whole || this.#least() > this.#room) return false;
    if (this.#fields.every((field, at) => this.#take(field, at))) return true;
    this.#shown = [];
    this.#count = 0;
    this.#used = 2;
    return false;
  }

  /** Until one does not fit; the first that does may come later, and one there always is. */
  takeByInterest(): void {
    let first = -1;
    for (const interest of INTERESTS) {
      for (const [at, field] of this.#fields.entries()) {
        if (interestOf(field) !== interest) continue;
        if (first < 0) first = at;
        if (!this.#take(field, at) && this.#count > 0) return;
      }
    }
    const field = this.#fields[first];
    if (this.#count === 0 && field) this.#force(field, first);
  }

  /** The least number of characters that all fields take. */
  #least(): number {
    let least = 0;
    for (const { key, value } of this.#fields) {
      const size = value.kind === 'scalar' ? Math.min(value.source.length, MAX_STRING) : 2;
      least += Math.min(key.length - 2, MAX_STRING) + 3 + size;
    }
    return least;
  }

  #take(field: JsonField, at: number): boolean {
    const key = `${writeKey(field.key)}:`;
    const part = key + writeNested(field.value, this.#room - this.#used - key.length, this.#depth);
    const left = this.#fields.length - this.#count - 1;
    if (this.#used + part.length + moreLength(left, this.#whole) > this.#room) return false;
    this.#shown[at] = part;
    this.#count++;
    this.#used += part.length + 2;
    return true;
  }

  /** Better one field that is cut or a little too long than none. */
  #force(field: JsonField, at: number): void {
    const key = `${writeKey(field.key)}:`;
    const rest = this.#room - key.length - 2 - moreLength(this.#fields.length - 1, this.#whole);
    this.#shown[at] = key + writeForced(field.value, rest);
  }
}

function interestOf({ key, value }: JsonField): (typeof INTERESTS)[number] {
  if (value.kind !== 'scalar') return 'nested';
  if (!TIME_KEY.test(key) && !TIME_VALUE.test(value.source)) return 'value';
  return 'time';
}

/** A value inside another: written out if there is room, else only hinted at. */
function writeNested(value: JsonPeek, room: number, depth: number): string {
  if (value.kind === 'scalar') return writeScalar(value.source);
  if (room < 5) return hint(value);
  const text = writeValue(value, room, depth + 1);
  return text.length <= room ? text : hint(value);
}

function writeForced(value: JsonPeek, room: number): string {
  if (value.kind !== 'scalar') return hint(value);
  if (!value.source.startsWith('"') && value.source.length > MAX_NUMBER) return '…';
  return writeScalar(value.source, Math.max(8, Math.min(room - 2, MAX_STRING)));
}

function hint(value: JsonPeek): string {
  if (value.kind === 'object') return value.fields.length === 0 && value.whole ? '{}' : '{…}';
  return value.kind === 'array' && value.items.length === 0 && value.whole ? '[]' : '[…]';
}

const TIME_KEY = /^"(?:ts|t|date)"$|(?:_at|At|_ts|time|Time|timestamp)"$/;
const TIME_VALUE = /^(?:"\d{4}-\d\d-\d\dT[^"]*"|1\d{9}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?)$/;

function withMore(parts: readonly string[], count: number, whole: boolean): string {
  const left = count - parts.length;
  return [...parts, ...(left > 0 || !whole ? [moreText(left, whole)] : [])].join(', ');
}

function moreLength(left: number, whole: boolean): number {
  if (left === 0) return whole ? 0 : 6;
  return (left < 10 ? 1 : left < 100 ? 2 : left < 1_000 ? 3 : 4) + (whole ? 7 : 8);
}

/** Of a value that was cut only the least is known. */
function moreText(left: number, whole: boolean): string {
  if (whole) return `${String(left)} more`;
  return left > 0 ? `${String(left)}+ more` : 'more';
}
