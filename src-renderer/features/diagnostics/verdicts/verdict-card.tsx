import { useRef, type ReactNode } from 'react';
import { shortened } from '../../../../src-main/core/payload/visible.ts';
import { CircleAlert, Copy, Info, TriangleAlert } from 'lucide-react';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import type { Verdict } from '../../../../src-main/contract/model/verdicts.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { callEngine, isFailure } from '../../../state/engine/call-engine.ts';
import { copyText } from '../../../state/browser/copy-text.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { classes } from '../../../ui/base/classes.ts';
import { formatBytes, formatClockMs } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { OutcomeNote, useOutcome } from '../../../ui/feedback/outcome-note.tsx';
import { decidedWords, verdictActions } from './verdict-actions.ts';
import './verdicts.css';

const SEVERITY = {
  error: [CircleAlert, 'tone-err', 'Error'],
  warning: [TriangleAlert, 'tone-warn', 'Warning'],
  note: [Info, 'tone-mut', 'Note'],
} as const;

/** Pieces of proof shown before the rest waits behind a button. */
const FIRST_PROOFS = 5;

interface VerdictCardProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly verdict: Verdict;
  /** Only the newest pieces of proof. */
  readonly brief?: boolean;
  readonly onDismiss?: () => void;
  /** Beside the words, e.g. a picture. */
  readonly aside?: ReactNode;
}

/** `article` named by its title: what is wrong, the proof, the likely cause and what to do. */
export function VerdictCard({ app, connection, verdict, brief = false, aside, onDismiss }: VerdictCardProps) {
  const [icon, tone, word] = SEVERITY[verdict.severity];
  const outcome = useOutcome();
  const shown = brief ? verdict.proof.slice(-3) : verdict.proof.slice(-FIRST_PROOFS);
  const hidden = verdict.proof.slice(0, verdict.proof.length - shown.length);
  const copy = async () => {
    const ask = { connection: connection.id, id: verdict.id };
    const report = await callEngine(() => app.engine.call('verdictReport', ask));
    if (isFailure(report)) return outcome.say(`${report.message} ${report.advice}`);
    outcome.say((await copyText(report.text)) ? 'Copied, without secrets.' : 'The clipboard refused.');
  };
  return (
    <article
      aria-label={verdict.title}
      className={classes('verdict', `verdict-${verdict.severity}`, verdict.over && 'verdict-over')}
    >
      <div className="verdict-main">
        <h3 className="verdict-title">
          <Icon of={icon} size={16} className={verdict.over ? 'tone-mut' : tone} />
          <span className="visually-hidden">{word}: </span>
          {verdict.title}
          {verdict.over ? <span className="meta">over</span> : null}
        </h3>
        <p className="tone-mut">{verdict.cause}</p>
        {brief || hidden.length === 0 ? null : (
          <details className="verdict-more">
            <summary>{hidden.length} earlier</summary>
            <Proof proof={hidden} />
          </details>
        )}
        <Proof proof={shown} />
        <p className="verdict-advice">{verdict.advice}</p>
        <Quarantine app={app} connection={connection} verdict={verdict} />
        <div className="verdict-actions">
          {verdictActions(app, connection, verdict).map(({ id, label, name, main, run }) => (
            <Button
              key={id}
              aria-label={name}
              variant={main === true ? 'primary' : 'plain'}
              onClick={() => void run().then((failure) => failure !== null && outcome.say(failure))}
            >
              {label}
            </Button>
          ))}
          <Button variant="quiet" icon={Copy} onClick={() => void copy()}>
            Copy report
          </Button>
          {onDismiss === undefined ? null : (
            <Button variant="quiet" onClick={onDismiss}>
              Dismiss
            </Button>
          )}
          <OutcomeNote outcome={outcome} />
        </div>
      </div>
      {aside === undefined ? null : <div className="verdict-aside">{aside}</div>}
    </article>
  );
}

function Proof({ proof }: { readonly proof: Verdict['proof'] }) {
  return (
    <ul className="verdict-proof">
      {proof.map(({ at, text }, index) => (
        <li key={`${at ?? ''} ${index}`}>
          {at === null ? <span /> : <time dateTime={new Date(at).toISOString()}>{formatClockMs(at)}</time>}
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}

/** The publishes that are held back, each with its own decision. */
function Quarantine({ app, connection, verdict }: VerdictCardProps) {
  const outcome = useOutcome();
  const decided = useRef(new Set<string>());
  const held = app.diagnostics.store.getState().latest?.facts.quarantined ?? [];
  if (verdict.rule !== 'quarantined' || held.length === 0) return null;
  const decide = async (name: 'retryQuarantined' | 'dropQuarantined', id: string) => {
    // The list is news of a second ago: what was decided may stand in it still.
    if (decided.current.has(id)) return;
    decided.current.add(id);
    const answer = await callEngine(() => app.engine.call(name, { connection: connection.id, id }));
    if (isFailure(answer)) decided.current.delete(id);
    outcome.say(decidedWords(answer));
  };
  return (
    <div>
      <ul className="verdict-held" aria-label="Held back">
        {held.map(({ id, topic, qos, size }) => (
          <li key={id}>
            <bdi className="mono cut">{displayTopic(topic)}</bdi>
            <span className="tone-mut">
              QoS {qos}, {formatBytes(size)}
            </span>
            <Button
              aria-label={`Send ${shortened(displayTopic(topic))} again`}
              onClick={() => void decide('retryQuarantined', id)}
            >
              Send again
            </Button>
            <Button
              variant="quiet"
              aria-label={`Discard ${shortened(displayTopic(topic))}`}
              onClick={() => void decide('dropQuarantined', id)}
            >
              Discard
            </Button>
          </li>
        ))}
      </ul>
      <OutcomeNote outcome={outcome} />
    </div>
  );
}
