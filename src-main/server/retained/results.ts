import { stat } from 'node:fs/promises';
import type { Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { matchesFilter } from '../../core/topics/filters.ts';
import { writingElsewhere } from '../../engine/retained/file-writer.ts';
import {
  indexFile,
  newestOnly,
  type RecordIndex,
  type RecordPlace,
  type SeeMessage,
} from '../../engine/retained/record-file.ts';

/** One line of stdout. */
export interface CommandResult {
  readonly key: TopicKey;
  /** Of the payload. */
  readonly bytes: number;
  /** Null: it is not known. */
  readonly qos: number | null;
  readonly outcome: string;
  readonly reason?: string | undefined;
  /** Of a list that may be incomplete: as many as the broker counts beside it; null: it does not say it. */
  readonly missing?: number | null;
}

/** What commands need of the process. */
export interface CommandPorts {
  readonly dataDir: string;
  /** Bytes the trash may take, as saved in the settings. */
  readonly trashBytes: number;
  /** ms since the epoch */
  readonly now: () => number;
  readonly result: (result: CommandResult) => void;
  /** Called now and then. */
  readonly progress: (line: string) => void;
  readonly say: (line: string) => void;
  /** Null: there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | null;
  /** The user wants it to end: what is under way is finished and reported, and nothing more is begun. */
  readonly stopping: AbortSignal;
}

export const DONE = 0;
export const NOT_ALL = 1;
export const REFUSED = 4;

/** What is in a file, with what keeps it from being whole. An error names the file, also where reading it fails later. */
export async function indexed(
  path: string,
  see?: SeeMessage,
): Promise<Pick<RecordIndex, 'records' | 'damage'>> {
  try {
    const { records, damage, cut, head } = await indexFile(path, see);
    const { mtimeMs } = await stat(path);
    const writing = writingElsewhere(head?.writer ?? null, Date.now() - mtimeMs);
    const [line = 1] = cut.map((one) => one.line);
    const open = writing === 'no' ? cut : [{ line, what: NOT_WHOLE[writing] }];
    return { records, damage: cut.length === 0 ? damage : [...damage, ...open] };
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}

/** Of a file without its last line. */
const NOT_WHOLE = {
  yes: 'The file is not whole yet: a clear that another program runs still writes it.',
  maybe: 'The file has no last line yet: another program may still write it, or was cut off.',
};

/** Of each topic the newest, and all of them for `#`: a file may hold what begins with `$` as well. */
export function chosenOf(records: readonly RecordPlace[], filter: string): readonly RecordPlace[] {
  return newestOnly(filter === '#' ? records : records.filter(({ key }) => matchesFilter(filter, key)));
}

export function sayDamage(
  path: string,
  damage: readonly { readonly line: number; readonly what: string }[],
  { say }: CommandPorts,
): void {
  for (const { line, what } of damage) say(`${path}, line ${line}: ${what}`);
}

export function resultOf({ key, payload, qos }: KeptMessage, outcome: string): CommandResult {
  return { key, bytes: payload.length, qos, outcome };
}

export function unreadable(key: TopicKey, { message }: Failure): CommandResult {
  return { key, bytes: 0, qos: null, outcome: 'unknown', reason: message };
}
