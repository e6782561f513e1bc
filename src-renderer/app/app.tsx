import { useEffect } from 'react';
import { useStore } from 'zustand';
import { FirstRun } from '../features/connections/panes/first-run.tsx';
import { RemovedNotice } from '../features/connections/panes/removed-notice.tsx';
import type { AppState } from '../state/app/app-state.ts';
import { loadAfterRest, MainView } from './first-views.ts';
import { Dialogs } from './dialogs.tsx';
import { LinkBanner } from './link-banner.tsx';
import { OtherVersionPage } from './other-version.tsx';
import { useLink } from './base/use-link.ts';
import { lazyPart } from '../ui/base/lazy-part.tsx';
import './app.css';

const EntryPage = lazyPart(() => import('./entry/entry-page.tsx').then(({ EntryPage }) => EntryPage));

export function App({ app }: { readonly app: AppState }) {
  const loaded = useStore(app.connections.store, (state) => state.loaded);
  const connected = useStore(app.connections.store, ({ connections }) => connections.length > 0);
  const saved = useStore(app.profiles.store, ({ profiles }) => profiles.length > 0);
  const known = useStore(app.profiles.store, (state) => state.loaded);
  const link = useLink(app);
  const nothing = !connected && !saved;
  const first = nothing && loaded && known;
  useEffect(() => (first ? loadAfterRest(MainView.loadAhead) : undefined), [first]);

  if (link.kind === 'no-access' && app.engine.entry !== null && !loaded) {
    return <EntryPage entry={app.engine.entry} />;
  }
  if (link.kind === 'other-version' && !loaded) return <OtherVersionPage status={link} />;
  return (
    <>
      {nothing ? (
        <>
          <LinkBanner app={app} />
          <RemovedNotice app={app} />
          {first ? <FirstRun app={app} /> : null}
        </>
      ) : (
        <MainView app={app} />
      )}
      <Dialogs app={app} />
    </>
  );
}
