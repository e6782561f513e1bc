import { useEffect, useState } from 'react';
import { CircleAlert, OctagonAlert, Trash2, Undo2 } from 'lucide-react';
import { useStore } from 'zustand';
import type { RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { RestoreOffers } from '../../state/connections/restore-offers.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { ConfirmDialog } from '../../ui/feedback/confirm-dialog.tsx';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { formatCount, formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { useReadAgain } from '../../ui/feedback/read-again.ts';
import { OpenTrash } from './open-trash.ts';
import { newerOnes, restoreWords, trashWords } from './trash.ts';
import type { RestoreProgress } from '../../state/retained/restoring.ts';
import { useFocusAfterStop } from '../../ui/feedback/focus-after-stop.ts';
import { ProgressLine } from '../../ui/feedback/progress-line.tsx';
import { TrashTree } from './trash-tree.tsx';
import './retained.css';

interface TrashDialogProps {
  /** Where what is restored goes, as it is shown. */
  readonly broker: string;
  readonly session: ConnectionSession;
  /** Learn what was put back from here. */
  readonly offers: RestoreOffers;
  /** Shown open, with all of it chosen. */
  readonly entry?: string | undefined;
}

type Asking = 'restore' | 'empty' | 'overwrite' | null;

/** `dialog` "Trash": what was cleared, to be looked at, put back, or deleted for good. */
export function TrashDialog({ broker, session, offers, entry }: TrashDialogProps) {
  const [trash] = useState(() => new OpenTrash(session, offers));
  useEffect(() => {
    void (entry === undefined ? trash.load() : trash.show(entry));
    return () => trash.closed();
  }, [trash, entry]);
  const { page, messages, choice, busy, progress, results, left, problem } = useStore(trash.store);
  // Nobody says when another window or program clears, or is done with it.
  useReadAgain(page, page !== null && !busy, () => void trash.look());
  const entries = page?.entries ?? [];
  const count = trash.count();
  const whole = trash.isWhole();
  const [asking, setAsking] = useState<Asking>(null);
  const newer = results === null ? 0 : newerOnes(results);
  return (
    <Dialog
      open
      onClose={() => session.closeClear()}
      title="Trash"
      width="960px"
      keepOnOutsidePress
      footer={
        <Foot
          busy={busy}
          progress={progress}
          onStop={() => trash.stop()}
          results={results}
          left={left}
          entries={entries.length}
          count={count}
          whole={whole}
          onAsk={setAsking}
          onDone={() => session.closeClear()}
        />
      }
    >
      {problem === null ? null : (
        <p role="alert" className="clr-line">
          <Icon of={CircleAlert} size={14} className="tone-err" /> {problem}
        </p>
      )}
      <p className="clr-line">
        {page === null ? 'Reading the trash…' : trashWords(page)}
        <MoreEntries trash={trash} />
      </p>
      {entries.length === 0 ? null : (
        <TrashTree
          entries={entries}
          messages={messages}
          choice={choice}
          first={entry}
          now={session.now()}
          onOpen={(id) => void trash.toggle(id)}
          onChoose={(next) => trash.choose(next)}
        />
      )}
      <Question
        asking={asking}
        broker={broker}
        count={asking === 'overwrite' ? newer : count}
        whole={whole}
        entries={whole ? entries.length : choice.size}
        onCancel={() => setAsking(null)}
        onConfirm={() => void (asking === 'empty' ? trash.delete() : trash.restore(asking === 'overwrite'))}
      />
    </Dialog>
  );
}

/** What another window or program cleared meanwhile; nothing where there is nothing. */
function MoreEntries({ trash }: { readonly trash: OpenTrash }) {
  const { page, newer } = useStore(trash.store);
  if (newer === null) return null;
  const more = newer.entries.length - (page?.entries.length ?? 0);
  return (
    <Button variant="quiet" onClick={() => void trash.showNewer()}>
      Show {formatCounted(more, 'new entry', 'new entries')}
    </Button>
  );
}

interface FootProps {
  readonly busy: boolean;
  readonly progress: RestoreProgress | null;
  readonly onStop: () => void;
  readonly results: readonly RestoreResult[] | null;
  readonly left: number;
  readonly entries: number;
  readonly count: number;
  readonly whole: boolean;
  readonly onAsk: (asking: Asking) => void;
  readonly onDone: () => void;
}

function Foot({ busy, progress, results, left, entries, count, whole, onStop, onAsk, onDone }: FootProps) {
  const next = useFocusAfterStop(progress);
  const newer = results === null ? 0 : newerOnes(results);
  return (
    <>
      {progress === null ? (
        <span role="status" className="clr-foot">
          {busy ? 'Working…' : results === null ? '' : restoreWords(results, left)}
        </span>
      ) : (
        <ProgressLine label="Restoring" barLabel="Restored" progress={progress} onStop={onStop} />
      )}
      <span className="dialog-foot-space" />
      {entries === 0 ? null : (
        <Button icon={Trash2} variant="quiet" disabled={busy} onClick={() => onAsk('empty')}>
          {whole ? 'Empty trash…' : 'Delete entries…'}
        </Button>
      )}
      {newer === 0 ? null : (
        <Button variant="danger" disabled={busy} onClick={() => onAsk('overwrite')}>
          Restore {formatCount(newer)} and overwrite
        </Button>
      )}
      <Button icon={Undo2} disabled={busy || count === 0} onClick={() => onAsk('restore')}>
        Restore {formatCount(count)}…
      </Button>
      <Button ref={next} variant="primary" onClick={onDone}>
        Done
      </Button>
    </>
  );
}

interface QuestionProps {
  readonly asking: Asking;
  readonly broker: string;
  readonly count: number;
  readonly whole: boolean;
  readonly entries: number;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}

function Question({ asking, broker, count, whole, entries, onCancel, onConfirm }: QuestionProps) {
  const messages = formatCounted(count, 'message');
  const buttons = { onCancel, onConfirm };
  switch (asking) {
    case null:
      return null;
    case 'empty':
      return (
        <ConfirmDialog
          title={whole ? 'Empty the trash?' : 'Delete these entries?'}
          icon={OctagonAlert}
          action={whole ? 'Empty trash' : 'Delete entries'}
          {...buttons}
        >
          {formatCounted(entries, 'entry', 'entries')} with all their messages will be deleted from the disk.
          They cannot be restored after that.
        </ConfirmDialog>
      );
    case 'restore':
      return (
        <ConfirmDialog title="Restore to this broker?" action={`Restore ${messages}`} {...buttons}>
          {messages} will be published as retained to <bdi>{broker}</bdi>, whatever broker they came from.
          Topics that hold a newer retained message are left alone.
        </ConfirmDialog>
      );
    case 'overwrite':
      return (
        <ConfirmDialog
          title="Overwrite newer messages?"
          icon={OctagonAlert}
          action={`Overwrite ${messages}`}
          {...buttons}
        >
          {formatCounted(count, 'topic holds', 'topics hold')} another retained message by now, or may. It
          will be replaced, and it is not in the trash.
        </ConfirmDialog>
      );
  }
}
