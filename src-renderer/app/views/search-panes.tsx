import { SearchSide } from '../../features/search/search-side.tsx';
import { SearchView } from '../../features/search/search-view.tsx';
import { showTopic } from '../base/sessions.ts';
import type { WorkViewProps } from './work-views.tsx';

/** What is searched for, and what was found. */
export function SearchPane({ app, session }: WorkViewProps) {
  return (
    <SearchView
      search={app.search}
      session={session}
      connections={() => app.connections.store.getState().connections}
      onShow={(connection, key) => showTopic(app, connection, key)}
    />
  );
}

/** Beside it the message that is chosen. */
export function SearchSidePane({ app }: WorkViewProps) {
  return <SearchSide search={app.search} onShow={(connection, key) => showTopic(app, connection, key)} />;
}
