import { useEffect } from 'react';
import { useStore } from 'zustand';
import { ArrowDownUp, Download, Plug, Settings as SettingsIcon, SunMoon, Upload } from 'lucide-react';
import type { ConnectionSummary, TopicKey } from '../../src-main/contract/model/model.ts';
import { MQTT_SEPARATOR } from '../../src-main/core/topics/levels.ts';
import { escapeUnsafe } from '../../src-main/core/payload/visible.ts';
import { reportOf } from '../features/connections/base/actions.ts';
import { Banner } from '../ui/feedback/banner.tsx';
import { NoticeBar } from '../ui/feedback/notice-bar.tsx';
import { ConnectionBanner } from '../features/connections/panes/connection-banner.tsx';
import { Watching } from '../features/watch/watching.tsx';
import { ConnectionRail } from '../features/connections/rail/connection-rail.tsx';
import { RemovedNotice } from '../features/connections/panes/removed-notice.tsx';
import { SavedPane } from '../features/connections/panes/saved-pane.tsx';
import { ClearingNotice } from '../features/retained/notices/clearing-notice.tsx';
import { RestoreOfferNotice } from '../features/retained/notices/restore-offer.tsx';
import type { AppState } from '../state/app/app-state.ts';
import { isProduction } from '../state/connections/profiles.ts';
import { Button, IconButton } from '../ui/controls/button.tsx';
import { Empty } from '../ui/feedback/empty.tsx';
import { MenuButton } from '../ui/controls/menu.tsx';
import { TreeSeparator } from '../ui/tree/separator.ts';
import { LinkBanner } from './link-banner.tsx';
import { StatusBar } from './status/status-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { uncoverFiltered } from './base/uncover.ts';
import { currentSession, showTopic, useSession } from './base/sessions.ts';
import { switchTheme } from './base/theme.ts';
import { isStale, useLink } from './base/use-link.ts';
import { Workspace } from './workspace.tsx';
import './app.css';

/** The window once there is a connection or a profile; no part of what a first start waits for. */
export function MainView({ app }: { readonly app: AppState }) {
  const { connections, selection } = useStore(app.connections.store);
  const link = useLink(app);
  const connection =
    selection?.kind === 'connection' ? (connections.find(({ id }) => id === selection.id) ?? null) : null;
  return (
    <TreeSeparator value={connection?.levelSeparator ?? MQTT_SEPARATOR}>
      <div className="app" data-stale={isStale(link) ? true : undefined}>
        <ConnectionRail app={app} watching={<Watched app={app} />} footer={<RailFooter app={app} />} />
        {connection === null ? (
          <NotConnected app={app} />
        ) : (
          <Connection key={connection.id} app={app} connection={connection} />
        )}
      </div>
    </TreeSeparator>
  );
}

/** A click on what is watched shows its topic. */
function Watched({ app }: { readonly app: AppState }) {
  const go = (key: TopicKey) => {
    const session = currentSession();
    if (session !== null) showTopic(app, session.connectionId, key);
  };
  return <Watching watch={app.watch} onGo={go} />;
}

function Connection({ app, connection }: { readonly app: AppState; readonly connection: ConnectionSummary }) {
  const session = useSession(app, connection.id, connection.levelSeparator);
  useEffect(() => (session === null ? undefined : uncoverFiltered(app.shell, session)), [app, session]);
  const production = useStore(app.profiles.store, (state) => isProduction(state, connection.profileId));
  const name = production ? `Production: ${connection.name}` : connection.name;
  const { id, profileId, address } = connection;
  useEffect(() => app.watch.select({ id, profileId, address }), [app, id, profileId, address]);
  useEffect(() => () => app.watch.select(null), [app]);
  useEffect(() => {
    document.title = `${escapeUnsafe(name)} · Topicscope`;
    return () => void (document.title = 'Topicscope');
  }, [name]);
  return (
    <>
      <TopBar app={app} connection={connection} session={session} />
      <main className="work">
        <NoticeBar>
          <Notices app={app} />
          {session === null ? null : <ClearingNotice session={session} />}
          {session === null ? null : <RestoreOfferNotice offers={app.restoring} session={session} />}
          <ConnectionBanner app={app} connection={connection} />
        </NoticeBar>
        <Workspace app={app} connection={connection} session={session} />
      </main>
      <StatusBar app={app} connection={connection} session={session} />
    </>
  );
}

/** A saved profile, or nothing at all, is selected. */
function NotConnected({ app }: { readonly app: AppState }) {
  const selection = useStore(app.connections.store, (state) => state.selection);
  const profiles = useStore(app.profiles.store, (state) => state.profiles);
  const profile = selection?.kind === 'profile' ? profiles.find(({ id }) => id === selection.id) : undefined;
  return (
    <>
      <TopBar app={app} connection={null} session={null} />
      <main className="work">
        <NoticeBar>
          <Notices app={app} />
        </NoticeBar>
        {profile === undefined ? (
          <Empty icon={Plug} title="No connection is open.">
            Choose one at the left: Enter or a double click connects.
          </Empty>
        ) : (
          <SavedPane app={app} profile={profile} />
        )}
      </main>
      <StatusBar app={app} connection={null} session={null} />
    </>
  );
}

/** What concerns the window as a whole: the engine is gone, or the last request failed. */
function Notices({ app }: { readonly app: AppState }) {
  const problem = useStore(app.shell.store, (state) => state.problem);
  return (
    <>
      <LinkBanner app={app} />
      <RemovedNotice app={app} />
      {problem === null ? null : (
        <Banner
          tone="err"
          role="alert"
          title={problem.message}
          actions={
            <Button variant="quiet" onClick={() => app.shell.report(null)}>
              Dismiss
            </Button>
          }
        >
          {problem.advice}
        </Banner>
      )}
    </>
  );
}

function RailFooter({ app }: { readonly app: AppState }) {
  const none = useStore(app.profiles.store, ({ profiles }) => profiles.length === 0);
  return (
    <>
      <IconButton
        label="Settings"
        icon={SettingsIcon}
        keys="Mod+,"
        onClick={() => app.shell.open({ kind: 'settings' })}
      />
      <MenuButton
        label="Import and export"
        icon={ArrowDownUp}
        items={[
          {
            id: 'import',
            label: 'Import connections…',
            icon: Download,
            run: () => app.shell.open({ kind: 'import' }),
          },
          {
            id: 'export',
            label: 'Export connections…',
            icon: Upload,
            off: none ? 'no profile is saved' : null,
            run: () => app.shell.openOver({ kind: 'export', ids: null }),
          },
        ]}
      />
      <IconButton
        label="Switch theme"
        icon={SunMoon}
        onClick={() => void reportOf(app, switchTheme(app.settings))}
      />
    </>
  );
}
