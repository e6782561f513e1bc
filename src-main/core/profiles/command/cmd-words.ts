import { add, compute, type Scan } from './scan.ts';

/** Words as the command prompt and the C library of Windows divide them. */
export function stepCmd(scan: Scan, character: string): void {
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
  if (scan.isScript) add(scan, match[0]);
  else compute(scan, { kind: 'variable', name: match[1] });
  scan.at += match[0].length;
  return true;
}
