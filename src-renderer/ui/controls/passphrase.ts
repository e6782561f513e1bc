import { isShortPassphrase, MAX_PASSPHRASE, MIN_PASSPHRASE } from '../../../src-main/core/text/passphrase.ts';

/** A new passphrase, typed twice. */
export interface NewPassphrase {
  readonly first: string;
  readonly second: string;
}

export const NO_PASSPHRASE: NewPassphrase = { first: '', second: '' };

/** Why it cannot be used yet, by field. */
export function passphraseErrors({ first, second }: NewPassphrase): { first?: string; second?: string } {
  return {
    ...(isShortPassphrase(first) ? { first: `Use at least ${MIN_PASSPHRASE} characters.` } : {}),
    ...(first.length > MAX_PASSPHRASE ? { first: `Use at most ${MAX_PASSPHRASE} characters.` } : {}),
    ...(second === first ? {} : { second: 'The two are not the same.' }),
  };
}

export function isUsable(passphrase: NewPassphrase): boolean {
  const { first, second } = passphraseErrors(passphrase);
  return first === undefined && second === undefined;
}

/** How well it holds, in a sentence. An estimate from its length and variety, on the careful side. */
export function passphraseStrength(text: string): { readonly tone: 'warn' | 'ok'; readonly words: string } {
  const bits = Math.min(log2Choices(text) * [...text].length, new Set(text).size * 8);
  if (bits < 45)
    return { tone: 'warn', words: 'Weak: a few words, or 14 mixed characters, are much harder to guess.' };
  if (bits < 75) return { tone: 'ok', words: 'Fair. A longer one is stronger than an odder one.' };
  return { tone: 'ok', words: 'Strong, unless it is a known phrase.' };
}

/** Bits a character brings at most; words of a language bring about half of it. */
function log2Choices(text: string): number {
  let choices = 0;
  if (/\p{Ll}/u.test(text)) choices += 26;
  if (/\p{Lu}/u.test(text)) choices += 26;
  if (/\p{N}/u.test(text)) choices += 10;
  if (/[^\p{L}\p{N}]/u.test(text)) choices += 20;
  return choices === 0 ? 5 : Math.log2(choices) * 0.75;
}
