import { useEffect, useState } from 'react';
import { CircleAlert, OctagonAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { KeptSnapshot } from '../../../../src-main/contract/session/snapshots.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Checkbox } from '../../../ui/controls/field.tsx';
import { FileButton } from '../../../ui/controls/file-button.tsx';
import { ConfirmDialog } from '../../../ui/feedback/confirm-dialog.tsx';
import { Dialog } from '../../../ui/feedback/dialog.tsx';
import { formatBytes, formatCount, formatCounted } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { dayAndTime } from '../trash.ts';
import { shownText } from './snapshots.ts';
import { SnapshotNote, snapshotTitle } from './snapshots-part.tsx';
import { snapshotsOf, type SnapshotPage } from './snapshots-session.ts';
import '../retained.css';
import './snapshots.css';

/** `dialog` "Snapshots": all that are kept, to be compared with the broker, saved elsewhere, or removed. */
export function SnapshotsDialog({ session }: { readonly session: ConnectionSession }) {
  const snapshots = snapshotsOf(session);
  useEffect(() => void snapshots.load(), [snapshots]);
  const { page, problem, words } = useStore(snapshots.store);
  const [others, setOthers] = useState(false);
  const [removing, setRemoving] = useState<KeptSnapshot | null>(null);
  const all = page?.snapshots ?? [];
  const mine = all.filter(({ isOfBroker }) => isOfBroker);
  return (
    <Dialog
      open
      onClose={() => snapshots.close()}
      title="Snapshots"
      width="960px"
      footer={
        <>
          <span role="status" className="clr-foot">
            {words}
          </span>
          <span className="dialog-foot-space" />
          <FileButton quiet accept=".jsonl" onFile={(file) => snapshots.compare(file)}>
            Open file…
          </FileButton>
          <Button variant="primary" onClick={() => snapshots.close()}>
            Done
          </Button>
        </>
      }
    >
      {problem === null ? null : (
        <p role="alert" className="clr-line">
          <Icon of={CircleAlert} size={14} className="tone-err" /> {problem}
        </p>
      )}
      <p className="clr-line">{page === null ? 'Reading the snapshots…' : pageWords(page)}</p>
      {mine.length === all.length ? null : (
        <div className="snap-others">
          <Checkbox
            label={`Also of other brokers (${formatCount(all.length - mine.length)})`}
            checked={others}
            onChange={setOthers}
          />
        </div>
      )}
      <KeptTable
        snapshots={others ? all : mine}
        onCompare={(one) => snapshots.compare(one)}
        onSave={(one) => void snapshots.saveKept(one)}
        onRemove={setRemoving}
      />
      {removing === null ? null : (
        <ConfirmDialog
          title="Remove this snapshot?"
          icon={OctagonAlert}
          action="Remove snapshot"
          onCancel={() => setRemoving(null)}
          onConfirm={() => void snapshots.remove(removing)}
        >
          <bdi>{snapshotTitle(removing)}</bdi>, with {formatCounted(removing.messages, 'message')} of{' '}
          <bdi>{shownText(removing.broker === '' ? 'an unknown broker' : removing.broker)}</bdi>, will be
          deleted from the disk. It cannot be restored after that.
        </ConfirmDialog>
      )}
    </Dialog>
  );
}

/** `4 snapshots, 8.1 MB of 256 MB. …` */
export function pageWords({ snapshots, more, bytes, limit }: SnapshotPage): string {
  const count = snapshots.length + more;
  if (count === 0) return 'No snapshot is kept. “Save snapshot…” keeps what is selected.';
  const older =
    more === 0 ? '' : ` The ${formatCounted(more, 'oldest one is', 'oldest ones are')} not listed.`;
  return `${formatCounted(count, 'snapshot')}, ${formatBytes(bytes)} of ${formatBytes(limit)}. Comparing shows what differs from the broker now, and what restoring would do.${older}`;
}

interface KeptTableProps {
  readonly snapshots: readonly KeptSnapshot[];
  readonly onCompare: (snapshot: KeptSnapshot) => void;
  readonly onSave: (snapshot: KeptSnapshot) => void;
  readonly onRemove: (snapshot: KeptSnapshot) => void;
}

function KeptTable({ snapshots, onCompare, onSave, onRemove }: KeptTableProps) {
  if (snapshots.length === 0) return null;
  return (
    <section className="clr-scroll" tabIndex={0} aria-label="Kept snapshots">
      <table className="clr-table snap-table" aria-label="Kept snapshots">
        <thead>
          <tr>
            <th scope="col">Saved</th>
            <th scope="col">Name</th>
            <th scope="col">Of</th>
            <th scope="col" className="num">
              Messages
            </th>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {snapshots.map((one) => (
            <tr key={one.id}>
              <td>{dayAndTime(one)}</td>
              <td>
                <SnapshotNote snapshot={one} />
              </td>
              <td className="tone-mut">
                <Source snapshot={one} />
              </td>
              <td className="num">{formatCount(one.messages)}</td>
              <td className="num tone-mut">{formatBytes(one.bytes)}</td>
              <td className="snap-acts">
                <Button
                  variant="quiet"
                  aria-label={`Compare ${snapshotTitle(one)}`}
                  onClick={() => onCompare(one)}
                >
                  Compare
                </Button>
                <Button
                  variant="quiet"
                  aria-label={`Save as file… ${snapshotTitle(one)}`}
                  onClick={() => onSave(one)}
                >
                  Save as file…
                </Button>
                <Button
                  variant="quiet"
                  aria-label={`Remove… ${snapshotTitle(one)}`}
                  onClick={() => onRemove(one)}
                >
                  Remove…
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What was saved, and of which broker where it is another. */
function Source({ snapshot: { title, profile, broker, isOfBroker } }: { readonly snapshot: KeptSnapshot }) {
  const from = isOfBroker ? '' : shownText(profile === '' ? broker : profile);
  return (
    <span className="cut" title={shownText(broker)}>
      <bdi>{shownText(title)}</bdi>
      {from === '' ? null : (
        <>
          , <bdi>{from}</bdi>
        </>
      )}
    </span>
  );
}
