export { MAX_PASSPHRASE } from '../../contract/profiles/passphrase.ts';

/** Fewest characters of a new passphrase: passphrases can be tried offline on a copy of the file. */
export const MIN_PASSPHRASE = 8;

/** Characters as a person counts them: a letter and its accent are one, however it was typed, and so is a symbol. */
export function isShortPassphrase(passphrase: string): boolean {
  return [...passphrase.normalize('NFC')].length < MIN_PASSPHRASE;
}
