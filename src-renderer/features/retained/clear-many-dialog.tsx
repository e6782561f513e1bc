import { useEffect, useRef, useState, type RefObject } from 'react';
import { CircleAlert, Pause, Play, TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { ClearScope, Job } from '../../../src-main/contract/session/jobs.ts';
import { follow } from '../../state/engine/follow.ts';
import { isOver, type RestoreOffers } from '../../state/connections/restore-offers.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { formatBytes, formatCount, formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { asksForCount, isCount, keptWords, scopeOf, type ManyPlan, type ScopeChoice } from './clear-many.ts';
import { JobBody, JobDoneButtons } from './clear-job-view.tsx';
import { clearLabel, countToClear, tooLargeWords } from './retained-labels.ts';
import { ManyClearing } from './many-clearing.ts';
import { ScopedTable } from './many-tables.tsx';
import './retained.css';

interface ClearManyProps {
  readonly session: ConnectionSession;
  readonly offers: RestoreOffers;
  readonly production: string | null;
  /** The topic it is opened on. */
  readonly topic: TopicKey;
  /** A running job of this connection is looked at instead of a new preview. */
  readonly initial: ScopeChoice;
  /** Instead of what lies around a topic. */
  readonly scope?: ClearScope;
  /** What the scope is, in words. */
  readonly about?: string | undefined;
}

const CHOICES: readonly (readonly [ScopeChoice, string])[] = [
  ['topic', 'This topic'],
  ['subtree', 'This subtree'],
  ['filter', 'What the filter shows'],
];

/** `dialog` "Clear retained messages" for a subtree or a filter: a preview, then a job of the engine. */
export function ClearManyDialog({
  session,
  offers,
  production,
  topic,
  initial,
  scope,
  about,
}: ClearManyProps) {
  const filter = useStore(session.store, (state) => state.filter);
  const [choice, setChoice] = useState<ScopeChoice>(initial);
  const [typed, setTyped] = useState('');
  const [clearing] = useState(() => new ManyClearing(session));
  useEffect(() => () => clearing.closed(), [clearing]);
  const { plan, problem, full, beginning, job: jobId } = useStore(clearing.store);
  const job = useJob(session, jobId, clearing);
  const cancel = useRef<HTMLButtonElement>(null);
  const close = () => session.closeClear();
  useEffect(
    () => void clearing.look(scope ?? scopeOf(choice, topic, filter)),
    [clearing, choice, topic, filter, scope],
  );
  const count = plan === null ? 0 : countToClear(plan.clear, plan.tooLarge);
  const asks = asksForCount(count, production !== null);

  return (
    <Dialog
      open
      onClose={close}
      title="Clear retained messages"
      width="960px"
      initialFocus={cancel}
      keepOnOutsidePress
      footer={
        <>
          <span className="clr-foot">{footWords(job, plan?.tooLarge ?? 0)}</span>
          <span className="dialog-foot-space" />
          {job === null ? (
            <PreviewButtons
              cancel={cancel}
              plan={plan}
              ready={!beginning && (!asks || isCount(typed, count))}
              full={full}
              onCancel={close}
              onClear={() => void clearing.begin()}
            />
          ) : isOver(job) ? (
            <JobDoneButtons
              session={session}
              offers={offers}
              job={job}
              onDone={close}
              onProblem={(words) => clearing.show(words)}
            />
          ) : (
            <RunningButtons job={job} ask={(name) => void clearing.control(name, job.id)} />
          )}
        </>
      }
    >
      {job === null ? (
        <>
          {scope === undefined ? (
            <ScopeRadios choice={choice} isFiltered={filter !== ''} onChoose={setChoice} />
          ) : null}
          {about === undefined ? null : <p className="clr-line">{about}</p>}
          <Preview plan={plan} problem={problem} />
          {asks ? <TypedCount {...{ count, production, typed }} onType={setTyped} /> : null}
        </>
      ) : (
        <JobBody session={session} job={job} problem={problem} />
      )}
    </Dialog>
  );
}

interface TypedCountProps {
  readonly count: number;
  readonly production: string | null;
  readonly typed: string;
  readonly onType: (typed: string) => void;
  /** What is done to that many messages. */
  readonly act?: 'clear' | 'restore';
}

/** So that nobody clears or restores more than they meant. */
export function TypedCount({ count, production, typed, onType, act = 'clear' }: TypedCountProps) {
  const why = production === null ? '' : `${production} is marked as production. `;
  return (
    <div className="clr-count">
      <TextField
        label="Type the count"
        hint={`${why}Type ${formatCount(count)} to ${act} that many messages.`}
        value={typed}
        onChange={onType}
      />
    </div>
  );
}

interface ScopeRadiosProps {
  readonly choice: ScopeChoice;
  readonly isFiltered: boolean;
  readonly onChoose: (choice: ScopeChoice) => void;
}

function ScopeRadios({ choice, isFiltered, onChoose }: ScopeRadiosProps) {
  return (
    <fieldset className="clr-scopes">
      <legend className="visually-hidden">What to clear</legend>
      {CHOICES.filter(([kind]) => kind !== 'filter' || isFiltered).map(([kind, label]) => (
        <label key={kind} className="check-line">
          <input type="radio" name="scope" checked={choice === kind} onChange={() => onChoose(kind)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

interface PreviewButtonsProps {
  readonly cancel: RefObject<HTMLButtonElement | null>;
  readonly plan: ManyPlan | null;
  /** The count was typed, where it has to be. */
  readonly ready: boolean;
  /** The trash has no room for the copies: the button goes beyond its limit. */
  readonly full: boolean;
  readonly onCancel: () => void;
  readonly onClear: () => void;
}

function PreviewButtons({ cancel, plan, ready, full, onCancel, onClear }: PreviewButtonsProps) {
  // A key that is still held must not press the button that has taken the place of the first one.
  useEffect(() => {
    if (full) cancel.current?.focus();
  }, [full, cancel]);
  return (
    <>
      <Button ref={cancel} variant="quiet" onClick={onCancel}>
        Cancel
      </Button>
      {plan === null || plan.clear === 0 ? null : (
        <Button variant="danger" disabled={!ready} onClick={onClear}>
          {clearLabel(plan.clear, plan.tooLarge, full)}
        </Button>
      )}
    </>
  );
}

/** The job that was started here, or one of this connection that runs already. */
function useJob(session: ConnectionSession, id: string | null, clearing: ManyClearing): Job | null {
  const [job, setJob] = useState<Job | null>(null);
  useEffect(
    () =>
      follow({
        open: () => session.client.stream('jobs', {}),
        take: ({ jobs }) => {
          const mine =
            id === null
              ? jobs.find((one) => one.connection === session.connectionId && !isOver(one))
              : jobs.find((one) => one.id === id);
          if (mine === undefined) return;
          setJob(mine);
          if (id === null) clearing.found(mine.id);
        },
      }),
    [session, id, clearing],
  );
  return job;
}

function Preview({ plan, problem }: { readonly plan: ManyPlan | null; readonly problem: string | null }) {
  const alert =
    problem === null ? null : (
      <p role="alert" className="clr-line">
        <Icon of={CircleAlert} size={14} className="tone-err" /> {problem}
      </p>
    );
  if (plan === null) return alert ?? <p className="clr-line">Looking up what is retained…</p>;
  const { clear, bytes, returning, excluded, unknown, tooLarge } = plan;
  const facts = [
    clear === 0
      ? 'There is nothing to clear here.'
      : `${formatCounted(clear, 'retained message')}, ${formatBytes(bytes)}.`,
    tooLargeWords(tooLarge),
    returning === 0 ? '' : `${formatCounted(returning, 'topic')} still published to: may come back.`,
    excluded === 0 ? '' : `${formatCount(excluded)} excluded.`,
    unknown === 0
      ? ''
      : `${formatCounted(unknown, 'topic')} whose state is unknown not in the list: Probe, in Retained, asks the broker for them.`,
  ];
  return (
    <>
      {alert}
      <p role="status" className="clr-line">
        {returning + tooLarge > 0 ? <Icon of={TriangleAlert} size={14} className="tone-warn" /> : null}
        {facts.filter(Boolean).join(' ')}
      </p>
      <ScopedTable topics={plan.topics} more={clear - plan.topics.length} left={plan.left} />
    </>
  );
}

function RunningButtons({
  job,
  ask,
}: {
  readonly job: Job;
  readonly ask: (name: 'pauseJob' | 'resumeJob' | 'stopJob') => void;
}) {
  const paused = job.state.kind === 'paused';
  return (
    <>
      <Button variant="quiet" onClick={() => ask('stopJob')}>
        Stop here
      </Button>
      <Button icon={paused ? Play : Pause} onClick={() => ask(paused ? 'resumeJob' : 'pauseJob')}>
        {paused ? 'Resume clearing' : 'Pause clearing'}
      </Button>
    </>
  );
}

function footWords(job: Job | null, tooLarge: number): string {
  if (job === null)
    return `${tooLarge === 0 ? 'Each message' : 'Each message that is cleared'} is written to the trash before it is cleared. Restore puts it back, also after a restart.`;
  if (isOver(job)) return keptWords(job);
  return 'Nothing outside this list is published to. Everything sent so far is in the trash.';
}
