import { memo, useCallback, useMemo } from 'react';
import { useStore } from 'zustand';
import { Cell, Grid, Gridline, useDefaultGridLayout } from 'react-resizable-panels';
import type { ConnectionSummary } from '../../src-main/contract/model/model.ts';
import { escapeUnsafe } from '../../src-main/core/payload/visible.ts';
import type { TopicsToForget } from '../../src-main/contract/session/found-topics.ts';
import { Inspector } from '../features/inspector/inspector.tsx';
import { PublishPanel } from '../features/publish/publish-panel.tsx';
import { colourRules } from '../features/topics/filter/saved-filters.ts';
import { TopicTree } from '../features/topics/topic-tree.tsx';
import type { AppState } from '../state/app/app-state.ts';
import type { RestoreOffers } from '../state/connections/restore-offers.ts';
import { isProduction } from '../state/connections/profiles.ts';
import type { EnlargedPane } from '../state/app/shell.ts';
import type { EditAndPublish } from '../state/publish/edit-and-publish.ts';
import type { ConnectionSession } from '../state/tree/tree-session.ts';
import { classes } from '../ui/base/classes.ts';
import { DOCK_PX, HEAD_PX, useDock } from './base/use-dock.ts';
import { subtreeSubscribing } from '../state/connections/subscribe-subtree.ts';
import { useEditAndPublish } from './base/use-edit-and-publish.ts';
import { useNoConnectionWords } from './base/use-no-connection-words.ts';
import { LeftPane, RightPane } from './views/work-panes.tsx';
import { workView } from './views/work-views.tsx';
import { FaultBoundary } from '../ui/feedback/fault-boundary.tsx';
import { lazyPart } from '../ui/base/lazy-part.tsx';

// They live from the session's frames alone: news of other connections is nothing to them.
const Tree = memo(TopicTree);
const Inspect = memo(Inspector);
const Publish = memo(PublishPanel);

const Diagnostics = lazyPart(() =>
  import('../features/diagnostics/diagnostics-dock.tsx').then(({ DiagnosticsDock }) => DiagnosticsDock),
);
const ClearRetainedDialog = lazyPart(() =>
  import('../features/retained/clear-dialog.tsx').then(({ ClearRetainedDialog }) => ClearRetainedDialog),
);

// The library hands no names through to its separators.
const named = (name: string) => (line: HTMLElement | null) => line?.setAttribute('aria-label', name);
const nameColumns = named('Resize the columns');
const nameRows = named('Resize the lower panes');

interface WorkspaceProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly session: ConnectionSession | null;
}

// The least each pane needs to stay useful, in pixels; at 200 % zoom of a 1024 px window they still fit.
// What a pane shows needs more at times: it scrolls then.
const COLUMNS = [
  { id: 'left', minSize: 216 },
  { id: 'right', minSize: 200, defaultSize: '43.5' },
];
const ROWS = [
  { id: 'upper', minSize: 104 },
  { id: 'lower', minSize: 116, defaultSize: DOCK_PX, collapsible: true, collapsedSize: HEAD_PX },
];

/** Where the focus goes first in the view that is shown. */
const VIEW_STOPS = '[role=treegrid], [data-first]';

