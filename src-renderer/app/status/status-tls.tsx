import { Lock, LockOpen } from 'lucide-react';
import type { TlsCheck, TlsState } from '../../../src-main/contract/model/certificates.ts';
import type { ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { tlsWords } from '../../state/connections/describe.ts';
import { Icon } from '../../ui/base/icon.tsx';

const CHECKS: Readonly<Record<TlsCheck, string>> = {
  chain: 'chain',
  dates: 'dates',
  hostName: 'host name',
};

interface StatusTlsProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}

/** The lock of an encrypted connection; it says for as long as it lasts which checks are off. */
export function StatusTls({ app, connection }: StatusTlsProps) {
  const { state, id, name } = connection;
  const words = tlsWords(state);
  if (state.kind !== 'online' || state.tls === null || words === null) return null;
  const warning = uncheckedWords(state.tls);
  return (
    <button
      type="button"
      className={warning === null ? 'stat-item stat-button' : 'stat-item stat-button tone-warn'}
      title="View certificates"
      aria-label={`${words}${warning === null ? '' : `, ${warning}`}. View certificates`}
      onClick={() =>
        app.shell.openOver({ kind: 'certificates', of: { kind: 'server', connection: id, name } })
      }
    >
      <Icon
        of={warning === null ? Lock : LockOpen}
        size={14}
        className={warning === null ? 'tone-ok' : 'tone-warn'}
      />
      {words}
      {warning === null ? null : <b className="stat-warning">{warning}</b>}
    </button>
  );
}

/** What is not checked, and whether that lets something wrong through; null while everything is checked. */
export function uncheckedWords({ off, ignored }: Pick<TlsState, 'off' | 'ignored'>): string | null {
  if (off.length === 0) return null;
  const wrong = [...new Set(ignored.map(({ check }) => check))];
  if (wrong.length > 0) return `wrong ${join(wrong)} accepted`;
  return off.length === 3 ? 'certificate not checked' : `${join(off)} not checked`;
}

function join(checks: readonly TlsCheck[]): string {
  const words = checks.map((check) => CHECKS[check]);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
