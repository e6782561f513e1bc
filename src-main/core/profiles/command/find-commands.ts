import { detectShell } from './detect-shell.ts';
import { commandName, readCommand, type CommandRead } from './read-command.ts';
import { listWords } from './list-words.ts';
import type { Shell } from './scan.ts';
import { scriptWord, splitWords } from './split-words.ts';

/** Characters of one command; a shell takes 128 kB at most. */
export const MAX_COMMAND = 131_072;
/** Characters before a program's name in which a wrapper is looked for. */
const MAX_HEAD = 4_096;
/** Shells within shells. */
const MAX_DEPTH = 4;

/** The program as a word, whatever stands around it: a path, a quote, a bracket, another command. */
const PROGRAM =
  /(?:^|[\s/\\"'‘’`=(|;&{[,])(mosquitto_(?:sub|pub|rr)(?:\.exe)?)(?=["'‘’]?(?:[\s,)\]}]|$)|\\[\r\n"'])/i;

/** What takes a script for another shell as its next word. */
const WRAPPER =
  /(?:\s-\w*c|\s\/[ck]|\s-Command|\beval|\bssh\s[^'"\n]*|\bsu\s[^'"\n]*|\bwatch\s[^'"\n]*|\bxargs\s[^'"\n]*)\s+(?=["'])/gi;

/** What runs a command elsewhere, where `localhost` is something else. */
const ELSEWHERE: readonly (readonly [RegExp, string])[] = [
  [/\b(?:docker|podman|nerdctl)(?:[- ]compose)?\s(?:.*\s)?(?:exec|run)\s/i, 'in a container'],
  [/\bkubectl\s(?:.*\s)?(?:exec|run)\s/i, 'in a container'],
  [/\b(?:ssh|plink)(?:\.exe)?\s/i, 'on another computer'],
];
const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '::1'];

export interface CommandsFound {
  readonly reads: readonly CommandRead[];
  /** Offset behind what was read. */
  readonly end: number;
  /** Nothing could be made of it, and what follows it on its line is not to be read. */
  readonly failed: boolean;
}

/** Where the name of a program of mosquitto begins; -1 where there is none. */
export function findProgram(text: string): number {
  const match = PROGRAM.exec(text);
  return match === null ? -1 : match.index + match[0].length - (match[1] ?? '').length;
}

/**
 * Reads the command whose program's name begins at `at`, also where it is the script of another command, as of
 * `sh -c`, `docker exec` or `ssh`: then all commands of that script.
 *
 * @param usual the shell of a command that shows none
 */
export function readCommandsAt(text: string, at: number, usual: Shell, depth = 0): CommandsFound {
  const start = logicalStart(text, at);
  const head = text.slice(Math.max(start, at - MAX_HEAD), at);
  const around = text.slice(start, Math.min(logicalEnd(text, at), at + MAX_HEAD));
  const shell = detectShell(around) ?? usual;
  const words = listWords(text, at, MAX_HEAD, MAX_COMMAND);
  const list = words === null ? null : { reads: [readCommand(words.words)], end: words.end, failed: false };
  const nested = list === null && depth < MAX_DEPTH ? scriptAround(text, at, head, shell) : null;
  const found = list ?? (nested === null ? readPlain(text, at, shell, depth) : readScript(nested, depth));
  return { ...found, reads: found.reads.map((read) => withPlace(read, head)) };
}

interface Script {
  readonly script: string;
  readonly end: number;
}

/** The quoted word around the program, where a wrapper takes it for a script. */
function scriptAround(text: string, at: number, head: string, shell: Shell): Script | null {
  for (const match of head.matchAll(WRAPPER)) {
    const from = at - head.length + match.index + match[0].length;
    const found = scriptWord(text.slice(0, at + MAX_COMMAND), from, shell);
    // A word that ends before the program was something else, such as a password.
    if (found !== null && found.end > at) return found;
  }
  return null;
}

function readScript({ script, end }: Script, depth: number): CommandsFound {
  const reads: CommandRead[] = [];
  let from = 0;
  for (;;) {
    const rest = script.slice(from);
    const at = findProgram(rest);
    if (at < 0) break;
    const found = readCommandsAt(rest, at, 'sh', depth + 1);
    reads.push(...found.reads);
    if (found.failed) break;
    from += found.end;
  }
  return { reads, end, failed: false };
}

function readPlain(text: string, at: number, shell: Shell, depth: number): CommandsFound {
  const part = text.slice(0, at + MAX_COMMAND);
  // A prompt may hold quotes and the like: the words are counted from the command on.
  const start = wordStart(part, at);
  const { words, end, more, open } = splitWords(part, start, shell);
  const first = words.findIndex((word) => commandName(word.text) !== null);
  const script = first < 0 && depth < MAX_DEPTH ? scriptWord(part, start, shell) : null;
  if (script !== null && /\s/.test(script.script)) return readScript(script, depth);
  if (first < 0 || open) {
    const why = open
      ? 'The command has a quote that is not closed, and was not read.'
      : 'The command could not be divided into words.';
    return { reads: [{ why }], end: lineEnd(text, at), failed: true };
  }
  const read = readCommand(words.slice(first));
  if ('why' in read || !more || findProgram(text.slice(end, lineEnd(text, end))) >= 0) {
    return { reads: [read], end, failed: false };
  }
  const notes = [...read.notes, 'What follows the command on its line, such as a pipe, was left out.'];
  return { reads: [{ ...read, notes }], end, failed: false };
}

/** The program may be the end of a path, which may be quoted. */
function wordStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && !/[\s"'‘’=(|;&{`]/.test(text.charAt(start - 1))) start--;
  const quote = text.charAt(start - 1);
  if (quote === '"' || quote === "'" || quote === '‘') return start - 1;
  // A path with spaces in quotes, unless those are closed before the program.
  const from = Math.max(0, at - MAX_HEAD);
  const line = text.slice(from, at).replace(/^[^]*\n/, '');
  const name = /^mosquitto_\w+(?:\.exe)?(?=["'])/i.exec(text.slice(at, at + 20))?.[0];
  const mark = name === undefined ? '' : text.charAt(at + name.length);
  const opened = name === undefined ? -1 : line.lastIndexOf(mark);
  return opened < 0 ? start : at - line.length + opened;
}

function withPlace(read: CommandRead, head: string): CommandRead {
  if ('why' in read || read.options.protocol === 'unix' || !LOOPBACK.includes(read.options.host)) return read;
  const where = ELSEWHERE.find(([pattern]) => pattern.test(head))?.[1];
  if (where === undefined) return read;
  const note = `The command runs ${where}, where ${read.options.host} is not this computer: check the host.`;
  return { ...read, notes: [...read.notes, note] };
}

const CONTINUED = /[\\`^][ \t]*\r?$/;

/** Begin of the line, or of the first of lines that are joined by continuations; not far back. */
function logicalStart(text: string, at: number): number {
  const from = Math.max(0, at - MAX_HEAD);
  const near = text.slice(from, at);
  let start = near.lastIndexOf('\n') + 1;
  while (start > 0) {
    const before = near.lastIndexOf('\n', start - 2) + 1;
    if (!CONTINUED.test(near.slice(before, start - 1))) break;
    start = before;
  }
  return from + start;
}

function logicalEnd(text: string, at: number): number {
  let end = lineEnd(text, at);
  let from = at;
  while (end < text.length && end - at < MAX_COMMAND && CONTINUED.test(text.slice(from, end))) {
    from = end + 1;
    end = lineEnd(text, from);
  }
  return end;
}

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
}
