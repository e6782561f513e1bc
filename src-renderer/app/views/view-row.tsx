import { useStore } from 'zustand';
import type { AppState } from '../../state/app/app-state.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { TabRow } from '../../ui/controls/tabs.tsx';
import { formatCount } from '../../ui/base/format.ts';
import { WORK_VIEWS } from './work-views.tsx';

/** `tablist` "Views": what stands in the place of the tree. */
export function ViewRow({ app, session }: { readonly app: AppState; readonly session: ConnectionSession }) {
  const view = useStore(app.shell.store, (state) => state.view);
  // One text for all counts, so that it is drawn again only when one of them changes.
  const counts = useStore(session.store, (state) =>
    WORK_VIEWS.map(({ count }) => count(state) ?? '').join(' '),
  ).split(' ');
  const items = WORK_VIEWS.map(({ id, label }, at) => {
    const count = counts[at] ?? '';
    return count === '' ? { id, label } : { id, label, detail: formatCount(Number(count)) };
  });
  return <TabRow label="Views" items={items} value={view} onChange={app.shell.showView} />;
}
