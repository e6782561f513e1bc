import type { ConnectionId, TopicKey } from '../../../src-main/contract/model/model.ts';
import { SearchSide } from '../../features/search/search-side.tsx';
import { SearchView } from '../../features/search/search-view.tsx';
import type { AppState } from '../../state/app/app-state.ts';
import { TOPICS_VIEW } from '../../state/app/shell.ts';
import { showTopic } from '../base/sessions.ts';
import type { WorkViewProps } from './work-views.tsx';

/** What is searched for, and what was found. */
export function SearchPane({ app, session }: WorkViewProps) {
  return (
    <SearchView
      search={app.search}
      session={session}
      connections={() => app.connections.store.getState().connections}
      onShow={(connection, key) => showInTree(app, connection, key)}
    />
  );
}

/** Beside it the message that is chosen. */
export function SearchSidePane({ app }: WorkViewProps) {
  return <SearchSide search={app.search} onShow={(connection, key) => showInTree(app, connection, key)} />;
}

function showInTree(app: AppState, connection: ConnectionId, key: TopicKey): void {
  app.shell.showView(TOPICS_VIEW);
  app.connections.select({ kind: 'connection', id: connection });
  showTopic(connection, key);
}
