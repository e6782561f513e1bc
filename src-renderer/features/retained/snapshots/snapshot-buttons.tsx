import { useState } from 'react';
import type { InventoryQuery } from '../../../../src-main/contract/session/inventory.ts';
import type { InventorySession } from '../../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { FileButton } from '../../../ui/controls/file-button.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import { saveSnapshot } from './snapshots.ts';

interface SnapshotButtonsProps {
  readonly session: ConnectionSession;
  readonly inventory: InventorySession;
  /** Messages that are chosen. */
  readonly count: number;
  /** Name of the production connection: restoring asks for the count. Null: it is none. */
  readonly production: string | null;
}

/** `button` "Compare with snapshot…" and "Save snapshot…". */
export function SnapshotButtons({ session, inventory, count, production }: SnapshotButtonsProps) {
  const [words, setWords] = useState('');
  const [busy, setBusy] = useState(false);
  const [compared, setCompared] = useState<{ readonly file: File; readonly query: InventoryQuery } | null>(
    null,
  );
  const save = () => {
    setBusy(true);
    const { choice } = inventory.store.getState();
    saveSnapshot(session, inventory.query, choice, setWords)
      .then(setWords, (error: unknown) => setWords(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <span role="status" aria-label="Snapshot" className="tone-mut">
        {words}
      </span>
      <FileButton quiet accept=".jsonl" onFile={(file) => setCompared({ file, query: inventory.query })}>
        Compare with snapshot…
      </FileButton>
      {/* Not disabled while it works: it would lose the focus. */}
      <Button disabled={count === 0} aria-disabled={busy} onClick={busy ? undefined : save}>
        Save snapshot…
      </Button>
      {compared === null ? null : (
        <CompareDialog {...{ session, production }} {...compared} onClose={() => setCompared(null)} />
      )}
    </>
  );
}
