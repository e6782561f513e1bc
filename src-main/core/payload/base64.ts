/** Characters given to one call: an engine refuses too many arguments. */
const CHUNK = 0x8000;

/** The bytes in standard Base64, with padding. */
export function base64Text(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return btoa(pieces.join(''));
}

/**
 * Bytes of Base64 in the standard or the URL-safe alphabet, with or without padding, white space anywhere; null
 * if it is not that.
 */
export function base64Bytes(text: string): Uint8Array<ArrayBuffer> | null {
  const digits = text.replace(/\s+/g, '').replaceAll('-', '+').replaceAll('_', '/');
  const bare = digits.replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1) return null;
  if (digits.length !== bare.length && digits.length % 4 !== 0) return null;
  const binary = atob(bare);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
