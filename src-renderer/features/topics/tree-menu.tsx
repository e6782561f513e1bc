import { useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import { shortened } from '../../../src-main/core/payload/visible.ts';
import {
  Activity,
  ChartLine,
  Columns2,
  Copy,
  Eraser,
  Eye,
  EyeOff,
  Filter,
  FilterX,
  ListTree,
  Trash2,
} from 'lucide-react';
import type { TopicsToForget } from '../../../src-main/contract/session/found-topics.ts';
import type { Row } from '../../../src-main/contract/model/view.ts';
import { inspectorTabOf, type InspectorTab } from '../../state/inspector/inspector-tab.ts';
import { copySubtreeFilter, isText, NO_TEXT, noSubtreeFilter } from '../../state/browser/copy-topic.ts';
import {
  copyEntries,
  copyTopicEntry,
  publishEntries,
  subscribeEntry,
  takeEntries,
  type MessagePorts,
} from '../../state/menu/message-entries.ts';
import { goToBusiest } from '../../state/tree/go-to.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import type { WatchList } from '../../state/watch/watch-list.ts';
import { watching } from '../../state/watch/watching.ts';
import { rowById, type ActiveRow } from '../../state/tree/view-state.ts';
import { Menu, type MenuItem } from '../../ui/controls/menu.tsx';
import { sayOutcome, type ShownOutcome } from '../../ui/feedback/outcome-note.tsx';
import { outcomeItems } from '../../ui/feedback/outcome-items.ts';
import { filterLike, filterWithout } from '../../../src-main/core/query/grammar/like-this.ts';

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

export interface TreeMenuOptions extends MessagePorts {
  readonly say: ShownOutcome['say'];
  readonly watch: WatchList;
  /** Asks whether topics are to be forgotten. */
  readonly forget: (what: TopicsToForget) => void;
}

/** What can be done with one row: at the pointer, or below the row by the menu key or Shift+F10. */
export function useTreeMenu(options: TreeMenuOptions): TreeMenu {
  const { session } = options;
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
          label={`Actions for ${shortened(menu.found.view.row.topic)}`}
          items={treeItems(options, menu.found.view.row)}
          at={menu.at}
          onClose={() => setMenu(null)}
        />
      ),
  };
}

/** Levels that are offered; all of them are a command of their own. */
const LEVELS = [1, 2, 3, 4, 5];

/** What only a branch has, and what is done to branches from it. */
function branchItems(
  session: ConnectionSession,
  { key }: Row,
  say: ShownOutcome['say'],
  off: string | null,
): readonly MenuItem[] {
  return [
    {
      id: 'copy-filter',
      label: 'Copy filter',
      icon: Copy,
      off,
      run: () => void sayOutcome(copySubtreeFilter(key), say),
    },
    {
      id: 'busiest',
      label: 'Expand the busy path',
      icon: Activity,
      keys: 'View+B',
      run: () => void sayOutcome(goToBusiest(session, key), say),
    },
    {
      id: 'branches',
      label: 'Expand or collapse',
      icon: ListTree,
      items: [
        {
          id: 'expand-siblings',
          label: 'Expand siblings',
          keys: 'Shift+ArrowRight',
          run: () => session.expandSiblings(key),
        },
        {
          id: 'collapse-siblings',
          label: 'Collapse siblings',
          keys: 'Shift+ArrowLeft',
          run: () => session.collapseSiblings(key),
        },
        ...LEVELS.map((level) => ({
          id: `level-${String(level)}`,
          label: `Expand to level ${String(level)}`,
          keys: `View+Shift+${String(level)}`,
          run: () => session.showLevels(level),
        })),
      ],
    },
  ];
}

/** A branch that carries messages of its own can be forgotten in both ways. */
function forgetItems({ key, own, children }: Row, forget: TreeMenuOptions['forget']): readonly MenuItem[] {
  const topic: MenuItem = {
    id: 'forget',
    label: 'Forget topic…',
    icon: Eraser,
    run: () => forget({ kind: 'topic', key }),
  };
  const subtree: MenuItem = {
    id: 'forget-subtree',
    label: 'Forget subtree…',
    icon: Eraser,
    run: () => forget({ kind: 'subtree', key }),
  };
  return children === 0 ? [topic] : own > 0 ? [topic, subtree] : [subtree];
}

/** Why there is no message to act on; null where there is one. */
function noMessage({ own }: Row): string | null {
  return own === 0 ? 'no message' : null;
}

/** Its latest message: out of the window, and once more, changed or as it was. */
function messageItems(options: TreeMenuOptions, row: Row): readonly MenuItem[] {
  const { session, say } = options;
  const { separator } = session.store.getState();
  const none = noMessage(row);
  const latest = { key: row.key, seq: 'latest' } as const;
  return [
    ...outcomeItems([copyTopicEntry(row.key)], say),
    ...(row.children > 0 ? branchItems(session, row, say, noSubtreeFilter(row.key, separator)) : []),
    ...outcomeItems(
      [
        ...copyEntries(options, latest, none),
        ...takeEntries(options, latest, none),
        ...publishEntries(options, latest, none),
      ],
      say,
    ),
  ];
}

/** Ways to look at its messages. */
function lookItems({ session, watch }: TreeMenuOptions, row: Row): readonly MenuItem[] {
  const off = noMessage(row);
  const watched = watching(watch, row.key);
  const show = (tab: InspectorTab) => () => {
    session.select(row.key);
    inspectorTabOf(session).setState({ tab });
  };
  return [
    { id: 'compare', label: 'Compare with…', icon: Columns2, off, run: show('diff') },
    { id: 'chart', label: 'Chart', icon: ChartLine, off, run: show('chart') },
    {
      id: 'watch',
      label: watched.label,
      icon: watched.isWatched ? EyeOff : Eye,
      off: row.own === 0 ? 'it carries no messages itself' : watched.off,
      run: () => watch.toggle(row.key, null),
    },
  ];
}

/** Filters made of its name. */
function filterItems({ session }: TreeMenuOptions, row: Row): readonly MenuItem[] {
  const { filter, separator } = session.store.getState();
  const like = filterLike(row, separator);
  const without = filterWithout(filter, row, separator);
  const noText = isText(row.key) ? null : NO_TEXT;
  const noFilter = noText ?? (like === null ? 'its name is too long for a filter' : null);
  return [
    {
      id: 'filter-like',
      label: 'Filter like this',
      icon: Filter,
      off: noFilter,
      run: () => session.setFilter(like ?? ''),
    },
    {
      id: 'exclude',
      label: 'Exclude this',
      icon: FilterX,
      off: without === null ? noFilter : null,
      run: () => session.setFilter(without ?? ''),
    },
  ];
}

/** Of one row, as it is when the menu is opened. */
export function treeItems(options: TreeMenuOptions, row: Row): readonly MenuItem[] {
  return [
    ...messageItems(options, row),
    ...lookItems(options, row),
    ...filterItems(options, row),
    ...outcomeItems([subscribeEntry(options, row.key)], options.say),
    {
      id: 'clear-retained',
      label: 'Clear retained…',
      icon: Trash2,
      danger: true,
      run: () => options.session.openClear([row.key]),
    },
    ...forgetItems(row, options.forget),
  ];
}
