import { createConnections, type ConnectionsStore } from '../connections/connections.ts';
import { createDiagnostics, type DiagnosticsStore } from '../diagnostics/diagnostics.ts';
import { createEditorDrafts, type EditorDrafts } from '../connections/editor-drafts.ts';
import type { Engine } from '../engine/engine.ts';
import type { KeptValues } from '../browser/memory.ts';
import { createProfiles, type ProfilesStore } from '../connections/profiles.ts';
import { createSecrets, type SecretsStore } from '../connections/secrets.ts';
import { createSettings, type SettingsStore } from './settings.ts';
import { createShell, type ShellStore } from './shell.ts';

/** Everything the window knows, made once at the start and handed down. */
export interface AppState {
  readonly engine: Engine;
  readonly memory: KeptValues;
  readonly connections: ConnectionsStore;
  readonly profiles: ProfilesStore;
  readonly drafts: EditorDrafts;
  readonly secrets: SecretsStore;
  readonly settings: SettingsStore;
  readonly diagnostics: DiagnosticsStore;
  readonly shell: ShellStore;
  dispose(): void;
}

export function createAppState(engine: Engine, memory: KeptValues): AppState {
  const state = {
    engine,
    memory,
    // First: they are to be here before anything is shown.
    drafts: createEditorDrafts(engine),
    connections: createConnections(engine, memory),
    profiles: createProfiles(engine),
    secrets: createSecrets(engine),
    settings: createSettings(engine),
    diagnostics: createDiagnostics(engine),
    shell: createShell(),
  };
  return {
    ...state,
    dispose() {
      state.drafts.dispose();
      state.connections.dispose();
      state.profiles.dispose();
      state.secrets.dispose();
      state.settings.dispose();
      state.diagnostics.dispose();
    },
  };
}
