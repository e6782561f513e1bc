import { join } from 'node:path';
import type { Failure } from '../../contract/base/errors.ts';
import { Settings } from '../../contract/model/settings.ts';
import { JsonFile, notWritten, plainFormat } from './json-file.ts';

export class SettingsStore {
  #settings: Settings = Settings.parse({});
  readonly #file: JsonFile<Settings>;
  problem: Failure | null = null;

  constructor(dataDir: string, now: () => number) {
    const format = plainFormat(1, Settings, this.#settings);
    this.#file = new JsonFile(join(dataDir, 'settings.json'), format, now);
  }

  get value(): Settings {
    return this.#settings;
  }

  async load(): Promise<void> {
    const { data, problem } = await this.#file.load();
    this.#settings = data;
    this.problem = problem;
  }

  async change(patch: Partial<Settings>): Promise<{ kind: 'saved'; settings: Settings } | Failure> {
    this.#settings = { ...this.#settings, ...patch };
    try {
      await this.#file.update((stored) => ({ ...stored, ...patch }));
      return { kind: 'saved', settings: this.#settings };
    } catch (error) {
      return notWritten(error, 'The settings');
    }
  }
}
