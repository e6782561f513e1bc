import { add, compute, joinLine, LETTER_ESCAPES, skipBrackets, skipTo, type Scan } from './scan.ts';

/** Quotes that come out of documents count as well, in every pairing. */
const SINGLE = "'‘’‚‛";
const DOUBLE = '"“”„';

const ESCAPES: ReadonlyMap<string, string> = new Map([['0', '\0'], ...LETTER_ESCAPES]);

/** Words of PowerShell: both kinds of quotes double to stand for themselves, the backtick escapes. */
export function stepPowerShell(scan: Scan, character: string): void {
  if (character === '`') return backtick(scan);
  if (SINGLE.includes(character)) return singleQuotes(scan);
  if (DOUBLE.includes(character)) return doubleQuotes(scan);
  if (character === '$') return dollar(scan);
  if (character === '(' || character === '@') return expression(scan, character);
  add(scan, character);
  scan.at++;
}

function backtick(scan: Scan): void {
  if (joinLine(scan)) return;
  const next = scan.text.charAt(scan.at + 1);
  add(scan, ESCAPES.get(next) ?? next);
  scan.at += 2;
}

function singleQuotes(scan: Scan): void {
  add(scan, '');
  scan.at++;
  for (;;) {
    const character = scan.text.charAt(scan.at);
    if (character === '') {
      scan.open = true;
      return;
    }
    scan.at++;
    if (!SINGLE.includes(character)) add(scan, character);
    else if (isOneOf(SINGLE, scan.text.charAt(scan.at))) {
      add(scan, character);
      scan.at++;
    } else return;
  }
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
    if (character === '`') backtick(scan);
    else if (character === '$') dollar(scan);
    else if (!DOUBLE.includes(character)) {
      add(scan, character);
      scan.at++;
    } else if (isOneOf(DOUBLE, scan.text.charAt(scan.at + 1))) {
      add(scan, character);
      scan.at += 2;
    } else {
      scan.at++;
      return;
    }
  }
}

const isOneOf = (set: string, character: string): boolean => character !== '' && set.includes(character);

/** Only what is in the environment can be found later; other variables live in the shell. */
function dollar(scan: Scan): void {
  if (scan.isScript) {
    add(scan, '$');
    scan.at++;
    return;
  }
  const rest = scan.text.slice(scan.at + 1, scan.at + 300);
  const environment = /^(?:env:(\w+)|\{env:([^}]{1,256})\})/i.exec(rest);
  const name = environment?.[1] ?? environment?.[2];
  if (environment !== null && name !== undefined) {
    compute(scan, { kind: 'variable', name });
    scan.at += 1 + environment[0].length;
    return;
  }
  const variable = /^(?:\w+(?::\w+)?|[?^$])/.exec(rest)?.[0];
  scan.at++;
  if (rest.startsWith('(')) nested(scan);
  else if (rest.startsWith('{')) {
    compute(scan, { kind: 'other' });
    skipTo(scan, '}');
  } else if (variable === undefined) add(scan, '$');
  else {
    compute(scan, { kind: 'other' });
    scan.at += variable.length;
  }
}

/** `(…)` at the begin of a word, `@splat` or `@(…)`; within a word they are what they are. */
function expression(scan: Scan, character: string): void {
  if (scan.word !== null || scan.isScript) {
    add(scan, character);
    scan.at++;
    return;
  }
  if (character === '@') scan.at++;
  if (scan.text.charAt(scan.at) === '(') return nested(scan);
  compute(scan, { kind: 'other' });
}

/** An expression in brackets; the contents of a file can be read later. */
function nested(scan: Scan): void {
  const rest = scan.text.slice(scan.at, scan.at + 4_200);
  const file =
    /^\((?:Get-Content|gc|cat|type)(?:\s+-(?:Raw|Path|LiteralPath))*\s+(?:'([^'\n]+)'|"([^"$`\n]+)"|([^\s'"$`;|&<>()]+))(?:\s+-Raw)?\s*\)/i.exec(
      rest,
    );
  const path = file?.[1] ?? file?.[2] ?? file?.[3];
  if (file !== null && path !== undefined) {
    compute(scan, { kind: 'file', path });
    scan.at += file[0].length;
    return;
  }
  compute(scan, { kind: 'other' });
  skipBrackets(scan);
}
