import { add, compute, joinLine, LETTER_ESCAPES, skipTo, type Computed, type Scan } from './scan.ts';

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
    if (rest.startsWith('(')) skipTo(scan, ')');
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
    const rest = scan.text.slice(scan.at, scan.at + 9);
    const code = /^(?:x([\da-f]{1,2})|u([\da-f]{1,4})|([0-7]{1,3}))/i.exec(rest);
    if (code === null) {
      const next = rest.charAt(0);
      add(scan, LETTER_ESCAPES.get(next) ?? ('\\\'"?'.includes(next) ? next : `\\${next}`));
      scan.at++;
    } else {
      const digits = code[1] ?? code[2];
      const value = digits === undefined ? Number.parseInt(code[0], 8) : Number.parseInt(digits, 16);
      add(scan, String.fromCharCode(value));
      scan.at += code[0].length;
    }
  }
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
