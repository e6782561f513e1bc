import type { Profile } from '../../../../src-main/contract/model/model.ts';
import type { ProfilePlace } from '../../../state/connections/profiles.ts';

/** A line of the list of saved profiles. */
export type SavedRow =
  | {
      readonly kind: 'folder';
      /** Names from the outermost, divided by `/`. */
      readonly path: string;
      readonly name: string;
      /** 0 is the outermost. */
      readonly level: number;
      /** Profiles in it and in the folders below. */
      readonly count: number;
      readonly open: boolean;
    }
  | { readonly kind: 'profile'; readonly profile: Profile; readonly level: number };

interface Folder {
  readonly path: string;
  readonly name: string;
  readonly level: number;
  readonly profiles: Profile[];
  readonly folders: Map<string, Folder>;
}

/** Profiles without a folder first, then the folders by name; within one the same again. */
export function savedRows(profiles: readonly Profile[], collapsed: ReadonlySet<string>): readonly SavedRow[] {
  const rows: SavedRow[] = [];
  const add = (folder: Folder) => {
    for (const profile of folder.profiles) rows.push({ kind: 'profile', profile, level: folder.level });
    for (const inner of sorted(folder)) {
      const { path, name, level } = inner;
      const open = !collapsed.has(path);
      rows.push({ kind: 'folder', path, name, level: level - 1, count: countOf(inner), open });
      if (open) add(inner);
    }
  };
  add(foldersOf(profiles));
  return rows;
}

/** The same order, whatever is collapsed. */
export function savedOrder(profiles: readonly Profile[]): readonly Profile[] {
  return groupsOf(foldersOf(profiles)).flatMap((folder) => folder.profiles);
}

/** Every folder that is shown, those within one right after it: also one that only holds other folders. */
export function folderPaths(profiles: readonly Profile[]): readonly string[] {
  return groupsOf(foldersOf(profiles))
    .map(({ path }) => path)
    .filter((path) => path !== '');
}

/** Profiles with every word of the query in name, host, folder or protocol. */
export function matching(profiles: readonly Profile[], query: string): readonly Profile[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return profiles;
  return profiles.filter(({ options, folder, colour }) => {
    const production = colour === 'red' ? 'production' : '';
    const text = `${options.name} ${options.host} ${folder} ${options.protocol} ${production}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/**
 * One step up or down in the list as it is shown; from the edge of a folder into the next one. Null where
 * there is nowhere to go.
 */
export function stepPlace(profiles: readonly Profile[], id: string, step: -1 | 1): ProfilePlace | null {
  const groups = groupsOf(foldersOf(profiles)).filter(
    ({ path, profiles: own }) => path === '' || own.length > 0,
  );
  const at = groups.findIndex(({ profiles: own }) => own.some((one) => one.id === id));
  const group = groups[at];
  if (group === undefined) return null;
  const index = group.profiles.findIndex((one) => one.id === id);
  const { path: folder } = group;
  if (step < 0) {
    const above = group.profiles[index - 1];
    if (above !== undefined) return { before: above.id, folder };
    const previous = groups[at - 1];
    return previous === undefined ? null : { before: null, folder: previous.path };
  }
  if (index + 1 < group.profiles.length) return { before: group.profiles[index + 2]?.id ?? null, folder };
  const next = groups[at + 1];
  return next === undefined ? null : { before: next.profiles[0]?.id ?? null, folder: next.path };
}

/** Where a profile lands that is dropped on a row. */
export function dropPlace(
  profiles: readonly Profile[],
  target: { readonly kind: 'profile' | 'folder'; readonly id: string; readonly after: boolean },
): ProfilePlace {
  if (target.kind === 'folder') return { before: null, folder: target.id };
  const group = groupsOf(foldersOf(profiles)).find(({ profiles: own }) =>
    own.some(({ id }) => id === target.id),
  );
  const index = group?.profiles.findIndex(({ id }) => id === target.id) ?? -1;
  const before = target.after ? group?.profiles[index + 1]?.id : target.id;
  return { before: before ?? null, folder: group?.path ?? '' };
}

/** `2 of 7 in Customers`: what is said of a profile that was moved. */
export function placeWords(profiles: readonly Profile[], id: string): string {
  const group = groupsOf(foldersOf(profiles)).find(({ profiles: own }) => own.some((one) => one.id === id));
  if (group === undefined) return '';
  const index = group.profiles.findIndex((one) => one.id === id);
  const where = group.path === '' ? 'without a folder' : `in ${group.path}`;
  return `${index + 1} of ${group.profiles.length} ${where}`;
}

function foldersOf(profiles: readonly Profile[]): Folder {
  const root: Folder = { path: '', name: '', level: 0, profiles: [], folders: new Map() };
  for (const profile of profiles) {
    let folder = root;
    for (const name of profile.folder.split('/').filter(Boolean)) {
      let inner = folder.folders.get(name);
      if (inner === undefined) {
        const path = folder.path === '' ? name : `${folder.path}/${name}`;
        inner = { path, name, level: folder.level + 1, profiles: [], folders: new Map() };
        folder.folders.set(name, inner);
      }
      folder = inner;
    }
    folder.profiles.push(profile);
  }
  return root;
}

const byName = new Intl.Collator(undefined, { numeric: true }).compare;

function sorted({ folders }: Folder): readonly Folder[] {
  return [...folders.values()].toSorted((a, b) => byName(a.name, b.name));
}

/** A folder and those in it, in the order they are shown. */
function groupsOf(folder: Folder): readonly Folder[] {
  return [folder, ...sorted(folder).flatMap(groupsOf)];
}

function countOf({ profiles, folders }: Folder): number {
  return [...folders.values()].reduce((sum, folder) => sum + countOf(folder), profiles.length);
}
