import { useEffect, useRef, useState, type Ref } from 'react';
import { Circle, CircleCheck, Download, OctagonAlert, RotateCw, TriangleAlert, Undo2 } from 'lucide-react';
import { fileStem } from '../../../src-main/core/message/file-name.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { Job, JobPart } from '../../../src-main/contract/session/jobs.ts';
import type { RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import { saveFile } from '../../state/browser/save-file.ts';
import { isOver, type RestoreOffers } from '../../state/connections/restore-offers.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { Tabs } from '../../ui/controls/tabs.tsx';
import { formatCount, formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import {
  countUnkept,
  exportOutcomes,
  leftOverLimit,
  outcomesOf,
  progressWords,
  putBack,
  resultTabs,
  resultWords,
  stepsOf,
} from './clear-many.ts';
import { Restoring, type RestoreProgress } from '../../state/retained/restoring.ts';
import { ConfirmDialog } from '../../ui/feedback/confirm-dialog.tsx';
import { useFocusAfterStop } from '../../ui/feedback/focus-after-stop.ts';
import { ProgressLine } from '../../ui/feedback/progress-line.tsx';
import { ResultTable } from './many-tables.tsx';
import { newerOnes, restoreWords } from './trash.ts';

interface JobBodyProps {
  readonly session: ConnectionSession;
  readonly job: Job;
  readonly problem: string | null;
}

/** A clear under way or over: how far it is, and what became of each topic. */
export function JobBody({ session, job, problem }: JobBodyProps) {
  const [page, setPage] = useState<Awaited<ReturnType<typeof outcomesOf>>>({ outcomes: [], waiting: [] });
  const [chosen, setChosen] = useState<JobPart | null>(null);
  const { id, done } = job;
  const { sent } = job.steps;
  const over = isOver(job);
  const left = job.total - job.cleared;
  const tabs = resultTabs(job);
  // It ends on what is left to do, until somebody looks elsewhere.
  const part =
    tabs.find((tab) => tab.id === chosen)?.id ?? (over && done > job.cleared ? 'not-cleared' : 'all');
  useEffect(() => {
    let open = true;
    outcomesOf(session, id, part)
      .then((answer) => open && setPage(answer))
      .catch(() => undefined);
    return () => {
      open = false;
    };
  }, [session, id, done, sent, over, part]);
  return (
    <>
      <div role="status" aria-label="Clearing" className="clr-line">
        {over ? (
          <Icon
            of={left === 0 ? CircleCheck : TriangleAlert}
            size={14}
            className={left === 0 ? 'tone-ok' : 'tone-warn'}
          />
        ) : null}
        {over ? resultWords(job) : progressWords(job)}
      </div>
      <ClearSteps job={job} />
      {problem === null ? null : (
        <p role="alert" className="clr-line">
          {problem}
        </p>
      )}
      <Tabs label="Results" items={tabs} value={part} onChange={setChosen} focusPanel={false}>
        <ResultTable
          results={page.outcomes}
          waiting={page.waiting}
          total={job.total}
          empty={over ? 'None.' : 'None yet. A topic is listed once the broker was asked for it again.'}
          more={countOf(job, part) - page.outcomes.length - page.waiting.length}
        />
      </Tabs>
    </>
  );
}

/** What is done to each topic, one step after the other, and how far each is. */
function ClearSteps({ job }: { readonly job: Job }) {
  return (
    <ol className="clr-steps clr-steps-4">
      {stepsOf(job).map(({ name, words, share, failed = false }) => (
        <li key={name}>
          {failed ? (
            <Icon of={TriangleAlert} size={14} className="tone-warn" />
          ) : (
            <Icon
              of={share >= 1 ? CircleCheck : Circle}
              size={14}
              className={share >= 1 ? 'tone-ok' : 'tone-mut'}
            />
          )}
          <div>
            <b>{name}</b>
            <span>{words}</span>
            <progress aria-label={name} max={1} value={share} />
          </div>
        </li>
      ))}
    </ol>
  );
}

function countOf({ done, total, cleared, refused, cameBack }: Job, part: JobPart): number {
  switch (part) {
    case 'all':
      return done;
    case 'cleared':
      return cleared;
    case 'not-cleared':
    case 'not-kept':
      return done - cleared;
    case 'denied':
      return refused;
    case 'came-back':
      return cameBack;
    case 'waiting':
      return total - done;
  }
}

/** Puts back what a job cleared, part by part. */
function useRestore(session: ConnectionSession, offers: RestoreOffers, { entry, steps }: Job) {
  const [restored, setRestored] = useState<readonly RestoreResult[]>([]);
  const [progress, setProgress] = useState<RestoreProgress | null>(null);
  const [left, setLeft] = useState(0);
  const restoring = useRef<Restoring>(null);
  const run = async (overwrite: boolean) => {
    const one = new Restoring(steps.kept, () => session.now(), setProgress);
    restoring.current = one;
    setRestored([]);
    // What an end of the connection left open is put back once more: the later result counts.
    const byTopic = new Map<TopicKey, RestoreResult>();
    try {
      await putBack(session, entry, overwrite, one, (some) => {
        offers.restored(session.connectionId, some);
        for (const result of some) byTopic.set(result.key, result);
        setRestored([...byTopic.values()]);
      });
    } finally {
      setProgress(null);
      setLeft(one.left);
    }
  };
  return { restored, progress, left, run, stop: () => restoring.current?.stop() };
}

interface ClearWithoutCopyProps {
  readonly count: number;
  readonly disabled: boolean;
  readonly onClear: () => void;
}

/** The one clear that nothing takes back asks once more; null where there is nothing to clear so. */
export function ClearWithoutCopy({ count, disabled, onClear }: ClearWithoutCopyProps) {
  const [asking, setAsking] = useState(false);
  if (count === 0) return null;
  return (
    <>
      <Button variant="danger" disabled={disabled} onClick={() => setAsking(true)}>
        Clear {formatCount(count)} without a copy
      </Button>
      {asking ? (
        <ConfirmDialog
          title="Clear without a copy?"
          icon={OctagonAlert}
          action={`Clear ${formatCounted(count, 'message')} for good`}
          onCancel={() => setAsking(false)}
          onConfirm={onClear}
        >
          {formatCounted(count, 'retained message')} will be cleared for every client. Of what is too large,
          or could not be read, nothing goes to the trash: it cannot be restored.
        </ConfirmDialog>
      ) : null}
    </>
  );
}

interface JobDoneButtonsProps {
  readonly session: ConnectionSession;
  readonly offers: RestoreOffers;
  readonly job: Job;
  readonly onDone: () => void;
  readonly onProblem: (words: string | null) => void;
}

/** What can be done when it is over: once more, a file of it, and back. */
export function JobDoneButtons({ session, offers, job, onDone, onProblem }: JobDoneButtonsProps) {
  const [unkept, setUnkept] = useState(0);
  const { restored, progress, left, run, stop } = useRestore(session, offers, job);
  // Restore goes as it is pressed, so there is nothing to go back to, also where it was not stopped.
  const next = useFocusAfterStop(progress === null ? null : { stopping: true });
  const [busy, setBusy] = useState(false);
  const { id, done, cleared, total, steps } = job;
  useEffect(() => {
    countUnkept(session, id).then(setUnkept, () => undefined);
  }, [session, id, done]);
  const work = (act: () => Promise<void>) => {
    setBusy(true);
    onProblem(null);
    void act()
      .catch((error: unknown) => onProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
  };
  const retry = (how: { readonly unkept?: 'clear'; readonly overLimit?: true }) =>
    work(async () => {
      const answer = await session.client.call('retryJob', { job: id, ...how });
      if (answer.kind === 'failed') throw new Error(`${answer.message} ${answer.advice}`);
    });
  const restore = (overwrite: boolean) => work(() => run(overwrite));
  const save = () =>
    work(async () => {
      const name = `${fileStem(job.title, new Date())} cleared.jsonl`;
      saveFile(name, 'application/jsonl', [await exportOutcomes(session, job)]);
    });
  const newer = newerOnes(restored);
  const overLimit = leftOverLimit(job);
  // Nothing else can be done meanwhile, and there is no room for it.
  if (progress !== null)
    return (
      <>
        <ProgressLine label="Restoring" barLabel="Restored" progress={progress} onStop={stop} />
        <DoneButton ref={next} onDone={onDone} />
      </>
    );
  return (
    <>
      {restored.length === 0 ? null : <span role="status">{restoreWords(restored, left)}</span>}
      {total === cleared ? null : (
        <Button icon={RotateCw} disabled={busy} onClick={() => retry({})}>
          Try {formatCount(total - cleared)} again
        </Button>
      )}
      {overLimit === 0 ? null : (
        <Button variant="danger" disabled={busy} onClick={() => retry({ overLimit: true })}>
          Clear {formatCount(overLimit)} more, over the trash limit
        </Button>
      )}
      <ClearWithoutCopy count={unkept} disabled={busy} onClear={() => retry({ unkept: 'clear' })} />
      <Button icon={Download} variant="quiet" disabled={busy} onClick={save}>
        Export…
      </Button>
      <Button variant="quiet" disabled={busy} onClick={() => session.openClear([], 'trash')}>
        Open trash
      </Button>
      {newer === 0 ? null : (
        <Button variant="danger" disabled={busy} onClick={() => restore(true)}>
          Restore {formatCount(newer)} and overwrite
        </Button>
      )}
      {cleared === 0 || steps.kept === 0 || (restored.length > 0 && !busy && left === 0) ? null : (
        <Button icon={Undo2} disabled={busy} onClick={() => restore(false)}>
          Restore
        </Button>
      )}
      <DoneButton ref={next} onDone={onDone} />
    </>
  );
}

interface DoneButtonProps {
  readonly onDone: () => void;
  readonly ref: Ref<HTMLButtonElement>;
}

function DoneButton({ onDone, ref }: DoneButtonProps) {
  return (
    <Button ref={ref} variant="primary" onClick={onDone}>
      Done
    </Button>
  );
}
