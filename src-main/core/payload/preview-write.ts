import type { JsonPreview } from '../../contract/model/message.ts';
import { isEpochTime } from '../text/epoch-time.ts';
import type { JsonField, JsonPeek } from './preview-json.ts';
import { jsonText, moreText } from './preview-notation.ts';
import { escapeUnsafe } from './visible.ts';

type Parts = JsonPreview['parts'];
type Container = Exclude<JsonPeek, { kind: 'scalar' }>;

/** A number is never cut; one that is longer than this is text (IEEE doubles need 25 characters). */
export const MAX_NUMBER = 128;
/** Longest string value inside a JSON preview, in characters, before it is cut by an ellipsis. */
const MAX_STRING = 32;
/** Levels of JSON that are written out; deeper ones are `{…}` or `[…]`. */
const SHOWN_DEPTH = 3;

/**
 * The members of a JSON value that say most, in the order they have in it.
 *
 * @param room characters of the whole text, brackets included; the answer may exceed it by a little
 */
export function writeJson(value: JsonPeek, room: number, depth = 0): JsonPreview {
  if (value.kind === 'scalar') {
    const text = writeScalar(value.source, Math.max(MAX_STRING, room - 2));
    return { kind: 'json', shape: 'value', parts: [['', text]], left: 0, atLeast: false };
  }
  const parts = value.kind === 'object' ? objectParts(value, room, depth) : listParts(value, room, depth);
  const shape = value.kind === 'object' ? 'object' : 'list';
  return { kind: 'json', shape, parts, left: value.count - parts.length, atLeast: !value.exact };
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

function listParts(value: Container & { kind: 'array' }, room: number, depth: number): Parts {
  const parts: Parts = [];
  let used = 2;
  for (const item of value.items) {
    const part = writeNested(item, room - used, depth);
    if (used + part.length + moreLength(value, parts.length + 1) > room) break;
    parts.push(['', part]);
    used += part.length + 2;
  }
  const [first] = value.items;
  if (parts.length === 0 && first) parts.push(['', writeForced(first, room - 2 - moreLength(value, 1))]);
  return parts;
}

function objectParts(value: Container & { kind: 'object' }, room: number, depth: number): Parts {
  const choice = new Choice(value, room, depth);
  if (!choice.tryAll()) choice.takeByInterest();
  return choice.parts();
}

/** Values first, nested values next, times last, because they change but say nothing. */
const INTERESTS = ['value', 'nested', 'time'] as const;

/** Which fields of an object are shown. */
class Choice {
  readonly #object: Container & { kind: 'object' };
  readonly #fields: readonly JsonField[];
  readonly #room: number;
  readonly #depth: number;
  #shown: (Parts[number] | undefined)[] = [];
  #count = 0;
  #used = 2;

  constructor(object: Container & { kind: 'object' }, room: number, depth: number) {
    this.#object = object;
    this.#fields = object.fields;
    this.#room = room;
    this.#depth = depth;
  }

  /** In the order they have in the payload. */
  parts(): Parts {
    return this.#shown.filter((part) => part !== undefined);
  }

  /** False, with nothing shown, if they do not all fit. */
  tryAll(): boolean {
    const { count, exact } = this.#object;
    if (!exact || count > this.#fields.length || this.#least() > this.#room) return false;
    if (this.#fields.every((field, at) => this.#take(field, at, false))) return true;
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
        if (!this.#take(field, at, true) && this.#count > 0) return;
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

  /** @param keepsRoom a nested value leaves room for the number of what is left */
  #take(field: JsonField, at: number, keepsRoom: boolean): boolean {
    const key = writeKey(field.key);
    const more = moreLength(this.#object, this.#count + 1);
    const room = this.#room - this.#used - key.length - 1;
    const value = writeNested(field.value, keepsRoom ? room - more : room, this.#depth);
    const length = key.length + 1 + value.length;
    if (this.#used + length + more > this.#room) return false;
    this.#shown[at] = [key, value];
    this.#count++;
    this.#used += length + 2;
    return true;
  }

  /** Better one field that is cut or a little too long than none. */
  #force(field: JsonField, at: number): void {
    const key = writeKey(field.key);
    const rest = this.#room - key.length - 3 - moreLength(this.#object, 1);
    this.#shown[at] = [key, writeForced(field.value, rest)];
  }
}

function interestOf({ key, value }: JsonField): (typeof INTERESTS)[number] {
  if (value.kind !== 'scalar') return 'nested';
  const { source } = value;
  return TIME_KEY.test(key) || TIME_TEXT.test(source) || isEpochTime(source) ? 'time' : 'value';
}

/** A value inside another: written out if there is room, else only hinted at. */
function writeNested(value: JsonPeek, room: number, depth: number): string {
  if (value.kind === 'scalar') return writeScalar(value.source);
  if (room < 5 || depth + 1 >= SHOWN_DEPTH) return hint(value);
  const text = jsonText(writeJson(value, room, depth + 1));
  return text.length <= room ? text : hint(value);
}

function writeForced(value: JsonPeek, room: number): string {
  if (value.kind !== 'scalar') return hint(value);
  if (!value.source.startsWith('"') && value.source.length > MAX_NUMBER) return '…';
  return writeScalar(value.source, Math.max(8, Math.min(room - 2, MAX_STRING)));
}

function hint(value: Container): string {
  const isEmpty = value.count === 0 && value.exact;
  if (value.kind === 'object') return isEmpty ? '{}' : '{…}';
  return isEmpty ? '[]' : '[…]';
}

const TIME_KEY = /^"(?:ts|t|date)"$|(?:_at|At|_ts|time|Time|timestamp)"$/;
const TIME_TEXT = /^"\d{4}-\d\d-\d\dT[^"]*"$/;

/** Characters that the number of what is left takes, when so many members are shown. */
function moreLength({ count, exact }: Container, shown: number): number {
  const more = moreText(count - shown, !exact);
  return more === '' ? 0 : more.length + 2;
}
