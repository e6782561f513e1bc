import { useEffect, useRef, useState, type ReactNode } from 'react';
import {
  CircleAlert,
  CircleCheck,
  Download,
  OctagonAlert,
  Search,
  Trash2,
  TriangleAlert,
  Undo2,
} from 'lucide-react';
import { useStore } from 'zustand';
import type { ConnectionSummary, TopicKey } from '../../../src-main/contract/model/model.ts';
import type { ClearRequest } from '../../state/tree/view-state.ts';
import type { RestoreOffers } from '../../state/connections/restore-offers.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { ConfirmDialog } from '../../ui/feedback/confirm-dialog.tsx';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { formatCount, formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { useNow } from '../../ui/base/use-now.ts';
import { ProgressLine } from '../../ui/feedback/progress-line.tsx';
import type { ScopeChoice } from './clear-many.ts';
import { ClearWithoutCopy } from './clear-job-view.tsx';
import { ClearManyDialog } from './clear-many-dialog.tsx';
import { brokerWords } from './trash.ts';
import { TrashDialog } from './trash-dialog.tsx';
import { PlanList } from './plan-list.tsx';
import { clearable, openQuestions, TopicClearing, type ClearStage, type PlannedTopic } from './plan.ts';
import { clearLabel, countToClear, removalWords, tooLargeWords } from './retained-labels.ts';
import './retained.css';

interface ClearRetainedProps {
  /** What is restored goes to its broker. */
  readonly connection: Pick<ConnectionSummary, 'name' | 'address'>;
  readonly session: ConnectionSession;
  /** Learn what can be put back, for when the dialog is closed. */
  readonly offers: RestoreOffers;
  /** Name of the production connection: clearing asks once more. Null: it is none. */
  readonly production: string | null;
}

/** `dialog` "Clear retained messages": open while the session has a clear request. */
export function ClearRetainedDialog({ connection, session, offers, production }: ClearRetainedProps) {
  const request = useStore(session.store, (state) => state.clearing);
  const filter = useStore(session.store, (state) => state.filter);
  if (request === null) return null;
  if (request.part === 'trash')
    return <TrashDialog broker={brokerWords(connection)} {...{ session, offers }} entry={request.entry} />;
  if (request.scope !== undefined) {
    return (
      <ClearManyDialog
        {...{ session, offers, production }}
        scope={request.scope}
        about={request.about}
        topic=""
        initial="topic"
      />
    );
  }
  const [only] = request.keys;
  if (request.keys.length === 1 && only !== undefined) {
    const choice = scopeAt(session, only);
    if (choice === 'subtree' || filter !== '') {
      return <ClearManyDialog {...{ session, offers, production }} topic={only} initial={choice} />;
    }
  }
  return <Clearing key={request.keys.join('\n')} {...{ session, offers, production, request }} />;
}

/** A branch is cleared as a whole, where nobody says otherwise; a topic with nothing below it by itself. */
function scopeAt(session: ConnectionSession, key: TopicKey): ScopeChoice {
  const { rows, selected } = session.store.getState();
  const row = [...rows.values()].find((view) => view.row.key === key)?.row;
  const below = row === undefined ? selected?.key === key && selected.topics > 1 : row.children > 0;
  return below ? 'subtree' : 'topic';
}

interface ClearingProps extends Omit<ClearRetainedProps, 'connection'> {
  readonly request: ClearRequest;
}

