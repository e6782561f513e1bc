import { Suspense, useEffect } from 'react';
import { useStore } from 'zustand';
import { FirstRun } from '../features/connections/panes/first-run.tsx';
import { RemovedNotice } from '../features/connections/panes/removed-notice.tsx';
import type { AppState } from '../state/app/app-state.ts';
import { loadAfterRest, loadMainView } from './first-views.ts';
import { Dialogs } from './dialogs.tsx';
import { LinkBanner } from './link-banner.tsx';
import { OtherVersionPage } from './other-version.tsx';
import { useLink } from './base/use-link.ts';
import { lazyPart } from '../ui/base/lazy-part.tsx';
import './app.css';

const MainView = lazyPart(() => loadMainView().then(({ MainView }) => MainView));

const EntryPage = lazyPart(() => import('./entry/entry-page.tsx').then(({ EntryPage }) => EntryPage));

export function App({ app }: { readonly app: AppState }) {
  const loaded = useStore(app.connections.store, (state) => state.loaded);
  const connected = useStore(app.connections.store, ({ connections }) => connections.length > 0);
  const saved = useStore(app.profiles.store, ({ profiles }) => profiles.length > 0);
  const known = useStore(app.profiles.store, (state) => state.loaded);
  const link = useLink(app);
  const nothing = !connected && !saved;
  const first = nothing && loaded && known;
  useEffect(() => (first ? loadAfterRest(loadMainView) : undefined), [first]);

  if (link.kind === 'no-access' && app.engine.entry !== null && !loaded) {
    return (
      <Suspense fallback={null}>
        <EntryPage entry={app.engine.entry} />
      </Suspense>
    );
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
        <Suspense fallback={null}>
          <MainView app={app} />
        </Suspense>
      )}
      <Dialogs app={app} />
    </>
  );
}
