/** How a command line is divided into words: the shells of Unix, or the command prompt of Windows. */
export type Shell = 'sh' | 'cmd';

/** One word of a command line. */
export interface Word {
  readonly text: string;
  /** The shell would put in something else here: the word is not known from the text. */
  readonly computed: Computed | null;
}

/** What a shell would fill in; a value that is exactly one variable or one file can be followed later. */
export type Computed =
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'other' };

export interface CommandWords {
  readonly words: readonly Word[];
  /** Offset behind the command: at the end of its line, which a quote or a continuation may move. */
  readonly end: number;
  /** A pipe, a redirection or a second command follows on its line. */
  readonly more: boolean;
  /** A quote is not closed. */
  readonly open: boolean;
}

/** Words of one command: what fits 128 kB, the most that a system passes to a program. */
const MAX_WORDS = 65_536;

/** What is read so far; the functions below take it one character further at least. */
interface Scan {
  readonly text: string;
  at: number;
  words: Word[];
  /** Null between words; an empty word is one as well. */
  word: string | null;
  computed: Computed[];
  open: boolean;
}

/** Divides the command that begins at `from`. Linear in its length. */
export function splitWords(text: string, from: number, shell: Shell): CommandWords {
  const scan: Scan = { text, at: from, words: [], word: null, computed: [], open: false };
  const step = shell === 'sh' ? stepSh : stepCmd;
  let more = false;
  while (scan.at < text.length && scan.words.length < MAX_WORDS) {
    const character = text.charAt(scan.at);
    if (character === '\n') break;
    if (isBlank(character)) {
      endWord(scan);
      scan.at++;
    } else if (isEnd(scan, character, shell)) {
      more = character !== '#';
      break;
    } else step(scan, character);
  }
  if (scan.words.length >= MAX_WORDS) more = true;
  endWord(scan);
  const newline = text.indexOf('\n', scan.at);
  return { words: scan.words, end: newline < 0 ? text.length : newline, more, open: scan.open };
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}

function isEnd(scan: Scan, character: string, shell: Shell): boolean {
  if (shell === 'sh' && character === '#') return scan.word === null;
  return shell === 'sh' ? '|&;<>()'.includes(character) : '|&<>'.includes(character);
}

function endWord(scan: Scan): void {
  if (scan.word === null) return;
  const [only] = scan.computed;
  // A value that is more than the variable is not known, and cannot be followed.
  const computed =
    only === undefined
      ? null
      : scan.computed.length === 1 && scan.word === ''
        ? only
        : { kind: 'other' as const };
  scan.words.push({ text: scan.word, computed });
  scan.word = null;
  scan.computed = [];
}

function add(scan: Scan, text: string): void {
  scan.word = (scan.word ?? '') + text;
}

/** Words of sh, bash and zsh as they are pasted: quotes, backslashes, variables. */
function stepSh(scan: Scan, character: string): void {
  if (character === '\\') return backslash(scan);
  if (character === "'") return singleQuotes(scan);
  if (character === '"') return doubleQuotes(scan);
  if (character === '$') return dollar(scan);
  if (character === '`') return backquotes(scan);
  add(scan, character);
  scan.at++;
}

function backslash(scan: Scan): void {
  const next = scan.text.slice(scan.at + 1, scan.at + 3);
  // At the end of a line it joins the next one.
  if (next === '\r\n') scan.at += 3;
  else if (next.startsWith('\n')) scan.at += 2;
  else {
    add(scan, next.charAt(0));
    scan.at += 2;
  }
}

function singleQuotes(scan: Scan): void {
  const end = scan.text.indexOf("'", scan.at + 1);
  if (end < 0) scan.open = true;
  const to = end < 0 ? scan.text.length : end;
  add(scan, scan.text.slice(scan.at + 1, to));
  scan.at = to + 1;
}

function doubleQuotes(scan: Scan): void {
  add(scan, '');
  scan.at++;
  for (;;) {
    const character = scan.text.charAt(scan.at);
    if (character === '') {
      scan.open = true;
      return;
    }
    if (character === '"') {
      scan.at++;
      return;
    }
    if (character === '$') dollar(scan);
    else if (character === '`') backquotes(scan);
    else if (character === '\\' && !'$`"\\\n'.includes(scan.text.charAt(scan.at + 1))) {
      // Before anything else it stands for itself.
      add(scan, '\\');
      scan.at++;
    } else if (character === '\\') backslash(scan);
    else {
      add(scan, character);
      scan.at++;
    }
  }
}

