import { HeartPulse, ShieldCheck, KeyRound } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { reportOf, saveAndConnect } from '../base/actions.ts';

interface RemedyButtonProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly why: Failure;
}

/** What mosquitto's `max_keepalive` usually is, and what most services allow. s */
const USUAL_KEEP_ALIVE = 60;

/** What helps to understand or to end a failure, where that is another dialog. */
export function RemedyButton({ app, connection, why }: RemedyButtonProps) {
  const { id, name, profileId } = connection;
  if (why.code.startsWith('certificate-')) {
    return (
      <Button
        icon={ShieldCheck}
        onClick={() =>
          app.shell.openOver({ kind: 'certificates', of: { kind: 'server', connection: id, name } })
        }
      >
        View certificates
      </Button>
    );
  }
  if (why.code === 'secrets-locked') {
    const after = () => void reportOf(app, app.connections.connect(id));
    return (
      <Button icon={KeyRound} onClick={() => app.shell.openOver({ kind: 'secrets', ask: 'unlock', after })}>
        Unlock the vault…
      </Button>
    );
  }
  if (why.code === 'connack-2-keep-alive') {
    const profile = app.profiles.find(profileId);
    if (profile === null) return null;
    const options = { ...profile.options, keepAlive: USUAL_KEEP_ALIVE };
    return (
      <Button icon={HeartPulse} onClick={() => void saveAndConnect(app, profile.id, options)}>
        Use {USUAL_KEEP_ALIVE} s and connect
      </Button>
    );
  }
  return null;
}
