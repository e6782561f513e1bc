import { formatBytes } from '../../core/text/amounts.ts';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { Profile } from '../../contract/model/model.ts';
import { MAX_IMPORT_BYTES } from '../../contract/profiles/transfer.ts';
import { ownText, sealedText } from '../../core/profiles/import/own-format.ts';
import { openBox, PassphraseBox, sealBox } from '../secrets/passphrase-box.ts';
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

/**
 * Profiles as a file. Without a passphrase it holds no secrets; with one it holds them, and nothing of it
 * can be read without: host and password belong together, and nobody can put another host to a password.
 *
 * @param ids null: all
 * @param now ms since the epoch, for the name of the file
 */
export async function exportText(
  saved: Pick<SavedProfiles, 'profiles' | 'open'>,
  ids: readonly string[] | null,
  passphrase: string | null,
  now: number,
): Promise<Export | Failure> {
  const wanted = ids === null ? null : new Set(ids);
  const chosen = saved.profiles.filter(({ id }) => wanted === null || wanted.has(id));
  if (chosen.length === 0) return failed('nothing-to-export', 'There is no profile to export.', '');
  const weak = passphrase === null ? null : tooShort(passphrase);
  if (weak !== null) return weak;
  const whole = passphrase === null ? { profiles: chosen, notes: [] } : await withSecrets(saved, chosen);
  if ('kind' in whole) return whole;
  const plain = ownText(whole.profiles);
  const text =
    passphrase === null ? plain : sealedText(await sealBox(passphrase, Buffer.from(plain), PURPOSE));
  const bytes = new Uint8Array(Buffer.from(text));
  if (bytes.length > MAX_IMPORT_BYTES) {
    return failed(
      'too-large',
      `The file would be larger than ${formatBytes(MAX_IMPORT_BYTES)}, which could not be imported again.`,
      'Export fewer profiles at a time.',
    );
  }
  const day = new Date(now).toISOString().slice(0, 10);
  const fileName = `topicscope-profiles-${day}${passphrase === null ? '' : '-encrypted'}.json`;
  return { kind: 'export', fileName, bytes, profiles: chosen.length, notes: whole.notes };
}

async function withSecrets(
  saved: Pick<SavedProfiles, 'open'>,
  chosen: readonly Profile[],
): Promise<{ profiles: Profile[]; notes: string[] } | Failure> {
  const profiles: Profile[] = [];
  const notes: string[] = [];
  for (const profile of chosen) {
    const options = await saved.open(profile.id);
    if (!('kind' in options)) profiles.push({ ...profile, options });
    else if (options.code === 'secret-missing') {
      profiles.push(profile);
      notes.push(`“${profile.options.name}” is exported without secrets. ${options.message}`);
    } else return options;
  }
  return { profiles, notes };
}

/** What is in an encrypted export. */
export async function openExport(
  sealed: unknown,
  passphrase: string,
): Promise<{ readonly text: string } | Failure> {
  const box = PassphraseBox.safeParse(sealed);
  if (!box.success) {
    return failed(
      'bad-sealed',
      'The encrypted part of the file is not one that this program writes: it is damaged or was changed.',
      'Export it again.',
    );
  }
  const opened = await openBox(passphrase, box.data, PURPOSE);
  if (opened === null) {
    return failed(
      'wrong-passphrase',
      'The passphrase does not open this file, or the file was changed after it was written.',
      'Check capital letters and the keyboard layout, and try again.',
    );
  }
  return { text: opened.toString('utf8') };
}
