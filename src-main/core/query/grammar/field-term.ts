import { writePath } from './json-path.ts';
import type { JsonStep } from './query.ts';

/** Characters. Longer ones are unreadable in a box of one line. */
const MOST_CHARS = 1_000;
/** As the grammar has it. */
const MOST_STEPS = 100;
/** What a box of one line does not hold. */
const CONTROL = /\p{Cc}/u;

/**
 * The filter for topics whose JSON has such a value at the path; `value` null: any value. Null where no filter
 * can say it.
 */
export function fieldTerm(path: readonly JsonStep[], value: string | null): string | null {
  if (path.length === 0 && value === null) return null;
  const place = path.length === 0 ? 'value' : `json:${writePath(path)}`;
  const term = value === null ? place : `${place}=${operandOf(value)}`;
  return path.length > MOST_STEPS || term.length > MOST_CHARS || CONTROL.test(term) ? null : term;
}

/** The text as it stands behind a field's operator, in quotes where it would end early or mean something else. */
export function operandOf(text: string): string {
  return /^[^\s()"/][^\s()"]*$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
