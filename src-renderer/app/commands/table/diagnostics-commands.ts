import { PanelBottom } from 'lucide-react';
import type { AppState } from '../../../state/app/app-state.ts';
import type { DiagnosticsTab } from '../../../state/app/shell.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { focusShownPane } from '../../base/panes.ts';
import { NO_CONNECTION, type Command } from './command.ts';

const TABS: readonly (readonly [DiagnosticsTab, string])[] = [
  ['verdicts', 'Verdicts'],
  ['session', 'Session'],
  ['keep-alive', 'Keep-alive'],
  ['packets', 'Packets'],
  ['history', 'Timeline'],
  ['log', 'Log'],
];

/** Its tabs. */
export function diagnosticsCommands(app: AppState, session: ConnectionSession | null): readonly Command[] {
  return TABS.map(([tab, name]) => ({
    id: `view.diagnostics-${tab}`,
    label: `Diagnostics: ${name}`,
    group: 'View' as const,
    icon: PanelBottom,
    ...(tab === 'keep-alive' ? { keys: 'Mod+Shift+D' } : {}),
    off: session === null ? NO_CONNECTION : null,
    run: () => {
      app.shell.showDiagnostics(tab);
      focusShownPane('diagnostics');
    },
  }));
}
