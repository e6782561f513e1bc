import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { keptSecret } from '../../../../src-main/contract/profiles/profiles.ts';
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
  return Object.fromEntries(markedFields(options.data, holdsMark).map((field) => [field, message]));
}

/**
 * Fields that stand for a saved secret which is lost. They keep nobody from saving the rest of the profile, so they
 * are said and do not stand in the way.
 *
 * @param lost paths of the secrets that are to be entered again
 */
export function lostErrors(draft: Draft, lost: readonly string[]): DraftErrors {
  const marks = lost.map(keptSecret);
  const fields = markedFields(readDraft(draft), (text) => marks.some((mark) => text.includes(mark)));
  return Object.fromEntries(fields.map((field) => [field, 'What was saved is lost. Enter it again.']));
}

/** Paths of the texts that stand for something saved, of the kind that is looked for. */
function markedFields(value: unknown, isWanted: (text: string) => boolean, path = ''): string[] {
  if (typeof value === 'string') return isWanted(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    markedFields(inner, isWanted, path === '' ? name : `${path}.${name}`),
  );
}