/** Four panes on one vertical line: tree and publish at the left, inspector and diagnostics at the right. */
export function Workspace({ app, connection, session }: WorkspaceProps) {
  const layout = useDefaultGridLayout({ id: 'topicscope.workspace', onlySaveAfterUserInteractions: true });
  const dock = useDock(app);
  const enlarged = useStore(app.shell.store, (state) => state.enlarged);
  const pane = (name: EnlargedPane) => classes('pane', enlarged === name && 'pane-enlarged');
  // An enlarged pane is whole, however much of the dock is folded away below the others.
  const folded = dock.folded && enlarged !== 'publish' && enlarged !== 'diagnostics';
  const marked = useStore(app.profiles.store, (state) => isProduction(state, connection.profileId));
  const production = marked ? escapeUnsafe(connection.name) : null;
  const view = workView(useStore(app.shell.store, (state) => state.view));
  const shown = session === null ? null : { app, session, production, view };
  const edit = useEditAndPublish(app, session);
  return (
    <>
      {session === null || shown === null ? (
        <div className="panes" />
      ) : (
        <Grid
          id="workspace"
          className="panes"
          columns={COLUMNS}
          rows={ROWS}
          data-enlarged={enlarged ?? undefined}
          data-folded={folded ? true : undefined}
          gridRef={dock.gridRef}
          defaultLayout={layout.defaultLayout}
          onLayoutChanged={(now, meta) => {
            layout.onLayoutChanged(now, meta);
            dock.onMoved();
          }}
        >
          <Cell column={0} row={0} className="pane" data-pane={VIEW_STOPS} data-pane-name="topics">
            <LeftPane {...shown} what="The topic tree">
              <TopicsCell {...{ app, connection, session, edit }} />
            </LeftPane>
          </Cell>
          <Gridline type="column" column={1} className="gridline" elementRef={nameColumns} />
          <Cell
            column={1}
            row={0}
            className={pane('inspector')}
            data-pane="[role=tab][aria-selected=true]"
            data-pane-name="inspector"
          >
            <RightPane {...shown} what="The inspector">
              <Inspect app={app} session={session} edit={edit} />
            </RightPane>
          </Cell>
          <Gridline type="row" row={1} className="gridline" elementRef={nameRows} />
          <Cell
            column={0}
            row={1}
            className={classes(pane('publish'), 'dock-pane')}
            data-pane="[data-first]"
            data-pane-name="publish"
          >
            <PublishCell
              {...{ app, connection, session, production, folded }}
              large={enlarged === 'publish'}
            />
          </Cell>
          <Cell
            column={1}
            row={1}
            className={classes(pane('diagnostics'), 'dock-pane')}
            data-pane="[role=tab][aria-selected=true]"
            data-pane-name="diagnostics"
          >
            <DiagnosticsCell app={app} connection={connection} />
          </Cell>
        </Grid>
      )}
      {session === null ? null : (
        <Clearing session={session} offers={app.restoring} {...{ connection, production }} />
      )}
    </>
  );
}

interface TopicsCellProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly session: ConnectionSession;
  readonly edit: EditAndPublish;
}

/** The tree with what the settings and the profile say of it. */
function TopicsCell({ app, connection, session, edit }: TopicsCellProps) {
  const forget = useCallback(
    (what: TopicsToForget) => app.shell.open({ kind: 'forget', id: connection.id, what }),
    [app, connection.id],
  );
  const density = useStore(app.settings.store, ({ settings }) => settings?.density ?? 'normal');
  const opens = useStore(app.settings.store, ({ info }) => info?.host === 'desktop');
  const filters = useStore(
    app.profiles.store,
    ({ profiles }) => profiles.find(({ id }) => id === connection.profileId)?.filters,
  );
  const colours = useMemo(() => colourRules(filters ?? []), [filters]);
  const subscribing = useMemo(() => subtreeSubscribing(app.connections, connection.id), [app, connection.id]);
  const emptyHint = useNoConnectionWords(connection);
  return (
    <Tree
      session={session}
      edit={edit}
      watch={app.watch}
      address={connection.address}
      place={connection.profileId ?? connection.address}
      density={density}
      colours={colours}
      forget={forget}
      subscribing={subscribing}
      opens={opens}
      emptyHint={emptyHint}
    />
  );
}

function DiagnosticsCell({ app, connection }: Pick<TopicsCellProps, 'app' | 'connection'>) {
  return (
    <FaultBoundary what="Diagnostics">
      <Diagnostics app={app} connection={connection} />
    </FaultBoundary>
  );
}

interface PublishCellProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly session: ConnectionSession;
  readonly production: string | null;
  readonly folded: boolean;
  readonly large: boolean;
}

function PublishCell(props: PublishCellProps) {
  const { app, connection, session, production, folded, large } = props;
  const enlarge = useCallback((on: boolean) => app.shell.enlarge(on ? 'publish' : null), [app]);
  const { state, profileId, name } = connection;
  const profile = useMemo(() => (profileId === null ? null : { id: profileId, name }), [profileId, name]);
  const online = state.kind === 'online' ? state : null;
  return (
    <FaultBoundary what="The publish panel">
      <Publish
        session={session}
        publishing={app.publishing.of(session.connectionId)}
        production={production}
        online={online?.since ?? null}
        mqtt5={online === null || online.version === '5'}
        aliasMaximum={online === null ? null : (online.limits.topicAliasMaximum ?? 0)}
        profile={profile}
        large={large}
        onLarge={enlarge}
        folded={folded}
      />
    </FaultBoundary>
  );
}

interface ClearingProps {
  readonly connection: ConnectionSummary;
  readonly session: ConnectionSession;
  readonly offers: RestoreOffers;
  readonly production: string | null;
}

function Clearing({ connection, session, offers, production }: ClearingProps) {
  const clearing = useStore(session.store, (state) => state.clearing !== null);
  return clearing ? (
    <FaultBoundary what="The dialog" onClose={() => session.closeClear()}>
      <ClearRetainedDialog {...{ connection, session, offers, production }} />
    </FaultBoundary>
  ) : null;
}
