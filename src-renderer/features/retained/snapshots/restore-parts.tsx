import { Download, Pause, Play, RefreshCw, Undo2 } from 'lucide-react';
import { useStore } from 'zustand';
import { fileStem } from '../../../../src-main/core/message/file-name.ts';
import type { RestoreResult } from '../../../../src-main/contract/session/outcomes.ts';
import { saveFile } from '../../../state/browser/save-file.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { Checkbox, TextField } from '../../../ui/controls/field.tsx';
import { formatCount } from '../../../ui/base/format.ts';
import { isEnter } from '../../../ui/base/pressed-key.ts';
import { outcomeLine } from '../clear-many.ts';
import { restoredWords } from '../retained-labels.ts';
import { restoreWords } from '../trash.ts';
import { TopicCell } from '../topic-tables.tsx';
import { useFocusAfterStop } from '../../../ui/feedback/focus-after-stop.ts';
import { ProgressLine } from '../../../ui/feedback/progress-line.tsx';
import type { OpenComparison } from './open-comparison.ts';
import { writeCount } from './snapshots.ts';
import './snapshots.css';

/** Rows of results; the rest is counted, and in the exported file. */
const SHOWN = 200;

interface ChoicesProps {
  readonly comparison: OpenComparison;
}

/** Where the messages would go, and over what. */
export function RestoreChoices({ comparison }: ChoicesProps) {
  const { prefix, overwrite, running, results } = useStore(comparison.store);
  const isOver = running || results !== null;
  return (
    <div className="snap-choices">
      <TextField
        label="Topic prefix"
        hint="Put before each topic of the snapshot as it is, e.g. copy/. Enter compares again."
        mono
        value={prefix}
        disabled={running}
        onChange={(next) => comparison.setPrefix(next)}
        onKeyDown={(event) => {
          if (isEnter(event)) void comparison.compare();
        }}
      />
      <Checkbox
        label="Overwrite other messages"
        hint="Else topics that hold another retained message are left alone."
        checked={overwrite}
        disabled={isOver}
        onChange={(next) => comparison.setOverwrite(next)}
      />
    </div>
  );
}

interface FootProps {
  readonly comparison: OpenComparison;
  readonly session: ConnectionSession;
  /** It may be restored: the count was typed, where it has to be. */
  readonly isReady: boolean;
  readonly onAsk: () => void;
  readonly onDone: () => void;
}

/** How far it is, and what can be done now. */
export function RestoreFoot({ comparison, session, isReady, onAsk, onDone }: FootProps) {
  const { found, overwrite, running, results, progress } = useStore(comparison.store);
  const next = useFocusAfterStop(progress);
  const total = found === null ? 0 : writeCount(found, overwrite);
  const outdated = comparison.isOutdated();
  const save = (all: readonly RestoreResult[]) => {
    const name = `${fileStem('restored', new Date(session.now()))}.jsonl`;
    saveFile(name, 'application/jsonl', [all.map(outcomeLine).join('')]);
  };
  return (
    <>
      <RestoreStatus comparison={comparison} total={total} />
      <span className="dialog-foot-space" />
      {running ? <RunningButtons comparison={comparison} /> : <CompareAgain comparison={comparison} />}
      {running || results === null ? null : (
        <Button icon={Download} variant="quiet" onClick={() => save(results)}>
          Export…
        </Button>
      )}
      {running || results !== null || found === null ? null : (
        <Button icon={Undo2} disabled={!isReady} onClick={onAsk}>
          Restore {formatCount(outdated ? 0 : total)}…
        </Button>
      )}
      <Button ref={next} variant="primary" disabled={running} onClick={onDone}>
        Done
      </Button>
    </>
  );
}

function RestoreStatus({ comparison, total }: ChoicesProps & { readonly total: number }) {
  const { progress, paused, results } = useStore(comparison.store);
  if (progress !== null)
    return <ProgressLine label="Restoring" barLabel="Restored" progress={progress} paused={paused} />;
  const words = (): string => {
    if (results !== null) return restoreWords(results, total - results.length);
    return comparison.isOutdated() ? 'The prefix is another than was compared.' : '';
  };
  return (
    <span role="status" aria-label="Restoring" className="clr-foot">
      {words()}
    </span>
  );
}

function CompareAgain({ comparison }: ChoicesProps) {
  const comparing = useStore(comparison.store, (one) => one.comparing);
  return (
    <Button icon={RefreshCw} variant="quiet" disabled={comparing} onClick={() => void comparison.compare()}>
      Compare again
    </Button>
  );
}

function RunningButtons({ comparison }: ChoicesProps) {
  const paused = useStore(comparison.store, (one) => one.paused);
  return (
    <>
      <Button variant="quiet" onClick={() => comparison.stop()}>
        Stop here
      </Button>
      <Button
        icon={paused ? Play : Pause}
        onClick={() => (paused ? comparison.resume() : comparison.pause())}
      >
        {paused ? 'Resume restoring' : 'Pause restoring'}
      </Button>
    </>
  );
}

/** `table` "Restored by topic": what was not restored comes first. */
export function RestoredTable({ results }: { readonly results: readonly RestoreResult[] }) {
  const isBack = ({ outcome }: RestoreResult) => outcome.kind === 'restored';
  const sorted = [...results.filter((one) => !isBack(one)), ...results.filter(isBack)];
  const more = sorted.length - SHOWN;
  return (
    <section className="clr-scroll" tabIndex={0} aria-label="Restored">
      <table className="clr-table clr-results" aria-label="Restored by topic">
        <thead>
          <tr>
            <th scope="col">Topic</th>
            <th scope="col">Result</th>
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, SHOWN).map(({ key, topic, outcome }) => {
            const { tone, words, advice } = restoredWords(outcome);
            return (
              <tr key={key}>
                <TopicCell topic={topic} />
                <td className={tone === 'ok' ? undefined : `tone-${tone}`}>
                  {tone === 'ok' && advice !== '' ? `${words}. ${advice}` : words}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {more > 0 ? <p className="clr-more">{formatCount(more)} more</p> : null}
    </section>
  );
}
