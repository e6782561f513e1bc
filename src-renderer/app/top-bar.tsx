import { memo, useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import { Ellipsis, Search, Unplug } from 'lucide-react';
import type { ConnectionSummary } from '../../src-main/contract/model/model.ts';
import { reportOf } from '../features/connections/base/actions.ts';
import { connectionItems } from '../features/connections/base/connection-menu.ts';
import { ConnectionTitle } from '../features/connections/panes/connection-title.tsx';
import { TopicToolbar } from '../features/topics/topic-toolbar.tsx';
import type { AppState } from '../state/app/app-state.ts';
import { isProduction } from '../state/connections/profiles.ts';
import type { ConnectionSession } from '../state/tree/tree-session.ts';
import { Button, IconButton } from '../ui/controls/button.tsx';
import { Kbd } from '../ui/base/kbd.tsx';
import { MenuButton } from '../ui/controls/menu.tsx';
import { clearRetained } from './base/clear-retained.ts';
import { VisuallyHidden } from '../ui/base/visually-hidden.tsx';

// What each second brings of a connection is nothing to it: a field that is drawn again costs most of the bar.
const Toolbar = memo(TopicToolbar);

interface TopBarProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary | null;
  readonly session: ConnectionSession | null;
}

export function TopBar({ app, connection, session }: TopBarProps) {
  const production = useStore(app.profiles.store, (state) =>
    isProduction(state, connection?.profileId ?? null),
  );
  const filters = useStore(
    app.profiles.store,
    ({ profiles }) => profiles.find(({ id }) => id === connection?.profileId)?.filters,
  );
  const id = connection?.id;
  const hasProfile = (connection?.profileId ?? null) !== null;
  const saved = useMemo(
    () => ({
      filters: filters ?? [],
      open: id === undefined || !hasProfile ? null : () => app.shell.open({ kind: 'saved-filters', id }),
    }),
    [app, filters, hasProfile, id],
  );
  const subscriptions = useFilters(connection);
  const clear = useCallback(() => {
    if (session !== null) clearRetained(app, session);
  }, [app, session]);
  return (
    <header className={production ? 'top top-production' : 'top'} data-pane="input">
      {connection === null ? null : <ConnectionTitle connection={connection} production={production} />}
      <div className="top-tools">
        {session === null ? null : (
          <Toolbar session={session} saved={saved} subscriptions={subscriptions} onClear={clear} />
        )}
      </div>
      {connection?.state.kind === 'online' ? (
        <IconButton
          label="Disconnect"
          icon={Unplug}
          onClick={() => void reportOf(app, app.connections.disconnect(connection.id))}
        />
      ) : null}
      {connection === null ? null : (
        <MenuButton label="Connection actions" icon={Ellipsis} items={connectionItems(app, connection)} />
      )}
      <Button
        variant="quiet"
        icon={Search}
        className="top-palette"
        aria-keyshortcuts="Control+K"
        onClick={() => app.shell.open({ kind: 'palette' })}
      >
        <VisuallyHidden>Commands</VisuallyHidden>
        <Kbd keys="Mod+K" />
      </Button>
    </header>
  );
}

/** What is subscribed to; another list only when it changed. */
function useFilters(connection: ConnectionSummary | null): readonly string[] {
  const filters = JSON.stringify(connection?.subscriptions.map(({ filter }) => filter) ?? []);
  return useMemo(() => JSON.parse(filters) as readonly string[], [filters]);
}
