import { formatBytes } from '../../core/text/amounts.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { Profile } from '../../contract/model/model.ts';
import { MAX_IMPORT_BYTES } from '../../contract/profiles/transfer.ts';
import { ownText, sealedText } from '../../core/profiles/import/own-format.ts';
import { openBox, PassphraseBox, sealBox, type Derive } from '../secrets/passphrase-box.ts';
import type { NativePrompt } from '../base/ports.ts';
import type { SavedProfiles } from './saved-profiles.ts';
import { tooShort } from '../secrets/vault.ts';

const PURPOSE = 'topicscope export';

interface Export {
  readonly kind: 'export';
  readonly fileName: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly profiles: number;
  readonly notes: string[];
}

export interface ExportRequest {
  /** Null: all. */
  readonly ids: readonly string[] | null;
  /** Null: without secrets. */
  readonly passphrase: string | null;
  readonly vaultPassphrase: string | null;
}

export interface ExportPorts {
  readonly saved: Pick<SavedProfiles, 'profiles' | 'open' | 'secrets'>;
  readonly prompt: NativePrompt | null;
  readonly derive: Derive;
  /** ms since the epoch, for the name of the file */
  now(): number;
}

/**
 * Profiles as a file. Without a passphrase it holds no secrets; with one it holds them, and nothing of it
 * can be read without: host and password belong together, and nobody can put another host to a password.
 * Whoever asks for secrets has to be a person: the one who knows the passphrase of the vault, or who answers
 * a question of the system's.
 */
export async function exportText(
  { ids, passphrase, vaultPassphrase }: ExportRequest,
  { saved, prompt, derive, now }: ExportPorts,
): Promise<Export | Failure> {
  const wanted = ids === null ? null : new Set(ids);
  const chosen = saved.profiles.filter(({ id }) => wanted === null || wanted.has(id));
  if (chosen.length === 0) return failed('nothing-to-export', 'There is no profile to export.', '');
  const weak = passphrase === null ? null : tooShort(passphrase);
  if (weak !== null) return weak;
  const whole =
    passphrase === null
      ? { profiles: chosen, notes: [] }
      : ((await whyNot(saved.secrets, chosen, prompt, vaultPassphrase)) ??
        (await withSecrets(saved, chosen, prompt !== null)));
  if ('kind' in whole) return whole;
  const plain = ownText(whole.profiles);
  const box = passphrase === null ? null : await sealBox(passphrase, Buffer.from(plain), PURPOSE, derive);
  if (box !== null && 'kind' in box) return box;
  const text = box === null ? plain : sealedText(box);
  const bytes = new Uint8Array(Buffer.from(text));
  if (bytes.length > MAX_IMPORT_BYTES) {
    return failed(
      'too-large',
      `The file would be larger than ${formatBytes(MAX_IMPORT_BYTES)}, which could not be imported again.`,
      'Export fewer profiles at a time.',
    );
  }
  const day = new Date(now()).toISOString().slice(0, 10);
  const fileName = `topicscope-profiles-${day}${passphrase === null ? '' : '-encrypted'}.json`;
  return { kind: 'export', fileName, bytes, profiles: chosen.length, notes: whole.notes };
}

/** Null: a person wants it. */
async function whyNot(
  secrets: SavedProfiles['secrets'],
  chosen: readonly Profile[],
  prompt: NativePrompt | null,
  vaultPassphrase: string | null,
): Promise<Failure | null> {
  const ways = chosen.map(({ id }) => secrets.keptBy(id));
  const unproved = ways.some((by) => by.has('vault')) ? await secrets.proveVault(vaultPassphrase) : null;
  if (unproved !== null || prompt === null || ways.every((by) => by.size === 0)) return unproved;
  if (await prompt.confirmExport(chosen.map(({ options }) => options.name))) return null;
  return failed('not-confirmed', 'The export was not confirmed.', '');
}

async function withSecrets(
  saved: Pick<SavedProfiles, 'open' | 'secrets'>,
  chosen: readonly Profile[],
  confirmed: boolean,
): Promise<{ profiles: Profile[]; notes: string[] } | Failure> {
  const profiles: Profile[] = [];
  const notes: string[] = [];
  const without = (profile: Profile, why: string): void => {
    profiles.push(profile);
    notes.push(`“${profile.options.name}” is exported without secrets. ${why}`);
  };
  for (const profile of chosen) {
    // Nobody was asked who could have said that it may.
    if (!confirmed && saved.secrets.keptBy(profile.id).has('memory')) {
      without(profile, 'They are in memory only: create a vault to export them.');
      continue;
    }
    const options = await saved.open(profile.id);
    if (!('kind' in options)) profiles.push({ ...profile, options });
    else if (options.code === 'secret-missing' || options.code === 'secret-elsewhere')
      without(profile, options.message);
    else return options;
  }
  return { profiles, notes };
}

/** What is in an encrypted export. */
export async function openExport(
  sealed: unknown,
  passphrase: string,
  derive: Derive,
): Promise<{ readonly text: string } | Failure> {
  const box = PassphraseBox.safeParse(sealed);
  if (!box.success) {
    return failed(
      'bad-sealed',
      'The encrypted part of the file is not one that this program writes: it is damaged or was changed.',
      'Export it again.',
    );
  }
  const opened = await openBox(passphrase, box.data, PURPOSE, derive);
  if (opened === null) {
    return failed(
      'wrong-passphrase',
      'The passphrase does not open this file, or the file was changed after it was written.',
      'Check capital letters and the keyboard layout, and try again.',
    );
  }
  return 'kind' in opened ? opened : { text: opened.toString('utf8') };
}
