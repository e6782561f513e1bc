import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage, TrashEntry } from '../../contract/session/trash.ts';
import { formatBytes } from '../../core/text/amounts.ts';
import {
  indexFile,
  notWritten,
  readRecords,
  RecordWriter,
  type RecordIndex,
  type RecordPlace,
} from './record-file.ts';

/** What is left free on the disk. */
const RESERVE_BYTES = 16 * 2 ** 20;
/** Indexes of entries that were looked at are kept, so many. */
const MOST_INDEXES = 8;
/** The line that a list shows of an entry is kept of so many; an index would be a hundred bytes a message. */
const MOST_LINES = 10_000;
const SUFFIX = '.jsonl';
const ID = /^[0-9a-z-]{1,64}$/;

export interface TrashPorts {
  readonly dataDir: string;
  /** ms since the epoch */
  readonly now: () => number;
  /** Bytes that all entries may take. */
  readonly limit: () => number;
  /** Bytes that are free where a folder is. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** What is going to be cleared. */
export interface ClearAbout {
  readonly title: string;
  readonly broker: string;
  readonly profile: string;
  /** Bytes that the copies will take, as far as that is known. */
  readonly estimate: number;
  /** The user saw that the limit is exceeded, and goes on. */
  readonly overLimit: boolean;
}

/** Retained messages that were cleared, on disk, a file for each clear. They outlive the program. */
export class Trash {
  readonly #folder: string;
  readonly #ports: TrashPorts;
  /** Entries that are written to. */
  readonly #writing = new Set<string>();
  readonly #indexes = new Map<string, { readonly stamp: string; readonly index: RecordIndex }>();
  readonly #lines = new Map<string, { readonly stamp: string; readonly line: TrashEntry | null }>();

  constructor(ports: TrashPorts) {
    this.#ports = ports;
    this.#folder = join(ports.dataDir, 'trash');
  }