function dollar(scan: Scan): void {
  const rest = scan.text.slice(scan.at + 1, scan.at + 4_100);
  const known = variable(rest) ?? file(rest);
  scan.at++;
  if (known !== null) {
    compute(scan, known.computed);
    scan.at += known.length;
  } else if (/^[({\d@*#?$!'-]/.test(rest)) {
    // Also $'...' of bash, whose escapes are not followed.
    compute(scan, { kind: 'other' });
    if (rest.startsWith('(')) skipTo(scan, ')');
    else if (rest.startsWith('{')) skipTo(scan, '}');
  } else add(scan, '$');
}

interface Known {
  readonly computed: Computed;
  readonly length: number;
}

function variable(rest: string): Known | null {
  const match = /^(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/.exec(rest);
  const name = match?.[1] ?? match?.[2];
  return match === null || name === undefined
    ? null
    : { computed: { kind: 'variable', name }, length: match[0].length };
}

/** `$(cat path)` or `$(< path)`. */
function file(rest: string): Known | null {
  const match = /^\((?:cat |<)\s*(?:'([^'\n]+)'|"([^"$`\\\n]+)"|([^\s'"$`\\;|&<>()]+))\s*\)/.exec(rest);
  const path = match?.[1] ?? match?.[2] ?? match?.[3];
  return match === null || path === undefined
    ? null
    : { computed: { kind: 'file', path }, length: match[0].length };
}

function backquotes(scan: Scan): void {
  compute(scan, { kind: 'other' });
  scan.at++;
  skipTo(scan, '`');
}

function skipTo(scan: Scan, end: string): void {
  const at = scan.text.indexOf(end, scan.at);
  if (at < 0) scan.open = true;
  scan.at = at < 0 ? scan.text.length : at + 1;
}

function compute(scan: Scan, what: Computed): void {
  add(scan, '');
  if (scan.computed.length < 2) scan.computed.push(what);
}

/** Words as the command prompt and the C library of Windows divide them. */
function stepCmd(scan: Scan, character: string): void {
  if (character === '"') return cmdQuotes(scan);
  if (character === '\\') return cmdBackslashes(scan);
  if (character === '%' && percent(scan)) return;
  if (character === '^') {
    const next = scan.text.slice(scan.at + 1, scan.at + 3);
    if (next === '\r\n') scan.at += 3;
    else {
      if (!next.startsWith('\n')) add(scan, next.charAt(0));
      scan.at += 2;
    }
    return;
  }
  add(scan, character);
  scan.at++;
}

function cmdQuotes(scan: Scan): void {
  add(scan, '');
  scan.at++;
  for (;;) {
    const character = scan.text.charAt(scan.at);
    if (character === '' || character === '\n') {
      scan.open = true;
      return;
    }
    if (character === '"') {
      scan.at++;
      // Two quotes within quotes are one of the text.
      if (scan.text.charAt(scan.at) !== '"') return;
      add(scan, '"');
      scan.at++;
    } else if (character === '\\') cmdBackslashes(scan);
    else if (character === '%' && percent(scan)) continue;
    else {
      add(scan, character);
      scan.at++;
    }
  }
}

/** Backslashes stand for themselves, unless a quote follows: then two are one, and one escapes the quote. */
function cmdBackslashes(scan: Scan): void {
  let count = 0;
  while (scan.text.charAt(scan.at + count) === '\\') count++;
  const beforeQuote = scan.text.charAt(scan.at + count) === '"';
  add(scan, '\\'.repeat(beforeQuote ? count >> 1 : count));
  scan.at += count;
  if (beforeQuote && count % 2 === 1) {
    add(scan, '"');
    scan.at++;
  }
}

function percent(scan: Scan): boolean {
  const match = /^%([A-Za-z_][A-Za-z0-9_]*)%/.exec(scan.text.slice(scan.at, scan.at + 300));
  if (match?.[1] === undefined) return false;
  compute(scan, { kind: 'variable', name: match[1] });
  scan.at += match[0].length;
  return true;
}

/** A word as a shell takes it back; only what a shell could take for something else is quoted. */
export function quoteWord(text: string, shell: Shell): string {
  return shell === 'sh' ? quoteSh(text) : quoteCmd(text);
}

function quoteSh(text: string): string {
  if (/^[\w@%+:,./=-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function quoteCmd(text: string): string {
  if (/^[\w@+:,./\\=#$-]+$/.test(text) && !text.endsWith('\\')) return text;
  // Backslashes before a quote are doubled, also before the one that closes.
  const escaped = text.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&');
  return `"${escaped}"`;
}

/**
 * Whether a word survives the command prompt at all: it has no quoting for a line break, and fills in
 * variables even within quotes.
 */
export function survivesCmd(text: string): boolean {
  return !/[\r\n\0]|%[^%\s]+%/.test(text);
}
