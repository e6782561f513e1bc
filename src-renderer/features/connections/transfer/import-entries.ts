import type { ConfirmedField, ImportEntry } from '../../../../src-main/contract/profiles/transfer.ts';
import { wholeUnits } from '../../../../src-main/core/payload/utf8.ts';

/** What the person decided about one entry; nothing of it is decided for them but the obvious. */
export interface Choice {
  readonly chosen: boolean;
  readonly confirmed: readonly ConfirmedField[];
}

/** Of the contract, in UTF-16 units. */
const MOST_FOLDER = 400;

type Asked = Pick<ImportEntry, 'index' | 'folder'>;

/** Entries that are to be saved. */
export function chosenOf<T extends Asked>(
  entries: readonly T[],
  choices: ReadonlyMap<number, Choice>,
): readonly T[] {
  return entries.filter(({ index }) => choices.get(index)?.chosen === true);
}

/**
 * The same as the engine is asked for them.
 *
 * @param folder they are put into, with their own folders below it; what is too deep for that is cut
 */
export function askedFor(entries: readonly Asked[], choices: ReadonlyMap<number, Choice>, folder: string) {
  return entries.map(({ index, folder: own }) => {
    const place = [folder.trim(), own].filter((part) => part !== '').join('/');
    return {
      index,
      folder: place.slice(0, wholeUnits(place, MOST_FOLDER)),
      confirmed: [...(choices.get(index)?.confirmed ?? [])],
    };
  });
}
