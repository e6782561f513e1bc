import { open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { MAX_FILE_TEXT, type KeptSnapshot } from '../../contract/session/snapshots.ts';
import type { KeptMessage } from '../../contract/session/trash.ts';
import { shortened } from '../../core/payload/visible.ts';
import { formatBytes } from '../../core/text/amounts.ts';
import { readFileMessages, type ReadFile } from './record-file.ts';
import { newRecordId, RecordFolder, RESERVE_BYTES, type NoRoom, type RecordLine } from './record-folder.ts';
import { estimateBytes, type FileHead } from './record.ts';
import { notSaved, RecordWriter } from './record-writer.ts';

/** What was begun and not touched for so long is left over from a program that was killed, ms. */
const LEFT_OVER_MS = 3_600_000;

export interface KeptSnapshotsPorts {
  readonly dataDir: string;
  /** ms since the epoch */
  readonly now: () => number;
  /** Bytes that all snapshots may take. */
  readonly limit: () => number;
  /** Bytes that are free where a folder is. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** What is going to be kept. */
export interface SnapshotAbout {
  /** May be empty. */
  readonly name: string;
  readonly title: string;
  readonly broker: string;
  readonly profile: string;
  /** Bytes that it will take, as far as that is known. */
  readonly estimate: number;
  /** The user saw that the limit is exceeded, and goes on. */
  readonly overLimit: boolean;
}

/** Snapshots of what brokers held, a file each in the data directory. A file appears whole or not at all. */
export class KeptSnapshots {
  readonly #folder: RecordFolder;
  readonly #now: () => number;

  constructor({ dataDir, now, limit, freeBytes }: KeptSnapshotsPorts) {
    this.#now = now;
    this.#folder = new RecordFolder({ path: join(dataDir, 'snapshots'), limit, freeBytes });
  }

  get limit(): number {
    return this.#folder.limit;
  }

  /** Begins a snapshot. Fails before a message is asked for: no room, over the limit, not writable. */
  async begin(about: SnapshotAbout): Promise<SnapshotWriter | Failure> {
    const folder = this.#folder;
    const { name, title, broker, profile, estimate, overLimit } = about;
    try {
      const at = this.#now();
      await folder.removeUnfinished(at - LEFT_OVER_MS);
      const room = await folder.room(estimate, overLimit);
      if (room.kind !== 'room') return refused(room, estimate, folder.limit);
      const id = newRecordId(at);
      const head: FileHead = {
        kind: 'snapshot',
        at,
        title,
        name: name === '' ? undefined : name,
        broker,
        profile,
      };
      const file = await RecordWriter.create(folder.unfinishedPath(id), head, 'keep');
      const most = overLimit ? Infinity : folder.limit - room.used;
      return new SnapshotWriter({ id, file, folder, most, head });
    } catch (error) {
      return notSaved(error);
    }
  }

  /** Newest first. `isOfBroker` is said for this address. */
  async list(broker: string): Promise<KeptSnapshot[] | Failure> {
    try {
      await this.#folder.removeUnfinished(this.#now() - LEFT_OVER_MS);
      return (await this.#folder.lines()).map((line) => snapshotOf(line, broker));
    } catch (error) {
      return notRead(error);
    }
  }

  /** All that can be read of one; null: it is larger than `most` bytes. */
  async messages(id: string, most: number): Promise<ReadFile | Failure | null> {
    const path = this.#folder.checkedPath(id);
    if (path === null) return notThere();
    try {
      return (await stat(path)).size > most ? null : await readFileMessages(path);
    } catch (error) {
      return notRead(error);
    }
  }

  /** Bytes of the file from a place on, up to so many; `size` of all of it. */
  async bytes(
    id: string,
    from: number,
    most: number,
  ): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly size: number } | Failure> {
    const path = this.#folder.checkedPath(id);
    if (path === null) return notThere();
    try {
      const file = await open(path, 'r');
      try {
        const { size } = await file.stat();
        const bytes = new Uint8Array(Math.max(0, Math.min(most, size - from)));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
        return { bytes: bytes.subarray(0, bytesRead), size };
      } finally {
        await file.close();
      }
    } catch (error) {
      return notRead(error);
    }
  }

  /** Deletes one for good; one that is not there any more is no failure. */
  async remove(id: string): Promise<Failure | null> {
    try {
      await this.#folder.remove([id]);
      return null;
    } catch (error) {
      return notRead(error);
    }
  }
}

interface Begun {
  readonly id: string;
  readonly file: RecordWriter;
  readonly folder: RecordFolder;
  /** Bytes that it may take. */
  readonly most: number;
  readonly head: FileHead;
}

/** One snapshot while it is taken. It has to be finished or discarded. */
export class SnapshotWriter {
  readonly #begun: Begun;
  #messages = 0;

  constructor(begun: Begun) {
    this.#begun = begun;
  }

  /** On the disk when this is over: all of them, or none and why. */
  async keep(messages: readonly KeptMessage[]): Promise<Failure | null> {
    const { file, folder, most } = this.#begun;
    const estimate = estimateBytes(messages);
    if (file.bytes + estimate > most)
      return overLimit(folder.limit - most + file.bytes, estimate, folder.limit);
    this.#messages += messages.length;
    return file.keep(messages);
  }

  /** From here on it is listed; null: there is no message in it, and it is not kept. */
  async finish(): Promise<KeptSnapshot | Failure | null> {
    const { id, file, folder, head } = this.#begun;
    if (this.#messages === 0) {
      await this.discard();
      return null;
    }
    const failure = await file.finish();
    if (failure !== null) {
      await this.discard();
      return failure;
    }
    try {
      await rename(folder.unfinishedPath(id), folder.path(id));
      await folder.sync();
    } catch (error) {
      await this.discard();
      return notSaved(error);
    }
    const { bytes } = file;
    return snapshotOf({ id, head, messages: this.#messages, bytes, damage: [] }, head.broker);
  }

  /** Nothing of it is left. */
  async discard(): Promise<void> {
    await this.#begun.file.discard();
  }
}

function snapshotOf(
  { id, head, messages, bytes, damage }: Omit<RecordLine, 'writing'>,
  of: string,
): KeptSnapshot {
  const { at, name = '', title, broker, profile } = head ?? { at: 0, title: '', broker: '', profile: '' };
  const short = (text: string): string => shortened(text, MAX_FILE_TEXT);
  return {
    ...{ id, at, name: short(name), title: short(title), broker: short(broker), profile: short(profile) },
    ...{ isOfBroker: head === null || broker === of, messages, bytes, damage: [...damage] },
  };
}

function refused(why: NoRoom, more: number, limit: number): Failure {
  if (why.kind === 'over-limit') return overLimit(why.used, more, limit);
  return failed(
    'no-disk-space',
    `The snapshot would take about ${formatBytes(more)}, and the disk has ${formatBytes(why.free)} left, of which ${formatBytes(RESERVE_BYTES)} are not used up. Nothing was saved.`,
    'Make room on the disk, then save it again.',
  );
}

function overLimit(used: number, more: number, limit: number): Failure {
  return failed(
    'snapshots-full',
    `The snapshot would take about ${formatBytes(more)}, and kept snapshots have ${formatBytes(Math.max(0, limit - used))} left of ${formatBytes(limit)}. Nothing was saved.`,
    'Remove others, raise the limit in Settings, save it as a file, or go on beyond the limit.',
  );
}

function notThere(): Failure {
  return failed(
    'no-such-snapshot',
    'This snapshot is not kept any more.',
    'It was removed, maybe in another window.',
  );
}

function notRead(error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return notThere();
  return failed(
    'snapshots-unreadable',
    `The kept snapshots could not be read (${code === '' ? String(error) : code}).`,
    'Check the data directory of the program.',
  );
}
