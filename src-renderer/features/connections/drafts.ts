import type { Draft } from './editor-draft.ts';

/**
 * Forms that were closed with something typed in them, until saved, discarded or the window is closed.
 * In memory only: a draft may hold a password.
 */
const kept = new Map<string, Draft>();
/** Forms kept; the oldest makes room. */
const MAX_KEPT = 20;

export function keepDraft(key: string, draft: Draft): void {
  kept.delete(key);
  kept.set(key, draft);
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
}

export function keptDraft(key: string): Draft | null {
  return kept.get(key) ?? null;
}

export function forgetDraft(key: string): void {
  kept.delete(key);
}
