/** Characters of a path; PATH_MAX of Linux. What is longer, or has lines, is text that lacks its first line. */
const MOST_PATH_CHARS = 4_096;
export const BASE64_PREFIX = 'base64:';
/** DER in base64, as it stands between the lines of PEM; it begins with a sequence. A path hardly looks like it. */
const BARE_BASE64 = /^M[A-Za-z0-9+/]{63,}={0,2}$/;

/** The base64 of PEM without its first and last line; null: it is none. It may be a key, so it is never shown as a path. */
export function bareBase64(text: string): string | null {
  const bare = text.replace(/\\{1,4}[rn]|[\s"']/g, '');
  return BARE_BASE64.test(bare) ? bare : null;
}

type MaterialField = 'pfx' | 'ca' | 'cert' | 'key';

/** Whether the text is the certificate or key itself: PEM, or base64 in one of its forms. Such a text may be secret. */
export function holdsItself(field: MaterialField, text: string): boolean {
  if (field === 'pfx' && text.trimStart().startsWith(BASE64_PREFIX)) return true;
  return text.includes('-----BEGIN') || bareBase64(text) !== null;
}

/** The path that a field of certificates or keys names; null: it is empty, holds the text itself, or neither. */
export function namedPath(field: MaterialField, text: string | null): string | null {
  if (text === null || text.trim() === '' || holdsItself(field, text)) return null;
  const path = text.trim();
  return path.length > MOST_PATH_CHARS || /[\r\n\0]/.test(path) ? null : path;
}
