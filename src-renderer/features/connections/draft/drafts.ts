import type { KeptDrafts } from '../../../state/engine/kept-drafts.ts';
import { draftOf, emptyOptions, type Draft } from './editor-draft.ts';

export function keepDraft(drafts: KeptDrafts, key: string, draft: Draft): void {
  drafts.keep(key, JSON.stringify(draft));
}

/** What was typed and not saved; null where there is none, or where another version of the form kept it. */
export function keptDraft(drafts: KeptDrafts, key: string): Draft | null {
  const text = drafts.get(key);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return hasShapeOf(draftOf(emptyOptions()), value) ? (value as Draft) : null;
  } catch {
    return null;
  }
}

/** Same fields with the same kinds of values; lists and what may be null are taken as they are. */
function hasShapeOf(template: unknown, value: unknown): boolean {
  if (template === null) return true;
  if (Array.isArray(template)) return Array.isArray(value);
  if (typeof template !== 'object') return typeof value === typeof template;
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.entries(template).every(([name, part]) => hasShapeOf(part, fields[name]));
}