function Clearing({ session, offers, production, request }: ClearingProps) {
  const [clearing] = useState(() => new TopicClearing(session, offers));
  useEffect(() => {
    void clearing.look(request.keys);
    return () => clearing.closed();
  }, [clearing, request]);
  const stage = useStore(clearing.store);
  const all = 'topics' in stage ? clearable(stage.topics).length : 0;
  const tooLarge = 'topics' in stage ? tooLargeOf(stage.topics) : 0;
  const count = countToClear(all, tooLarge);
  const run = () => void clearing.run();
  const [asking, setAsking] = useState(false);
  const cancel = useRef<HTMLButtonElement>(null);
  const close = () => session.closeClear();
  // How long ago something was seen goes on while the preview is read.
  useNow();

  return (
    <Dialog
      open
      onClose={close}
      title="Clear retained messages"
      width="960px"
      initialFocus={cancel}
      // Also against the second of a double click, as the dialog is smaller once it clears.
      keepOnOutsidePress
      footer={
        <>
          <FootWords stage={stage} />
          <span className="dialog-foot-space" />
          <Button ref={cancel} variant="quiet" onClick={close}>
            {stage.kind === 'done' ? 'Done' : 'Cancel'}
          </Button>
          {stage.kind === 'preview' && all > 0 ? (
            <Button variant="danger" onClick={() => (production === null ? run() : setAsking(true))}>
              {clearLabel(all, tooLarge, stage.full !== undefined)}
            </Button>
          ) : null}
          {stage.kind === 'done' ? (
            <DoneButtons
              stage={stage}
              onRestore={(keys, overwrite) => void clearing.putBack(keys, overwrite)}
              onClear={(keys) => void clearing.clearUnkept(keys)}
              onTrash={() => session.openClear([], 'trash')}
            />
          ) : null}
        </>
      }
    >
      <Body stage={stage} count={count} now={session.now()} />
      {asking && production !== null ? (
        <ConfirmDialog
          title="Clear on production?"
          icon={OctagonAlert}
          action="Clear on production"
          onCancel={() => setAsking(false)}
          onConfirm={run}
        >
          {production} is marked as production. {formatCounted(count, 'retained message')} will be cleared for
          every client.
        </ConfirmDialog>
      ) : null}
    </Dialog>
  );
}

type Done = Extract<ClearStage, { kind: 'done' }>;

interface DoneButtonsProps {
  readonly stage: Done;
  readonly onRestore: (keys: readonly TopicKey[], overwrite: boolean) => void;
  readonly onClear: (keys: readonly TopicKey[]) => void;
  readonly onTrash: () => void;
}

/** What is left to be decided: what could not be kept, what is newer, and what can be put back. */
function DoneButtons({ stage, onRestore, onClear, onTrash }: DoneButtonsProps) {
  const { unkept, newer, restorable } = openQuestions(stage);
  const { busy } = stage;
  return (
    <>
      <ClearWithoutCopy count={unkept.length} disabled={busy} onClear={() => onClear(unkept)} />
      {newer.length === 0 ? null : (
        <Button variant="danger" disabled={busy} onClick={() => onRestore(newer, true)}>
          Restore {formatCount(newer.length)} and overwrite
        </Button>
      )}
      <Button variant="quiet" disabled={busy} onClick={onTrash}>
        Open trash
      </Button>
      {restorable.length === 0 ? null : (
        <Button icon={Undo2} disabled={busy} onClick={() => onRestore(restorable, false)}>
          Restore
        </Button>
      )}
    </>
  );
}

function Body({
  stage,
  count,
  now,
}: {
  readonly stage: ClearStage;
  readonly count: number;
  readonly now: number;
}) {
  const tooLarge = stage.kind === 'preview' ? tooLargeOf(stage.topics) : 0;
  switch (stage.kind) {
    case 'planning':
      return <Line>Looking up what is retained…</Line>;
    case 'broken':
      return <Problem>{stage.why}</Problem>;
    case 'preview':
      if (stage.topics.length === 0) {
        return (
          <Line>
            Nothing is selected. Select a topic in the tree, then choose Clear retained… again. What is ticked
            in Retained is cleared with the button below that list.
          </Line>
        );
      }
      return (
        <>
          {stage.full === undefined ? (
            <Line>{lossWords(stage.topics)}</Line>
          ) : (
            <Problem>{stage.full}</Problem>
          )}
          <PlanList topics={stage.topics} results={null} restored={[]} now={now} />
          {clearable(stage.topics).length === tooLarge ? null : <Steps count={count} />}
        </>
      );
    case 'clearing':
      return (
        <>
          <Line>Clearing and verifying {formatCounted(count, 'message')}…</Line>
          <PlanList topics={stage.topics} results={null} restored={[]} now={now} />
        </>
      );
    case 'done':
      return (
        <>
          <DoneLine stage={stage} />
          {stage.problem === null ? null : <Problem>{stage.problem}</Problem>}
          <PlanList topics={stage.topics} results={stage.results} restored={stage.restored} now={now} />
        </>
      );
  }
}

