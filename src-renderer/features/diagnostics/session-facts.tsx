import type { ReactNode } from 'react';
import { ShieldCheck } from 'lucide-react';
import type { ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import type { Diagnostics } from '../../../src-main/contract/session/diagnostics.ts';
import type { InFlight, SessionFacts } from '../../../src-main/contract/model/session-facts.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { Button } from '../../ui/controls/button.tsx';
import { formatAge, formatBytes, formatCount, formatCounted, formatDay } from '../../ui/base/format.ts';
import { StatusText } from '../../ui/feedback/status-text.tsx';
import { useNow } from '../../ui/base/use-now.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';

/** What became of the session at the last connect, in a sentence with its mark. */
export function SessionOutcome({ outcome }: { readonly outcome: SessionFacts['outcome'] }) {
  if (outcome === null) return null;
  const { kind, text, resubscribed, queued, sentAgain } = outcome;
  const parts = [
    text,
    ...(resubscribed.length > 0 ? [`Subscribed again to ${escapeUnsafe(listed(resubscribed))}.`] : []),
    ...(queued > 0 ? [`${formatCounted(queued, 'message')} came from the broker's queue.`] : []),
    ...(sentAgain > 0 ? [`${formatCounted(sentAgain, 'publish', 'publishes')} sent again.`] : []),
  ];
  return (
    <StatusText tone={kind === 'lost' ? 'warn' : kind === 'resumed' ? 'ok' : 'mut'}>
      {parts.join(' ')}
    </StatusText>
  );
}

function listed(filters: readonly string[]): string {
  const shown = filters.slice(0, 3).join(', ');
  return filters.length > 3 ? `${shown} and ${filters.length - 3} more` : shown;
}

interface FactsProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly diagnostics: Diagnostics;
}

/** Will, TLS, addresses, what the broker said beside its limits, traffic. */
export function SessionFactList({ app, connection, diagnostics }: FactsProps) {
  const { facts, session } = diagnostics;
  const certificates = () =>
    app.shell.openOver({
      kind: 'certificates',
      of: { kind: 'server', connection: connection.id, name: connection.name },
    });
  return (
    <dl className="session-facts">
      <Fact name="Will">{willWords(facts.will)}</Fact>
      {facts.tls === null ? (
        <Fact name="TLS">{NO_TLS[connection.protocol]}</Fact>
      ) : (
        <Fact name="TLS">
          {tlsWords(facts.tls)}{' '}
          <Button variant="quiet" icon={ShieldCheck} onClick={certificates}>
            View certificates
          </Button>
        </Fact>
      )}
      {facts.remote === null ? null : (
        <Fact name="Addresses">
          <span className="mono">{facts.local ?? 'unknown'}</span> to{' '}
          <span className="mono">{facts.remote}</span>
        </Fact>
      )}
      <Fact name="Traffic">
        {formatBytes(session.bytesIn)} in {formatCounted(session.packetsIn, 'packet')} received,{' '}
        {formatBytes(session.bytesOut)} in {formatCounted(session.packetsOut, 'packet')} sent
      </Fact>
      <Fact name="Queue">{queueWords(facts)}</Fact>
      {facts.reasonString === null ? null : <Fact name="The broker says">{facts.reasonString}</Fact>}
      {facts.serverReference === null ? null : (
        <Fact name="Another server">
          <span className="mono">{facts.serverReference}</span>
        </Fact>
      )}
      {facts.userProperties.map(({ name, value }, index) => (
        <Fact key={`${index} ${name}`} name={`Property ${name}`}>
          <span className="mono">{value}</span>
        </Fact>
      ))}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function willWords(will: SessionFacts['will']): string {
  if (will === null) return 'none';
  const retain = will.retain ? ', retained' : '';
  const delay = will.delayInterval === null ? '' : `, after ${formatCounted(will.delayInterval, 'second')}`;
  return `${formatBytes(will.size)} to ${displayTopic(will.topic)} at QoS ${will.qos}${retain}${delay}`;
}

const ENCRYPTED = 'none: no encrypted connection was made';
const READABLE = 'none: what is sent can be read on the way';
/** While no TLS is in force. */
const NO_TLS = {
  mqtt: READABLE,
  ws: READABLE,
  mqtts: ENCRYPTED,
  wss: ENCRYPTED,
  unix: 'none: what is sent stays on this computer',
} as const;

function tlsWords(tls: NonNullable<SessionFacts['tls']>): string {
  const { version, cipher, mutual, verified, alpn, resumed, peer } = tls;
  const until = peer?.validTo ?? null;
  const parts = [
    `${mutual ? 'Mutual ' : ''}${version.replace(/^TLSv/, 'TLS ')}`,
    cipher,
    verified ? 'verified' : 'not verified',
    ...(alpn === null ? [] : [`ALPN ${alpn}`]),
    ...(resumed ? ['session resumed'] : []),
    ...(until === null ? [] : [`certificate until ${formatDay(until)}`]),
  ];
  return parts.join(', ');
}

function queueWords({ queue }: SessionFacts): string {
  const waiting =
    queue.messages === 0
      ? 'nothing waits for the broker'
      : `${formatCounted(queue.messages, 'publish', 'publishes')} (${formatBytes(queue.bytes)}) wait for the broker`;
  return queue.unsentBytes === 0
    ? waiting
    : `${waiting}, ${formatBytes(queue.unsentBytes)} not taken by the network`;
}

const PHASES: Readonly<Record<InFlight['phase'], string>> = {
  'awaiting-puback': 'waits for PUBACK',
  'awaiting-pubrec': 'waits for PUBREC',
  'awaiting-pubcomp': 'waits for PUBCOMP',
  'awaiting-pubrel': 'waits for PUBREL',
  'sent-again': 'sent again',
  'outcome-unknown': 'outcome unknown',
};
/** Older than this something is stuck (ms). */
const STUCK_MS = 10_000;

/** `table` "In flight": QoS 1 and 2 messages whose handshake is not done, with their ages. */
export function InFlightTable({ facts }: { readonly facts: SessionFacts }) {
  const now = useNow();
  const { inFlight, inFlightTotal } = facts;
  if (inFlight.length === 0) return null;
  return (
    <>
      <h3 className="session-head">In flight</h3>
      <table className="session-flight" aria-label="In flight">
        <thead>
          <tr>
            <th scope="col" className="num">
              ID
            </th>
            <th scope="col">Direction</th>
            <th scope="col">QoS</th>
            <th scope="col">Phase</th>
            <th scope="col">Topic</th>
            <th scope="col" className="num">
              Age
            </th>
          </tr>
        </thead>
        <tbody>
          {inFlight.map(({ packetId, direction, qos, phase, topic, since }) => {
            const age = since === 0 ? null : Math.max(0, now - since);
            return (
              <tr key={`${direction} ${packetId}`}>
                <td className="num">{packetId}</td>
                <td>{direction === 'in' ? 'received' : 'sent'}</td>
                <td>{qos}</td>
                <td className={phase === 'outcome-unknown' ? 'tone-warn' : undefined}>{PHASES[phase]}</td>
                <td className="cut">
                  <bdi>{topic === null ? '' : displayTopic(topic)}</bdi>
                </td>
                <td className={age !== null && age > STUCK_MS ? 'num tone-warn' : 'num'}>
                  {age === null ? 'unknown' : formatAge(age)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {inFlightTotal > inFlight.length ? (
        <p className="session-phases tone-mut">
          The first {formatCount(inFlight.length)} of {formatCount(inFlightTotal)}.
        </p>
      ) : null}
    </>
  );
}
