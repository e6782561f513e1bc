import { join } from 'node:path';
import { failed, type Failure } from '../contract/errors.ts';
import { Settings } from '../contract/settings.ts';
import { JsonFile } from './json-file.ts';

const VERSION = 1;

export class SettingsStore {
  #settings: Settings = Settings.parse({});
  readonly #file: JsonFile<Settings>;
  problem: Failure | null = null;

  constructor(dataDir: string) {
    this.#file = new JsonFile(join(dataDir, 'settings.json'), VERSION, Settings);
  }

  get value(): Settings {
    return this.#settings;
  }

  async load(now: number): Promise<void> {
    const { data, problem } = await this.#file.load(this.#settings, now);
    this.#settings = data;
    this.problem = problem;
  }

  async change(patch: Partial<Settings>): Promise<{ kind: 'saved'; settings: Settings } | Failure> {
    this.#settings = { ...this.#settings, ...patch };
    try {
      await this.#file.save(this.#settings);
      return { kind: 'saved', settings: this.#settings };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      return failed(
        'not-saved',
        `The settings are in force but could not be written (${code}).`,
        'Check that the data folder is writable and that the disk is not full.',
      );
    }
  }
}
