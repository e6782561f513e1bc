import { parseFilter } from './parse.ts';
import type { Query } from './query.ts';

/** A word of a filter that reads like a field of a payload, and the whole filter with that field in its place. */
export interface MeantField {
  readonly word: string;
  readonly field: string;
  readonly filter: string;
}

const LIKE_FIELD = /^([a-z_][\w.[\]]*)(!=|<=|>=|=|<|>|:(?!\/))([^\s:]+)$/i;
/** What other programs call the latest value. */
const VALUE_NAMES = /^(?:payload|message|msg)$/i;

/**
 * For a filter without a match: `temperature>80` asks for that text, as `temperature` is the name of no field.
 * Null where no word reads like that.
 */
export function meantField(text: string): MeantField | null {
  const parsed = parseFilter(text);
  if (parsed.kind !== 'filter' || parsed.query === null) return null;
  for (const [from, to] of words(parsed.query)) {
    const word = text.slice(from, to);
    const field = fieldFor(word);
    if (field === null || parseFilter(field).kind !== 'filter') continue;
    return { word, field, filter: text.slice(0, from) + field + text.slice(to) };
  }
  return null;
}

function fieldFor(word: string): string | null {
  const [, name = '', operator = '', operand = ''] = LIKE_FIELD.exec(word) ?? [];
  if (name === '') return null;
  const place = VALUE_NAMES.test(name) ? 'value' : `json:${name}`;
  return `${place}${operator === ':' ? '~' : operator}${operand}`;
}

/** Where the words are in the filter's text. */
function words(query: Query): readonly (readonly [from: number, to: number])[] {
  switch (query.kind) {
    case 'term':
      return query.term.kind === 'word' ? [[query.from, query.to]] : [];
    case 'not':
      return [];
    default:
      return query.parts.flatMap(words);
  }
}
