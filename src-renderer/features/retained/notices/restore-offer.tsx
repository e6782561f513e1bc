import { Undo2 } from 'lucide-react';
import { useStore } from 'zustand';
import type { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { RestoreOffers } from '../../../state/connections/restore-offers.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { formatCounted } from '../../../ui/base/format.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Banner } from '../../../ui/feedback/banner.tsx';
import { ProgressLine } from '../../../ui/feedback/progress-line.tsx';

interface RestoreOfferProps {
  readonly offers: RestoreOffers;
  readonly session: ConnectionSession;
}

/** Cleared messages that can be put back: offered until they are, or the user gives them up. */
export function RestoreOfferNotice({ offers, session }: RestoreOfferProps) {
  // The dialog offers the same.
  const dialog = useStore(session.store, (state) => state.clearing !== null);
  return dialog ? null : <Offer offers={offers} connection={session.connectionId} />;
}

function Offer({
  offers,
  connection,
}: {
  readonly offers: RestoreOffers;
  readonly connection: ConnectionId;
}) {
  const offer = useStore(offers.store, (all) => all.get(connection) ?? null);
  if (offer === null) return null;
  const { keys, newer, busy, progress, problem } = offer;
  const plain = keys.length - newer.length;
  // Not disabled while it works: they would lose the focus.
  const off = { 'aria-disabled': busy };
  const unlessBusy = (act: () => unknown) => (busy ? undefined : () => void act());
  return (
    <Banner
      tone="mut"
      role="status"
      icon={Undo2}
      title={`${formatCounted(keys.length, 'cleared message')} can be restored.`}
      actions={
        <>
          {plain === 0 ? null : (
            <Button {...off} onClick={unlessBusy(() => offers.restore(connection, false))}>
              Restore
            </Button>
          )}
          {newer.length === 0 ? null : (
            <Button variant="danger" {...off} onClick={unlessBusy(() => offers.restore(connection, true))}>
              Restore and overwrite
            </Button>
          )}
          <Button variant="quiet" {...off} onClick={unlessBusy(() => offers.dismiss(connection))}>
            Dismiss for good
          </Button>
        </>
      }
      // Beside the words: a status of its own in their live region would be announced twice.
      clock={
        progress === null ? undefined : (
          <ProgressLine
            label="Restoring"
            barLabel="Restored"
            progress={progress}
            onStop={() => offers.stop(connection)}
          />
        )
      }
    >
      {progress === null ? offerWords(problem, newer.length) : ''}
    </Banner>
  );
}

function offerWords(problem: string | null, newer: number): string {
  if (problem !== null) return `Not all of them: ${problem}`;
  if (newer === 0) return 'The copies are in the trash.';
  // A topic that could not be asked for is among them.
  return `${formatCounted(newer, 'topic holds', 'topics hold')} a newer message, or may: nothing is overwritten unless you choose to.`;
}
