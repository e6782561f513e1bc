import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import type { AppState } from '../state/app-state.ts';

// None of these is part of the start: each comes when it is first opened.
const Palette = lazy(() => import('./palette.tsx').then(({ Palette: it }) => ({ default: it })));
const Shortcuts = lazy(() => import('./shortcuts.tsx').then(({ Shortcuts: it }) => ({ default: it })));
const SettingsDialog = lazy(() =>
  import('../features/settings/settings-dialog.tsx').then(({ SettingsDialog: it }) => ({ default: it })),
);
const ProfileEditor = lazy(() =>
  import('../features/connections/profile-editor.tsx').then(({ ProfileEditor: it }) => ({ default: it })),
);
const ImportDialog = lazy(() =>
  import('../features/connections/import-dialog.tsx').then(({ ImportDialog: it }) => ({ default: it })),
);
const RemoveDialog = lazy(() =>
  import('../features/connections/remove-dialog.tsx').then(({ RemoveDialog: it }) => ({ default: it })),
);

/** Whatever lies over the window. */
export function Dialogs({ app }: { readonly app: AppState }) {
  const dialog = useStore(app.shell.store, (state) => state.dialog);
  return (
    <Suspense fallback={null}>{dialog === null ? null : <OpenOne app={app} dialog={dialog} />}</Suspense>
  );
}

function OpenOne({
  app,
  dialog,
}: {
  app: AppState;
  dialog: NonNullable<ReturnType<AppState['shell']['store']['getState']>['dialog']>;
}) {
  switch (dialog.kind) {
    case 'palette':
      return <Palette app={app} />;
    case 'shortcuts':
      return <Shortcuts app={app} />;
    case 'settings':
      return <SettingsDialog app={app} />;
    case 'editor':
      return <ProfileEditor app={app} profileId={dialog.profileId} prefill={dialog.prefill} />;
    case 'import':
      return <ImportDialog app={app} />;
    case 'remove-profile':
    case 'close-connection':
      return <RemoveDialog app={app} dialog={dialog} />;
  }
}
