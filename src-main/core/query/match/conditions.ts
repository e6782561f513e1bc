import type { RE2JS } from 're2js';
import { decodeLenient } from '../../payload/utf8.ts';
import { compareDecimals, readDecimal, type Decimal } from '../grammar/decimal.ts';
import type { Condition, Operator, RegexCondition } from '../grammar/query.ts';
import { isSpace, skipSpace } from './json-find.ts';
import { NO, UNKNOWN, YES, type Truth } from './subject.ts';
import { linearPattern } from './linear-pattern.ts';
import { PatternBudget, patternSteps } from './pattern-steps.ts';
import { requiredTexts } from './required-texts.ts';
import { BytesFinder, isAsciiText, textFinder } from './text-finder.ts';

const encoder = new TextEncoder();
/** Of the two one continues a word, and one ends it. */
const FOLLOWING = ['_', ' '];
/** Bytes that a regular expression is tried on; it costs some 50 ns for each, once its machine met such text before. */
export const REGEX_BYTES = 8_192;
/** Steps of a pattern times bytes it is tried on: it takes less than 10 ms, whatever the pattern and the text. */
const STEP_BYTES = 300_000;
/** A number with more digits is not looked at as one. */
const MAX_NUMBER = 4_096;

/** Whether bytes of a text meet a condition. */
export interface BytesTest {
  of(bytes: Uint8Array, start: number, end: number): boolean;
  /** More of the same text could meet it where this beginning does not. */
  readonly open: boolean;
  /** Bytes it looks at. */
  readonly most: number;
  /** A text that meets it does so whatever follows it. */
  goesOn(bytes: Uint8Array, start: number, end: number): boolean;
  /** Each text that meets it holds one of these; null: there are no such. */
  readonly texts: readonly BytesFinder[] | null;
}

/** What a test says of a text. Of more than it looks at, and of what was cut before, only what is certain. */
export function truthOf(
  test: BytesTest,
  bytes: Uint8Array,
  start: number,
  end: number,
  wasCut = false,
): Truth {
  const until = Math.min(end, start + test.most);
  const isCut = wasCut || until < end;
  if (isCut && !test.open) return UNKNOWN;
  if (!test.of(bytes, start, until)) return isCut ? UNKNOWN : NO;
  return isCut && !test.goesOn(bytes, start, until) ? UNKNOWN : YES;
}

/** Throws BadPattern. */
export function bytesTest(condition: Condition): BytesTest {
  switch (condition.kind) {
    case 'contains': {
      const { text } = condition;
      const bytes = isAsciiText(text) ? new BytesFinder(encoder.encode(text), true) : null;
      const finder = bytes ?? textFinder(text);
      return {
        texts: bytes === null || bytes.length === 0 ? null : [bytes],
        of: (bytes, start, end) => finder.endOf(bytes, start, end) >= 0,
        open: true,
        most: Infinity,
        goesOn: () => true,
      };
    }
    case 'regex':
      return new RegexTest(condition);
    case 'compare':
      return new CompareTest(condition.operator, condition.to);
  }
}

/** By an engine whose time is linear in the text, whatever the pattern. */
class RegexTest implements BytesTest {
  readonly open = true;
  readonly most: number;
  /** Looked for first, as the engine takes some 2 µs for however little text. */
  readonly texts: readonly BytesFinder[] | null;
  readonly #pattern: RE2JS;

  constructor({ pattern, ignoreCase }: RegexCondition) {
    new PatternBudget().spend(pattern);
    this.most = Math.floor(Math.min(REGEX_BYTES, STEP_BYTES / Math.max(1, patternSteps(pattern))));
    this.#pattern = linearPattern(pattern, ignoreCase);
    const texts = requiredTexts(pattern, ignoreCase);
    this.texts = texts?.map((text) => new BytesFinder(encoder.encode(text), ignoreCase)) ?? null;
  }

  of(bytes: Uint8Array, start: number, end: number): boolean {
    const until = Math.min(end, start + this.most);
    if (this.texts?.every((text) => text.endOf(bytes, start, until) < 0) === true) return false;
    return this.#pattern.test(decodeLenient(bytes.subarray(start, until)));
  }

  /** An end or a border of a word that it met may be that of the cut. */
  goesOn(bytes: Uint8Array, start: number, end: number): boolean {
    const text = decodeLenient(bytes.subarray(start, Math.min(end, start + this.most)));
    return FOLLOWING.every((more) => this.#pattern.test(text + more));
  }
}

/** Numbers are compared as numbers, to the last digit; anything else can only be equal or not. */
class CompareTest implements BytesTest {
  readonly open = false;
  readonly most = Infinity;
  readonly #operator: Operator;
  readonly #number: Decimal | null;
  readonly #text: Uint8Array;
  readonly texts: readonly BytesFinder[] | null;

  constructor(operator: Operator, to: string) {
    this.#operator = operator;
    this.#number = readDecimal(to);
    this.#text = encoder.encode(to);
    const isSame = operator === '=' && this.#number === null && to !== '';
    this.texts = isSame ? [new BytesFinder(this.#text, false)] : null;
  }

  goesOn(): boolean {
    return false;
  }

  of(bytes: Uint8Array, start: number, end: number): boolean {
    const from = skipSpace(bytes, start, end);
    let until = end;
    while (until > from && isSpace(bytes[until - 1]!)) until--;
    const wanted = this.#number;
    if (wanted !== null) {
      const short = wanted.exact ? shortDecimal(bytes, from, until) : NaN;
      if (!Number.isNaN(short)) return holds(this.#operator, short - wanted.value);
      const number =
        until - from > MAX_NUMBER ? null : readDecimal(decodeLenient(bytes.subarray(from, until)));
      if (number !== null) return holds(this.#operator, compareDecimals(number, wanted));
    }
    if (this.#operator === '=') return isSame(this.#text, bytes, from, until);
    return this.#operator === '!=' && !isSame(this.#text, bytes, from, until);
  }
}

export function holds(operator: Operator, difference: number): boolean {
  switch (operator) {
    case '=':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    case '>=':
      return difference >= 0;
  }
}

/** Powers of ten that doubles hold exactly. */
const TENS = Array.from({ length: 16 }, (_, power) => 10 ** power);

/**
 * A plain decimal of up to 15 digits, exactly as `Number` would read it: both parts of the division are
 * exact then, so its result is rounded once. NaN for anything else.
 */
export function shortDecimal(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start] === 0x2d ? -1 : 1;
  const from = sign < 0 ? start + 1 : start;
  if (end - from > 16 || end <= from) return NaN;
  let value = 0;
  let digits = 0;
  let point = -1;
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x30 && byte <= 0x39) {
      value = value * 10 + byte - 0x30;
      digits++;
    } else if (byte === 0x2e && point < 0) point = digits;
    else return NaN;
  }
  if (digits === 0 || digits > 15) return NaN;
  return (sign * value) / (point < 0 ? 1 : TENS[digits - point]!);
}

function isSame(text: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== text.length) return false;
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text[at]) return false;
  return true;
}
