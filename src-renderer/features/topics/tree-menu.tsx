import { useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { Copy, Eye, Filter, FilterX, SquarePen, Trash2 } from 'lucide-react';
import { copyTopic } from '../../state/browser/copy-topic.ts';
import { editOutcome, type EditAndPublish } from '../../state/publish/edit-and-publish.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import type { WatchList } from '../../state/watch/watch-list.ts';
import { rowById, type ActiveRow } from '../../state/tree/view-state.ts';
import { Menu, type MenuItem } from '../../ui/controls/menu.tsx';
import { sayOutcome, type Saying } from '../../ui/feedback/said.tsx';
import { filterLike, filterWithout } from './filter/like-this.ts';

interface OpenMenu {
  readonly found: ActiveRow;
  readonly at: { readonly x: number; readonly y: number };
}

export interface TreeMenu {
  readonly open: (event: MouseEvent) => void;
  /** The keys that open it. Answers whether this was one. */
  readonly press: (event: KeyboardEvent) => boolean;
  readonly drawn: ReactNode;
}

/** What can be done with one row: at the pointer, or below the row by the menu key or Shift+F10. */
export function useTreeMenu(
  session: ConnectionSession,
  say: Saying['say'],
  edit: EditAndPublish,
  watch: WatchList,
): TreeMenu {
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const openAt = (target: EventTarget, at: OpenMenu['at'] | null): boolean => {
    const drawn = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
    const found = drawn && rowById(session.store.getState(), Number(drawn.dataset.row));
    if (drawn === null || found === null) return false;
    const { left, bottom } = drawn.getBoundingClientRect();
    session.activate(found);
    setMenu({ found, at: at ?? { x: left + 24, y: bottom } });
    return true;
  };
  return {
    open(event) {
      const isByKey = event.clientX === 0 && event.clientY === 0;
      if (openAt(event.target, isByKey ? null : { x: event.clientX, y: event.clientY }))
        event.preventDefault();
    },
    press(event) {
      const isMenuKey = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
      return isMenuKey && openAt(event.target, null);
    },
    drawn:
      menu === null ? null : (
        <Menu
          key={`${String(menu.at.x)} ${String(menu.at.y)}`}
          label={`Actions for ${menu.found.view.row.topic}`}
          items={itemsFor(session, menu.found, say, edit, watch)}
          at={menu.at}
          onClose={() => setMenu(null)}
        />
      ),
  };
}

const NO_TEXT = 'its name is no text';

function itemsFor(
  session: ConnectionSession,
  { view: { row } }: ActiveRow,
  say: Saying['say'],
  edit: EditAndPublish,
  watch: WatchList,
): readonly MenuItem[] {
  const like = filterLike(row);
  const without = filterWithout(session.store.getState().filter, row);
  return [
    {
      id: 'copy-topic',
      label: 'Copy topic',
      icon: Copy,
      off: like === null ? NO_TEXT : null,
      run: () => void sayOutcome(copyTopic(row.key), say),
    },
    {
      id: 'edit',
      label: 'Edit and publish',
      icon: SquarePen,
      off: like === null ? NO_TEXT : row.own === 0 ? 'no message' : null,
      run: () => void sayOutcome(editOutcome(edit(row.key, 'latest')), say),
    },
    {
      id: 'watch',
      label: watch.isWatched(row.key, null) ? 'Stop watching' : 'Watch',
      icon: Eye,
      off: row.own === 0 ? 'it carries no messages itself' : null,
      run: () => watch.toggle(row.key, null),
    },
    {
      id: 'filter-like',
      label: 'Filter like this',
      icon: Filter,
      off: like === null ? NO_TEXT : null,
      run: () => session.setFilter(like ?? ''),
    },
    {
      id: 'exclude',
      label: 'Exclude this',
      icon: FilterX,
      off: without === null ? NO_TEXT : null,
      run: () => session.setFilter(without ?? ''),
    },
    {
      id: 'clear-retained',
      label: 'Clear retained…',
      icon: Trash2,
      danger: true,
      run: () => session.openClear([row.key]),
    },
  ];
}
