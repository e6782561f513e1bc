import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { AppInfo, Settings } from '../../../src-main/contract/model/settings.ts';
import { callEngine, isFailure } from '../engine/call-engine.ts';
import type { Engine } from '../engine/engine.ts';

export interface SettingsState {
  /** Null until the engine answered. */
  readonly settings: Settings | null;
  readonly info: AppInfo | null;
}

export interface SettingsStore {
  readonly store: StoreApi<SettingsState>;
  /** Null when it is saved. */
  save(change: Partial<Settings>): Promise<Failure | null>;
  /** Null: the host looks, and shows what it finds. */
  checkForUpdates(): Promise<Failure | null>;
  dispose(): void;
}

/** Settings live in the engine; read again whenever the link comes back. */
export function createSettings(engine: Engine): SettingsStore {
  const store = createStore<SettingsState>(() => ({ settings: null, info: null }));
  // Each as it comes: what was saved meanwhile would be undone by settings that wait for the other answer.
  const loadSettings = async () => {
    const settings = await callEngine(() => engine.call('readSettings', {}));
    if (!('kind' in settings)) store.setState({ settings });
  };
  const loadInfo = async () => {
    const info = await callEngine(() => engine.call('appInfo', {}));
    if (!('kind' in info)) store.setState({ info });
  };
  const load = () => {
    void loadSettings();
    void loadInfo();
  };
  const dispose = engine.subscribe((status) => {
    if (status.kind === 'ready') load();
  });
  if (engine.status().kind === 'ready') load();

  return {
    store,
    async save(change) {
      // No more than that: another window may have changed the others since they were read here.
      const answer = await callEngine(() => engine.call('writeSettings', change));
      if (isFailure(answer)) return answer;
      store.setState({ settings: answer.settings });
      return null;
    },
    async checkForUpdates() {
      const answer = await callEngine(() => engine.call('checkForUpdates', {}));
      return isFailure(answer) ? answer : null;
    },
    dispose,
  };
}
