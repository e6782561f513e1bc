import { z } from 'zod';
import { Destination } from '../../contract/profiles/destination.ts';
import { unknownFields, withUnknown } from '../../core/profiles/unknown-fields.ts';
import type { Format } from '../files/json-file.ts';
import { VaultFile } from './vault.ts';

/** `for`: what it was entered for, which is authenticated. Absent: sealed by an earlier version. */
const Sealed = { sealed: z.base64().max(4_000_000), for: Destination.optional() };

/** One secret, as it is on the disk; `sealed` is base64. */
export const KeptSecret = z.discriminatedUnion('by', [
  z.object({ by: z.literal('keychain'), ...Sealed }),
  z.object({ by: z.literal('vault'), vault: z.string().max(64), ...Sealed }),
  /** In the memory of the program that had it; on the disk is only that there is one. */
  z.object({ by: z.literal('memory') }),
]);
export type KeptSecret = z.infer<typeof KeptSecret>;

/** By the path of the field. */
export type KeptFields = Readonly<Record<string, KeptSecret>>;

/** What the user decided; `none`: what the host has, if it protects. */
const Choice = z.enum(['none', 'weak-keychain', 'vault', 'memory']);

export interface SecretsFile {
  readonly choice: z.infer<typeof Choice>;
  readonly vault: VaultFile | null;
  /** By profile. */
  readonly entries: ReadonlyMap<string, KeptFields>;
  readonly unknown: ReturnType<typeof unknownFields>;
  /** The version that wrote it: 1 bound no secret to anything. */
  readonly from: number;
}

const VERSION = 2;

const Entry = z.record(z.string().max(64), KeptSecret);
const Shape = z.object({
  choice: Choice,
  vault: VaultFile.nullable(),
  entries: z.record(z.string().max(64), z.unknown()),
});

export const SECRETS_FORMAT: Format<SecretsFile> = {
  version: VERSION,
  empty: { choice: 'none', vault: null, entries: new Map(), unknown: null, from: VERSION },
  read(data, version) {
    const { choice, vault, entries } = Shape.parse(data);
    const read = new Map<string, KeptFields>();
    const broken: unknown[] = [];
    for (const [profile, entry] of Object.entries(entries)) {
      const { success, data: fields } = Entry.safeParse(entry);
      if (success) read.set(profile, fields);
      else broken.push({ profile, entry });
    }
    const unknown = unknownFields(data, { choice, vault: null, entries: null });
    return { data: { choice, vault, entries: read, unknown, from: version }, broken };
  },
  write: ({ choice, vault, entries, unknown }) =>
    withUnknown({ choice, vault, entries: Object.fromEntries(entries) }, unknown),
  // Given up for memory; or there is another passphrase, and the old one is not to open a copy; or a copy would
  // hold secrets that are bound to nothing.
  mustVanish: (before, after) =>
    (after.choice === 'memory' && before.choice !== 'memory') ||
    (before.vault?.id === after.vault?.id && before.vault?.key.sealed !== after.vault?.key.sealed) ||
    before.from < VERSION,
};

/** Puts the entry of one profile in place; nothing in it: it has no secrets. */
export function withEntry(file: SecretsFile, profile: string, fields: KeptFields): SecretsFile {
  const entries = new Map(file.entries);
  if (Object.keys(fields).length === 0) entries.delete(profile);
  else entries.set(profile, fields);
  return { ...file, entries };
}

/** Puts others in place of secrets that are still what they were when they were looked at. */
export function withReplaced(file: SecretsFile, replaced: readonly Replaced[]): SecretsFile {
  const entries = new Map(file.entries);
  for (const { profile, path, was, is } of replaced) {
    const fields = entries.get(profile);
    const now = fields?.[path];
    if (fields === undefined || now === undefined || !isSame(now, was)) continue;
    entries.set(profile, { ...fields, [path]: is });
  }
  return { ...file, entries };
}

/** Undefined: there is none. A path comes from outside, and may be the name of anything. */
export function secretAt(file: SecretsFile, profile: string, path: string): KeptSecret | undefined {
  const fields = file.entries.get(profile);
  return fields !== undefined && Object.hasOwn(fields, path) ? fields[path] : undefined;
}

/** All secrets of all profiles. */
export function fieldsOf(file: SecretsFile): readonly KeptSecret[] {
  return [...file.entries.values()].flatMap((entry) => Object.values(entry));
}

/** A vault that holds nothing is no use. */
export function withoutIdleVault(file: SecretsFile): SecretsFile {
  const used = fieldsOf(file).some((kept) => kept.by === 'vault' && kept.vault === file.vault?.id);
  return used ? file : { ...file, vault: null };
}

export interface Replaced {
  readonly profile: string;
  readonly path: string;
  readonly was: KeptSecret;
  readonly is: KeptSecret;
}

function isSame(a: KeptSecret, b: KeptSecret): boolean {
  return a.by === b.by && ('sealed' in a ? a.sealed : '') === ('sealed' in b ? b.sealed : '');
}
