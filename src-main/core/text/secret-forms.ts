/** Shorter ones would tear texts apart without hiding anything; characters. */
const MIN_SECRET = 4;
/** Characters; a key in PEM is longer than what anybody echoes in a sentence. */
const MAX_SECRET = 16_384;

/**
 * The forms in which a broker or server may repeat a secret: plain, percent-encoded, and its bytes in base64 (also
 * the URL-safe form, and without padding) and in hex of either case. The longest first, since one may be the
 * beginning of another.
 */
export function secretForms(secrets: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const given of secrets) {
    // What is no Unicode cannot be part of a text that was sent.
    const secret = given.replaceAll(/\p{Surrogate}/gu, '');
    if (secret.length < MIN_SECRET || secret.length > MAX_SECRET) continue;
    const bytes = new TextEncoder().encode(secret);
    const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')).replace(/=+$/, '');
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    const percent = encodeURIComponent(secret);
    for (const form of [secret, percent, percent.toLowerCase(), base64, hex, hex.toUpperCase()])
      forms.add(form);
    forms.add(base64.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return [...forms].toSorted((a, b) => b.length - a.length);
}
