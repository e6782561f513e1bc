import { open, rm, type FileHandle } from 'node:fs/promises';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { encodeLine, type FileHead, type FileLine } from './record.ts';

/** What becomes of a file in which no message counts when it is finished. */
type Empty = 'remove' | 'keep';

/** Writes a file of records; what was appended is on the disk when that is over. */
export class RecordWriter {
  readonly #path: string;
  readonly #head: FileHead;
  readonly #empty: Empty;
  /** Null: it is finished, or was not begun. */
  #file: FileHandle | null = null;
  #bytes = 0;
  #messages = 0;
  /** Lines that say that a topic was not cleared. */
  #refused = 0;
  /** Topics of messages that count: the broker did not refuse to clear them. */
  readonly #counting = new Set<TopicKey>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(path: string, head: FileHead, empty: Empty) {
    this.#empty = empty;
    this.#path = path;
    this.#head = head;
  }

  /**
   * A new file of mode 0600, for messages may be secrets.
   *
   * @throws errors of the file system, also where there is such a file
   */
  static async create(path: string, head: FileHead, empty: Empty = 'remove'): Promise<RecordWriter> {
    const writer = new RecordWriter(path, head, empty);
    await writer.#begin();
    return writer;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** All of them or none, written through. Goes on in a file that was finished. */
  keep(messages: readonly KeptMessage[]): Promise<Failure | null> {
    return this.#try(messages.map((message) => ({ kind: 'message', message })));
  }

  notCleared(keys: readonly TopicKey[]): Promise<Failure | null> {
    return this.#try(keys.map((key) => ({ kind: 'not-cleared', key })));
  }

  /** Writes the last line and lets the file go. One without a message that counts leaves nothing to put back. */
  async finish(): Promise<Failure | null> {
    await this.#queue;
    if (this.#file === null) return null;
    const isEmpty = this.#counting.size === 0 && this.#empty === 'remove';
    const end = { kind: 'end', messages: this.#messages, refused: this.#refused } as const;
    const failure = isEmpty ? null : await this.#try([end]);
    await this.#file?.close().catch(() => undefined);
    this.#file = null;
    if (isEmpty) await rm(this.#path, { force: true }).catch(() => undefined);
    return failure;
  }

  /** Lets the file go and deletes it: what was not written whole is no record. */
  async discard(): Promise<void> {
    await this.#queue;
    await this.#letGo();
  }

  async #letGo(): Promise<void> {
    await this.#file?.close().catch(() => undefined);
    this.#file = null;
    await rm(this.#path, { force: true });
  }

  async #begin(): Promise<FileHandle> {
    const file = await open(this.#path, 'wx', 0o600);
    this.#file = file;
    this.#bytes = this.#messages = this.#refused = 0;
    this.#counting.clear();
    try {
      await this.#append(file, [{ kind: 'head', head: this.#head }]);
      return file;
    } catch (error) {
      // What was begun here is no record, and would stand in the way of the next one.
      await this.#letGo();
      throw error instanceof Error ? Object.assign(error, { path: this.#path }) : error;
    }
  }

  /** Where the file was deleted meanwhile it begins again. */
  async #opened(): Promise<FileHandle> {
    if (this.#file !== null) return this.#file;
    try {
      return (this.#file = await open(this.#path, 'r+'));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return this.#begin();
      throw error;
    }
  }

  #try(lines: readonly FileLine[]): Promise<Failure | null> {
    if (lines.length === 0) return Promise.resolve(null);
    const next = this.#queue.then(async () => {
      try {
        await this.#append(await this.#opened(), lines);
        return null;
      } catch (error) {
        // So that no half of a line is left.
        await this.#file?.truncate(this.#bytes).catch(() => undefined);
        return this.#head.kind === 'trash' ? notWritten(error) : notSaved(error);
      }
    });
    this.#queue = next;
    return next;
  }

  async #append(file: FileHandle, lines: readonly FileLine[]): Promise<void> {
    const text = Buffer.from(lines.map(encodeLine).join(''));
    for (let done = 0; done < text.length;) {
      const { bytesWritten } = await file.write(text, done, text.length - done, this.#bytes + done);
      done += bytesWritten;
    }
    await file.datasync();
    if ((await file.stat()).nlink === 0) return this.#appendAnew(lines);
    this.#bytes += text.length;
    for (const line of lines) this.#count(line);
  }

  #count(line: FileLine): void {
    if (line.kind === 'not-cleared') {
      this.#refused++;
      this.#counting.delete(line.key);
    } else if (line.kind === 'message') {
      this.#messages++;
      this.#counting.add(line.message.key);
    }
  }

  /** Another program deleted the file while it was open: what is written to it is nowhere. */
  async #appendAnew(lines: readonly FileLine[]): Promise<void> {
    await this.#file?.close();
    this.#file = null;
    // Each copy counts by itself; a snapshot without what came before would not be one.
    if (this.#head.kind === 'snapshot') throw Object.assign(new Error('It was deleted.'), { code: 'ENOENT' });
    const messages = lines.filter(({ kind }) => kind === 'message');
    // What is said of messages that are not there any more has no place.
    if (messages.length > 0) await this.#append(await this.#begin(), messages);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

const isFull = (code: string): boolean => code === 'ENOSPC' || code === 'EDQUOT';

export function notSaved(error: unknown): Failure {
  const code = codeOf(error);
  if (isFull(code))
    return failed(
      'no-disk-space',
      'There is no room on the disk for the snapshot, so it was not saved.',
      'Make room, then save it again.',
    );
  const why = code === '' ? String(error) : code;
  return failed(
    'snapshot-not-written',
    `The snapshot could not be written (${why}).`,
    'Choose another place for it.',
  );
}

export function notWritten(error: unknown): Failure {
  const code = codeOf(error);
  if (isFull(code))
    return failed(
      'no-disk-space',
      'There is no room on the disk for the copies of the messages, so nothing more is cleared.',
      'Make room, or clear without a copy if you do not need them back.',
    );
  const why = code === '' ? String(error) : code;
  return failed(
    'trash-not-written',
    `The copies of the messages could not be written to the disk (${why}), so nothing more is cleared.`,
    'Check the data directory of the program, or clear without a copy if you do not need them back.',
  );
}
