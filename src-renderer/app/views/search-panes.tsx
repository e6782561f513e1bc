import type { ConnectionId, TopicKey } from '../../../src-main/contract/model/model.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { SearchSide } from '../../features/search/search-side.tsx';
import { SearchView } from '../../features/search/search-view.tsx';
import { focusShownPane } from '../base/panes.ts';
import { showTopic } from '../base/sessions.ts';
import type { WorkViewProps } from './work-view-props.ts';

/** The list that had the focus goes with the view: keys go on in the tree. */
function showFound(app: AppState, connection: ConnectionId, key: TopicKey): void {
  showTopic(app, connection, key);
  focusShownPane('topics');
}

/** What is searched for, and what was found. */
export function SearchPane({ app, session }: WorkViewProps) {
  return (
    <SearchView
      search={app.search}
      session={session}
      connections={() => app.connections.store.getState().connections}
      onShow={(connection, key) => showFound(app, connection, key)}
    />
  );
}

/** Beside it the message that is chosen. */
export function SearchSidePane({ app }: WorkViewProps) {
  return <SearchSide search={app.search} onShow={(connection, key) => showFound(app, connection, key)} />;
}
