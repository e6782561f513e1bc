import { Lock, LockOpen } from 'lucide-react';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { tlsWords } from '../../../state/connections/describe.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { ColourMark } from '../../../ui/base/colour-mark.tsx';
import { connectionPlace } from '../base/places.ts';
import './connection-title.css';

/** The name of what is looked at, and in words how safe and how modern the link is. */
export function ConnectionTitle({
  connection,
  production,
}: {
  readonly connection: ConnectionSummary;
  /** Opened from a red profile. */
  readonly production: boolean;
}) {
  const { state, name, address, protocol } = connection;
  const tls = tlsWords(state);
  const place = connectionPlace(protocol, address);
  const verified = state.kind === 'online' && state.tls?.verified === true;
  return (
    <div className="title">
      <h2 className="title-name cut">{escapeUnsafe(name)}</h2>
      <p className="title-facts meta">
        {production ? (
          <span className="title-production">
            <ColourMark colour="red" />
            Production
          </span>
        ) : null}
        {state.kind === 'online' ? <span>MQTT {state.version}</span> : null}
        {tls === null ? null : (
          <span className={verified ? 'title-tls tone-ok' : 'title-tls tone-warn'}>
            <Icon of={verified ? Lock : LockOpen} size={12} />
            {verified ? tls : `${tls}, not verified`}
          </span>
        )}
        {tls === null ? (
          <span className="cut">{place === name ? 'not encrypted' : escapeUnsafe(place)}</span>
        ) : null}
      </p>
    </div>
  );
}
