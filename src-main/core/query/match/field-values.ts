import type { HistoryRecord } from '../../history/record.ts';
import { decodeLenient, wholeUnits } from '../../payload/utf8.ts';
import type { JsonStep } from '../grammar/query.ts';
import { JsonFinder, jsonString } from './json-find.ts';

/** Characters of a field in a row: what a column shows. */
const FIELD_CHARS = 48;
/** A value with more bytes is not looked into for a row. */
const LOOKED_AT = 32_768;
/** Payload bytes that a frame looks at for fields: some milliseconds. What is left goes on with the next. */
const FRAME_BYTES = 1_048_576;
const QUOTE = 0x22;

/** Fields of JSON that the rows of a view show beside the latest value. */
export class FieldValues {
  #finders: readonly JsonFinder[] = [];
  #asked = '[]';
  #left = 0;
  /** Changes with what is asked for; 0: nothing is. */
  version = 0;

  /** @param paths names of members and places in lists; rows have their values in this order */
  ask(paths: readonly (readonly JsonStep[])[]): void {
    const asked = JSON.stringify(paths);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#finders = paths.map((path) => new JsonFinder(path));
    this.version = paths.length === 0 ? 0 : Math.abs(this.version) + 1;
  }

  /** A frame begins, with what it may cost. */
  begin(): void {
    this.#left = FRAME_BYTES;
  }

  /** This frame has no room for more. */
  get spent(): boolean {
    return this.#left <= 0;
  }

  /** The text of each field; null where there is no such field. A string without its quotes. */
  read(record: HistoryRecord | null): (string | null)[] {
    if (record === null || record.size > LOOKED_AT || record.payload.length < record.size)
      return this.#finders.map(() => null);
    this.#left -= record.payload.length * this.#finders.length;
    return this.#finders.map((finder) => textOf(finder, record.payload));
  }
}

function textOf(finder: JsonFinder, payload: Uint8Array): string | null {
  if (!finder.find(payload, 0, payload.length)) return null;
  const { start, end } = finder;
  const first = String.fromCharCode(payload[start] ?? 0);
  if (first === '{') return '{…}';
  if (first === '[') return '[…]';
  if (payload[start] === QUOTE) return cut(jsonString(payload, start, end) ?? '');
  return cut(decodeLenient(payload.subarray(start, Math.min(end, start + 4 * FIELD_CHARS))));
}

/** Not between the halves of a surrogate pair. */
function cut(text: string): string {
  if (text.length <= FIELD_CHARS) return text;
  return `${text.slice(0, wholeUnits(text, FIELD_CHARS - 1))}…`;
}
