import type { AppState } from '../state/app/app-state.ts';
import type { OverDialog } from '../state/app/over-dialogs.ts';
import { lazyPart } from '../ui/base/lazy-part.tsx';

const CertificatesDialog = lazyPart(() =>
  import('../features/certificates/certificates-dialog.tsx').then(
    ({ CertificatesDialog }) => CertificatesDialog,
  ),
);
const SecretsDialog = lazyPart(() =>
  import('../features/secrets/secrets-dialog.tsx').then(({ SecretsDialog }) => SecretsDialog),
);
const ExportDialog = lazyPart(() =>
  import('../features/connections/transfer/export-dialog.tsx').then(({ ExportDialog }) => ExportDialog),
);
const CommandDialog = lazyPart(() =>
  import('../features/connections/transfer/command-dialog.tsx').then(({ CommandDialog }) => CommandDialog),
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
