import { Maximize2, Minimize2 } from 'lucide-react';
import type { AppState } from '../../../state/app/app-state.ts';
import type { EnlargedPane } from '../../../state/app/shell.ts';
import { focusedPane, focusPane } from '../../base/panes.ts';
import type { Command } from './command.ts';

const PANES: readonly (readonly [EnlargedPane, string])[] = [
  ['inspector', 'inspector'],
  ['publish', 'publish panel'],
  ['diagnostics', 'diagnostics'],
];

/**
 * One pane over the whole work area and back. The key means the pane with the focus; from the tree, which
 * cannot be enlarged, the inspector.
 * @param off why there are no panes
 */
export function enlargeCommands({ shell }: AppState, off: string | null): readonly Command[] {
  const { enlarged } = shell.store.getState();
  const group = 'View';
  const toggle = (pane: EnlargedPane) => {
    shell.enlarge(enlarged === pane ? null : pane);
    requestAnimationFrame(() => {
      if (focusedPane() !== pane) focusPane(pane);
    });
  };
  return [
    {
      id: 'view.enlarge',
      label: enlarged === null ? 'Enlarge the pane with the focus' : 'Back to all panes',
      group,
      icon: enlarged === null ? Maximize2 : Minimize2,
      keys: 'Mod+Shift+E',
      off,
      hidden: true,
      run: () => toggle(enlarged ?? PANES.find(([pane]) => pane === focusedPane())?.[0] ?? 'inspector'),
    },
    ...PANES.map(([pane, name]) => ({
      id: `view.enlarge-${pane}`,
      label: enlarged === pane ? `Shrink ${name}` : `Enlarge ${name}`,
      group: 'View' as const,
      icon: enlarged === pane ? Minimize2 : Maximize2,
      off,
      run: () => toggle(pane),
    })),
  ];
}
