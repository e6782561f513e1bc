import { useStore } from 'zustand';
import { SavedFiltersDialog } from '../features/topics/filter/saved-filters-dialog.tsx';
import type { AppState } from '../state/app/app-state.ts';
import type { ConnectionId } from '../../src-main/contract/model/model.ts';
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
  if (profile === null || session?.connectionId !== id) return null;
  return (
    <SavedFiltersDialog
      filters={profile.filters ?? []}
      current={session.store.getState().filter}
      onSave={(filters) => app.profiles.saveFilters(profile.id, filters)}
      onUse={(text) => {
        session.setFilter(text);
        app.shell.close();
      }}
      onClose={() => app.shell.close()}
    />
  );
}
