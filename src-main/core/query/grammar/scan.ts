/** Where a piece of a filter's text ends, and what it says. */
export interface Piece {
  readonly text: string;
  readonly end: number;
}

export type Scanned =
  | ({ readonly kind: 'quoted' } & Piece)
  | ({ readonly kind: 'bare' } & Piece)
  | ({ readonly kind: 'regex'; readonly ignoreCase: boolean } & Piece)
  | { readonly kind: 'open'; readonly end: number };

/** What goes on in a quoted text, and in a bare one: long ones are passed at once. */
const UNQUOTED = /[^"\\]*/y;
const UNBROKEN = /[^\s()]*/y;

function runFrom(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}

export function isSpace(text: string, at: number): boolean {
  return at < text.length && /\s/.test(text[at] ?? '');
}

export function skipSpace(text: string, at: number): number {
  while (isSpace(text, at)) at++;
  return at;
}

/** What begins at `at`: a quoted text, a regular expression, or what goes on up to a space. */
export function scan(text: string, at: number): Scanned {
  if (text[at] === '"') return scanQuoted(text, at);
  return (text[at] === '/' ? scanRegex(text, at) : null) ?? { kind: 'bare', ...scanBare(text, at) };
}

/** `"…"`, in which `\"` is a quotation mark and `\\` a backslash. */
function scanQuoted(text: string, start: number): Scanned {
  let said = '';
  for (let at = start + 1; at < text.length; at++) {
    const run = runFrom(UNQUOTED, text, at);
    said += text.slice(at, run);
    at = run;
    const character = text[at] ?? '';
    if (character === '"') return { kind: 'quoted', text: said, end: at + 1 };
    const next = text[at + 1];
    if (character === '\\' && (next === '"' || next === '\\')) {
      said += next;
      at++;
    } else said += character;
  }
  return { kind: 'open', end: text.length };
}

/**
 * `/…/` or `/…/i` up to a space, a bracket or the end; anything else that begins with a slash is text,
 * because topics have slashes too.
 */
function scanRegex(text: string, start: number): Scanned | null {
  let inClass = false;
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) {
      const ignoreCase = text[at + 1] === 'i';
      const end = at + (ignoreCase ? 2 : 1);
      const isWhole = end >= text.length || isSpace(text, end) || text[end] === ')';
      if (at === start + 1 || !isWhole) return null;
      return { kind: 'regex', text: text.slice(start + 1, at), ignoreCase, end };
    }
  }
  return null;
}

/** Up to a space, or to a closing bracket that was not opened within it. */
export function scanBare(text: string, start: number): Piece {
  let depth = 0;
  let at = start;
  for (; ; at++) {
    at = runFrom(UNBROKEN, text, at);
    if (at >= text.length || isSpace(text, at)) break;
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth < 0) break;
  }
  return { text: text.slice(start, at), end: at };
}
