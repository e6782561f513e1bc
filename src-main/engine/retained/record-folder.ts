import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Damage } from '../../contract/session/trash.ts';
import { writingElsewhere, type Writing } from './file-writer.ts';
import { indexFile, type RecordIndex } from './record-file.ts';
import type { FileHead } from './record.ts';

/** What is left free on the disk. */
export const RESERVE_BYTES = 16 * 2 ** 20;
/**
 * Messages of which the place is kept, in the indexes of files that were looked at: some 60 MB. Of a file with more,
 * only the one that was looked at last is kept.
 */
const MOST_PLACES = 500_000;
/** The line that a list shows of a file is kept of so many; an index would be a hundred bytes a message. */
const MOST_LINES = 10_000;
/** A file that is being written is read for at most a tenth of the time. */
const READING_SHARE = 10;
const SUFFIX = '.jsonl';
/** Of a file that is not whole yet; it has no part in any list. */
const UNFINISHED = '.part';
const ID = /^[0-9a-z-]{1,64}$/;

/** What a list shows of a file of retained messages. */
export interface RecordLine {
  readonly id: string;
  /** Null: the first line cannot be read. */
  readonly head: FileHead | null;
  readonly messages: number;
  /** On disk. */
  readonly bytes: number;
  readonly damage: readonly Damage[];
  /** Whether more is to come. */
  readonly writing: Writing;
}

/** Why there is no room for more. */
export type NoRoom =
  | { readonly kind: 'over-limit'; readonly used: number }
  | { readonly kind: 'no-space'; readonly free: number };

export interface RecordFolderPorts {
  readonly path: string;
  /** Bytes that all files may take. */
  readonly limit: () => number;
  /** Bytes that are free where a folder is. */
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined;
  /** Messages of which the place is kept; default: `MOST_PLACES`. */
  readonly mostPlaces?: number | undefined;
}

/**
 * Files of retained messages in a folder of this user's alone. Other programs may add and delete files in it at any
 * time. All methods throw what the file system throws.
 */
export class RecordFolder {
  readonly #ports: RecordFolderPorts;
  /** Files that are written to where they are listed. */
  readonly writing = new Set<string>();
  readonly #indexes = new Map<string, { readonly stamp: string; readonly index: RecordIndex }>();
  /** Of files that are read now, by name and stamp: a dialog may ask for what a list is about to have. */
  readonly #indexing = new Map<string, Promise<RecordIndex | null>>();
  readonly #lines = new Map<string, KnownLine>();

  constructor(ports: RecordFolderPorts) {
    this.#ports = ports;
  }

  get limit(): number {
    return this.#ports.limit();
  }

  /**
   * Makes the folder where there is none, and says whether so many bytes more have room in it.
   *
   * @param overLimit the user saw that the limit is exceeded, and goes on
   */
  async room(
    more: number,
    overLimit: boolean,
  ): Promise<NoRoom | { readonly kind: 'room'; readonly used: number }> {
    const { path, freeBytes } = this.#ports;
    await mkdir(path, { recursive: true, mode: 0o700 });
    const used = await this.#usedBytes();
    if (used + more > this.limit && !overLimit) return { kind: 'over-limit', used };
    const free = await (freeBytes ?? freeBytesOf)(path);
    return free < more + RESERVE_BYTES ? { kind: 'no-space', free } : { kind: 'room', used };
  }

