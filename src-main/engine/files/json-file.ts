import { formatBytes } from '../../core/text/amounts.ts';
import { randomUUID } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import { access, copyFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { LockedError, withFileLock } from './file-lock.ts';

/** A document on disk carries its version, so that a later program can migrate it. */
const Envelope = z.object({ version: z.number().int(), data: z.unknown() });

/** Larger is not ours: 64 MB hold tens of thousands of profiles with PEM texts. */
const MAX_FILE_BYTES = 64_000_000;
/** A write is a handful of events; ms. */
const SETTLE_MS = 30;

/** What is in a file, and how it is read and written. */
export interface Format<T> {
  readonly version: number;
  readonly empty: T;
  /**
   * Data of this version or of an older one. Entries that cannot be used are `broken` and do not keep the
   * others from being read.
   * @throws when none of it can be used
   */
  read(data: unknown, version: number): { readonly data: T; readonly broken: readonly unknown[] };
  write(data: T): unknown;
  /** What was on the disk must not stay there, not even as a backup. */
  mustVanish?(before: T, after: T): boolean;
}

/** A document that is one value of a schema. */
export function plainFormat<T>(version: number, schema: z.ZodType<T>, empty: T): Format<T> {
  return {
    version,
    empty,
    read: (data) => ({ data: schema.parse(data), broken: [] }),
    write: (data) => data,
  };
}

export interface Loaded<T> {
  readonly data: T;
  /** What could not be read, and where it was kept. */
  readonly problem: Failure | null;
}

/** Why nothing was written, as a failure to be shown. */
export class NotWritable extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

type Content<T> =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'read';
      readonly text: string;
      readonly data: T;
      readonly broken: readonly unknown[];
    }
  | { readonly kind: 'broken'; readonly why: string }
  /** It must not be overwritten. */
  | { readonly kind: 'untouchable'; readonly failure: Failure };

/**
 * One versioned JSON document that several programs may share: read tolerantly, changed by reading it again
 * under a lock, written atomically with the previous version kept.
 */
export class JsonFile<T> {
  readonly #path: string;
  readonly #format: Format<T>;
  readonly #now: () => number;
  readonly #report: (problem: Failure) => void;
  /** Files that entries were kept in. */
  readonly #kept: string[] = [];
  /** As it was read or written last; stands in where the file has vanished or was broken by somebody. */
  #last: T;
  /** The text that stands for `#last`; null where it stands for less. */
  #text: string | null = null;
  /** Reading and writing, one after the other. */
  #busy: Promise<unknown> = Promise.resolve();
  #watcher: FSWatcher | null = null;
  #settling: ReturnType<typeof setTimeout> | null = null;

  /** `report`: a file that was broken while the program ran, and where it was kept. */
  constructor(
    path: string,
    format: Format<T>,
    now: () => number,
    report: (problem: Failure) => void = () => undefined,
  ) {
    this.#report = report;
    this.#path = path;
    this.#format = format;
    this.#now = now;
    this.#last = format.empty;
  }

  /** A broken file is renamed to `*.broken-TIME`, broken entries go to a file of their own; both are named. */
  async load(): Promise<Loaded<T>> {
    await this.#inTurn(() => removeAbandoned(this.#path));
    const content = await this.#read();
    switch (content.kind) {
      case 'missing':
        return { data: this.#last, problem: null };
      case 'untouchable':
        return { data: this.#last, problem: content.failure };
      case 'broken':
        return { data: this.#last, problem: await this.#setAside(content.why) };
      case 'read':
        this.#remember(content);
        if (content.broken.length === 0) return { data: content.data, problem: null };
        return { data: content.data, problem: await this.#dropBroken() };
    }
  }

  /**
   * Applies a change to what is on the disk now, whoever wrote it. Changes are made one after the other.
   * @throws NotWritable, LockedError, and errors of the file system; then nothing was written
   */
  update(change: (data: T) => T): Promise<T> {
    return this.#inTurn(() => withFileLock(`${this.#path}.lock`, (held) => this.#rewrite(change, held)));
  }

  save(data: T): Promise<T> {
    return this.update(() => data);
  }

  /** Calls `changed` when other programs write the file, until `close`; never where the system cannot watch files. */
  watch(changed: (data: T) => void): void {
    const name = basename(this.#path);
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_, file) => {
        if (file !== null && file !== name) return;
        this.#settling ??= setTimeout(() => {
          this.#settling = null;
          void this.#inTurn(() => this.#refresh(changed));
        }, SETTLE_MS).unref();
      });
      this.#watcher.on('error', () => this.close());
    } catch {
      // The folder is not there, or there are too many watchers: changes are seen at the next write.
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = null;
  }

  async #refresh(changed: (data: T) => void): Promise<void> {
    const content = await this.#read();
    if (content.kind !== 'read' || this.#watcher === null || content.data === this.#last) return;
    this.#remember(content);
    changed(content.data);
  }

  #remember({ text, data, broken }: Content<T> & { readonly kind: 'read' }): void {
    this.#last = data;
    this.#text = broken.length === 0 ? text : null;
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const next = this.#busy.then(work);
    this.#busy = next.catch(() => undefined);
    return next;
  }

