export { MAX_PASSPHRASE } from '../../contract/profiles/passphrase.ts';

/** Characters of a new passphrase. A file can be tried out at leisure by whoever copies it. */
export const MIN_PASSPHRASE = 8;

/** Characters as a person counts them: a letter and its accent are one, however it was typed, and so is a symbol. */
export function isShortPassphrase(passphrase: string): boolean {
  return [...passphrase.normalize('NFC')].length < MIN_PASSPHRASE;
}
