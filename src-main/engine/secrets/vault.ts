import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { openBox, PassphraseBox, sealBox, TextSealer, type Cost } from './passphrase-box.ts';

/** A key that seals secrets, itself behind a passphrase: changing that changes no secret. */
export const VaultFile = z.object({ id: z.string().min(1).max(64), key: PassphraseBox });
export type VaultFile = z.infer<typeof VaultFile>;

const KEY_PURPOSE = 'topicscope vault key';
const SECRET_PURPOSE = 'topicscope secret';
/** Characters. A file can be tried out at leisure by whoever copies it. */
const MIN_PASSPHRASE = 8;

export interface OpenVault {
  readonly file: VaultFile;
  readonly sealer: TextSealer;
}

export async function newVault(passphrase: string, cost: Cost): Promise<OpenVault | Failure> {
  const problem = tooShort(passphrase);
  if (problem !== null) return problem;
  const key = TextSealer.newKey();
  const file = { id: randomUUID(), key: await sealBox(passphrase, key, KEY_PURPOSE, cost) };
  return { file, sealer: new TextSealer(key, SECRET_PURPOSE) };
}

export async function openVault(passphrase: string, file: VaultFile): Promise<OpenVault | Failure> {
  const key = await openBox(passphrase, file.key, KEY_PURPOSE);
  if (key === null) {
    return failed(
      'wrong-passphrase',
      'The vault does not open with this passphrase.',
      'Check capital letters and the keyboard layout. If the file was changed, no passphrase opens it.',
    );
  }
  return { file, sealer: new TextSealer(key, SECRET_PURPOSE) };
}

/** The same key behind another passphrase. */
export async function rewrapVault(
  passphrase: string,
  next: string,
  file: VaultFile,
  cost: Cost,
): Promise<OpenVault | Failure> {
  const problem = tooShort(next);
  if (problem !== null) return problem;
  const opened = await openVault(passphrase, file);
  if ('kind' in opened) return opened;
  const key = await sealBox(next, opened.sealer.key, KEY_PURPOSE, cost);
  return { file: { id: file.id, key }, sealer: opened.sealer };
}

export function tooShort(passphrase: string): Failure | null {
  if (passphrase.length >= MIN_PASSPHRASE) return null;
  return failed(
    'passphrase-short',
    `A passphrase of less than ${MIN_PASSPHRASE} characters is guessed in no time.`,
    'Take several words that do not belong together.',
  );
}
