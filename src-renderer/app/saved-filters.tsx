import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { SavedFilter } from '../../src-main/contract/model/filters.ts';
import { colourRules } from '../features/topics/filter/saved-filters.ts';
import { SavedFiltersDialog } from '../features/topics/filter/saved-filters-dialog.tsx';
import type { AppState } from '../state/app/app-state.ts';
import type { ConnectionId } from '../../src-main/contract/model/model.ts';
import type { ConnectionSession } from '../state/tree/tree-session.ts';
import { currentSession } from './base/sessions.ts';

/** The saved filters of the connection's profile. */
export function SavedFilters({ app, id }: { readonly app: AppState; readonly id: ConnectionId }) {
  const profileId = useStore(
    app.connections.store,
    (state) => state.connections.find((connection) => connection.id === id)?.profileId ?? null,
  );
  const profile = useStore(
    app.profiles.store,
    ({ profiles }) => profiles.find((one) => one.id === profileId) ?? null,
  );
  const session = currentSession();
  const busy = useBusy(session, profile?.filters);
  if (profile === null || session?.connectionId !== id) return null;
  return (
    <SavedFiltersDialog
      filters={profile.filters ?? []}
      current={session.store.getState().filter}
      busy={busy}
      onSave={(filters) => app.profiles.saveFilters(profile.id, filters)}
      onUse={(text) => {
        session.setFilter(text);
        app.shell.close();
      }}
      onClose={() => app.shell.close()}
    />
  );
}

/** Of the filters that colour rows, by name: what is met by more messages a second than are looked at. */
function useBusy(session: ConnectionSession | null, filters: readonly SavedFilter[] | undefined) {
  const subscribe = useCallback(
    (news: () => void) => session?.store.subscribe(news) ?? (() => undefined),
    [session],
  );
  const busy = useSyncExternalStore(subscribe, () => session?.store.getState().busyColours);
  return useMemo(() => {
    const rules = colourRules(filters ?? []);
    return new Map(
      (busy ?? []).flatMap(({ rule, perSecond }) => {
        const name = rules[rule]?.name;
        return name === undefined ? [] : [[name, perSecond] as const];
      }),
    );
  }, [filters, busy]);
}
