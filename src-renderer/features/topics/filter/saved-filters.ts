import { MAX_SAVED_FILTERS, type SavedFilter } from '../../../../src-main/contract/model/filters.ts';
import { parseFilter } from '../../../../src-main/core/query/grammar/parse.ts';

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
  return at < 0 ? [...filters, saved] : filters.with(at, saved);
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