/** What is removed, and what is not as it cannot be kept. */
function lossWords(topics: readonly PlannedTopic[]): string {
  const removed = clearable(topics).filter((topic) => topic.tooLarge !== true);
  const tooLarge = tooLargeOf(topics);
  const first = removed.length === 0 && tooLarge > 0 ? '' : removalWords(removed.map(({ fact }) => fact));
  return [first, tooLargeWords(tooLarge)].filter(Boolean).join(' ');
}

/** How many cannot be kept, and so are left alone. */
function tooLargeOf(topics: readonly PlannedTopic[]): number {
  return clearable(topics).filter((topic) => topic.tooLarge === true).length;
}

function Problem({ children }: { readonly children: string }) {
  return (
    <Line alert>
      <Icon of={CircleAlert} size={14} className="tone-err" /> That did not work: {children}
    </Line>
  );
}

function DoneLine({ stage }: { readonly stage: Done }) {
  const cleared = stage.results.filter(({ outcome }) => outcome.kind === 'cleared').length;
  const rest = stage.results.length - cleared;
  return (
    <Line>
      <Icon
        of={rest === 0 ? CircleCheck : TriangleAlert}
        size={14}
        className={rest === 0 ? 'tone-ok' : 'tone-warn'}
      />{' '}
      {formatCounted(cleared, 'retained message')} cleared
      {rest === 0 ? '.' : `; ${rest} not, ${rest === 1 ? 'for the reason' : 'for the reasons'} below.`}
    </Line>
  );
}

function Line({ children, alert }: { readonly children: ReactNode; readonly alert?: boolean }) {
  return (
    <p role={alert === true ? 'alert' : 'status'} className="clr-line">
      {children}
    </p>
  );
}

/** What the button will do, before it is pressed. */
function Steps({ count }: { readonly count: number }) {
  const messages = formatCounted(count, 'message');
  return (
    <ol className="clr-steps">
      <Step icon={Download} title="Keep">
        {messages}, byte for byte, in the trash on disk, before anything is sent
      </Step>
      <Step icon={Trash2} title="Clear">
        an empty retained publish to each topic
      </Step>
      <Step icon={Search} title="Verify">
        subscribe again and report each topic that is still there
      </Step>
    </ol>
  );
}

function Step({ icon, title, children }: { icon: typeof Search; title: string; children: ReactNode }) {
  return (
    <li>
      <Icon of={icon} size={14} className="tone-mut" />
      <div>
        <b>{title}</b>
        <span>{children}</span>
      </div>
    </li>
  );
}

function FootWords({ stage }: { readonly stage: ClearStage }) {
  if (stage.kind === 'done' && stage.progress !== null)
    return <ProgressLine label="Restoring" barLabel="Restored" progress={stage.progress} />;
  if (stage.kind === 'done' && stage.busy)
    return (
      <span role="status" className="clr-foot">
        Working…
      </span>
    );
  const said = footWords(stage);
  return said === '' ? null : (
    <span className="clr-foot">
      <Icon of={Undo2} size={14} /> {said}
    </span>
  );
}

function footWords(stage: ClearStage): string {
  if (stage.kind === 'preview' && clearable(stage.topics).length > tooLargeOf(stage.topics)) {
    return 'Copies go to the trash first. Restore puts them back, also after a restart.';
  }
  if (stage.kind !== 'done') return '';
  return openQuestions(stage).restorable.length > 0
    ? 'In the trash. Restore is also offered after this is closed.'
    : '';
}
