import { lazy } from 'react';
import type { AppState } from '../state/app/app-state.ts';
import type { OverDialog } from '../state/app/over-dialogs.ts';

const CertificatesDialog = lazy(() =>
  import('../features/certificates/certificates-dialog.tsx').then(({ CertificatesDialog: it }) => ({
    default: it,
  })),
);
const SecretsDialog = lazy(() =>
  import('../features/secrets/secrets-dialog.tsx').then(({ SecretsDialog: it }) => ({ default: it })),
);
const ExportDialog = lazy(() =>
  import('../features/connections/transfer/export-dialog.tsx').then(({ ExportDialog: it }) => ({
    default: it,
  })),
);
const CommandDialog = lazy(() =>
  import('../features/connections/transfer/command-dialog.tsx').then(({ CommandDialog: it }) => ({
    default: it,
  })),
);

/** What may lie over another dialog. */
export function OverOne({ app, dialog }: { readonly app: AppState; readonly dialog: OverDialog }) {
  switch (dialog.kind) {
    case 'certificates':
      return <CertificatesDialog app={app} of={dialog.of} />;
    case 'secrets':
      return <SecretsDialog app={app} question={dialog} />;
    case 'export':
      return <ExportDialog app={app} ids={dialog.ids} />;
    case 'command-line':
      return <CommandDialog app={app} options={dialog.options} />;
  }
}
