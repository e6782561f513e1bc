import { useStore } from 'zustand';
import type { AppState } from '../state/app/app-state.ts';
import type { OpenDialog } from '../state/app/shell.ts';
import { FaultBoundary } from '../ui/feedback/fault-boundary.tsx';
import { DialogOver } from '../ui/feedback/dialog-over.tsx';
import { OverOne } from './over-dialogs.tsx';
import { lazyPart } from '../ui/base/lazy-part.tsx';

// None of these is part of the start: each comes when it is first opened.
const Palette = lazyPart(() => import('./commands/palette.tsx').then(({ Palette }) => Palette));
const GoToTopic = lazyPart(() => import('./commands/go-to-topic.tsx').then(({ GoToTopic }) => GoToTopic));
const Shortcuts = lazyPart(() => import('./commands/shortcuts.tsx').then(({ Shortcuts }) => Shortcuts));
const SettingsDialog = lazyPart(() =>
  import('../features/settings/settings-dialog.tsx').then(({ SettingsDialog }) => SettingsDialog),
);
const ProfileEditor = lazyPart(() =>
  import('../features/connections/editor/profile-editor.tsx').then(({ ProfileEditor }) => ProfileEditor),
);
const ImportDialog = lazyPart(() =>
  import('../features/connections/transfer/import-dialog.tsx').then(({ ImportDialog }) => ImportDialog),
);
const SubscriptionsDialog = lazyPart(() =>
  import('../features/connections/subscriptions/subscriptions-dialog.tsx').then(
    ({ SubscriptionsDialog }) => SubscriptionsDialog,
  ),
);
const SavedFilters = lazyPart(() => import('./saved-filters.tsx').then(({ SavedFilters }) => SavedFilters));
const ForgetDialog = lazyPart(() => import('./forget-dialog.tsx').then(({ ForgetDialog }) => ForgetDialog));
const RemoveDialog = lazyPart(() =>
  import('../features/connections/rail/remove-dialog.tsx').then(({ RemoveDialog }) => RemoveDialog),
);

/** Whatever lies over the window, and what lies over that. A fault in one leaves the window below it as it is. */
export function Dialogs({ app }: { readonly app: AppState }) {
  const { dialog, over } = useStore(app.shell.store);
  const upper =
    over === null ? null : (
      <FaultBoundary key={over.kind} what="The dialog" onClose={app.shell.closeOver}>
        <OverOne app={app} dialog={over} />
      </FaultBoundary>
    );
  if (dialog === null) return upper;
  return (
    <DialogOver over={upper}>
      <FaultBoundary key={dialog.kind} what="The dialog" onClose={app.shell.close}>
        <OpenOne app={app} dialog={dialog} />
      </FaultBoundary>
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
