import { useEffect } from 'react';
import { TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { KeptSnapshot } from '../../../../src-main/contract/session/snapshots.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { FileButton } from '../../../ui/controls/file-button.tsx';
import { formatBytes, formatCount } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { useReadAgain } from '../../../ui/feedback/read-again.ts';
import { dayAndTime, damageWords } from '../trash.ts';
import { shownText, snapshotName } from './snapshots.ts';
import { snapshotsOf } from './snapshots-session.ts';
import './snapshots.css';

/** The newest; the dialog has them all. */
const SHOWN = 3;

/** The snapshots that are kept of this broker, each of which can be compared with it now. */
export function SnapshotsPart({ session }: { readonly session: ConnectionSession }) {
  const snapshots = snapshotsOf(session);
  useEffect(() => void snapshots.load(), [snapshots]);
  const looks = useStore(snapshots.store, (state) => state.looks);
  const open = useStore(snapshots.store, (state) => state.dialog !== null);
  // Nobody says when another window or program keeps one, or removes it. In a dialog no row moves under the pointer.
  useReadAgain(looks, looks > 0 && !open, () => void snapshots.load());
  const page = useStore(snapshots.store, (state) => state.page);
  const problem = useStore(snapshots.store, (state) => state.problem);
  const mine = page?.snapshots.filter(({ isOfBroker }) => isOfBroker) ?? [];
  const all = page === null ? 0 : page.snapshots.length + page.more;
  const of = page === null ? '' : shownText(page.broker.name === '' ? page.broker.address : page.broker.name);
  return (
    <div className="inv-part">
      <h3>
        <span>
          Snapshots{' '}
          {of === '' ? null : (
            <span className="tone-mut">
              of <bdi>{of}</bdi>
            </span>
          )}
        </span>
        <span className="inv-part-end">
          {all > 0 ? (
            <Button variant="quiet" onClick={() => snapshots.show('list')}>
              Show all {formatCount(all)}
            </Button>
          ) : null}
          <FileButton quiet accept=".jsonl" onFile={(file) => snapshots.compare(file)}>
            Open…
          </FileButton>
        </span>
      </h3>
      {problem === null ? null : <p className="inv-note">{problem}</p>}
      {page === null ? (
        problem === null ? (
          <p className="tone-mut inv-late">Reading the snapshots…</p>
        ) : null
      ) : mine.length === 0 ? (
        <p className="tone-mut">None is kept. “Save snapshot…” keeps what is selected.</p>
      ) : (
        <ul className="inv-list snap-list" aria-label="Snapshots kept lately">
          {mine.slice(0, SHOWN).map((one) => (
            <Kept key={one.id} snapshot={one} onCompare={() => snapshots.compare(one)} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Kept({ snapshot, onCompare }: { readonly snapshot: KeptSnapshot; readonly onCompare: () => void }) {
  return (
    <li>
      <span>{dayAndTime(snapshot)}</span>
      <SnapshotNote snapshot={snapshot} />
      <span className="num">{formatCount(snapshot.messages)}</span>
      <span className="num tone-mut">{formatBytes(snapshot.bytes)}</span>
      <button
        type="button"
        className="inv-link snap-compare"
        aria-label={`Compare ${snapshotTitle(snapshot)}`}
        title="What differs from the broker now, and putting it back"
        onClick={onCompare}
      >
        Compare
      </button>
    </li>
  );
}

/** Its name, or where the file is damaged. */
export function SnapshotNote({ snapshot }: { readonly snapshot: KeptSnapshot }) {
  const [first] = snapshot.damage;
  if (first === undefined)
    return (
      <bdi className="cut tone-mut" title={shownText(snapshot.title)}>
        {snapshotName(snapshot)}
      </bdi>
    );
  return (
    <span className="cut tone-warn" title={escapeUnsafe(damageWords(snapshot))}>
      <Icon of={TriangleAlert} size={14} /> damaged at line {formatCount(first.line)}
    </span>
  );
}

/** `before the update, Nov 20, 2026 08:02` */
export function snapshotTitle(snapshot: KeptSnapshot): string {
  return [snapshotName(snapshot), dayAndTime(snapshot)].filter(Boolean).join(', ');
}
