import { useCallback, useEffect, useState } from 'react';
import { CircleAlert, OctagonAlert, Trash2, Undo2 } from 'lucide-react';
import type { RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { TrashedMessage } from '../../../src-main/contract/session/trash.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { ConfirmDialog } from '../../ui/feedback/confirm-dialog.tsx';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { formatCount, formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import {
  chosenCount,
  listTrash,
  newerOnes,
  readEntry,
  restoreChosen,
  restoreWords,
  trashWords,
  type Choice,
  type TrashPage,
} from './trash.ts';
import { TrashTree } from './trash-tree.tsx';
import './retained.css';

type Asking = 'restore' | 'empty' | 'overwrite' | null;

/** What is in the trash, and what is done with it; one thing at a time. */
function useTrash(session: ConnectionSession) {
  const [page, setPage] = useState<TrashPage | null>(null);
  const [messages, setMessages] = useState<ReadonlyMap<string, readonly TrashedMessage[]>>(new Map());
  const [choice, setChoice] = useState<Choice>(new Map());
  const [busy, setBusy] = useState(false);
  const [results, setResults] = useState<readonly RestoreResult[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const failed = useCallback((error: unknown) => setProblem(messageOf(error)), []);
  const load = useCallback(() => listTrash(session).then(setPage, failed), [session, failed]);
  useEffect(() => void load(), [load]);

  const entries = page?.entries ?? [];
  const count = chosenCount(entries, choice);
  const open = (id: string) => {
    if (messages.has(id)) setMessages(new Map([...messages].filter(([other]) => other !== id)));
    else
      readEntry(session, id).then((some) => setMessages((before) => new Map(before).set(id, some)), failed);
  };
  const choose = (next: Choice) => {
    setChoice(next);
    setResults(null);
  };
  const work = (act: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    void act()
      .catch(failed)
      .finally(() => setBusy(false));
  };
  const restore = (overwrite: boolean) =>
    work(async () => setResults(await restoreChosen(session, entries, choice, overwrite)));
  const empty = () =>
    work(async () => {
      const some = count === 0 ? null : [...choice.keys()];
      const answer = await session.client.call('emptyTrash', { entries: some });
      if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`);
      setMessages(new Map());
      choose(new Map());
      await load();
    });
  return { page, entries, messages, choice, count, busy, results, problem, open, choose, restore, empty };
}

/** `dialog` "Trash": what was cleared, to be looked at, put back, or deleted for good. */
export function TrashDialog({ session }: { readonly session: ConnectionSession }) {
  const trash = useTrash(session);
  const { page, entries, choice, count, results, problem } = trash;
  const [asking, setAsking] = useState<Asking>(null);
  const newer = results === null ? 0 : newerOnes(results);
  const whole = count === 0 || entries.every(({ id }) => choice.has(id));
  return (
    <Dialog
      open
      onClose={() => session.closeClear()}
      title="Trash"
      width="960px"
      keepOnOutsidePress
      footer={
        <Foot
          busy={trash.busy}
          results={results}
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
      <p className="clr-line">{page === null ? 'Reading the trash…' : trashWords(page)}</p>
      {entries.length === 0 ? null : (
        <TrashTree
          entries={entries}
          messages={trash.messages}
          choice={choice}
          now={session.now()}
          onOpen={trash.open}
          onChoose={trash.choose}
        />
      )}
      <Question
        asking={asking}
        count={asking === 'overwrite' ? newer : count}
        whole={whole}
        entries={whole ? entries.length : choice.size}
        onCancel={() => setAsking(null)}
        onConfirm={() => (asking === 'empty' ? trash.empty() : trash.restore(asking === 'overwrite'))}
      />
    </Dialog>
  );
}

interface FootProps {
  readonly busy: boolean;
  readonly results: readonly RestoreResult[] | null;
  readonly entries: number;
  readonly count: number;
  readonly whole: boolean;
  readonly onAsk: (asking: Asking) => void;
  readonly onDone: () => void;
}

function Foot({ busy, results, entries, count, whole, onAsk, onDone }: FootProps) {
  const newer = results === null ? 0 : newerOnes(results);
  return (
    <>
      <span role="status" className="clr-foot">
        {busy ? 'Working…' : results === null ? '' : restoreWords(results)}
      </span>
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
      <Button variant="primary" onClick={onDone}>
        Done
      </Button>
    </>
  );
}

interface QuestionProps {
  readonly asking: Asking;
  readonly count: number;
  readonly whole: boolean;
  readonly entries: number;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}

function Question({ asking, count, whole, entries, onCancel, onConfirm }: QuestionProps) {
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
          {messages} will be published as retained on the connection that is open, whatever broker they came
          from. Topics that hold a newer retained message are left alone.
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
