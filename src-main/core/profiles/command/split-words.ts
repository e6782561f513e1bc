import { stepCmd } from './cmd-words.ts';
import { stepPowerShell } from './powershell-words.ts';
import { endWord, newScan, type Scan, type Shell, type Word } from './scan.ts';
import { stepSh } from './sh-words.ts';

export interface CommandWords {
  readonly words: readonly Word[];
  /** Offset behind the words: of what ends the command, or of the end of its line, which a quote may move. */
  readonly end: number;
  /** A pipe, a redirection or a second command follows on its line. */
  readonly more: boolean;
  /** A quote is not closed. */
  readonly open: boolean;
}

/** Words of one command: what fits 128 kB, the most that a system passes to a program. */
const MAX_WORDS = 65_536;

const STEPS: Readonly<Record<Shell, (scan: Scan, character: string) => void>> = {
  sh: stepSh,
  cmd: stepCmd,
  powershell: stepPowerShell,
};

/** What ends a command; a bracket that opens is an expression of PowerShell, and text to the prompt of Windows. */
const ENDS: Readonly<Record<Shell, string>> = { sh: '|&;<>()', cmd: '|&<>', powershell: '|&;<>)}' };

/** Divides the command that begins at `from`. Linear in its length. */
export function splitWords(text: string, from: number, shell: Shell): CommandWords {
  return split(text, newScan(text, from), shell);
}

/**
 * The word that begins at `from`, as the script of another shell that it is.
 *
 * @returns null where it is not closed
 */
export function scriptWord(
  text: string,
  from: number,
  shell: Shell,
): { readonly script: string; readonly end: number } | null {
  const scan = newScan(text, from, true);
  while (scan.at < text.length && !/\s/.test(text.charAt(scan.at))) {
    if (scan.word !== null && ENDS[shell].includes(text.charAt(scan.at))) break;
    STEPS[shell](scan, text.charAt(scan.at));
  }
  return scan.open || scan.word === null ? null : { script: scan.word, end: scan.at };
}

function split(text: string, scan: Scan, shell: Shell): CommandWords {
  let more = false;
  while (scan.at < text.length && scan.words.length < MAX_WORDS) {
    const character = text.charAt(scan.at);
    if (character === '\n') break;
    if (isBlank(character)) {
      endWord(scan);
      scan.at++;
    } else if (character === '#' && scan.word === null && shell !== 'cmd') {
      const end = text.indexOf('\n', scan.at);
      scan.at = end < 0 ? text.length : end;
      break;
    } else if (ENDS[shell].includes(character)) {
      more = true;
      break;
    } else STEPS[shell](scan, character);
  }
  if (scan.words.length >= MAX_WORDS) more = true;
  endWord(scan);
  return { words: scan.words, end: scan.at, more, open: scan.open };
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\r';
}
