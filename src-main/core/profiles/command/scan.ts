/** How a command line is divided into words: the shells of Unix, and the two of Windows. */
export type Shell = 'sh' | 'cmd' | 'powershell';

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

/** What is read so far; the functions below take it one character further at least. */
export interface Scan {
  readonly text: string;
  at: number;
  words: Word[];
  /** Null between words; an empty word is one as well. */
  word: string | null;
  computed: Computed[];
  open: boolean;
  /** Another shell reads the words as its script: variables stay in it as they are written. */
  readonly isScript: boolean;
}

export function newScan(text: string, from: number, isScript = false): Scan {
  return { text, at: from, words: [], word: null, computed: [], open: false, isScript };
}

export function endWord(scan: Scan): void {
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

/** What a letter stands for behind the escape of a shell. */
export const LETTER_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['e', '\u001b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** Behind an escape and the end of the line after it, which joins the next one; whether there is one. */
export function joinLine(scan: Scan): boolean {
  const next = scan.text.slice(scan.at + 1, scan.at + 3);
  const length = next === '\r\n' ? 2 : next.startsWith('\n') ? 1 : 0;
  if (length === 0) return false;
  scan.at += 1 + length;
  return true;
}

/** Goes on with the word, or begins one. */
export function add(scan: Scan, text: string): void {
  scan.word = (scan.word ?? '') + text;
}

/** Behind the next such text, or to the end, where something stays open. */
export function skipTo(scan: Scan, end: string): void {
  const at = scan.text.indexOf(end, scan.at);
  if (at < 0) scan.open = true;
  scan.at = at < 0 ? scan.text.length : at + 1;
}

/** Behind the bracket that closes the one here, or to the end, where it stays open. */
export function skipBrackets(scan: Scan): void {
  let depth = 0;
  for (; scan.at < scan.text.length; scan.at++) {
    const character = scan.text.charAt(scan.at);
    if (character === '(') depth++;
    else if (character === ')' && --depth === 0) {
      scan.at++;
      return;
    }
  }
  scan.open = true;
}

/** The shell would fill in something here. */
export function compute(scan: Scan, what: Computed): void {
  add(scan, '');
  if (scan.computed.length < 2) scan.computed.push(what);
}
