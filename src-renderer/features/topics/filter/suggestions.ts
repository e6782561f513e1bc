import type { SeenName } from '../../../../src-main/contract/view/seen-names.ts';
import type { SavedFilter } from '../../../../src-main/contract/model/filters.ts';
import { operandOf } from '../../../../src-main/core/query/grammar/field-term.ts';
import { FIELD_HELP } from '../../../../src-main/core/query/grammar/fields.ts';

export interface Suggestion {
  readonly group: 'Fields' | 'Members seen here' | 'Levels seen here' | 'Saved filters';
  /** As it is listed, where that is not what is inserted. */
  readonly shown?: string;
  /** What takes the place of what was typed. */
  readonly insert: string;
  /** Characters of `insert` that were typed. */
  readonly typed: number;
  readonly means: string;
  /** A comparison may follow at once. */
  readonly goesOn?: boolean;
}

/** Which names are to be asked for, as more are there than are on screen. */
export interface WantedNames {
  readonly of: 'levels' | 'json';
  readonly begins: string;
}

/** What is there that a filter may be about. */
export interface Offered {
  /** Names of levels that are on screen, each with a topic it is in. */
  readonly levels?: ReadonlyMap<string, string>;
  /** Names that were asked for. */
  readonly seen?: WantedNames & { readonly names: readonly SeenName[] };
  /** Filters of the profile; all of them where nothing is typed. */
  readonly saved?: readonly SavedFilter[];
  /** What is subscribed to. */
  readonly subscriptions?: readonly string[];
}

export interface Suggestions {
  /** The part of the text that a suggestion takes the place of, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  readonly list: readonly Suggestion[];
}

const MOST_FIELDS = 6;
const MOST_MEMBERS = 12;
const MOST_LEVELS = 6;
const MOST_SAVED = 6;
const SUB = 'sub:';
const JSON_FIELD = 'json:';
/** As long a name as may be asked for. */
const MOST_ASKED = 256;

/** What may be meant by the word before the caret. */
export function suggestionsFor(
  text: string,
  caret: number,
  { levels = new Map<string, string>(), seen, saved = [], subscriptions = [] }: Offered,
): Suggestions {
  const from = wordStart(text, caret);
  const word = text.slice(from, caret).toLowerCase();
  if (text.trim() === '')
    return { from: 0, to: text.length, list: saved.map((one) => asSaved(one, 0, true)) };
  if (word === '') return { from, to: caret, list: [] };
  const isAlone = text.slice(0, from).trim() === '' && text.slice(caret).trim() === '';
  const named = saved
    .filter(({ name }) => begins(name, word) || name.toLowerCase() === word)
    .map((one) => asSaved(one, word.length, isAlone));
  const fields = FIELD_HELP.filter(({ insert }) => begins(insert, word)).map(
    ({ insert, means }): Suggestion => ({ group: 'Fields', insert, typed: word.length, means }),
  );
  const wanted = wantedNames(text, caret);
  const asked = wanted !== null && wanted.of === seen?.of && wanted.begins === seen.begins ? seen.names : [];
  const members = asked
    .filter(({ name }) => wanted?.of === 'json' && name.toLowerCase() !== wanted.begins)
    .map(({ name, topic }): Suggestion => {
      const isBegun = name.toLowerCase().startsWith(word.slice(JSON_FIELD.length));
      return {
        group: 'Members seen here',
        insert: JSON_FIELD + name,
        typed: isBegun ? word.length : 0,
        means: topic,
        goesOn: true,
      };
    });
  // What is on screen comes first and at once; what is asked for does not move it.
  const all = new Map([
    ...[...levels].toSorted(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)),
    ...asked
      .filter(({ name }) => wanted?.of === 'levels' && !levels.has(name))
      .map(({ name, topic }) => [name, topic] as const),
  ]);
  const known = [...all]
    .filter(([name]) => begins(name, word))
    .map(([name, topic]): Suggestion => {
      const insert = asWord(name);
      return {
        group: 'Levels seen here',
        insert,
        typed: insert === name ? word.length : 0,
        means: topic,
      };
    });
  const subscribed = subscriptions
    .map((filter) => SUB + operandOf(filter))
    .filter((insert) => word.startsWith(SUB) && begins(insert, word))
    .map((insert): Suggestion => {
      return { group: 'Fields', insert, typed: word.length, means: 'came by this subscription' };
    });
  const list = [
    ...subscribed.slice(0, MOST_FIELDS),
    ...fields.slice(0, MOST_FIELDS),
    ...members.slice(0, MOST_MEMBERS),
    ...known.slice(0, MOST_LEVELS),
    ...named.slice(0, MOST_SAVED),
  ];
  return { from, to: caret, list };
}

/** What the word before the caret may be the beginning of, beside fields; null: of nothing that has names. */
export function wantedNames(text: string, caret: number): WantedNames | null {
  const word = text.slice(wordStart(text, caret), caret).toLowerCase();
  if (word === '' || word.length > MOST_ASKED) return null;
  if (!word.startsWith(JSON_FIELD)) return /[:<>=~]/.test(word) ? null : { of: 'levels', begins: word };
  const path = word.slice(JSON_FIELD.length);
  return /[<>=~]/.test(path) ? null : { of: 'json', begins: path };
}

/** Among other terms it stands in brackets, as it may hold an `or`. */
function asSaved({ name, text }: SavedFilter, typed: number, isAlone: boolean): Suggestion {
  return { group: 'Saved filters', insert: isAlone ? text : `(${text})`, shown: name, typed, means: text };
}

/** Where the word begins that the caret is at the end of; at the caret where it is within quotes. */
function wordStart(text: string, caret: number): number {
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < caret; at++) {
    const character = text[at] ?? '';
    if (isQuoted && character === '\\') at++;
    else if (character === '"') {
      isQuoted = !isQuoted;
      start = at + 1;
    } else if (!isQuoted && /[\s(]/.test(character)) start = at + 1;
  }
  if (isQuoted) return caret;
  return text[start] === '-' && start < caret ? start + 1 : start;
}

function begins(candidate: string, word: string): boolean {
  return candidate.length > word.length && candidate.toLowerCase().startsWith(word);
}

/** The text as a filter that looks for it, in quotes where it would mean something else. */
export function asWord(text: string): string {
  const isPlain =
    /^[\p{L}\p{N}_.$/][\p{L}\p{N}_.$/-]*$/u.test(text) && !/^(?:or|and|not|changed|silent)$/i.test(text);
  return isPlain && !/^\/.*\/i?$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The text with a suggestion taken, and where the caret is then. */
export function taken(
  text: string,
  { from, to }: Pick<Suggestions, 'from' | 'to'>,
  { insert, goesOn = false }: Pick<Suggestion, 'insert' | 'goesOn'>,
): { readonly text: string; readonly caret: number } {
  const isOpen = goesOn || /[:<>=~]$/.test(insert);
  const space = isOpen || /^\s/.test(text.slice(to)) ? '' : ' ';
  return {
    text: text.slice(0, from) + insert + space + text.slice(to),
    caret: from + insert.length + space.length,
  };
}