  async #rewrite(change: (data: T) => T, held: () => Promise<void>): Promise<T> {
    const content = await this.#read();
    if (content.kind === 'untouchable') throw new NotWritable(content.failure);
    if (content.kind === 'broken') await this.#makeRoom(content.why);
    const { data: before, broken } =
      content.kind === 'read' ? content : { data: this.#last, broken: [] as const };
    if (broken.length > 0) await this.#keepEntries(broken);
    const data = change(before);
    const { version, mustVanish, write } = this.#format;
    const text = `${JSON.stringify({ version, data: write(data) }, null, 2)}\n`;
    if (content.kind === 'read' && text === content.text) {
      this.#remember({ ...content, data });
      return data;
    }
    await held();
    if (mustVanish?.(before, data) === true) await rm(`${this.#path}.backup`, { force: true });
    else await copyFile(this.#path, `${this.#path}.backup`).catch(ignoreMissing);
    await writeFileAtomic(this.#path, text, { mode: 0o600 });
    this.#text = text;
    this.#last = data;
    return data;
  }

  /** Somebody broke the file while the program ran. */
  async #makeRoom(why: string): Promise<void> {
    const problem = await this.#setAside(why);
    if (problem.code === 'file-unreadable') throw new NotWritable(problem);
    this.#report(problem);
  }

  async #read(): Promise<Content<T>> {
    let text: string;
    try {
      const { size } = await stat(this.#path);
      if (size > MAX_FILE_BYTES)
        return { kind: 'broken', why: `it is larger than ${formatBytes(MAX_FILE_BYTES)}` };
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return { kind: 'missing' };
      return { kind: 'untouchable', failure: this.#unreadable(error) };
    }
    try {
      // Most often it is what we wrote ourselves.
      if (text === this.#text) return { kind: 'read', text, data: this.#last, broken: [] };
      const { version, data } = Envelope.parse(JSON.parse(text));
      if (version > this.#format.version) return { kind: 'untouchable', failure: this.#newer() };
      return { kind: 'read', text, ...this.#format.read(data, version) };
    } catch (error) {
      const why =
        error instanceof z.ZodError ? 'its contents are not what they should be' : 'it is not valid JSON';
      return { kind: 'broken', why };
    }
  }

  async #renameAside(): Promise<string> {
    const aside = `${this.#path}.broken-${this.#time()}`;
    await rename(this.#path, aside);
    return aside;
  }

  async #setAside(why: string): Promise<Failure> {
    const what = `${this.#path} could not be used: ${why}.`;
    let aside: string;
    try {
      aside = await this.#renameAside();
    } catch (error) {
      // It is still there, and must not be overwritten: the user may want to mend it.
      return failed(
        'file-unreadable',
        `${what} It could not be renamed either (${codeOf(error)}).`,
        'Check the permissions of the folder, or mend the file, and start again. Changes are kept in memory until then.',
      );
    }
    const backup = `${this.#path}.backup`;
    const hasBackup = await access(backup).then(
      () => true,
      () => false,
    );
    return failed(
      'file-broken',
      what,
      `It was kept as ${aside}.${hasBackup ? ` The previous version is in ${backup}.` : ''}`,
    );
  }

  /** Writes the file without the entries that cannot be used, once these are safe elsewhere. */
  async #dropBroken(): Promise<Failure> {
    try {
      await this.update((data) => data);
    } catch (error) {
      return failed(
        'entries-broken',
        `Some entries of ${this.#path} could not be used, nor be kept aside (${codeOf(error)}).`,
        'Check the permissions of the folder and start again. Changes are kept in memory until then.',
      );
    }
    const where = this.#kept.length > 0 ? `They were kept in ${this.#kept.join(' and ')}.` : '';
    return failed(
      'entries-broken',
      `Some entries of ${this.#path} could not be used; all others are there.`,
      `${where} Mend them there, or remove that file.`.trim(),
    );
  }

  async #keepEntries(broken: readonly unknown[]): Promise<void> {
    const path = `${this.#path}.broken-entries-${this.#time()}-${randomUUID().slice(0, 4)}`;
    await writeFile(path, `${JSON.stringify(broken, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    this.#kept.push(path);
  }

  #time(): string {
    return new Date(this.#now()).toISOString().replaceAll(/[:.]/g, '-');
  }

  #unreadable(error: unknown): Failure {
    return failed(
      'file-unreadable',
      `${this.#path} could not be read (${codeOf(error)}).`,
      'Check the permissions of the file and start again. Changes are kept in memory until then.',
    );
  }

  #newer(): Failure {
    return failed(
      'file-newer',
      `${this.#path} was written by a newer version of Topicscope and is left as it is.`,
      'Use that version, or another data directory. Changes are kept in memory until the program ends.',
    );
  }
}

/**
 * What a program that was killed while it wrote has left behind, such as a vault under an earlier passphrase. Who
 * writes holds the lock, so under the lock nobody is at it.
 */
async function removeAbandoned(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  const isAbandoned = (name: string): boolean =>
    name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length));
  try {
    const folder = dirname(path);
    if (!(await readdir(folder)).some(isAbandoned)) return;
    await withFileLock(`${path}.lock`, async () => {
      for (const name of await readdir(folder))
        if (isAbandoned(name)) await rm(join(folder, name), { force: true });
    });
  } catch {
    // The folder is not there, or somebody else is writing: the next start tries again.
  }
}

/** For the user: the sentence of a failure, or why the file system refused. */
export function notWritten(error: unknown, what: string): Failure {
  if (error instanceof NotWritable) return error.failure;
  if (error instanceof LockedError) {
    return failed(
      'not-saved',
      `${what} could not be written: another program holds the file. They are kept until this one ends.`,
      'Look for another Topicscope that hangs; the next change is written together with this one.',
    );
  }
  return failed(
    'not-saved',
    `${what} could not be written (${codeOf(error)}); they are kept until the program ends.`,
    'Check that the data folder exists, is writable and that the disk is not full.',
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
