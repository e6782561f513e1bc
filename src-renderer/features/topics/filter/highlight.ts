import { parseFilter } from '../../../../src-main/core/query/grammar/parse.ts';
import type { Condition, Query, Term } from '../../../../src-main/core/query/grammar/query.ts';

/** What a filter looks for, so that it can be marked where it was found; texts in lower case. */
export interface Sought {
  readonly inTopics: readonly string[];
  readonly inValues: readonly string[];
  /** Members of JSON values by their name, at the top. */
  readonly members: readonly string[];
  /** The value as a whole is compared. */
  readonly whole: boolean;
}

export const NOTHING_SOUGHT: Sought = { inTopics: [], inValues: [], members: [], whole: false };

/** What a filter looks for; what it excludes is not among it. Null where the filter means nothing. */
export function soughtBy(filter: string): Sought | null {
  const parsed = parseFilter(filter);
  if (parsed.kind === 'problems') return null;
  if (parsed.query === null) return NOTHING_SOUGHT;
  const terms = termsOf(parsed.query);
  const texts = (...kinds: readonly Term['kind'][]): readonly string[] => [
    ...new Set(terms.flatMap((term) => (kinds.includes(term.kind) ? textOf(term) : []))),
  ];
  return {
    inTopics: texts('word', 'topic'),
    inValues: texts('word', 'value'),
    members: terms.flatMap((term) => (term.kind === 'json' ? memberOf(term.path[0]) : [])),
    whole: terms.some((term) => term.kind === 'value' && term.condition.kind === 'compare'),
  };
}

function termsOf(query: Query): readonly Term[] {
  if (query.kind === 'not') return [];
  return query.kind === 'term' ? [query.term] : query.parts.flatMap(termsOf);
}

function textOf(term: Term): readonly string[] {
  const condition: Condition | null = 'condition' in term ? term.condition : null;
  return condition?.kind === 'contains' && condition.text !== '' ? [condition.text.toLowerCase()] : [];
}

function memberOf(step: string | number | undefined): readonly string[] {
  return typeof step === 'string' ? [step] : [];
}

export interface HighlightPart {
  readonly text: string;
  readonly found: boolean;
}

/** A part of a text, in UTF-16 units. */
export type Stretch = readonly [from: number, to: number];

/** Where the texts are, whatever the case; nothing where lower case is longer, as places in it say nothing. */
export function foundIn(text: string, sought: readonly string[]): readonly Stretch[] {
  const lower = sought.length === 0 ? '' : text.toLowerCase();
  if (lower.length !== text.length) return [];
  const found: Stretch[] = [];
  for (const one of sought) {
    for (let at = lower.indexOf(one); at >= 0; at = lower.indexOf(one, at + 1))
      found.push([at, at + one.length]);
  }
  return found;
}

/** The text in parts, those that are found and those between; stretches beyond its ends are cut. */
export function partsOf(text: string, found: readonly Stretch[]): readonly HighlightPart[] {
  const marks = Array.from({ length: text.length }, () => false);
  for (const [from, to] of found) marks.fill(true, Math.max(0, from), Math.max(0, to));
  const parts: { text: string; found: boolean }[] = [];
  for (const [at, isFound] of marks.entries()) {
    const last = parts.at(-1);
    if (last?.found === isFound) last.text += text[at] ?? '';
    else parts.push({ text: text[at] ?? '', found: isFound });
  }
  return parts;
}

/** The name, which is the end of the topic, in parts: a text may have been found across its levels. */
export function highlighted(
  topic: string,
  name: string,
  sought: readonly string[],
): readonly HighlightPart[] {
  const start = topic.length - name.length;
  return partsOf(
    name,
    foundIn(topic, sought).map(([from, to]): Stretch => [from - start, to - start]),
  );
}
