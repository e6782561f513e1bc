import { access, copyFile, readFile, rename } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { failed, type Failure } from '../contract/errors.ts';

/** A document on disk carries its version, so that a later program can migrate it. */
const Envelope = z.object({ version: z.number().int(), data: z.unknown() });

/** Larger is not ours: 64 MiB holds tens of thousands of profiles with PEM texts. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

export interface Loaded<T> {
  readonly data: T;
  /** The file could not be read and was kept aside. */
  readonly problem: Failure | null;
}

/** One versioned JSON document: read tolerantly, written atomically with the previous one kept. */
export class JsonFile<T> {
  readonly #path: string;
  readonly #version: number;
  readonly #schema: z.ZodType<T>;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, version: number, schema: z.ZodType<T>) {
    this.#path = path;
    this.#version = version;
    this.#schema = schema;
  }

  /** A broken file is renamed to `*.broken-TIME`, named in the problem, and the empty value is used. */
  async load(empty: T, now: number): Promise<Loaded<T>> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (isMissing(error)) return { data: empty, problem: null };
      return { data: empty, problem: this.#unreadable(error) };
    }
    try {
      if (text.length > MAX_FILE_BYTES) throw new Error('it is larger than 64 MiB');
      const envelope = Envelope.parse(JSON.parse(text));
      if (envelope.version > this.#version) {
        return { data: empty, problem: await this.#setAside(now, 'it was written by a newer version') };
      }
      return { data: this.#schema.parse(envelope.data), problem: null };
    } catch (error) {
      const why =
        error instanceof z.ZodError ? 'its contents are not what they should be' : 'it is not valid JSON';
      return { data: empty, problem: await this.#setAside(now, why) };
    }
  }

  /** Saves are done one after the other; the last one wins. */
  save(data: T): Promise<void> {
    const write = async (): Promise<void> => {
      await copyFile(this.#path, `${this.#path}.backup`).catch(ignoreMissing);
      const text = JSON.stringify({ version: this.#version, data }, null, 2);
      await writeFileAtomic(this.#path, `${text}\n`, { mode: 0o600 });
    };
    const next = this.#writing.then(write, write);
    this.#writing = next.catch(() => undefined);
    return next;
  }

  async #setAside(now: number, why: string): Promise<Failure> {
    const aside = `${this.#path}.broken-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`;
    const what = `${this.#path} could not be used: ${why}.`;
    try {
      await rename(this.#path, aside);
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

  #unreadable(error: unknown): Failure {
    return failed(
      'file-unreadable',
      `${this.#path} could not be read (${codeOf(error)}).`,
      'Check the permissions of the file and start again. Changes are kept in memory until then.',
    );
  }
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
