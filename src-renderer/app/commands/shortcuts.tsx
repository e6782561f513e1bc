import type { AppState } from '../../state/app/app-state.ts';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { keysText } from '../../ui/base/kbd.tsx';
import { commands } from './table/commands.ts';
import { currentSession } from '../base/sessions.ts';
import './shortcuts.css';

/** Keys of the panes themselves, which are no commands. */
const PANE_KEYS: readonly (readonly [string, string])[] = [
  ['F6', 'Next pane; with Shift the previous one'],
  ['Escape', 'In an enlarged pane: back to all panes'],
  ['ArrowRight', 'In the tree: open a topic'],
  ['ArrowLeft', 'In the tree: close it, or go to its parent'],
  ['*', 'In the tree: open everything beside it; also Shift with the right arrow'],
  ['Shift+ArrowLeft', 'In the tree: close everything beside it'],
  ['Mod+click', 'In the tree: select a branch without opening it'],
  ['A … Z', 'In the tree: go to the next row that begins with what is typed'],
  ['Enter', 'In the tree: inspect the topic'],
  ['Space', 'In the tree: pause and resume'],
  ['Mod+C', 'In the tree: copy the topic'],
  ['Delete', 'In the tree: preview of clearing the retained message'],
  ['Enter', 'In the list of connections: connect'],
  ['Alt+ArrowUp', 'In the list of connections: move the profile up; with the other arrow down'],
  ['Delete', 'In the list of connections: remove the profile'],
  ['Mod+Enter', 'In the publish panel: publish'],
];

export function Shortcuts({ app }: { readonly app: AppState }) {
  const named = commands(app, currentSession()).filter(
    ({ id, keys, group }) =>
      keys !== undefined && group !== 'Switch to' && !id.startsWith('topics.expand-to-'),
  );
  const rows: readonly (readonly [string, string])[] = [
    ['Mod+K', 'All commands'],
    ...named
      .filter(({ id }) => id !== 'view.palette')
      .map(({ keys, label }): readonly [string, string] => [keys ?? '', label.replace('…', '')]),
    ['View+Shift+1', 'Expand to level 1, up to 9'],
    ['Mod+1', 'Switch to the first connection, up to 9'],
  ];
  return (
    <Dialog open title="Keyboard shortcuts" width="720px" onClose={() => app.shell.close()}>
      <div className="shortcuts">
        <KeyTable label="Everywhere" rows={rows} />
        <KeyTable label="In the panes" rows={PANE_KEYS} />
      </div>
    </Dialog>
  );
}

function KeyTable({ label, rows }: { label: string; rows: readonly (readonly [string, string])[] }) {
  return (
    <section aria-label={label}>
      <h3 className="shortcuts-head">{label}</h3>
      <dl>
        {rows.map(([keys, words]) => (
          <div key={`${keys} ${words}`} className="shortcuts-row">
            <dt>{keysText(keys)}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
