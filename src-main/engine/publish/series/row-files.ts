import { randomUUID } from 'node:crypto';
import { mkdir, open, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { failed, type Failure } from '../../../contract/base/errors.ts';
import { rowReader, type SeriesRow } from '../../../core/publish/series/rows.ts';
import { formatBytes } from '../../../core/text/amounts.ts';

/** Bytes of one file. */
const MOST_BYTES = 1_000_000_000;
/** Files that no series was started with. */
const MOST_UNUSED = 4;
const READ_BYTES = 65_536;

interface Stored {
  readonly path: string;
  readonly handle: FileHandle;
  size: number;
}

/**
 * Files that series are read from, as windows sent them: on disk, so that neither their size nor a window that is
 * closed matters. They are removed when their series is over, or the program ends.
 */
export class RowFiles {
  readonly #unused = new Map<string, Stored>();
  readonly #folder: string;
  readonly #mostBytes: number;

  /** @param folder for nothing else; made when it is needed */
  constructor(folder: string, mostBytes = MOST_BYTES) {
    this.#folder = folder;
    this.#mostBytes = mostBytes;
  }

  /** Removes what a program that was killed left. Another one that runs reads on from what it has open. */
  async sweep(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }

  /** @param id null: a new file */
  async add(id: string | null, bytes: Uint8Array): Promise<{ kind: 'added'; file: string } | Failure> {
    const file = id ?? randomUUID();
    try {
      const stored = this.#unused.get(file) ?? (id === null ? await this.#create(file) : null);
      if (stored === null) return evicted();
      if (stored.size + bytes.length > this.#mostBytes) {
        await this.#remove(file);
        return failed(
          'rows-too-large',
          `The file is larger than ${formatBytes(this.#mostBytes)}.`,
          'Split it into smaller ones.',
        );
      }
      await stored.handle.write(bytes, 0, bytes.length, stored.size);
      stored.size += bytes.length;
      return { kind: 'added', file };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return failed('rows-not-kept', `The file could not be kept: ${why}.`, 'Make room on the disk.');
    }
  }

  /** The file becomes the caller's, who closes it; null: it is not here. */
  take(id: string, kind: 'csv' | 'jsonl'): RowSource | null {
    const stored = this.#unused.get(id);
    if (stored === undefined) return null;
    this.#unused.delete(id);
    return new RowSource(stored, kind);
  }

  async close(): Promise<void> {
    for (const id of [...this.#unused.keys()]) await this.#remove(id);
    // Where another program or a series still has files in it, it stays.
    await rmdir(this.#folder).catch(() => undefined);
  }

  async #create(id: string): Promise<Stored> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, id);
    const stored: Stored = { path, handle: await open(path, 'wx+', 0o600), size: 0 };
    this.#unused.set(id, stored);
    for (const oldest of this.#unused.keys()) {
      if (this.#unused.size <= MOST_UNUSED) break;
      await this.#remove(oldest);
    }
    return stored;
  }

  async #remove(id: string): Promise<void> {
    const stored = this.#unused.get(id);
    this.#unused.delete(id);
    if (stored !== undefined) await discard(stored);
  }
}

/** The rows of one file, in their order; holds one piece of it. */
export class RowSource {
  readonly #stored: Stored;
  readonly #reader: ReturnType<typeof rowReader>;
  #rows: SeriesRow[] = [];
  #at = 0;
  #read = 0;
  #isThrough = false;

  constructor(stored: Stored, kind: 'csv' | 'jsonl') {
    this.#stored = stored;
    this.#reader = rowReader(kind);
  }

  /** Bytes. */
  get progress(): { readonly read: number; readonly size: number } {
    return { read: this.#read, size: this.#stored.size };
  }

  /** Null: there is no more. Rejects where the file cannot be read. */
  async next(): Promise<SeriesRow | null> {
    for (;;) {
      const row = this.#rows[this.#at++];
      if (row !== undefined) return row;
      if (this.#isThrough) return null;
      this.#at = 0;
      const piece = new Uint8Array(READ_BYTES);
      const { bytesRead } = await this.#stored.handle.read(piece, 0, READ_BYTES, this.#read);
      this.#read += bytesRead;
      this.#isThrough = bytesRead === 0;
      this.#rows = [
        ...(this.#isThrough ? this.#reader.end() : this.#reader.push(piece.subarray(0, bytesRead))),
      ];
    }
  }

  close(): Promise<void> {
    return discard(this.#stored);
  }
}

async function discard({ handle, path }: Stored): Promise<void> {
  await handle.close();
  await rm(path, { force: true });
}

function evicted(): Failure {
  return failed('rows-gone', 'The file made room for others.', 'Choose it again.');
}
