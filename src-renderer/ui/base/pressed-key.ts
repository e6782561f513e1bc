/** The part of a keyboard event that says which key it is. */
export interface PressedKey {
  readonly key: string;
  /** Where the key lies, by its name on a US keyboard; absent where only the key is known. */
  readonly code?: string;
}

/** What the keys of a US keyboard are called that are not letters or digits. */
const PLACES: Readonly<Record<string, string>> = {
  Comma: ',',
  Period: '.',
  Slash: '/',
  Semicolon: ';',
  Quote: "'",
  BracketLeft: '[',
  BracketRight: ']',
  Minus: '-',
  Equal: '=',
};

/**
 * The key a shortcut is written with, in lower case. A layout without Latin letters (Cyrillic, Greek,
 * Hebrew, Arabic) gives letters that no shortcut has, so the place of the key counts; of any Latin layout the
 * letter itself counts, wherever it lies.
 */
export function shortcutKey({ key, code = '' }: PressedKey): string {
  const isForeign = /^\p{L}\p{M}*$/u.test(key) && !/\p{Script=Latin}/u.test(key);
  if (!isForeign) return key.toLowerCase();
  const place = /^(?:Key|Digit)([A-Z0-9])$/.exec(code)?.[1] ?? PLACES[code];
  return (place ?? key).toLowerCase();
}

/** Whether Enter was pressed in a field, and not to take characters that are being put together (IME). */
export function isEnter(event: {
  readonly key: string;
  readonly nativeEvent: { readonly isComposing: boolean };
}): boolean {
  return event.key === 'Enter' && !event.nativeEvent.isComposing;
}
