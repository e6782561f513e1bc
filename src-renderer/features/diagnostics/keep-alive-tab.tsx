import type { Diagnostics } from '../../../src-main/contract/diagnostics.ts';
import { formatCount, formatCounted, formatDuration } from '../../ui/format.ts';
import { KeepAliveChart } from './keep-alive-chart.tsx';

/** When we ping, how long the answer takes, and when either side would give up. */
export function KeepAliveTab({ diagnostics }: { readonly diagnostics: Diagnostics }) {
  const { keepAlive, session, state } = diagnostics;
  const note = words(keepAlive, state.kind === 'online');
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
            {keepAlive.p99RttMs === null ? null : (
              <small className="figures-more"> p99 {formatDuration(keepAlive.p99RttMs)}</small>
            )}
          </dd>
        </div>
        <div>
          <dt>Keep-alive</dt>
          <dd>
            {keepAlive.intervalSeconds === 0 ? 'off' : `${formatCount(keepAlive.intervalSeconds)} s`}
            <small className="figures-more"> {by}</small>
          </dd>
        </div>
        <div>
          <dt>Unanswered</dt>
          <dd className={keepAlive.unanswered > 0 ? 'tone-warn' : undefined}>
            {keepAlive.pings === 0 ? (
              <span className="tone-mut">none sent</span>
            ) : (
              formatCount(keepAlive.unanswered)
            )}
            {keepAlive.pings === 0 ? null : <small> of {formatCounted(keepAlive.pings, 'ping')}</small>}
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
      {note === null ? null : <p className="keep-alive-words tone-mut">{note}</p>}
    </div>
  );
}

/** Said in words where the chart has nothing to draw. */
function words(keepAlive: Diagnostics['keepAlive'], online: boolean): string | null {
  if (!online) return 'Not connected: no pings are sent.';
  if (keepAlive.intervalSeconds === 0) {
    return 'Keep-alive is off: neither side notices a dead link until it sends something.';
  }
  return null;
}
