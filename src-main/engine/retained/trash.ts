import { join } from 'node:path';
import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { KeptMessage, TrashEntry } from '../../contract/session/trash.ts';
import { formatBytes } from '../../core/text/amounts.ts';
import { THIS_PROGRAM, type FileWriter } from './file-writer.ts';
import { readRecords, type RecordPlace } from './record-file.ts';
import { newRecordId, RecordFolder, RESERVE_BYTES, type NoRoom, type RecordLine } from './record-folder.ts';
import { estimateBytes, type FileHead } from './record.ts';
import { notWritten, RecordWriter } from './record-writer.ts';

export interface TrashPorts {
  readonly dataDir: string;
  /** ms since the epoch */
  readonly now: () => number;
  /** Bytes that all entries may take. */
  readonly limit: () => number;
  /** Bytes that are free where a folder is. */
  readonly freeBytes?: (folder: string) => Promise<number>;
  /** Who writes; this program, where it is left out. */
  readonly writer?: FileWriter;
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
  readonly #folder: RecordFolder;
  readonly #now: () => number;
  readonly #writer: FileWriter;

  constructor({ dataDir, now, limit, freeBytes, writer = THIS_PROGRAM }: TrashPorts) {
    this.#now = now;
    this.#writer = writer;
    this.#folder = new RecordFolder({ path: join(dataDir, 'trash'), limit, freeBytes });
  }

  /** Begins an entry. Fails before anything is cleared: no room, over the limit, not writable. */
  async open(about: ClearAbout): Promise<TrashWriter | Failure> {
    const folder = this.#folder;
    try {
      const room = await folder.room(about.estimate, about.overLimit);
      if (room.kind !== 'room') return refused(room, about.estimate, folder.limit);
      const at = this.#now();
      const id = newRecordId(at);
      const { title, broker, profile } = about;
      const head: FileHead = { kind: 'trash', at, title, broker, profile, writer: this.#writer };
      const file = await RecordWriter.create(folder.path(id), head);
      await folder.sync();
      // The limit may be raised meanwhile, as the failure advises.
      const most = () => Math.max(0, folder.limit - room.used);
      const writer = new TrashWriter(id, file, most, folder.writing);
      if (about.overLimit) writer.goBeyondLimit();
      folder.writing.add(id);
      return writer;
    } catch (error) {
      return notWritten(error);
    }
  }

  /** Newest first. */
  async list(): Promise<TrashEntry[] | Failure> {
    try {
      return (await this.#folder.lines()).map(entryOf);
    } catch (error) {
      return notRead(error);
    }
  }

  get limit(): number {
    return this.#folder.limit;
  }

  /** What is in an entry. */
  async records(id: string): Promise<readonly RecordPlace[] | Failure> {
    try {
      return (await this.#folder.indexOf(id))?.records ?? noEntry();
    } catch (error) {
      return notRead(error);
    }
  }

  /** The messages at these places, as far as they are still there. */
  async read(id: string, places: readonly RecordPlace[]): Promise<KeptMessage[] | Failure> {
    const path = this.#folder.checkedPath(id);
    if (path === null) return noEntry();
    try {
      return await readRecords(path, places);
    } catch (error) {
      return notRead(error);
    }
  }

  /** Deletes entries for good; null: all. An entry that is being written stays. */
  async remove(ids: readonly string[] | null): Promise<Failure | null> {
    try {
      await this.#folder.remove(ids);
      return null;
    } catch (error) {
      return notRead(error);
    }
  }
}

/** One entry while its clear runs. */
export class TrashWriter {
  readonly id: string;
  readonly #file: RecordWriter;
  readonly #most: () => number;
  readonly #writing: Set<string>;
  #isBeyond = false;
  /** Of what is being written. */
  #pending = 0;

  /** @param most bytes that the entry may take */
  constructor(id: string, file: RecordWriter, most: () => number, writing: Set<string>) {
    this.id = id;
    this.#file = file;
    this.#most = most;
    this.#writing = writing;
  }

  /** The user saw that the limit is exceeded, and goes on. */
  goBeyondLimit(): void {
    this.#isBeyond = true;
  }

  /** On the disk when this is over: all of them, or none and why. */
  async keep(messages: readonly KeptMessage[]): Promise<Failure | null> {
    const estimate = estimateBytes(messages);
    if (!this.#isBeyond && this.#file.bytes + this.#pending + estimate > this.#most()) {
      return failed(
        'trash-full',
        'The trash has reached its limit, so nothing more is cleared.',
        'Empty the trash, raise its limit in Settings, or go on beyond the limit.',
      );
    }
    this.#writing.add(this.id);
    this.#pending += estimate;
    try {
      return await this.#file.keep(messages);
    } finally {
      this.#pending -= estimate;
    }
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

function entryOf({ id, head, messages, bytes, damage, writing }: RecordLine): TrashEntry {
  const { at, title, broker, profile } = head ?? { at: 0, title: id, broker: '', profile: '' };
  const entry = { id, at, title, broker, profile, messages, bytes, damage: [...damage] };
  return writing === 'no' ? entry : { ...entry, writing };
}

function refused(why: NoRoom, more: number, limit: number): Failure {
  return why.kind === 'no-space' ? noRoom(why.free, more) : overLimit(why.used, more, limit);
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
