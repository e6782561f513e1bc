/** A text with PEM after its damage was repaired, and what was repaired. */
export interface MendedPem {
  readonly text: string;
  /** Goes on after “The CA certificate”, e.g. `had \n in place of its line ends`; null: nothing was undone. */
  readonly undone: string | null;
}

const BEGIN = '-----BEGIN ';
const DASHES = '-----';
/** Characters of a label; real ones have 30 at most. */
const MOST_LABEL = 64;
/** Characters of a line of base64; RFC 7468 writes 64, some programs 76. */
const MOST_LINE = 76;
/** Before and behind a line of which PEM was made a text of something else. */
const MARGIN = ' \t>|"\'`';
const AFTER = ' \t"\'`,\\';
const QUOTES = '"\'`';

const ESCAPED = 'had \\n in place of its line ends';
const INDENTED = 'was indented or quoted';
const JOINED = 'had its lines joined';

/**
 * Undoes what happens to PEM on its way: out of JSON or a .env file with `\n` in place of line ends, with
 * quotes around its lines, indented, or with everything in one line. What stands beside the parts (“Bag
 * Attributes”) stays, as readers of PEM skip it. For text that was pasted, chosen and read alike; linear in
 * its length.
 */
export function mendPem(text: string): MendedPem {
  const undone = new Set<string>();
  let mended = '';
  let at = 0;
  for (let begin = text.indexOf(BEGIN); begin >= 0;) {
    const next = text.indexOf(BEGIN, begin + BEGIN.length);
    const reach = next < 0 ? text.length : next;
    const end = endOfPart(text, begin, reach);
    if (end > 0) {
      mended += text.slice(at, begin) + mendPart(text.slice(begin, end), undone);
      at = end;
    }
    begin = next;
  }
  return { text: mended + text.slice(at), undone: undone.size === 0 ? null : [...undone].join(' and ') };
}

/** Offset behind the part that begins there; 0 where it has no end. */
function endOfPart(text: string, begin: number, reach: number): number {
  const labelAt = begin + BEGIN.length;
  const label = text.slice(labelAt, Math.min(reach, labelAt + MOST_LABEL));
  const dashes = label.indexOf(DASHES);
  if (dashes < 1) return 0;
  const last = `-----END ${label.slice(0, dashes)}${DASHES}`;
  // Within its reach only, so that a text of beginnings takes no longer than another.
  const end = text.slice(labelAt, reach).indexOf(last);
  return end < 0 ? 0 : labelAt + end + last.length;
}

function mendPart(part: string, undone: Set<string>): string {
  let text = part;
  if (part.includes('\\')) {
    text = part
      .replaceAll(/(?:\\{1,4}r)?\\{1,4}n/g, '\n')
      .replaceAll(/\\{1,4}r/g, '')
      .replaceAll(/\\{1,4}\//g, '/');
    if (text !== part && text.includes('\n')) undone.add(ESCAPED);
  }
  const lines = text.split('\n');
  const bare = lines.map((line, index) => withoutMargin(line, index > 0));
  if (bare.some((line, index) => line !== withoutReturn(lines[index] ?? ''))) {
    undone.add(INDENTED);
    text = bare.join('\n');
  }
  const joined = withLines(text);
  if (joined !== text) undone.add(JOINED);
  return joined;
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

function withoutMargin(line: string, isInside: boolean): string {
  let text = withoutReturn(line);
  let from = 0;
  while (isInside && from < text.length && MARGIN.includes(text.charAt(from))) from++;
  let to = text.length;
  for (; to > from; to--) {
    const character = text.charAt(to - 1);
    // A plus is a digit of base64, unless it joins two quoted texts.
    if (character === '+' ? !isJoint(text, to - 1) : !AFTER.includes(character)) break;
  }
  text = text.slice(from, to);
  return text;
}

function isJoint(text: string, plus: number): boolean {
  const before = text.slice(Math.max(0, plus - 8), plus).trimEnd();
  return before !== '' && QUOTES.includes(before.charAt(before.length - 1));
}

/** A body on the line of its label, divided by blanks, or in lines too long for some readers. */
function withLines(part: string): string {
  const bodyAt = part.indexOf(DASHES, BEGIN.length) + DASHES.length;
  const bodyEnd = part.lastIndexOf('-----END ');
  const body = part.slice(bodyAt, bodyEnd);
  const isWhole = /^\r?\n/.test(body) && body.endsWith('\n');
  const lines = body.trim().split(/\r?\n/);
  if (isWhole && lines.every((line) => line.length <= MOST_LINE && !/\S[ \t]+\S/.test(line))) return part;
  // The headers of an old key have lines that count.
  if (body.includes(':')) return part;
  const digits = body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
  return `${part.slice(0, bodyAt)}\n${digits.join('\n')}\n${part.slice(bodyEnd)}`;
}
