import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { WatchedItem } from '../../../src-main/contract/model/model.ts';
import { createConnections, type ConnectionsStore } from '../connections/connections.ts';
import { createDiagnostics, type DiagnosticsStore } from '../diagnostics/diagnostics.ts';
import type { Engine } from '../engine/engine.ts';
import type { EachTick } from '../engine/on-tick.ts';
import type { KeptValues } from '../browser/memory.ts';
import { PinnedWithProfile } from '../connections/pinned-with-profile.ts';
import { createProfiles, type ProfilesStore } from '../connections/profiles.ts';
import { createPublishDrafts, type PublishDrafts } from '../publish/publish-drafts.ts';
import { createRunningSeries, type RunningSeriesCounts } from '../publish/series/running-series.ts';
import { createRestoreOffers, type RestoreOffers } from '../connections/restore-offers.ts';
import { createSecrets, type SecretsStore } from '../connections/secrets.ts';
import { createKeptDrafts, type KeptDrafts } from '../engine/kept-drafts.ts';
import { MessageSearch } from '../search/message-search.ts';
import { windowWatched } from '../watch/window-watched.ts';
import { WatchList } from '../watch/watch-list.ts';
import { createSettings, type SettingsStore } from './settings.ts';
import { createShell, type ShellStore } from './shell.ts';

/** Everything the window knows, made once at the start and handed down. */
export interface AppState {
  readonly engine: Engine;
  readonly memory: KeptValues;
  /** Outlives a reload of this tab and nothing else. */
  readonly tab: KeptValues;
  readonly connections: ConnectionsStore;
  readonly profiles: ProfilesStore;
  readonly drafts: KeptDrafts;
  readonly publishing: PublishDrafts;
  readonly runningSeries: RunningSeriesCounts;
  readonly restoring: RestoreOffers;
  readonly secrets: SecretsStore;
  readonly settings: SettingsStore;
  readonly search: MessageSearch;
  readonly diagnostics: DiagnosticsStore;
  readonly watch: WatchList;
  readonly shell: ShellStore;
  dispose(): void;
}

/**
 * @param tab outlives a reload of this tab and nothing else
 * @param eachTick when figures are shown; without it, each is shown as it arrives
 */
export function createAppState(
  engine: Engine,
  memory: KeptValues,
  tab: KeptValues,
  eachTick: EachTick | null = null,
): AppState {
  // First: they are to be here before anything is shown.
  const drafts = createKeptDrafts(engine);
  const shell = createShell(memory);
  const stopMisfits = engine.onMisfit(({ message }) => shell.reportMisfit(message));
  const connections = createConnections(engine, memory, eachTick);
  const publishing = createPublishDrafts({
    engine,
    kept: drafts,
    tab,
    connections: connections.store,
    now: () => Date.now(),
  });
  const profiles = createProfiles(engine);
  const report = (problem: Failure) => shell.report(problem);
  const state = {
    engine,
    memory,
    tab,
    drafts,
    connections,
    publishing,
    profiles,
    runningSeries: createRunningSeries(engine),
    restoring: createRestoreOffers(engine, memory),
    secrets: createSecrets(engine),
    settings: createSettings(engine),
    search: new MessageSearch(engine),
    diagnostics: createDiagnostics(engine, eachTick),
    watch: new WatchList(
      engine,
      new PinnedWithProfile<WatchedItem>({
        profiles,
        window: windowWatched(memory),
        of: ({ watched }) => watched,
        save: (id, watched) => profiles.savePinned(id, { watched: [...watched] }),
        report,
      }),
    ),
    shell,
  };
  return {
    ...state,
    dispose() {
      stopMisfits();
      state.publishing.dispose();
      state.drafts.dispose();
      state.connections.dispose();
      state.profiles.dispose();
      state.runningSeries.dispose();
      state.restoring.dispose();
      state.secrets.dispose();
      state.settings.dispose();
      state.search.dispose();
      state.diagnostics.dispose();
      state.watch.dispose();
    },
  };
}
