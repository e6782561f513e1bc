import type { LogEntry } from '../../../src-main/contract/session/diagnostics.ts';

/** The least level that is shown. */
export type LogLevel = LogEntry['level'];

const WEIGHT: Readonly<Record<LogLevel, number>> = { info: 0, warn: 1, error: 2 };

export interface LogFilter {
  readonly least: LogLevel;
  /** Matched case-insensitively anywhere in the words of an entry; empty: everything. */
  readonly text: string;
}

/** What passes, newest first. */
export function filterLog(log: readonly LogEntry[], { least, text }: LogFilter): readonly LogEntry[] {
  const wanted = text.trim().toLowerCase();
  return log
    .filter(
      ({ level, text: words, detail }) =>
        WEIGHT[level] >= WEIGHT[least] &&
        (wanted === '' || `${words} ${detail}`.toLowerCase().includes(wanted)),
    )
    .toReversed();
}

/** As a person reads and mails it: oldest first, one line an entry, times in UTC. */
export function logText(newestFirst: readonly LogEntry[]): string {
  return newestFirst
    .toReversed()
    .map(({ at, level, text, detail }) =>
      [new Date(at).toISOString(), level.padEnd(5), oneLine(`${text} ${detail}`)].join('  ').trimEnd(),
    )
    .join('\n');
}

/** For programs: JSON Lines, oldest first; the bytes of an entry in hex. */
export function logJson(newestFirst: readonly LogEntry[]): string {
  return newestFirst
    .toReversed()
    .map(({ at, level, text, detail, evidence }) =>
      JSON.stringify({
        time: new Date(at).toISOString(),
        level,
        text,
        ...(detail === '' ? {} : { detail }),
        ...(evidence === undefined ? {} : { bytes: hex(evidence) }),
      }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
