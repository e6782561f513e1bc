import { parseFilter } from '../../../../src-main/core/query/grammar/parse.ts';
import type { Query } from '../../../../src-main/core/query/grammar/query.ts';

/**
 * The texts that a filter looks for in topics, in lower case; what it excludes is not among them. Null
 * where it means nothing.
 */
export function soughtTexts(filter: string): readonly string[] | null {
  const parsed = parseFilter(filter);
  if (parsed.kind === 'problems') return null;
  if (parsed.query === null) return [];
  return [...new Set(textsOf(parsed.query))].filter((text) => text !== '');
}

function textsOf(query: Query): string[] {
  if (query.kind === 'not') return [];
  if (query.kind !== 'term') return query.parts.flatMap(textsOf);
  const { term } = query;
  const isOfTopic = term.kind === 'word' || term.kind === 'topic';
  return isOfTopic && term.condition.kind === 'contains' ? [term.condition.text.toLowerCase()] : [];
}

export interface HighlightPart {
  readonly text: string;
  readonly found: boolean;
}

/** The name, which is the end of the topic, in parts: a text may have been found across its levels. */
export function highlighted(
  topic: string,
  name: string,
  sought: readonly string[],
): readonly HighlightPart[] {
  const lower = topic.toLowerCase();
  const start = topic.length - name.length;
  const marks = Array.from({ length: name.length }, () => false);
  // Where lower case is longer, places in it say nothing.
  if (lower.length === topic.length) {
    for (const text of sought) {
      for (let at = lower.indexOf(text); at >= 0; at = lower.indexOf(text, at + 1))
        marks.fill(true, Math.max(0, at - start), Math.max(0, at + text.length - start));
    }
  }
  const parts: { text: string; found: boolean }[] = [];
  for (const [at, found] of marks.entries()) {
    const last = parts.at(-1);
    if (last?.found === found) last.text += name[at] ?? '';
    else parts.push({ text: name[at] ?? '', found });
  }
  return parts;
}
