import { ShieldCheck, KeyRound } from 'lucide-react';
import type { Failure } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { reportOf } from '../base/actions.ts';

interface RemedyButtonProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly why: Failure;
}

/** What helps to understand or to end a failure, where that is another dialog. */
export function RemedyButton({ app, connection: { id, name }, why }: RemedyButtonProps) {
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
  return null;
}
