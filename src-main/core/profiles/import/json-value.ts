import { failed, type Failure } from '../../../contract/base/errors.ts';

/** Deepest nesting that is read: no settings file has more, and an attack could exhaust the stack. */
const MAX_DEPTH = 64;
/** Objects and lists in one file: 2,000 profiles with 1,000 subscriptions each are fewer. */
const MAX_CONTAINERS = 3_000_000;

export type JsonObject = Readonly<Record<string, unknown>>;

/** JSON of unknown origin. Its text is never part of a failure. */
export function parseJson(text: string): { readonly value: unknown } | Failure {
  if (!isShallow(text)) {
    return failed(
      'too-deep',
      'The file is nested more deeply than any list of connections.',
      'Check what it is.',
    );
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return failed(
      'not-json',
      'The file begins like JSON but is not valid: it is damaged, cut off, or was edited by hand.',
      'Export it again, or check it with a JSON editor.',
    );
  }
}

/** Counts brackets outside of strings, in one pass. */
function isShallow(text: string): boolean {
  let depth = 0;
  let containers = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 0x5c) at++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH || ++containers > MAX_CONTAINERS) return false;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return true;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that says something; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number, also one written as text, as forms leave it. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{1,10}$/.test(value.trim()) ? Number(value) : undefined;
}

/** As `numberOf`; what is none is left as it stands, so that the draft says that it was not taken over. */
export function numberOrMisfit(value: unknown): unknown {
  return value === '' ? undefined : (numberOf(value) ?? value);
}

/** Bytes of base64 as a text of one character a byte; null where it is not base64. */
export function fromBase64(text: string): string | null {
  try {
    return atob(text);
  } catch {
    return null;
  }
}
