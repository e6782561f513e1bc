import {
  MAX_COLOUR_CHARS,
  MAX_COLOURS,
  MAX_SAVED_FILTERS,
  type MarkColour,
  type SavedFilter,
} from '../../../../src-main/contract/model/filters.ts';
import { parseFilter } from '../../../../src-main/core/query/grammar/parse.ts';
import { formatCount } from '../../../ui/base/format.ts';

/** Why the filter that is set cannot be saved under this name; null if it can. */
export function whyNotSaved(filters: readonly SavedFilter[], name: string, text: string): string | null {
  if (name.trim() === '') return 'Give the filter a name.';
  if (parseFilter(text).kind === 'problems') return 'The filter has a problem. Mend it before it is saved.';
  const isNew = !filters.some((filter) => isSameName(filter.name, name));
  if (isNew && filters.length >= MAX_SAVED_FILTERS)
    return `A profile has at most ${String(MAX_SAVED_FILTERS)} saved filters. Remove one first.`;
  return null;
}

/** With the filter under that name, in place of one that has it already. */
export function withSaved(filters: readonly SavedFilter[], name: string, text: string): SavedFilter[] {
  const saved = { name: name.trim(), text: text.trim() };
  const at = filters.findIndex((filter) => isSameName(filter.name, name));
  return at < 0 ? [...filters, saved] : filters.with(at, { ...filters[at], ...saved });
}

/** A saved filter that colours the rows it matches. */
export type ColourRule = SavedFilter & { readonly colour: MarkColour };

/** The filters that colour rows, in their order: the first that matches a row counts. */
export function colourRules(filters: readonly SavedFilter[]): readonly ColourRule[] {
  return filters
    .flatMap(({ name, text, colour }) => (colour === undefined ? [] : [{ name, text, colour }]))
    .filter(({ text }) => text.length <= MAX_COLOUR_CHARS)
    .slice(0, MAX_COLOURS);
}

/** @param perSecond messages on the rows in sight that meet the rule */
export function busyWords(perSecond: number): string {
  return `Met by about ${formatCount(perSecond)} messages a second in sight: a row changes colour once a second at most`;
}

/** With a colour for the one of a name, or with none; or why it cannot have it. */
export function coloured(
  filters: readonly SavedFilter[],
  name: string,
  colour: MarkColour | null,
): SavedFilter[] | string {
  const at = filters.findIndex((filter) => filter.name === name);
  const filter = filters[at];
  if (filter === undefined) return `${name} is not there any more.`;
  const others = filters.filter((one, other) => other !== at && one.colour !== undefined);
  if (colour !== null && others.length >= MAX_COLOURS)
    return `At most ${String(MAX_COLOURS)} filters colour rows at the same time. Take the colour from another one first.`;
  if (colour !== null && filter.text.length > MAX_COLOUR_CHARS)
    return `A filter that colours rows has at most ${String(MAX_COLOUR_CHARS)} characters.`;
  const { colour: _, ...plain } = filter;
  return filters.with(at, colour === null ? plain : { ...plain, colour });
}

/** With the one of a name before the one above it, or behind the one below. */
export function moved(filters: readonly SavedFilter[], name: string, by: -1 | 1): SavedFilter[] {
  const at = filters.findIndex((filter) => filter.name === name);
  const [filter, other] = [filters[at], filters[at + by]];
  if (filter === undefined || other === undefined) return [...filters];
  return filters.with(at, other).with(at + by, filter);
}

/** With another name for the one of a name, or why that is no name. */
export function renamed(filters: readonly SavedFilter[], from: string, to: string): SavedFilter[] | string {
  const at = filters.findIndex(({ name }) => name === from);
  const filter = filters[at];
  if (filter === undefined || to.trim() === '') return 'A filter needs a name.';
  if (filters.some(({ name }, other) => other !== at && isSameName(name, to)))
    return `Another filter is named ${to.trim()}.`;
  return filters.with(at, { ...filter, name: to.trim() });
}

function isSameName(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
