/** Characters that are mapped to nothing [RFC 3454, B.1]. */
const NOTHING = /[\u00ad\u034f\u1806\u180b-\u180d\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff]/gu;
/** Spaces other than the ASCII one [C.1.2]; the zero width space is taken out before. */
const SPACES = /[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/gu;
/**
 * Prohibited [RFC 4013, 2.3]: controls, private use, not characters, surrogates, not for plain text, not
 * canonical, that change the display, and tags.
 */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2061-\u2063\u206a-\u206f\ufff9-\uffff\u2ff0-\u2ffb\u0340\u0341\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/**
 * A username or password as SCRAM wants it [RFC 4013, stored string without the table of unassigned
 * characters]; null where it has characters that may not be used, or mixes directions of writing.
 */
export function saslPrep(text: string): string | null {
  const prepared = text.replace(NOTHING, '').replace(SPACES, ' ').normalize('NFKC');
  if (PROHIBITED.test(prepared)) return null;
  if (!RIGHT_TO_LEFT.test(prepared)) return prepared;
  const letters = [...prepared];
  const leftToRight = letters.some((one) => /\p{L}/u.test(one) && !RIGHT_TO_LEFT.test(one));
  const ends = [letters[0], letters.at(-1)].every((one) => one !== undefined && RIGHT_TO_LEFT.test(one));
  // [RFC 3454, 6]
  return leftToRight || !ends ? null : prepared;
}
