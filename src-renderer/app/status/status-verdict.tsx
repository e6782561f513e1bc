import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { focusShownPane } from '../base/panes.ts';

const MARKS = {
  error: [CircleAlert, 'tone-err'],
  warning: [TriangleAlert, 'tone-warn'],
  note: [Info, 'tone-mut'],
} as const;

/** The worst verdict; a click opens them all. No live region: the banner shows what stops a person. */
export function StatusVerdict({
  app,
  connection,
}: {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
}) {
  const { verdict } = connection;
  if (verdict === null) return null;
  const [icon, tone] = MARKS[verdict.severity];
  const count = formatCounted(verdict.count, 'verdict');
  const open = () => {
    app.shell.showDiagnostics('verdicts');
    focusShownPane('diagnostics');
  };
  return (
    <button type="button" className="stat-item stat-button stat-verdict" title={verdict.title} onClick={open}>
      <Icon of={icon} size={14} className={tone} />
      {verdict.severity === 'note' ? (
        <span>{count}</span>
      ) : (
        <>
          <span className="cut stat-verdict-title">{verdict.title}</span>
          <span className="stat-more">{count}</span>
        </>
      )}
    </button>
  );
}
