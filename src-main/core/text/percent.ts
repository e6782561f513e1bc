/**
 * A text as a part of an address. Half of a character has no encoding: it becomes U+FFFD, as it does wherever
 * text is encoded, where `encodeURIComponent` throws.
 */
export function percentEncoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'));
}
