/** Lexical steps of RFC 8259, on UTF-16 text. Each answers in one pass over what it consumes. */

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const LITERALS = ['true', 'false', 'null'];

/**
 * What was found at a place: a token up to `end`; a token that the end of the text cuts short, so
 * that more text could complete it; or nothing that could become one, with the offset of the fault.
 */
export type Scan =
  | { readonly kind: 'token'; readonly end: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'fault'; readonly at: number; readonly why: string };

const CUT: Scan = { kind: 'cut' };

export function skipSpace(text: string, at: number): number {
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) break;
  }
  return at;
}

/** From the opening quote to past the closing one. */
export function scanString(text: string, start: number): Scan {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return { kind: 'token', end: at + 1 };
    if (unit < 0x20) return { kind: 'fault', at, why: 'a string contains a control character' };
    if (unit !== BACKSLASH) continue;
    const escape = scanEscape(text, at);
    if (escape.kind !== 'token') return escape;
    at = escape.end - 1;
  }
  return CUT;
}

function scanEscape(text: string, at: number): Scan {
  const letter = text[at + 1];
  if (letter === undefined) return CUT;
  if ('"\\/bfnrt'.includes(letter)) return { kind: 'token', end: at + 2 };
  if (letter !== 'u') return { kind: 'fault', at, why: `a string contains the unknown escape \\${letter}` };
  for (let digit = at + 2; digit < at + 6; digit++) {
    if (digit >= text.length) return CUT;
    if (!isHexDigit(text.charCodeAt(digit)))
      return { kind: 'fault', at: digit, why: 'a \\u escape needs four hex digits' };
  }
  return { kind: 'token', end: at + 6 };
}

/** A number. One that reaches the end of the text counts as a token, although it may go on. */
export function scanNumber(text: string, start: number): Scan {
  let at = text.charCodeAt(start) === MINUS ? start + 1 : start;
  const whole = skipDigits(text, at);
  if (whole === at) return needDigit(text, at);
  if (text[at] === '0' && whole > at + 1)
    return { kind: 'fault', at: at + 1, why: 'a number begins with a zero' };
  at = whole;
  if (text[at] === '.') {
    const fraction = skipDigits(text, at + 1);
    if (fraction === at + 1) return needDigit(text, fraction);
    at = fraction;
  }
  if (text[at] === 'e' || text[at] === 'E') {
    const digits = text[at + 1] === '+' || text[at + 1] === '-' ? at + 2 : at + 1;
    const exponent = skipDigits(text, digits);
    if (exponent === digits) return needDigit(text, exponent);
    at = exponent;
  }
  return { kind: 'token', end: at };
}

/** `true`, `false` or `null`. */
export function scanLiteral(text: string, start: number): Scan {
  for (const literal of LITERALS) {
    if (text.startsWith(literal, start)) return { kind: 'token', end: start + literal.length };
    const rest = text.length - start;
    if (rest > 0 && rest < literal.length && literal.startsWith(text.slice(start))) return CUT;
  }
  return { kind: 'fault', at: start, why: 'this is no JSON value' };
}

export function beginsNumber(unit: number): boolean {
  return unit === MINUS || isDigit(unit);
}

function needDigit(text: string, at: number): Scan {
  return at >= text.length ? CUT : { kind: 'fault', at, why: 'a number lacks a digit' };
}

function skipDigits(text: string, at: number): number {
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

function isHexDigit(unit: number): boolean {
  return isDigit(unit) || (unit >= 0x41 && unit <= 0x46) || (unit >= 0x61 && unit <= 0x66);
}
