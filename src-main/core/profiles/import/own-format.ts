import { failed, type Failure } from '../../../contract/base/errors.ts';
import { ConnectionOptions, Profile, ProfileColour } from '../../../contract/model/model.ts';
import { checkEndpoint } from '../endpoint.ts';
import { marksOfFile } from '../not-secret.ts';
import { cleanName, finished, type ImportedProfile, type KeptWithProfile } from '../draft.ts';
import { isObject, textOf, type JsonObject } from './json-value.ts';

/** Says what the file is; the first thing in it, so that people see it too. */
const FORMAT = 'topicscope-profiles';
/** Raised when a reader of the version before could misread a file. */
const VERSION = 1;

/** Our own file: profiles, or the same encrypted under a passphrase. */
export type OwnFile =
  | { readonly kind: 'profiles'; readonly profiles: readonly unknown[] }
  /** Not decrypted yet; the plain text is a file of the first kind. */
  | { readonly kind: 'sealed'; readonly sealed: unknown };

/** Null where the file is not ours. */
export function ownFile(file: unknown): OwnFile | Failure | null {
  if (!isObject(file) || file['format'] !== FORMAT) return null;
  const version = file['version'];
  if (typeof version === 'number' && version > VERSION) {
    return failed(
      'newer-version',
      'The file was exported by a newer version of this program.',
      'Update this program, or export the file again with this version.',
    );
  }
  if (Object.hasOwn(file, 'sealed')) return { kind: 'sealed', sealed: file['sealed'] };
  const profiles = file['profiles'];
  return { kind: 'profiles', profiles: Array.isArray(profiles) ? profiles : [] };
}

/** What is exported of a profile; neither its id nor whether it connects by itself. */
export type Exported = Pick<Profile, 'options' | 'folder' | 'colour'> & KeptWithProfile;

export function ownText(profiles: readonly Exported[]): string {
  const list = profiles.map(({ options, folder, colour, filters, watched, charts }) => ({
    folder,
    colour,
    options,
    filters,
    watched,
    charts,
  }));
  return `${JSON.stringify({ format: FORMAT, version: VERSION, profiles: list }, null, 2)}\n`;
}

export function sealedText(sealed: JsonObject): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, sealed }, null, 2)}\n`;
}

/** Marks of saved secrets, which mean nothing in a file. */
const MARKS = /\uE000kept:[^\uE001]*\uE001?/g;

/** Null where it is no profile. Fields of later versions are left out; wrong ones refuse the profile. */
export function readOwnProfile(entry: unknown): ImportedProfile | null {
  if (!isObject(entry) || !isObject(entry['options'])) return null;
  const options = ConnectionOptions.safeParse(withoutMarks(entry['options']));
  if (!options.success) return null;
  const checked = checkEndpoint(options.data, (host) => host);
  if ('kind' in checked) return null;
  const colour = ProfileColour.safeParse(entry['colour']);
  const folder = textOf(entry['folder']) ?? '';
  const about = { name: checked.name, folder, colour: colour.success ? colour.data : 'none' };
  return { ...finished(marksOfFile(checked), about, []), kept: keptOf(entry) };
}

/** Leaves out invalid entries, and those whose cleaned name is empty or already used. */
function keptOf(entry: JsonObject): KeptWithProfile {
  const { filters, watched, charts } = Profile.shape;
  const [saved, items, pinned] = [
    filters.safeParse(withoutMarks(entry['filters'])).data,
    watched.safeParse(withoutMarks(entry['watched'])).data,
    charts.safeParse(withoutMarks(entry['charts'])).data,
  ];
  return {
    ...(saved && { filters: cleanlyNamed(saved) }),
    ...(items && { watched: items }),
    ...(pinned && { charts: cleanlyNamed(pinned) }),
  };
}

function cleanlyNamed<T extends { readonly name: string }>(named: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const one of named) {
    const name = cleanName(one.name);
    if (name !== '' && !byName.has(name)) byName.set(name, { ...one, name });
  }
  return [...byName.values()];
}

function withoutMarks(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(MARKS, '');
  if (Array.isArray(value)) return value.map(withoutMarks);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutMarks(one)]));
}
