import { useStore } from 'zustand';
import { CircleOff, TriangleAlert } from 'lucide-react';
import type { ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import type { Counters } from '../../../src-main/contract/model/counters.ts';
import { StateIcon } from '../../features/connections/base/state-icon.tsx';
import type { AppState } from '../../state/app/app-state.ts';
import { stateWord } from '../../state/connections/describe.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatDuration,
  formatRate,
  formatSpan,
  secondsUntil,
} from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { useNow, useUnheldNow } from '../../ui/base/use-now.ts';
import { isStale, useLink } from '../base/use-link.ts';
import { StatusTls } from './status-tls.tsx';
import { StatusVerdict } from './status-verdict.tsx';
import './status-bar.css';

interface StatusBarProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary | null;
  readonly session: ConnectionSession | null;
}

export function StatusBar({ app, connection, session }: StatusBarProps) {
  const link = useLink(app);
  const stale = isStale(link);
  return (
    <footer className="stat">
      {link.kind === 'silent' ? (
        <SilentState since={link.since} />
      ) : stale ? (
        <StaleState />
      ) : (
        <State connection={connection} />
      )}
      {connection === null || stale ? null : <StatusTls app={app} connection={connection} />}
      {connection === null || stale ? null : <StatusVerdict app={app} connection={connection} />}
      {connection === null || stale ? null : <ChangeSignal app={app} connection={connection} />}
      <span className="stat-space" />
      {connection === null || session === null ? null : <Traffic session={session} connection={connection} />}
    </footer>
  );
}

function SilentState({ since }: { readonly since: number }) {
  const now = useUnheldNow();
  return (
    <span className="stat-item">
      <Icon of={CircleOff} size={14} className="tone-err" />
      <b role="status" aria-label="Connection status" className="stat-strong">
        No answer
      </b>
      from the engine for {formatSpan(Math.max(0, now - since))}
    </span>
  );
}

function StaleState() {
  return (
    <span className="stat-item">
      <Icon of={CircleOff} size={14} className="tone-err" />
      <b role="status" aria-label="Connection status" className="stat-strong">
        Disconnected
      </b>
      from the engine
    </span>
  );
}

function State({ connection }: { readonly connection: ConnectionSummary | null }) {
  return (
    <>
      <span className="stat-item">
        {connection === null ? null : <StateIcon state={connection.state} size={14} />}
        {/* The word alone is live; what ticks beside it is not announced. */}
        <b role="status" aria-label="Connection status" className="stat-strong">
          {connection === null ? 'Disconnected' : stateWord(connection.state)}
        </b>
        {connection === null ? null : <StateClock connection={connection} />}
      </span>
    </>
  );
}

function StateClock({ connection: { state } }: { readonly connection: ConnectionSummary }) {
  const now = useNow();
  if (state.kind === 'online') return <span>{formatSpan(now - state.since)}</span>;
  if (state.kind === 'waiting') return <span>in {secondsUntil(state.retryAt, now)} s</span>;
  return null;
}

/** Rate, ping, in flight and what deserves a second look. */
function ChangeSignal({
  app,
  connection,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const latest = useStore(app.diagnostics.store, (state) => state.latest);
  const now = useNow();
  const rate = connection.state.kind === 'online' ? formatRate(connection.rate) : null;
  if (latest === null) return rate === null ? null : <Rate rate={rate} />;
  const { keepAlive, session, state } = latest;
  return (
    <>
      {rate === null ? null : <Rate rate={rate} />}
      {state.kind !== 'online' ? null : (
        <>
          <span className="stat-item">
            {keepAlive.lastRttMs === null ? null : (
              <span>
                ping <b className="stat-strong">{formatDuration(keepAlive.lastRttMs)}</b>
              </span>
            )}
            {keepAlive.intervalSeconds === 0 ? (
              <span>keep-alive is off</span>
            ) : keepAlive.nextPingAt === null ? null : (
              <span className="stat-more">
                {keepAlive.lastRttMs === null ? 'ping in ' : 'next in '}
                {secondsUntil(keepAlive.nextPingAt, now)} s
              </span>
            )}
          </span>
          <span className="stat-item stat-more">
            in flight <b className="stat-strong">{formatCount(session.inFlight)}</b>
          </span>
        </>
      )}
      {session.unknownOutcomes === 0 ? null : (
        <span className="stat-item tone-warn">
          <Icon of={TriangleAlert} size={14} />
          {formatCounted(session.unknownOutcomes, 'unknown outcome')}
        </span>
      )}
    </>
  );
}

function Rate({ rate }: { readonly rate: string }) {
  return (
    <span className="stat-item">
      <b className="stat-strong">{rate} msg/s</b>
    </span>
  );
}

interface TrafficProps {
  readonly session: ConnectionSession;
  readonly connection: ConnectionSummary;
}

/** `group` "Traffic": counted since the connection was opened; no live region. */
function Traffic({ session, connection }: TrafficProps) {
  const counters = useStore(session.store, (state) => state.counters);
  const received = counters?.received ?? connection.received;
  const dropped = counters?.dropped ?? 0;
  const evicted = counters?.evicted ?? 0;
  return (
    <>
      <div
        role="group"
        aria-label="Traffic"
        className="stat-item stat-line"
        data-received={received}
        data-dropped={dropped}
        data-evicted={evicted}
        title={counters === null ? undefined : trafficWords(counters)}
      >
        <b className="stat-strong">{formatCounted(received, 'message')}</b>
        <span className={dropped > 0 ? 'tone-warn' : undefined}>{formatCount(dropped)} dropped</span>
        <span className="stat-more">{formatCount(evicted)} evicted</span>
        {counters === null || counters.forgottenTopics === 0 ? null : (
          <span className="stat-more">{formatCounted(counters.forgottenTopics, 'topic')} forgotten</span>
        )}
      </div>
      {counters === null ? null : <Budget counters={counters} />}
    </>
  );
}

function Budget({ counters }: { readonly counters: Counters }) {
  const used = counters.historyBytes + counters.indexBytes;
  const share = counters.budgetBytes === 0 ? 0 : Math.min(1, used / counters.budgetBytes);
  return (
    <span className="stat-item stat-more">
      history {formatBytes(used)} of {formatBytes(counters.budgetBytes)}
      <meter className="stat-meter" aria-label="Memory used" min={0} max={1} value={share} />
    </span>
  );
}

/** Where every message went, by cause; the diagnostics say the same in full. */
function trafficWords(counters: Counters): string {
  const { lag, topicCap, budget } = counters.droppedBy;
  return [
    `${formatCounted(counters.received, 'message')} received, and ${formatCount(counters.system)} below $SYS`,
    `${formatCount(counters.kept)} kept, ${formatCount(counters.evicted)} evicted to make room`,
    `${formatCount(counters.forgotten)} forgotten with ${formatCounted(counters.forgottenTopics, 'topic')}`,
    `${formatCount(counters.dropped)} dropped: ${formatCount(lag)} by lag, ${formatCount(topicCap)} at the topic cap, ${formatCount(budget)} over budget`,
  ].join('\n');
}
