import type { Diagnostics } from '../../../src-main/contract/model.ts';
import { formatCount, formatCounted, formatDuration, secondsUntil } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { KeepAliveChart } from './keep-alive-chart.tsx';

/** When we ping, how long the answer takes, and when either side would give up. */
export function KeepAliveTab({ diagnostics }: { readonly diagnostics: Diagnostics }) {
  const { keepAlive, session, state } = diagnostics;
  const now = useNow();
  const online = state.kind === 'online';
  const receiveMaximum = online ? state.limits.receiveMaximum : undefined;
  const by = online && state.keepAliveBy === 'server' ? 'set by the broker' : 'as asked';
  const dash = <span className="tone-mut">none yet</span>;
  return (
    <div className="keep-alive">
      <KeepAliveChart keepAlive={keepAlive} online={online} />
      <dl className="figures">
        <div>
          <dt>Round trip</dt>
          <dd>
            {keepAlive.medianRttMs === null ? dash : formatDuration(keepAlive.medianRttMs)}
            {keepAlive.p99RttMs === null ? null : <small> p99 {formatDuration(keepAlive.p99RttMs)}</small>}
          </dd>
        </div>
        <div>
          <dt>Keep-alive</dt>
          <dd>
            {keepAlive.intervalSeconds === 0 ? 'off' : `${formatCount(keepAlive.intervalSeconds)} s`}
            <small> {by}</small>
          </dd>
        </div>
        <div>
          <dt>Unanswered</dt>
          <dd className={keepAlive.unanswered > 0 ? 'tone-warn' : undefined}>
            {formatCount(keepAlive.unanswered)}
            <small> of {formatCounted(keepAlive.pings, 'ping')}</small>
          </dd>
        </div>
        <div>
          <dt>In flight</dt>
          <dd>
            {formatCount(session.inFlight)}
            {receiveMaximum === undefined ? null : <small> of {formatCount(receiveMaximum)}</small>}
          </dd>
        </div>
      </dl>
      <p className="keep-alive-words tone-mut">{words(keepAlive, online, now)}</p>
    </div>
  );
}

function words(keepAlive: Diagnostics['keepAlive'], online: boolean, now: number): string {
  if (!online) return 'Not connected: no pings are sent.';
  if (keepAlive.intervalSeconds === 0) {
    return 'Keep-alive is off: neither side notices a dead link until it sends something.';
  }
  if (keepAlive.brokerGivesUpAt === null) return '';
  const left = secondsUntil(keepAlive.brokerGivesUpAt, now);
  return `The broker gives up ${left} s from now if it hears nothing from us; every packet we send starts that anew.`;
}
