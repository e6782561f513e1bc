import type { Profile } from '../../contract/model/model.ts';
import type { SavedFilter } from '../../contract/model/filters.ts';
import { wholeUnits } from '../payload/utf8.ts';

/** Changes of the list of profiles. Each makes a new list; one that names what is not there changes nothing. */
export type ProfileChange = (profiles: readonly Profile[]) => readonly Profile[];

/** Characters, from the contract. */
const MAX_NAME = 200;
const MAX_FOLDER = 400;

/** In its place, or at the end if it is new. */
export function put(profile: Profile): ProfileChange {
  return (profiles) => {
    const at = profiles.findIndex(({ id }) => id === profile.id);
    return at < 0 ? [...profiles, profile] : profiles.with(at, profile);
  };
}

/** Puts a profile right after another one, or at the end if that one was deleted. */
export function putAfter(other: string, profile: Profile): ProfileChange {
  return (profiles) => {
    if (profiles.some(({ id }) => id === profile.id)) return put(profile)(profiles);
    const at = profiles.findIndex(({ id }) => id === other);
    return at < 0 ? [...profiles, profile] : profiles.toSpliced(at + 1, 0, profile);
  };
}

export function withFilters(id: string, filters: readonly SavedFilter[]): ProfileChange {
  return (profiles) =>
    profiles.map((profile) => (profile.id === id ? { ...profile, filters: [...filters] } : profile));
}

/** What is absent stays as it was. */
export function withPinned(id: string, pinned: Pick<Profile, 'watched' | 'charts'>): ProfileChange {
  const { watched, charts } = pinned;
  const news = { ...(watched && { watched }), ...(charts && { charts }) };
  return (profiles) => profiles.map((profile) => (profile.id === id ? { ...profile, ...news } : profile));
}

export function take(id: string): ProfileChange {
  return (profiles) => profiles.filter((profile) => profile.id !== id);
}

/** Moves a profile into a folder and before another one; to the end if that is null or was deleted. */
export function move(id: string, before: string | null, folder: string): ProfileChange {
  return (profiles) => {
    const moved = profiles.find((profile) => profile.id === id);
    if (moved === undefined || before === id) return profiles.map(intoFolder(id, folder));
    const others = take(id)(profiles);
    const at = others.findIndex((profile) => profile.id === before);
    return others.toSpliced(at < 0 ? others.length : at, 0, { ...moved, folder: cleanFolder(folder) });
  };
}

function intoFolder(id: string, folder: string): (profile: Profile) => Profile {
  return (profile) => (profile.id === id ? { ...profile, folder: cleanFolder(folder) } : profile);
}

/** Where a profile stood, so that it can be put back there although others were added or deleted. */
export interface Place {
  /** The ids before it, nearest first. */
  readonly after: readonly string[];
}

export function placeOf(profiles: readonly Profile[], id: string): Place {
  const at = profiles.findIndex((profile) => profile.id === id);
  return {
    after: profiles
      .slice(0, Math.max(at, 0))
      .map((profile) => profile.id)
      .toReversed(),
  };
}

/** After the nearest of those it stood after, or first. One that is there already stays as it is. */
export function putBack(profile: Profile, place: Place): ProfileChange {
  return (profiles) => {
    if (profiles.some(({ id }) => id === profile.id)) return profiles;
    const there = new Map(profiles.map(({ id }, index) => [id, index]));
    const neighbour = place.after.find((id) => there.has(id));
    const at = neighbour === undefined ? 0 : (there.get(neighbour) ?? 0) + 1;
    return profiles.toSpliced(at, 0, profile);
  };
}

/** With the folders in it. */
export function renameFolder(from: string, to: string): ProfileChange {
  const [old, next] = [cleanFolder(from), cleanFolder(to)];
  if (old === '') return (profiles) => profiles;
  return (profiles) =>
    profiles.map((profile) => {
      if (profile.folder === old) return { ...profile, folder: next };
      if (!profile.folder.startsWith(`${old}/`)) return profile;
      return { ...profile, folder: cleanFolder(`${next}/${profile.folder.slice(old.length + 1)}`) };
    });
}

/** Without empty names and white space around names; at most 400 characters. */
export function cleanFolder(folder: string): string {
  const names = folder.split('/').map((name) => name.trim());
  const whole = names.filter((name) => name !== '').join('/');
  return whole.slice(0, wholeUnits(whole, MAX_FOLDER)).replace(/[\s/]+$/, '');
}

/** `X copy`, then `X copy 2`, …; a name that has such an end is not given another. */
export function copyName(name: string, taken: readonly string[]): string {
  const base = name.replace(/ copy( \d+)?$/, '');
  const names = new Set(taken);
  for (let nth = 1; ; nth++) {
    const end = nth === 1 ? ' copy' : ` copy ${nth}`;
    const candidate = base.slice(0, wholeUnits(base, MAX_NAME - end.length)) + end;
    if (!names.has(candidate)) return candidate;
  }
}
