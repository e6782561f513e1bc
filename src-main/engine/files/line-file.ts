import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';

export interface LineFileOptions<T> {
  /** Null: in memory only. */
  readonly path: string | null;
  readonly line: z.ZodType<T>;
  /** A larger file is not ours, and is not read; bytes. */
  readonly mostBytes: number;
  /** What the file is to hold now, a line each. */
  readonly wanted: () => readonly unknown[];
  /** Lines in the file for how many are wanted, before it is written again. */
  readonly mostLines: (wanted: number) => number;
}

/**
 * A file of JSON, a line at a time: what changes is one more line, and when too many of them are old news the file is
 * written again. One write follows the other; a disk that is full costs what is in the file and nothing else.
 */
export class LineFile<T> {
  readonly #o: LineFileOptions<T>;
  #writing: Promise<void> = Promise.resolve();
  /** In the file, as far as it can be read. */
  #lines = 0;
  #isRewriting = false;
  /** Lines that go into the file together, when it is their turn. */
  #waiting: string[] = [];
  #isClosed = false;

  constructor(options: LineFileOptions<T>) {
    this.#o = options;
  }

  /** Once, and first: nothing is written before `take` has what an earlier program left. Resolves then. */
  load(take: (lines: readonly T[]) => void): Promise<void> {
    const { path } = this.#o;
    if (path === null) return Promise.resolve();
    const loaded = this.#read(path).then((lines) => {
      take(lines);
      this.#tidy();
    });
    this.#writing = loaded;
    return loaded;
  }

  append(value: unknown): void {
    if (this.#o.path === null) return;
    this.#waiting.push(lineOf(value));
    if (this.#waiting.length > 1) return;
    this.#write(async (path) => {
      const lines = this.#waiting;
      this.#waiting = [];
      await makeFolder(path);
      await appendFile(path, lines.join(''), { mode: 0o600 });
      this.#lines += lines.length;
      this.#tidy();
    });
  }

  /** With what is wanted when its turn has come. */
  rewrite(): void {
    if (this.#isRewriting) return;
    this.#isRewriting = true;
    this.#write(async (path) => {
      this.#isRewriting = false;
      const wanted = this.#o.wanted();
      await makeFolder(path);
      await writeFileAtomic(path, wanted.map(lineOf).join(''), { mode: 0o600 });
      this.#lines = wanted.length;
    });
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    for (let last: Promise<void> | null = null; last !== this.#writing;) {
      last = this.#writing;
      await last;
    }
  }

  /** The same, and nothing is written any more. */
  async close(): Promise<void> {
    await this.flush();
    this.#isClosed = true;
  }

  #tidy(): void {
    const { wanted, mostLines } = this.#o;
    if (this.#lines > mostLines(wanted().length)) this.rewrite();
  }

  async #read(path: string): Promise<readonly T[]> {
    const found: T[] = [];
    for (const text of (await readSmall(path, this.#o.mostBytes)).split('\n')) {
      const line = this.#parse(text);
      if (line !== null) found.push(line);
    }
    this.#lines = found.length;
    return found;
  }

  #parse(text: string): T | null {
    if (text === '') return null;
    try {
      const { success, data } = this.#o.line.safeParse(JSON.parse(text));
      return success ? data : null;
    } catch {
      return null;
    }
  }

  #write(write: (path: string) => Promise<void>): void {
    const { path } = this.#o;
    if (path === null || this.#isClosed) return;
    this.#writing = this.#writing.then(() => write(path)).catch(() => undefined);
  }
}

/** The name of a file about somebody's broker or profile, of which it says nothing. */
export function hashedName(about: string): string {
  return `${createHash('sha256').update(about).digest('hex').slice(0, 32)}.jsonl`;
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

async function readSmall(path: string, mostBytes: number): Promise<string> {
  try {
    return (await stat(path)).size > mostBytes ? '' : await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
