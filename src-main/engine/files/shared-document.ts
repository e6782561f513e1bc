import type { Failure } from '../../contract/base/errors.ts';
import { JsonFile, notWritten, type Format } from './json-file.ts';

/**
 * A document that other programs change as well. Changes are functions: each is made at once in memory, and
 * again on what is on the disk when it is written, so that nobody's changes undo those of another.
 */
export class SharedDocument<T> {
  readonly #file: JsonFile<T>;
  /** What it is called where it could not be written, e.g. `The profiles`. */
  readonly #name: string;
  /** Called with every new value, and when there is a new problem. */
  readonly #changed: (value: T) => void;
  #stored: T;
  #value: T;
  /** Not on the disk yet. */
  readonly #pending: ((value: T) => T)[] = [];
  #problem: Failure | null = null;
  /** Why the last change is not on the disk. */
  #unwritten: Failure | null = null;

  constructor(name: string, path: string, format: Format<T>, now: () => number, changed: (value: T) => void) {
    this.#name = name;
    this.#changed = changed;
    this.#stored = format.empty;
    this.#value = format.empty;
    this.#file = new JsonFile(path, format, now, (problem) => {
      this.#problem = problem;
    });
  }

  /** With the changes that are not on the disk. */
  get value(): T {
    return this.#value;
  }

  /** What could not be written; else what could not be read, and where it was kept. */
  get problem(): Failure | null {
    return this.#unwritten ?? this.#problem;
  }

  /** The last change is in memory only. */
  get isUnwritten(): boolean {
    return this.#unwritten !== null || this.#pending.length > 0;
  }

  async load(): Promise<T> {
    const { data, problem } = await this.#file.load();
    this.#problem = problem;
    this.#take(data);
    this.#file.watch((news) => this.#take(news));
    return data;
  }

  close(): void {
    this.#file.close();
  }

  /** In memory it is made in any case; a failure says that it is not on the disk. */
  change(change: (value: T) => T): Promise<Failure | null> {
    this.#pending.push(change);
    this.#take(this.#stored);
    return this.write();
  }

  /** Writes what is not on the disk yet. */
  async write(): Promise<Failure | null> {
    try {
      let made = 0;
      const stored = await this.#file.update((value) => {
        made = this.#pending.length;
        return this.#withPending(value);
      });
      this.#pending.splice(0, made);
      this.#unwritten = null;
      this.#take(stored);
    } catch (error) {
      this.#unwritten = notWritten(error, this.#name);
      this.#take(this.#stored);
    }
    return this.#unwritten;
  }

  #withPending(value: T): T {
    return this.#pending.reduce((next, change) => change(next), value);
  }

  #take(stored: T): void {
    this.#stored = stored;
    this.#value = this.#withPending(stored);
    this.#changed(this.#value);
  }
}
