import {
  add,
  compute,
  joinLine,
  LETTER_ESCAPES,
  skipBrackets,
  skipTo,
  type Computed,
  type Scan,
} from './scan.ts';

/** Words of sh, bash and zsh as they are pasted: quotes, backslashes, variables. */
export function stepSh(scan: Scan, character: string): void {
  if (character === '\\') return backslash(scan);
  if (character === "'") return singleQuotes(scan);
  if (character === '"') return doubleQuotes(scan);
  if (character === '$') return dollar(scan, false);
  if (character === '`') return backquotes(scan);
  add(scan, character);
  scan.at++;
}

function backslash(scan: Scan): void {
  if (joinLine(scan)) return;
  add(scan, scan.text.charAt(scan.at + 1));
  scan.at += 2;
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
    if (character === '$') dollar(scan, true);
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

function dollar(scan: Scan, inQuotes: boolean): void {
  const rest = scan.text.slice(scan.at + 1, scan.at + 4_100);
  if (rest.startsWith("'") && !inQuotes) return ansiQuotes(scan);
  if (scan.isScript) return asWritten(scan);
  const known = variable(rest) ?? file(rest);
  scan.at++;
  if (known !== null) {
    compute(scan, known.computed);
    scan.at += known.length;
  } else if (/^[({\d@*#?$!-]/.test(rest)) {
    compute(scan, { kind: 'other' });
    if (rest.startsWith('(')) skipBrackets(scan);
    else if (rest.startsWith('{')) skipTo(scan, '}');
  } else add(scan, '$');
}

function asWritten(scan: Scan): void {
  add(scan, scan.text.charAt(scan.at));
  scan.at++;
}

/** `$'…'` of bash, ksh and zsh. */
function ansiQuotes(scan: Scan): void {
  add(scan, '');
  scan.at += 2;
  for (;;) {
    const character = scan.text.charAt(scan.at);
    if (character === '') {
      scan.open = true;
      return;
    }
    scan.at++;
    if (character === "'") return;
    if (character !== '\\') {
      add(scan, character);
      continue;
    }
    if (byteEscapes(scan) || codePoint(scan)) continue;
    const next = scan.text.charAt(scan.at);
    add(scan, LETTER_ESCAPES.get(next) ?? ('\\\'"?'.includes(next) ? next : `\\${next}`));
    scan.at++;
  }
}

const decoder = new TextDecoder();

/** `\x41` and `\101` are bytes, so that several in a row may be one character; behind the first backslash. */
function byteEscapes(scan: Scan): boolean {
  const one = /(?:x[\da-fA-F]{1,2}|[0-7]{1,3})/y;
  const bytes: number[] = [];
  for (let at = scan.at; ; at++) {
    one.lastIndex = at;
    const code = one.exec(scan.text)?.[0];
    if (code === undefined) break;
    bytes.push(code.startsWith('x') ? Number.parseInt(code.slice(1), 16) : Number.parseInt(code, 8) & 0xff);
    at += code.length;
    scan.at = at;
    if (scan.text.charAt(at) !== '\\') break;
  }
  if (bytes.length > 0) add(scan, decoder.decode(Uint8Array.from(bytes)));
  return bytes.length > 0;
}

/** `\u20ac` and `\U0001f600`. */
function codePoint(scan: Scan): boolean {
  const code = /^(?:u([\da-fA-F]{1,4})|U([\da-fA-F]{1,8}))/.exec(scan.text.slice(scan.at, scan.at + 9));
  if (code === null) return false;
  const value = Number.parseInt(code[1] ?? code[2] ?? '', 16);
  add(scan, value > 0x10_ffff ? '\ufffd' : String.fromCodePoint(value));
  scan.at += code[0].length;
  return true;
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
  if (scan.isScript) return asWritten(scan);
  compute(scan, { kind: 'other' });
  scan.at++;
  skipTo(scan, '`');
}
