import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import {
  destinationOf,
  differenceOf,
  isSameDestination,
} from '../../../../src-main/contract/profiles/destination.ts';
import { holdsMark } from './kept-marks.ts';
import { readDraft, type Draft } from './editor-draft.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { DraftErrors } from './draft-check.ts';

/**
 * Saved secrets that the form would send elsewhere than where they were entered for: the engine refuses them, so
 * their fields say it first.
 *
 * @param saved the profile as it is saved; null: there is none, and so no saved secret
 */
export function elsewhereErrors(draft: Draft, saved: ConnectionOptions | null): DraftErrors {
  const options = ConnectionOptions.safeParse(readDraft(draft));
  if (saved === null || !options.success) return {};
  const [before, now] = [destinationOf(saved), destinationOf(options.data)];
  if (isSameDestination(before, now)) return {};
  const message = `What is saved was entered ${escapeUnsafe(differenceOf(before, now))}. Enter it again.`;
  return Object.fromEntries(markedFields(options.data, '').map((field) => [field, message]));
}

/** Paths of the texts that stand for something saved. */
function markedFields(value: unknown, path: string): string[] {
  if (typeof value === 'string') return holdsMark(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    markedFields(inner, path === '' ? name : `${path}.${name}`),
  );
}
