import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { secretForms } from '../../../../src-main/core/text/secret-forms.ts';

/** Its base64 holds a plus and a slash, so that the two alphabets differ. */
const SECRET = 'ab>>?ä???>';

test('A secret is known as it is, percent-encoded, in both kinds of base64 and in hex.', () => {
  const bytes = Buffer.from(SECRET);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  expect(base64).toMatch(/\+.*\/|\/.*\+/);
  expect(new Set(secretForms([SECRET]))).toEqual(
    new Set([
      SECRET,
      encodeURIComponent(SECRET),
      encodeURIComponent(SECRET).toLowerCase(),
      base64,
      bytes.toString('base64url'),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
    ]),
  );
});

test('The longest form comes first, and what is too short to hide or too long to be said is left out.', () => {
  const lengths = secretForms(['hunter2', 'longer-than-that']).map((form) => form.length);
  expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
  expect(secretForms(['abc', 'x'.repeat(16_385)])).toEqual([]);
});

test('Halves of characters are left out of a secret instead of making it unreadable.', () => {
  expect(secretForms(['pass\uD800word'])).toContain('password');
});
