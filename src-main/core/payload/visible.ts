import { wholeUnits } from './utf8.ts';

/**
 * Characters that must be escaped before they are shown: controls, lone surrogates, line and paragraph
 * separators, bidirectional controls and every other character that is drawn as nothing. Emoji
 * presentation selectors stay behind what they are for; joiners stay between characters that are drawn
 * and are not ASCII, where scripts and emoji need them and they are not used to make two Latin names
 * look the same. What stands beside them is judged with them: once it is escaped, it is ASCII.
 */
export const UNSAFE =
  /(?![\ufe0e\ufe0f\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]|(?<![^\0-\x7f\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}])[\ufe0e\ufe0f]|(?<![^\0-\x7f\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}][\ufe0e\ufe0f]?)[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}])/gu;
/** The common case decided without the slow classes above. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** Whether the text contains nothing that has to be escaped before it is shown. */
export function isSafeText(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || text.search(UNSAFE) < 0;
}

/** Writes each unsafe character as `\u{HEX}`; everything else, including backslashes, is unchanged. */
export function escapeUnsafe(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(UNSAFE, escapeCharacter);
}

/**
 * JSON in one line, in which whatever is unsafe to show stands as `\uXXXX`: it reaches a terminal as plain
 * characters and is parsed to the very same value.
 */
export function visibleJson(value: object): string {
  const text = JSON.stringify(value);
  if (PRINTABLE_ASCII.test(text)) return text;
  return text.replace(UNSAFE, (found) =>
    Array.from({ length: found.length }, (_, i) => jsonEscape(found.charCodeAt(i))).join(''),
  );
}

function jsonEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/** The common case of a text of several lines, decided at once. */
const PLAIN_LINES = /^[\x20-\x7e\n\r\t]*$/;

/** A text of several lines: what would reorder, hide or end lines is escaped; line breaks and tabs are what they are. */
export function visibleLines(text: string): string {
  return PLAIN_LINES.test(text) ? text : text.replace(/[^\n\r\t]+/g, escapeUnsafe);
}

/**
 * A text for a log or a terminal: control characters are escaped, and lines after a line break are indented, so
 * that no text can imitate a line of ours.
 */
export function escapeLines(text: string): string {
  return text.split('\n').map(escapeUnsafe).join('\n    ');
}

/** A character as `\u{HEX}`. */
export function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Characters of a name that a tooltip or an accessible name holds; a topic may have 65,535. */
const MOST_NAMED = 1_000;

/**
 * A name for a tooltip or an accessible name. A long one is reduced to its beginning and its end, which
 * distinguish it from others. Never use it for what is copied or opened.
 *
 * @param most characters of it, an even number
 */
export function shortened(text: string, most = MOST_NAMED): string {
  if (text.length <= most) return text;
  const half = most / 2;
  return `${text.slice(0, wholeUnits(text, half))}…${text.slice(wholeUnits(text, text.length - half))}`;
}
