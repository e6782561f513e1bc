import type { ReactNode } from 'react';
import { FileDiff, Save } from 'lucide-react';
import { useStore } from 'zustand';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { ProgressLine } from '../../../ui/feedback/progress-line.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import { SaveDialog } from './save-dialog.tsx';
import { SnapshotsDialog } from './snapshots-dialog.tsx';
import { snapshotsOf } from './snapshots-session.ts';

interface SnapshotButtonsProps {
  readonly session: ConnectionSession;
  /** Messages that are chosen. */
  readonly count: number;
  /** Name of the production connection: restoring asks for the count. Null: it is none. */
  readonly production: string | null;
}

/** How far keeping a snapshot is. It stands in the place of what is shown else, as there is no room for both. */
export function KeepingLine({
  session,
  children,
}: {
  readonly session: ConnectionSession;
  readonly children: ReactNode;
}) {
  const snapshots = snapshotsOf(session);
  const keeping = useStore(snapshots.store, (state) => state.keeping);
  if (keeping === null) return children;
  return (
    <ProgressLine
      label="Saving snapshot"
      barLabel="Saved"
      progress={keeping}
      onStop={() => snapshots.stop()}
    />
  );
}

/** `status` "Snapshot": how the last action went. */
export function SnapshotWords({ session }: { readonly session: ConnectionSession }) {
  const { dialog, keeping, words } = useStore(snapshotsOf(session).store);
  return (
    <span role="status" aria-label="Snapshot" className="inv-bar-words tone-mut">
      {dialog === null && keeping === null ? words : ''}
    </span>
  );
}

/** `button` "Compare with snapshot…" and "Save snapshot…", and the dialogs they open. */
export function SnapshotButtons({ session, count, production }: SnapshotButtonsProps) {
  const snapshots = snapshotsOf(session);
  const { dialog, busy } = useStore(snapshots.store);
  return (
    <>
      <Button
        variant="quiet"
        icon={FileDiff}
        className="inv-bar-folds"
        title="Compare with snapshot…"
        onClick={() => snapshots.show('list')}
      >
        <span>Compare with snapshot…</span>
      </Button>
      {/* Not disabled while it works: it would lose the focus. */}
      <Button
        icon={Save}
        className="inv-bar-folds-late"
        title="Save snapshot…"
        disabled={count === 0}
        aria-disabled={busy}
        onClick={busy ? undefined : () => snapshots.show('save')}
      >
        <span>Save snapshot…</span>
      </Button>
      {dialog?.kind === 'save' ? <SaveDialog session={session} /> : null}
      {dialog?.kind === 'list' ? <SnapshotsDialog session={session} /> : null}
      {dialog?.kind === 'compare' ? (
        <CompareDialog
          {...{ session, production }}
          file={dialog.file}
          query={dialog.query}
          onClose={() => snapshots.close()}
        />
      ) : null}
    </>
  );
}
