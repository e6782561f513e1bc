import type { ReactNode } from 'react';
import { Activity } from 'lucide-react';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import type { Diagnostics } from '../../../../src-main/contract/session/diagnostics.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  secondsUntil,
} from '../../../ui/base/format.ts';
import { useNow } from '../../../ui/base/use-now.ts';
import { KeepAliveChart } from './keep-alive-chart.tsx';
import { OutcomeNote, useOutcome } from '../../../ui/feedback/outcome-note.tsx';
import { pingNow } from '../verdicts/verdict-actions.ts';
import './keep-alive.css';

interface KeepAliveTabProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly diagnostics: Diagnostics;
}

/** When we ping, how long the answer takes, and when either side would give up. */
export function KeepAliveTab({ app, connection, diagnostics }: KeepAliveTabProps) {
  const { keepAlive, life, state } = diagnostics;
  const online = state.kind === 'online';
  const note = words(diagnostics);
  return (
    <div className="keep-alive">
      <div className="keep-alive-head">
        <span className="tone-mut">{byWords(diagnostics)}</span>
        <PingNow app={app} connection={connection} online={online} />
      </div>
      <KeepAliveChart keepAlive={keepAlive} life={life} online={online} />
      <RoundTrips keepAlive={keepAlive} />
      {online ? <Clocks diagnostics={diagnostics} /> : null}
      {note === '' ? null : <p className="keep-alive-words tone-mut">{note}</p>}
    </div>
  );
}

function PingNow(props: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly online: boolean;
}) {
  const outcome = useOutcome();
  const ping = async () => {
    outcome.say('Waiting for the answer…');
    const answer = await pingNow(props.app, props.connection);
    outcome.say(typeof answer === 'string' ? answer : `Answered in ${formatDuration(answer)}.`);
  };
  return (
    <>
      <OutcomeNote outcome={outcome} />
      <Button icon={Activity} disabled={!props.online} onClick={() => void ping()}>
        Ping now
      </Button>
    </>
  );
}

interface FigureProps {
  readonly name: string;
  readonly warn?: boolean;
  readonly children: ReactNode;
}

function Figure({ name, warn, children }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={warn === true ? 'tone-warn' : undefined}>{children}</dd>
    </div>
  );
}

const NONE = <span className="tone-mut">none yet</span>;

function RoundTrips({ keepAlive }: { readonly keepAlive: Diagnostics['keepAlive'] }) {
  const ms = (value: number | null) => (value === null ? NONE : formatDuration(value));
  return (
    <dl className="figures">
      <Figure name="Round trip">{ms(keepAlive.lastRttMs)}</Figure>
      <Figure name="Median">{ms(keepAlive.medianRttMs)}</Figure>
      <Figure name="p99">{ms(keepAlive.p99RttMs)}</Figure>
      <Figure name="Worst">{ms(keepAlive.worstRttMs)}</Figure>
      <Figure name="Unanswered" warn={keepAlive.unanswered > 0}>
        {keepAlive.pings === 0 ? (
          <span className="tone-mut">none sent</span>
        ) : (
          <>
            {formatCount(keepAlive.unanswered)}
            <small className="figures-more"> of {formatCounted(keepAlive.pings, 'ping')}</small>
          </>
        )}
      </Figure>
    </dl>
  );
}

/** The two clocks: the broker counts from our last packet, we from the last byte that came. */
function Clocks({ diagnostics: { keepAlive, life } }: { readonly diagnostics: Diagnostics }) {
  const now = useNow();
  const until = (at: number | null) => (at === null ? 'never' : `${secondsUntil(at, now)} s`);
  const idle = (since: number | null) => (since === null ? NONE : formatAge(Math.max(0, now - since)));
  return (
    <table className="clocks" aria-label="Clocks">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Side</span>
          </th>
          <th scope="col" className="num">
            Silent for
          </th>
          <th scope="col" className="num">
            Next ping in
          </th>
          <th scope="col" className="num">
            Gives up in
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Our silence</th>
          <td className="num">{idle(keepAlive.lastSentAt)}</td>
          <td className="num">
            {life.awaitingSince === null
              ? until(keepAlive.nextPingAt)
              : `sent ${formatAge(Math.max(0, now - life.awaitingSince))} ago`}
          </td>
          <td className="num">{until(keepAlive.brokerGivesUpAt)}</td>
        </tr>
        <tr>
          <th scope="row">Broker’s silence</th>
          <td className="num">{idle(keepAlive.lastReceivedAt)}</td>
          <td className="num tone-mut">never pings</td>
          <td className="num">{until(life.weGiveUpAt)}</td>
        </tr>
      </tbody>
    </table>
  );
}

/** How often, and who decided. */
function byWords({ keepAlive, life, state }: Diagnostics): string {
  if (state.kind !== 'online') return 'Not connected: no pings are sent.';
  if (keepAlive.intervalSeconds === 0) {
    return 'Keep-alive is off: neither side notices a dead link until it sends something.';
  }
  const by = life.by === 'server' ? 'set by the broker' : 'as asked';
  return `Pinged after ${formatCount(keepAlive.intervalSeconds)} s of silence, ${by}.`;
}

/** What is missed, and what happens when the broker gives up. */
function words({ life, facts, state }: Diagnostics): string {
  if (state.kind !== 'online') return '';
  const parts: string[] = [];
  if (life.missedNow > 0) {
    parts.push(
      `${formatCounted(life.missedNow, 'ping')} in a row unanswered; bytes that come still count as life.`,
    );
  }
  const { will } = facts;
  parts.push(
    will === null
      ? 'No last will is set.'
      : `If we disconnect without notice, the broker publishes ${formatBytes(will.size)} to ${displayTopic(will.topic)}${delayWords(will.delayInterval)}.`,
  );
  return parts.join(' ');
}

function delayWords(seconds: number | null): string {
  return seconds === null || seconds === 0 ? '' : ` ${formatCounted(seconds, 'second')} later`;
}