  /** Newest first. */
  async lines(): Promise<RecordLine[]> {
    const lines: RecordLine[] = [];
    for (const id of (await this.#ids()).toSorted().toReversed()) {
      const line = await this.#lineOf(id);
      if (line !== null) lines.push(line);
    }
    return lines.toSorted((a, b) => (b.head?.at ?? 0) - (a.head?.at ?? 0));
  }

  /** What is in a file; null: there is none of this name. */
  async indexOf(id: string): Promise<RecordIndex | null> {
    if (!ID.test(id)) return null;
    const stamp = (await this.#stampOf(id))?.stamp ?? null;
    if (stamp === null) return null;
    const known = this.#indexes.get(id);
    this.#indexes.delete(id);
    const index = known?.stamp === stamp ? known.index : await this.#index(id, stamp);
    if (index === null) return null;
    this.#indexes.set(id, { stamp, index });
    let places = [...this.#indexes.values()].reduce((sum, one) => sum + one.index.records.length, 0);
    for (const [oldest, one] of this.#indexes) {
      if (places <= (this.#ports.mostPlaces ?? MOST_PLACES) || oldest === id) break;
      places -= one.index.records.length;
      this.#indexes.delete(oldest);
    }
    return index;
  }

  /** Null: another program deleted it while it was read. */
  #index(id: string, stamp: string): Promise<RecordIndex | null> {
    const name = `${id} ${stamp}`;
    let index = this.#indexing.get(name);
    if (index === undefined) {
      index = indexFile(this.path(id))
        .catch(ignoreMissing)
        .finally(() => this.#indexing.delete(name));
      this.#indexing.set(name, index);
    }
    return index;
  }

  /** Deletes files for good; null: all. One that is being written stays. */
  async remove(ids: readonly string[] | null): Promise<void> {
    for (const id of ids ?? (await this.#ids())) {
      if (!ID.test(id) || this.writing.has(id)) continue;
      await rm(this.path(id), { force: true });
      this.#indexes.delete(id);
      this.#lines.delete(id);
    }
  }

  /** Deletes what was begun and not finished, and not touched since then (ms since the epoch). */
  async removeUnfinished(before: number): Promise<void> {
    for (const name of await this.#names()) {
      if (!name.endsWith(UNFINISHED)) continue;
      const path = join(this.#ports.path, name);
      const found = await stat(path).catch(ignoreMissing);
      if (found !== null && found.mtimeMs < before) await rm(path, { force: true });
    }
  }

  /** A new file is safe only once its folder is; Windows has no such thing. */
  async sync(): Promise<void> {
    try {
      const handle = await open(this.#ports.path, 'r');
      await handle.sync().finally(() => handle.close());
    } catch (error) {
      if (process.platform !== 'win32') throw error;
    }
  }

  /** Null: it is no name of a file here. */
  checkedPath(id: string): string | null {
    return ID.test(id) ? this.path(id) : null;
  }

  path(id: string): string {
    return join(this.#ports.path, `${id}${SUFFIX}`);
  }

  /** Where a file is written before it is whole. */
  unfinishedPath(id: string): string {
    return join(this.#ports.path, `${id}${UNFINISHED}`);
  }

  /** Null where there is nothing to show. Read once for as long as the file stays as it is. */
  async #lineOf(id: string): Promise<RecordLine | null> {
    const stamped = await this.#stampOf(id);
    if (stamped === null) return null;
    const { stamp, changedAt } = stamped;
    let known = this.#lines.get(id);
    if (known?.stamp !== stamp && !(known !== undefined && this.#isReadEnough(known, changedAt))) {
      const began = performance.now();
      const index = await this.indexOf(id);
      if (index === null) return null;
      const readAt = performance.now();
      known = { stamp, line: lineOf(id, index), readAt, took: readAt - began };
      if (this.#lines.size >= MOST_LINES) this.#lines.clear();
      this.#lines.set(id, known);
    }
    const { cut, ...line } = known.line;
    // A program ends without a trace in its file, so this is asked for each time.
    const writing = cut.length === 0 ? 'no' : this.#writingOf(line, changedAt);
    if (writing !== 'no' && line.messages === 0) return null;
    return writing === 'no' ? { ...line, damage: [...line.damage, ...cut] } : { ...line, writing };
  }

  /** A large file that grows would be read from its beginning at every look, with hardly a pause in between. */
  #isReadEnough({ line, readAt, took }: KnownLine, changedAt: number): boolean {
    const isGrowing = line.cut.length > 0 && this.#writingOf(line, changedAt) !== 'no';
    return isGrowing && performance.now() - readAt < took * READING_SHARE;
  }

  #writingOf({ id, head }: RecordLine, changedAt: number): Writing {
    return this.writing.has(id) ? 'yes' : writingElsewhere(head?.writer ?? null, Date.now() - changedAt);
  }

  /** Changes with the file; null where there is none. `changedAt`: ms since the epoch. */
  async #stampOf(id: string): Promise<{ readonly stamp: string; readonly changedAt: number } | null> {
    const found = await stat(this.path(id)).catch(ignoreMissing);
    return found === null ? null : { stamp: `${found.size} ${found.mtimeMs}`, changedAt: found.mtimeMs };
  }

  async #ids(): Promise<string[]> {
    return (await this.#names())
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .filter((id) => ID.test(id));
  }

  async #names(): Promise<string[]> {
    return (await readdir(this.#ports.path).catch(ignoreMissing)) ?? [];
  }

  async #usedBytes(): Promise<number> {
    const names = (await this.#names()).filter((name) => name.endsWith(SUFFIX) || name.endsWith(UNFINISHED));
    const sizes = names.map(
      async (name) => (await stat(join(this.#ports.path, name)).catch(ignoreMissing))?.size ?? 0,
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }
}

/** Of a file that begins now, in the order of time. */
export function newRecordId(at: number): string {
  return `${new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`;
}

/** What a list shows of a file, as it was read. Times of one clock, ms. */
interface KnownLine {
  readonly stamp: string;
  readonly line: LineRead;
  readonly readAt: number;
  readonly took: number;
}

/** With what is damage only if nobody writes the file. */
type LineRead = RecordLine & Pick<RecordIndex, 'cut'>;

function lineOf(id: string, { head, records, damage, cut, bytes }: RecordIndex): LineRead {
  return { id, head, messages: records.length, bytes, damage, cut, writing: 'no' };
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function ignoreMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
