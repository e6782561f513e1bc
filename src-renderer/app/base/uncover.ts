import type { ShellStore } from '../../state/app/shell.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';

/**
 * Brings back all panes whenever the filter of topics becomes another one, whoever set it: a filter that
 * works on what lies under an enlarged pane looks like one that does nothing.
 *
 * @returns ends it
 */
export function uncoverFiltered(
  { enlarge }: Pick<ShellStore, 'enlarge'>,
  { store }: Pick<ConnectionSession, 'store'>,
): () => void {
  return store.subscribe(({ filter }, before) => {
    if (filter !== before.filter && filter !== '') enlarge(null);
  });
}