  /** Begins an entry. Fails before anything is cleared: no room, over the limit, not writable. */
  async open(about: ClearAbout): Promise<TrashWriter | Failure> {
    const { now, limit } = this.#ports;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const used = await this.#usedBytes();
      if (used + about.estimate > limit() && !about.overLimit)
        return overLimit(used, about.estimate, limit());
      const free = await (this.#ports.freeBytes ?? freeBytes)(this.#folder);
      if (free < about.estimate + RESERVE_BYTES) return noRoom(free, about.estimate);
      const at = now();
      const id = `${new Date(at).toISOString().replace(/\D/g, '').slice(0, 14)}-${randomBytes(4).toString('hex')}`;
      const { title, broker, profile } = about;
      const file = await RecordWriter.create(this.#path(id), { kind: 'trash', at, title, broker, profile });
      await syncFolder(this.#folder);
      const most = about.overLimit ? Infinity : Math.max(0, limit() - used);
      const writer = new TrashWriter(id, file, most, this.#writing);
      this.#writing.add(id);
      return writer;
    } catch (error) {
      return notWritten(error);
    }
  }

  /** Newest first. */
  async list(): Promise<TrashEntry[] | Failure> {
    try {
      const entries: TrashEntry[] = [];
      for (const id of (await this.#ids()).toSorted().toReversed()) {
        const line = await this.#lineOf(id);
        if (line !== null) entries.push(line);
      }
      return entries.toSorted((a, b) => b.at - a.at);
    } catch (error) {
      return notRead(error);
    }
  }

  get limit(): number {
    return this.#ports.limit();
  }

  /** What is in an entry. */
  async records(id: string): Promise<readonly RecordPlace[] | Failure> {
    try {
      return (await this.#indexOf(id))?.records ?? noEntry();
    } catch (error) {
      return notRead(error);
    }
  }

  /** The messages at these places, as far as they are still there. */
  async read(id: string, places: readonly RecordPlace[]): Promise<KeptMessage[] | Failure> {
    if (!ID.test(id)) return noEntry();
    try {
      return await readRecords(this.#path(id), places);
    } catch (error) {
      return notRead(error);
    }
  }

  /** Deletes entries for good; null: all. An entry that is being written stays. */
  async remove(ids: readonly string[] | null): Promise<Failure | null> {
    try {
      for (const id of ids ?? (await this.#ids())) {
        if (!ID.test(id) || this.#writing.has(id)) continue;
        await rm(this.#path(id), { force: true });
        this.#indexes.delete(id);
        this.#lines.delete(id);
      }
      return null;
    } catch (error) {
      return notRead(error);
    }
  }

  /** As a list shows it; null where there is nothing to show. Read once for as long as the file stays as it is. */
  async #lineOf(id: string): Promise<TrashEntry | null> {
    const stamp = await this.#stampOf(id);
    if (stamp === null) return null;
    const known = this.#lines.get(id);
    if (known?.stamp === stamp) return known.line;
    const index = await this.#indexOf(id);
    const line =
      index === null || (this.#writing.has(id) && index.records.length === 0) ? null : lineOf(id, index);
    if (this.#lines.size >= MOST_LINES) this.#lines.clear();
    this.#lines.set(id, { stamp, line });
    return line;
  }

  /** Changes with the file; null where there is none. */
  async #stampOf(id: string): Promise<string | null> {
    const found = await stat(this.#path(id)).catch(ignoreMissing);
    return found === null ? null : `${found.size} ${found.mtimeMs} ${this.#writing.has(id)}`;
  }

  async #indexOf(id: string): Promise<RecordIndex | null> {
    if (!ID.test(id)) return null;
    const writing = this.#writing.has(id);
    const stamp = await this.#stampOf(id);
    if (stamp === null) return null;
    const known = this.#indexes.get(id);
    this.#indexes.delete(id);
    const index = known?.stamp === stamp ? known.index : await indexFile(this.#path(id), writing);
    this.#indexes.set(id, { stamp, index });
    for (const oldest of this.#indexes.keys()) {
      if (this.#indexes.size <= MOST_INDEXES) break;
      this.#indexes.delete(oldest);
    }
    return index;
  }

  async #ids(): Promise<string[]> {
    const names = (await readdir(this.#folder).catch(ignoreMissing)) ?? [];
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => name.slice(0, -SUFFIX.length))
      .filter((id) => ID.test(id));
  }

  async #usedBytes(): Promise<number> {
    const sizes = (await this.#ids()).map(
      async (id) => (await stat(this.#path(id)).catch(ignoreMissing))?.size ?? 0,
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  #path(id: string): string {
    return join(this.#folder, `${id}${SUFFIX}`);
  }
}

/** One entry while its clear runs. */
export class TrashWriter {
  readonly id: string;
  readonly #file: RecordWriter;
  readonly #most: number;
  readonly #writing: Set<string>;

  constructor(id: string, file: RecordWriter, most: number, writing: Set<string>) {
    this.id = id;
    this.#file = file;
    this.#most = most;
    this.#writing = writing;
  }

  /** On the disk when this is over: all of them, or none and why. */
  async keep(messages: readonly KeptMessage[]): Promise<Failure | null> {
    if (this.#file.bytes + estimateBytes(messages) > this.#most) {
      return failed(
        'trash-full',
        'The trash has reached its limit, so nothing more is cleared.',
        'Empty the trash, raise its limit in Settings, or go on beyond the limit.',
      );
    }
    this.#writing.add(this.id);
    return this.#file.keep(messages);
  }

  /** The broker refused to clear these, of which there is a copy, so they are not shown as cleared. */
  async notCleared(keys: readonly TopicKey[]): Promise<void> {
    await this.#file.notCleared(keys);
  }

  /** The clear is over; it may go on later. */
  async finish(): Promise<void> {
    await this.#file.finish();
    this.#writing.delete(this.id);
  }
}

function lineOf(id: string, { head, records, damage, bytes }: RecordIndex): TrashEntry {
  const { at, title, broker, profile } = head ?? { at: 0, title: id, broker: '', profile: '' };
  return { id, at, title, broker, profile, messages: records.length, bytes, damage: [...damage] };
}

/** Bytes of a line beside payload and topic. */
const LINE_BYTES = 160;

/** Characters of Base64 that three bytes take, and what is left of them at an end. */
const BASE64_UNIT = 4;

/** Bytes on disk of messages of which these are known. */
export function estimateBytes(
  messages: readonly { readonly key: TopicKey; readonly payload?: Uint8Array; readonly size?: number }[],
): number {
  return messages.reduce(
    (sum, { key, payload, size }) =>
      sum + LINE_BYTES + key.length * 3 + Math.ceil((payload?.length ?? size ?? 0) / 3) * BASE64_UNIT,
    0,
  );
}

/** The same of many, of which the names are known and the bytes of all payloads together. */
export function estimateCopies(keys: readonly TopicKey[], payloadBytes: number): number {
  const lines = keys.reduce((sum, key) => sum + LINE_BYTES + BASE64_UNIT + key.length * 3, 0);
  return lines + Math.ceil(payloadBytes / 3) * BASE64_UNIT;
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** A new file is safe only once its folder is; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  }
}

function ignoreMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

function overLimit(used: number, more: number, limit: number): Failure {
  return failed(
    'trash-full',
    `The copies would take about ${formatBytes(more)}, and the trash has ${formatBytes(Math.max(0, limit - used))} left of ${formatBytes(limit)}. Nothing was cleared.`,
    'Empty the trash, raise its limit in Settings, or go on beyond the limit.',
  );
}

function noRoom(free: number, more: number): Failure {
  return failed(
    'no-disk-space',
    `The copies would take about ${formatBytes(more)}, and the disk has ${formatBytes(free)} left, of which ${formatBytes(RESERVE_BYTES)} are not used up. Nothing was cleared.`,
    'Make room on the disk, then try again.',
  );
}

function noEntry(): Failure {
  return failed('no-such-entry', 'This entry is not in the trash any more.', '');
}

function notRead(error: unknown): Failure {
  const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return failed(
    'trash-unreadable',
    `The trash could not be read (${why}).`,
    'Check the data directory of the program.',
  );
}
