import { failed, type Failure } from '../../../contract/base/errors.ts';
import { readAddress } from '../address.ts';
import { finished, type Imported, type ImportedProfile } from '../draft.ts';
import { detectShell } from '../command/detect-shell.ts';
import { findProgram, MAX_COMMAND, readCommandsAt } from '../command/find-commands.ts';
import { readConnectionString } from '../paste/connection-string.ts';
import { Notes, Room } from './notes.ts';

/** Lines that are looked at: longer texts are logs, not lists of brokers. */
const MAX_LINES = 20_000;
/** After so many commands that could not be split into words, a command is read within its line only. */
const MAX_FAILED = 20;
/** A line with more characters than an address may have is none. */
const MAX_LINE = 8_192;

/** Reads addresses and command lines one after the other. Other lines are noted by their number. */
export function readLines(text: string): Imported | Failure {
  const found: ImportedProfile[] = [];
  const notes = new Notes();
  const room = new Room();
  const shell = detectShell(text) ?? 'sh';
  let commands = 0;
  let failures = 0;
  let at = 0;
  let line = 0;
  const take = (read: Read): void => {
    if ('why' in read) notes.add(`Line ${line}: ${read.why}`);
    else {
      found.push(read);
      room.take(read);
    }
  };
  while (at < text.length && !room.isFull && line < MAX_LINES) {
    const end = lineEnd(text, at);
    line += 1;
    let program = findProgram(text.slice(at, Math.min(end, at + MAX_LINE)));
    if (program < 0) {
      const read = addressOf(text.slice(at, Math.min(end, at + MAX_LINE)), end - at > MAX_LINE);
      if (read !== null) take(read);
      at = end + 1;
      continue;
    }
    // All commands of the line, which may go on over others.
    let behind = at;
    while (program >= 0 && !room.isFull) {
      const whole = failures < MAX_FAILED ? text : text.slice(0, lineEnd(text, behind));
      const { reads, end: after, failed: isFailed } = readCommandsAt(whole, behind + program, shell);
      reads.forEach(take);
      commands += reads.filter((read) => !('why' in read)).length;
      behind = after;
      program = isFailed
        ? -1
        : findProgram(text.slice(after, Math.min(lineEnd(text, after), after + MAX_LINE)));
      if (isFailed) failures++;
    }
    const next = lineEnd(text, behind);
    line += countLines(text, end, next);
    at = next + 1;
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

type Read = ImportedProfile | { readonly why: string };

function lineEnd(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  return newline < 0 ? text.length : newline;
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
  const string = readConnectionString(text);
  if (string?.kind === 'failed') return { why: string.message };
  if (string?.kind === 'read') {
    return finished(string.options, { name: string.options.name, folder: '', colour: 'none' }, string.notes);
  }
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
  const at = text.length > MAX_COMMAND ? -1 : findProgram(text);
  if (at < 0) return null;
  const { reads } = readCommandsAt(text, at, detectShell(text) ?? 'sh');
  const read = reads.find((one) => !('why' in one)) ?? reads[0];
  if (read !== undefined && !('why' in read)) return read;
  const why = read?.why ?? 'The command could not be divided into words.';
  return failed('bad-command', why, 'Check the command, or enter the fields one by one.');
}
