import type { Diagnostics } from '../../../src-main/contract/diagnostics.ts';
import { formatBytes, formatClockMs, formatCount } from '../../ui/format.ts';
import { hexRows } from './hex-rows.ts';

/** What is known of the packets: counts, and the bytes of those that broke the rules. */
export function PacketsTab({ diagnostics }: { readonly diagnostics: Diagnostics }) {
  const { session, log } = diagnostics;
  const broken = log.filter(({ evidence }) => evidence !== undefined);
  return (
    <div className="packets">
      <dl className="figures">
        <div>
          <dt>Packets received</dt>
          <dd>
            {formatCount(session.packetsIn)} <small>{formatBytes(session.bytesIn)}</small>
          </dd>
        </div>
        <div>
          <dt>Packets sent</dt>
          <dd>
            {formatCount(session.packetsOut)} <small>{formatBytes(session.bytesOut)}</small>
          </dd>
        </div>
        <div>
          <dt>In flight</dt>
          <dd>{formatCount(session.inFlight)}</dd>
        </div>
        <div>
          <dt>Outcome unknown</dt>
          <dd className={session.unknownOutcomes > 0 ? 'tone-warn' : undefined}>
            {formatCount(session.unknownOutcomes)}
          </dd>
        </div>
      </dl>
      {broken.length === 0 ? (
        <p className="tone-mut">
          This version counts packets and keeps the bytes of those that broke the rules of MQTT; none did. A
          list of every packet is not part of it yet.
        </p>
      ) : (
        <ul className="packets-list">
          {broken.map(({ seq, at, text, detail, evidence }) => (
            <li key={seq}>
              <p className="tone-err">
                {formatClockMs(at)} {text} <span className="tone-mut">{detail}</span>
              </p>
              <pre className="mono packets-hex">{hexRows(evidence ?? new Uint8Array())}</pre>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
