import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import type { AppState } from '../state/app/app-state.ts';
import type { OpenDialog } from '../state/app/shell.ts';
import { DialogOver } from '../ui/feedback/dialog-over.tsx';
import { OverOne } from './over-dialogs.tsx';

// None of these is part of the start: each comes when it is first opened.
const Palette = lazy(() => import('./commands/palette.tsx').then(({ Palette: it }) => ({ default: it })));
const GoToTopic = lazy(() =>
  import('./commands/go-to-topic.tsx').then(({ GoToTopic: it }) => ({ default: it })),
);
const Shortcuts = lazy(() =>
  import('./commands/shortcuts.tsx').then(({ Shortcuts: it }) => ({ default: it })),
);
const SettingsDialog = lazy(() =>
  import('../features/settings/settings-dialog.tsx').then(({ SettingsDialog: it }) => ({ default: it })),
);
const ProfileEditor = lazy(() =>
  import('../features/connections/editor/profile-editor.tsx').then(({ ProfileEditor: it }) => ({
    default: it,
  })),
);
const ImportDialog = lazy(() =>
  import('../features/connections/transfer/import-dialog.tsx').then(({ ImportDialog: it }) => ({
    default: it,
  })),
);
const SubscriptionsDialog = lazy(() =>
  import('../features/connections/subscriptions/subscriptions-dialog.tsx').then(
    ({ SubscriptionsDialog: it }) => ({
      default: it,
    }),
  ),
);
const SavedFilters = lazy(() =>
  import('./saved-filters.tsx').then(({ SavedFilters: it }) => ({ default: it })),
);
const ForgetDialog = lazy(() =>
  import('./forget-dialog.tsx').then(({ ForgetDialog: it }) => ({ default: it })),
);
const RemoveDialog = lazy(() =>
  import('../features/connections/rail/remove-dialog.tsx').then(({ RemoveDialog: it }) => ({ default: it })),
);

/** Whatever lies over the window, and what lies over that. */
export function Dialogs({ app }: { readonly app: AppState }) {
  const { dialog, over } = useStore(app.shell.store);
  const upper =
    over === null ? null : (
      <Suspense fallback={null}>
        <OverOne app={app} dialog={over} />
      </Suspense>
    );
  if (dialog === null) return upper;
  return (
    <DialogOver over={upper}>
      <Suspense fallback={null}>
        <OpenOne app={app} dialog={dialog} />
      </Suspense>
    </DialogOver>
  );
}

function OpenOne({ app, dialog }: { readonly app: AppState; readonly dialog: OpenDialog }) {
  switch (dialog.kind) {
    case 'palette':
      return <Palette app={app} />;
    case 'go-to-topic':
      return <GoToTopic app={app} />;
    case 'shortcuts':
      return <Shortcuts app={app} />;
    case 'settings':
      return <SettingsDialog app={app} />;
    case 'editor':
      return <ProfileEditor app={app} profileId={dialog.profileId} prefill={dialog.prefill} />;
    case 'import':
      return <ImportDialog app={app} />;
    case 'subscriptions':
      return <SubscriptionsDialog app={app} id={dialog.id} />;
    case 'saved-filters':
      return <SavedFilters app={app} id={dialog.id} />;
    case 'forget':
      return <ForgetDialog app={app} id={dialog.id} what={dialog.what} />;
    case 'close-connection':
      return <RemoveDialog app={app} id={dialog.id} />;
  }
}
