import { commandName } from './read-command.ts';
import type { Word } from './scan.ts';

/** The words of a list, the program's name first, and the offset behind them. */
export interface ListWords {
  readonly words: readonly Word[];
  readonly end: number;
}

/** What stands before the program within brackets: other items, a quote, a path. */
const IN_BRACKETS = /\[\s*(?:[^[\]]*,\s*)?["']?(?:[^"'\s,[\]]*\/)?$/;
/** Before the program in a line of a block of YAML. */
const IN_BLOCK = /^([ \t]*)-[ \t]+["']?(?:[^"'\s]*\/)?$/;
/** An item within brackets, what is between two, or the end: brackets within quotes end nothing. */
const ITEM =
  /\s*(?:"(?<double>(?:[^"\\\n]|\\.)*)"|'(?<single>(?:[^'\n]|'')*)'|(?<closed>\])|,|(?<bare>[^\s,"'\]][^,\n\]]*))/y;
/** An item of a block, on a line without the blanks at its end. */
const LINE =
  /^-[ \t]+(?:"(?<double>(?:[^"\\]|\\.)*)"[ \t]*(?:#.*)?$|'(?<single>(?:[^']|'')*)'[ \t]*(?:#.*)?$|(?<bare>.*))/;
/** What a comment begins with, behind a word that has no quotes. */
const COMMENT = /[ \t]#/;

/**
 * The command around `at`, where its program's name begins, if it is a list as Docker, Compose and Kubernetes
 * have it: `["mosquitto_sub", "-h", "broker"]`, or a line with a hyphen for each word. Null where it is none.
 *
 * @param head characters before it that are looked at
 * @param most characters of a whole command
 */
export function listWords(text: string, at: number, head: number, most: number): ListWords | null {
  const before = text.slice(Math.max(0, at - head), at);
  const part = text.slice(0, at + most);
  if (IN_BRACKETS.test(before)) {
    const found = bracketWords(part, text.lastIndexOf('[', at));
    if (found !== null) return found;
  }
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const indent = IN_BLOCK.exec(line)?.[1];
  return indent === undefined ? null : blockWords(part, at - line.length, indent);
}

function bracketWords(text: string, begin: number): ListWords | null {
  const texts: string[] = [];
  let end = begin + 1;
  for (;;) {
    ITEM.lastIndex = end;
    const item = ITEM.exec(text);
    if (item === null) return null;
    end = ITEM.lastIndex;
    if (item.groups?.['closed'] !== undefined) break;
    const word = wordOf(item);
    if (word !== null) texts.push(word);
  }
  return fromProgram(texts, end);
}

/** The lines that go on with items; a list of anything but options is one of a text. */
function blockWords(text: string, begin: number, indent: string): ListWords | null {
  const texts: string[] = [];
  let end = begin;
  while (end < text.length && text.startsWith(indent, end)) {
    const newline = text.indexOf('\n', end);
    const to = newline < 0 ? text.length : newline;
    const item = LINE.exec(text.slice(end + indent.length, to).trimEnd());
    if (item === null) break;
    const bare = item.groups?.['bare']?.split(COMMENT, 1)[0]?.trim();
    texts.push(bare ?? wordOf(item) ?? '');
    end = newline < 0 ? to : to + 1;
  }
  return texts[1]?.startsWith('-') ? fromProgram(texts, end) : null;
}

function wordOf({ groups }: RegExpExecArray): string | null {
  const { double, single, bare } = groups ?? {};
  if (double !== undefined) return unescaped(double);
  return single?.replaceAll("''", "'") ?? bare?.trim() ?? null;
}

/** What stands between double quotes in JSON, or in YAML, which knows more escapes; these stay as they are. */
function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text.replaceAll(/\\(.)/g, '$1');
  }
}

function fromProgram(texts: readonly string[], end: number): ListWords | null {
  const first = texts.findIndex((word) => commandName(word) !== null);
  return first < 0 ? null : { words: texts.slice(first).map((text) => ({ text, computed: null })), end };
}
