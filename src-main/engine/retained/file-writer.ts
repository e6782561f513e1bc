import { hash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isRunning } from '../files/file-lock.ts';

/** The program that writes a file, in its first line; nothing is read from it but whether that program still runs. */
export interface FileWriter {
  readonly pid: number;
  /** Numbers of processes mean something on one machine only. Its name is nobody else's business. */
  readonly host: string;
  /** Another for each start of the program: a number of a process comes back. */
  readonly run: string;
}

export const THIS_PROGRAM: FileWriter = {
  pid: process.pid,
  host: hash('sha256', hostname(), 'hex').slice(0, 16),
  run: randomUUID(),
};

/** Whether more is to come of a file that has no last line yet. */
export type Writing = 'no' | 'yes' | 'maybe';

/** After so long without a change a number of a process may be that of another program, ms. */
const FRESH_MS = 60_000;

/**
 * Whether a program that is not this one still writes a file.
 *
 * @param writer null: the file does not say who
 * @param age of the last change, ms
 */
export function writingElsewhere(writer: FileWriter | null, age: number): Writing {
  if (writer === null || writer.run === THIS_PROGRAM.run) return 'no';
  if (writer.host !== THIS_PROGRAM.host) return 'maybe';
  if (writer.pid === THIS_PROGRAM.pid || !isRunning(writer.pid)) return 'no';
  // A clock that was set shows as well.
  return Math.abs(age) < FRESH_MS ? 'yes' : 'maybe';
}
