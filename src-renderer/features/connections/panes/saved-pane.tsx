import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { Pencil, Plug } from 'lucide-react';
import { isKeptSecret } from '../../../../src-main/contract/profiles/profiles.ts';
import type { Profile } from '../../../../src-main/contract/model/model.ts';
import { atPort } from '../../../../src-main/core/profiles/host.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { connectProfile, removeProfile } from '../base/actions.ts';
import './saved-pane.css';

const TRANSPORTS = {
  mqtt: 'TCP, not encrypted',
  mqtts: 'TLS over TCP',
  ws: 'WebSocket, not encrypted',
  wss: 'WebSocket over TLS',
  unix: 'Unix socket',
} as const;

/** A profile that is saved and not open: what it would do, and the button that does it. */
export function SavedPane({ app, profile }: { readonly app: AppState; readonly profile: Profile }) {
  const { options } = profile;
  const name = escapeUnsafe(options.name === '' ? options.host : options.name);
  const facts: readonly (readonly [string, string])[] = [
    ['Broker', options.protocol === 'unix' ? options.host : atPort(options.host, options.port)],
    ['Transport', TRANSPORTS[options.protocol]],
    ['MQTT version', options.version === 'auto' ? 'detected on connect' : options.version],
    ['User', isKeptSecret(options.username) ? 'saved, not shown' : (options.username ?? 'none')],
    ['Client ID', options.clientId === '' ? 'a new one each time' : options.clientId],
    ['Subscriptions', options.subscriptions.map(({ filter }) => filter).join(', ') || 'none'],
  ];
  return (
    <section className="saved" aria-label={name}>
      <h2 className="saved-title">{name}</h2>
      <p className="tone-mut">Saved, not connected.</p>
      <dl className="saved-facts">
        {facts.map(([fact, value]) => (
          <div key={fact}>
            <dt>{fact}</dt>
            <dd className="cut">{escapeUnsafe(value)}</dd>
          </div>
        ))}
      </dl>
      <div className="saved-actions">
        <Button variant="primary" icon={Plug} onClick={() => void connectProfile(app, profile.id)}>
          Connect
        </Button>
        <Button
          icon={Pencil}
          onClick={() => app.shell.open({ kind: 'editor', profileId: profile.id, prefill: null })}
        >
          Edit
        </Button>
        <Button variant="quiet" onClick={() => void removeProfile(app, profile.id)}>
          Remove
        </Button>
      </div>
    </section>
  );
}
