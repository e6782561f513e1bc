import { Lock, LockOpen } from 'lucide-react';
import type { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { Icon } from '../../../ui/base/icon.tsx';

const TRANSPORTS = {
  mqtt: 'TCP',
  mqtts: 'TLS over TCP',
  ws: 'WebSocket',
  wss: 'WebSocket over TLS',
  unix: 'Unix socket',
} as const;

/** What was read from an address. */
export function AddressFacts({ options }: { readonly options: ConnectionOptions }) {
  const secure = options.protocol === 'mqtts' || options.protocol === 'wss';
  const user = options.username;
  return (
    <dl className="address-facts">
      <div>
        <dt>Transport</dt>
        <dd>
          <Icon of={secure ? Lock : LockOpen} size={14} className={secure ? 'tone-ok' : 'tone-mut'} />
          {TRANSPORTS[options.protocol]}
        </dd>
      </div>
      <div>
        <dt>Host</dt>
        <dd className="cut">{escapeUnsafe(options.host)}</dd>
      </div>
      <div>
        <dt>Port</dt>
        <dd>{options.port}</dd>
      </div>
      <div>
        <dt>User</dt>
        <dd>
          {user === null ? <span className="tone-mut">none</span> : escapeUnsafe(user)}
          {user === null ? null : (
            <span className="tone-mut">
              {' '}
              {options.password === null ? 'without password' : 'with password'}
            </span>
          )}
        </dd>
      </div>
    </dl>
  );
}
