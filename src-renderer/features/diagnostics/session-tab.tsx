import { useState, type ReactNode } from 'react';
import { X } from 'lucide-react';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary, Qos, SubscriptionStatus } from '../../../src-main/contract/model/model.ts';
import type { Diagnostics } from '../../../src-main/contract/session/diagnostics.ts';
import { checkTopicFilter, displayTopic } from '../../../src-main/core/topics/names.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { callEngine, isFailure } from '../../state/engine/call-engine.ts';
import { grantTone, grantWords } from '../../state/connections/describe.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { TextField } from '../../ui/controls/field.tsx';
import { formatCount, formatCounted, formatDuration } from '../../ui/base/format.ts';
import { QosSelect } from '../../ui/controls/segmented.tsx';
import { StatusText } from '../../ui/feedback/status-text.tsx';
import { InFlightTable, SessionFactList, SessionOutcome } from './session-facts.tsx';
import { sessionRows, type SessionRow } from './session-rows.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';

interface SessionTabProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly diagnostics: Diagnostics;
}

/** What was asked for and what the broker granted, subscriptions included. */
export function SessionTab({ app, connection, diagnostics }: SessionTabProps) {
  const { retainedShortfall, session, subscriptions } = diagnostics;
  return (
    <div className="session">
      {retainedShortfall === null || retainedShortfall.missing <= 0 ? null : (
        <StatusText tone="mut">
          An estimate: about {formatCounted(retainedShortfall.missing, 'retained message')} may be missing.
          The broker announced {formatCount(retainedShortfall.announced)} and{' '}
          {formatCount(retainedShortfall.seen)} came, but its count includes its own $SYS topics and is up to
          10 s old.
        </StatusText>
      )}
      <SessionOutcome outcome={diagnostics.facts.outcome} />
      <table className="session-table">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Asked</th>
            <th scope="col">Granted</th>
            <th scope="col">What it means</th>
          </tr>
        </thead>
        <tbody>
          {sessionRows(diagnostics).map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </tbody>
      </table>
      <SessionFactList app={app} connection={connection} diagnostics={diagnostics} />
      <InFlightTable facts={diagnostics.facts} />
      <h3 className="session-head">Subscriptions</h3>
      <ul className="session-subscriptions">
        {subscriptions.map((one) => (
          <Subscription key={one.filter} app={app} connection={connection} subscription={one} />
        ))}
      </ul>
      <SubscribeForm app={app} connection={connection} />
      {session.phases.length === 0 ? null : (
        <p className="session-phases tone-mut">
          Last attempt: {session.phases.map(({ phase, ms }) => `${phase} ${formatDuration(ms)}`).join(', ')}.
          Connected {formatCounted(session.connects, 'time')}.
        </p>
      )}
    </div>
  );
}

function Row({ row }: { readonly row: SessionRow }): ReactNode {
  return (
    <tr className={row.differs ? 'session-differs' : undefined}>
      <th scope="row">{row.name}</th>
      <td className="mono">{escapeUnsafe(row.asked)}</td>
      <td className="mono">
        {row.differs ? <span aria-label="not as asked">≠ </span> : null}
        {escapeUnsafe(row.granted)}
        {row.means === '' ? null : <small className="session-means">{row.means}</small>}
      </td>
      <td>{row.means}</td>
    </tr>
  );
}

interface SubscriptionProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly subscription: SubscriptionStatus;
}

function Subscription({ app, connection, subscription }: SubscriptionProps) {
  const [problem, setProblem] = useState<Failure | null>(null);
  const { filter, result, messages, countedBy } = subscription;
  const tone = grantTone(subscription);
  const unsubscribe = async () => {
    const answer = await callEngine(() =>
      app.engine.call('unsubscribe', { connection: connection.id, filter }),
    );
    setProblem(isFailure(answer) ? answer : null);
  };
  return (
    <li className="session-subscription">
      <bdi className="mono cut">{displayTopic(filter)}</bdi>
      <span className={`tone-${tone === 'ok' ? 'mut' : tone}`}>
        {grantWords(subscription)}
        {result.kind === 'refused' ? `: ${result.failure.message} (${result.code})` : ''}
        {problem === null ? '' : ` ${problem.message} ${problem.advice}`}
      </span>
      <span
        className="tone-mut num"
        title={
          countedBy === 'delivered'
            ? 'Counted by the Subscription Identifier of each message'
            : 'Counted by comparing topic names: overlapping subscriptions cannot be distinguished'
        }
      >
        {formatCounted(
          messages,
          countedBy === 'delivered' ? 'message' : 'match',
          countedBy === 'delivered' ? 'messages' : 'matches',
        )}
      </span>
      <IconButton
        small
        label={`Unsubscribe ${displayTopic(filter)}`}
        icon={X}
        onClick={() => void unsubscribe()}
      />
    </li>
  );
}

function SubscribeForm({
  app,
  connection,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const [filter, setFilter] = useState('');
  const [qos, setQos] = useState<Qos>(0);
  const [problem, setProblem] = useState<Failure | null>(null);
  const online = connection.state.kind === 'online';
  const subscribe = async () => {
    const wrong = checkTopicFilter(filter);
    const failure = wrong ?? (await app.connections.subscribe(connection.id, { filter, qos }));
    setProblem(failure);
    // What was typed since is the next one.
    if (failure === null) setFilter((now) => (now === filter ? '' : now));
  };
  return (
    <form
      className="session-subscribe"
      data-pane-name="subscribe"
      onSubmit={(event) => {
        event.preventDefault();
        void subscribe();
      }}
    >
      <TextField
        label="Subscribe to"
        hideLabel
        mono
        placeholder="topic filter, such as plant/+/state"
        value={filter}
        error={problem === null ? null : `${problem.message} ${problem.advice}`}
        onChange={(text) => {
          setFilter(text);
          setProblem(null);
        }}
      />
      <QosSelect hideLabel value={qos} onChange={setQos} />
      <Button type="submit" disabled={!online || filter === ''}>
        Subscribe
      </Button>
    </form>
  );
}
