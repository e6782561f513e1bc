import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { isShortPassphrase, MIN_PASSPHRASE } from '../../core/text/passphrase.ts';
import { belongingText, type Belonging } from './belonging.ts';
import { openBox, PassphraseBox, sealBox, TextSealer, type Cost, type Derive } from './passphrase-box.ts';

/** A key that seals secrets, itself behind a passphrase: changing that changes no secret. */
export const VaultFile = z.object({
  id: z.string().min(1).max(64),
  key: PassphraseBox,
  /** What is in it is bound to what it belongs to. Absent: a vault of an earlier version. */
  bound: z.literal(true).optional(),
});
export type VaultFile = z.infer<typeof VaultFile>;

/** The purpose is authenticated: no vault passes for one of the other kind. */
const KEY_PURPOSE = 'topicscope vault key 2';
const EARLIER_KEY_PURPOSE = 'topicscope vault key';
const EARLIER_SECRET_PURPOSE = 'topicscope secret';

export interface OpenVault {
  readonly file: VaultFile;
  readonly sealer: TextSealer;
}

/** The passphrase was judged already, by `tooShort`. */
export async function newVault(passphrase: string, cost: Cost, derive: Derive): Promise<OpenVault | Failure> {
  const key = TextSealer.newKey();
  const box = await sealBox(passphrase, key, KEY_PURPOSE, derive, cost);
  if ('kind' in box) return box;
  return { file: { id: randomUUID(), key: box, bound: true }, sealer: new TextSealer(key) };
}

export async function openVault(
  passphrase: string,
  file: VaultFile,
  derive: Derive,
): Promise<OpenVault | Failure> {
  const key = await openBox(passphrase, file.key, purposeOf(file), derive);
  if (key === null) {
    return failed(
      'wrong-passphrase',
      'The vault does not open with this passphrase.',
      'Check capital letters and the keyboard layout. If the file was changed, no passphrase opens it.',
    );
  }
  if ('kind' in key) return key;
  return { file, sealer: new TextSealer(key) };
}

export function sealIn({ file, sealer }: OpenVault, text: string, belonging: Belonging): string {
  return sealer.seal(text, belongingText(`vault ${file.id}`, belonging));
}

/** Null: it was changed, is of another vault, or belongs to something else. */
export function openIn({ file, sealer }: OpenVault, sealed: string, belonging: Belonging): string | null {
  return sealer.open(sealed, belongingText(`vault ${file.id}`, belonging));
}

/** Of a vault of an earlier version, whose secrets belong to whatever names them. */
export function openEarlier({ file, sealer }: OpenVault, sealed: string): string | null {
  return file.bound === true ? null : sealer.open(sealed, EARLIER_SECRET_PURPOSE);
}

function purposeOf(file: VaultFile): string {
  return file.bound === true ? KEY_PURPOSE : EARLIER_KEY_PURPOSE;
}

/** The same key behind another passphrase. */
export async function rewrapVault(
  passphrase: string,
  next: string,
  file: VaultFile,
  cost: Cost,
  derive: Derive,
): Promise<OpenVault | Failure> {
  const problem = tooShort(next);
  if (problem !== null) return problem;
  const opened = await openVault(passphrase, file, derive);
  if ('kind' in opened) return opened;
  const key = await sealBox(next, opened.sealer.key, purposeOf(file), derive, cost);
  if ('kind' in key) {
    opened.sealer.forget();
    return key;
  }
  return { file: { ...file, key }, sealer: opened.sealer };
}

export function tooShort(passphrase: string): Failure | null {
  if (!isShortPassphrase(passphrase)) return null;
  return failed(
    'passphrase-short',
    `A passphrase of less than ${MIN_PASSPHRASE} characters is guessed in no time.`,
    'Take several words that do not belong together.',
  );
}

export function noVault(): Failure {
  return failed('no-vault', 'There is no vault that is open or could be opened.', 'Create one first.');
}

export function vaultExists(state: 'open' | 'locked', advice: string): Failure {
  return failed('vault-exists', `There is a vault already, and it is ${state}.`, advice);
}

export function passphraseNeeded(): Failure {
  return failed(
    'passphrase-needed',
    'This needs the passphrase of the vault, also while it is unlocked.',
    'Enter it.',
  );
}

export function noKeychain(): Failure {
  return failed('no-keychain', 'There is no keychain here.', 'Create a vault, or keep secrets in memory.');
}

export function keychainRefused(): Failure {
  return failed(
    'keychain-refused',
    'The keychain of this system refused to encrypt: nothing was moved.',
    'Unlock that keychain and try again, or create a vault.',
  );
}

export function vaultLocked(): Failure {
  return failed(
    'vault-locked',
    'What is in the vault cannot be moved to the keychain while it is locked.',
    'Unlock the vault first.',
  );
}
