import { failed, type Failure } from '../../../contract/base/errors.ts';
import { readAddress } from '../address.ts';
import { finished, type Imported, type ImportedProfile } from '../draft.ts';
import { commandName, readCommand } from './import-command.ts';
import { Notes, Room } from './notes.ts';
import { splitWords, type Shell } from './shell-words.ts';

/** Lines that are looked at: longer texts are logs, not lists of brokers. */
const MAX_LINES = 20_000;
/** Characters of one command; a shell takes 128 kB at most. */
const MAX_COMMAND = 131_072;
/** Commands that could not be divided into words; from then on a command is looked for in its line only. */
const MAX_LOST = 20;
/** A line with more characters than an address may have is none. */
const MAX_LINE = 8_192;

/** A command anywhere in a line: behind a prompt, `sudo`, or the start of a container. */
const COMMAND = /(?:^|[\s/\\"'])mosquitto_(?:sub|pub|rr)(?:\.exe)?["']?(?=\s|$)/i;

/** Addresses and command lines, one after the other; other lines are told by their number. */
export function readLines(text: string): Imported | Failure {
  const found: ImportedProfile[] = [];
  const notes = new Notes();
  const room = new Room();
  const shell = shellOf(text);
  let commands = 0;
  let lost = 0;
  let at = 0;
  let line = 0;
  while (at < text.length && !room.isFull && line < MAX_LINES) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    line += 1;
    const head = text.slice(at, Math.min(end, at + MAX_LINE));
    if (COMMAND.test(head)) {
      const reach = lost < MAX_LOST ? MAX_COMMAND : Math.min(end - at, MAX_COMMAND);
      const { end: after, read, failed: isLost } = commandAt(text.slice(at, at + reach), at, end, shell);
      if (isLost) lost++;
      if ('why' in read) notes.add(`Line ${line}: ${read.why}`);
      else {
        found.push(read);
        room.take(read);
        commands++;
      }
      line += countLines(text, end, after);
      at = after + 1;
      continue;
    }
    const read = addressOf(head, end - at > MAX_LINE);
    if (read !== null) {
      if ('why' in read) notes.add(`Line ${line}: ${read.why}`);
      else {
        found.push(read);
        room.take(read);
      }
    }
    at = end + 1;
  }
  if (at < text.length) notes.add(`Line ${line + 1} and what follows were not read: the text is too long.`);
  if (found.length === 0) return nothingFound(notes.list);
  return { format: commands > 0 ? 'command-line' : 'addresses', profiles: found, notes: notes.list };
}

function nothingFound(notes: readonly string[]): Failure {
  return failed(
    'not-recognised',
    `No broker was found in the text. ${notes[0] ?? 'It holds no line with an address.'}`,
    'Import an export of this program, settings.json of MQTT Explorer, a JSON backup of MQTTX, mosquitto_sub commands, or addresses such as mqtt://host:1883.',
  );
}

/** Signs of Windows: its program name, its line continuation, its paths or its variables. */
export function shellOf(text: string): Shell {
  const head = text.slice(0, MAX_COMMAND);
  const isCmd =
    /mosquitto_(?:sub|pub|rr)\.exe/i.test(head) ||
    /\^\r?\n/.test(head) ||
    /(?:^|[\s"])[A-Za-z]:\\/.test(head) ||
    /%[A-Z_][A-Z0-9_]+%/.test(head);
  return isCmd ? 'cmd' : 'sh';
}

type Read = ImportedProfile | { readonly why: string };

interface CommandAt {
  /** Offset in the whole text behind the command. */
  readonly end: number;
  readonly read: Read;
  /** Nothing could be made of it, and what follows it in its line is not read. */
  readonly failed: boolean;
}

/** @param part the text from `from` on, as far as the command may reach */
function commandAt(part: string, from: number, lineEnd: number, shell: Shell): CommandAt {
  // A prompt may hold quotes and the like: the words are counted from the command on.
  const { words, end, more, open } = splitWords(part, wordStart(part, COMMAND.exec(part)?.index ?? 0), shell);
  const first = words.findIndex(({ text: word }) => commandName(word) !== null);
  if (first < 0 || open) {
    const why = open
      ? 'The command has a quote that is not closed, and was not read.'
      : 'The command could not be divided into words.';
    return { end: lineEnd, read: { why }, failed: true };
  }
  const read = readCommand(words.slice(first));
  if ('why' in read || !more) return { end: from + end, read, failed: false };
  const notes = [...read.notes, 'What follows the command on its line, such as a pipe, was left out.'];
  return { end: from + end, read: { ...read, notes }, failed: false };
}

/** The command may be the end of a path, which may be quoted. */
function wordStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && !/\s/.test(text.charAt(start)) && text.charAt(start) !== '"') start--;
  const quote = text.lastIndexOf('"', start);
  // A path with spaces in quotes, unless those are closed before the command.
  const closed = text.slice(at).search(/["\n]/);
  const opened = quote < 0 ? -1 : text.indexOf('"', quote + 1);
  if (opened >= at && opened === at + closed) return quote;
  return text.charAt(start) === '"' || start === 0 ? start : start + 1;
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from + 1); at >= 0 && at <= to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Null for empty lines and comments. */
function addressOf(line: string, isCut: boolean): Read | null {
  const text = line.trim().replace(/^["'<](.*)["'>]$/, '$1');
  if (text === '' || /^(?:#|\/\/\s)/.test(text)) return null;
  if (isCut) return { why: 'It is too long for an address.' };
  // A word alone could be anything: in a list, an address says what it is.
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^[^\s/@]+:\d{1,5}$/.test(text)) {
    return { why: 'It is neither an address nor a command of mosquitto_sub or mosquitto_pub.' };
  }
  const read = readAddress(text);
  if (read.kind === 'failed') return { why: read.message };
  const { options, notes } = read;
  return finished(options, { name: options.name, folder: '', colour: 'none' }, notes);
}

/**
 * One command line as a person pastes it into the editor; null where the text is none, so that it may be
 * an address.
 */
export function readPastedCommand(text: string): ImportedProfile | Failure | null {
  if (text.length > MAX_COMMAND || !COMMAND.test(text)) return null;
  const { read } = commandAt(text, 0, text.length, shellOf(text));
  if (!('why' in read)) return read;
  return failed('bad-command', read.why, 'Check the command, or enter the fields one by one.');
}
