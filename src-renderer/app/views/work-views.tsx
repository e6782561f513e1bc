import { type ComponentType } from 'react';
import { ListTree, Pin, Search, type LucideIcon } from 'lucide-react';
import { RETAINED_VIEW, TOPICS_VIEW } from '../../state/app/shell.ts';
import type { SessionState } from '../../state/tree/view-state.ts';
import { lazyPart } from '../../ui/base/lazy-part.tsx';
import type { WorkViewProps } from './work-view-props.ts';

/** What may stand in the place of the tree. */
export interface WorkView {
  readonly id: string;
  /** The accessible name of its tab and of its panel. */
  readonly label: string;
  readonly icon: LucideIcon;
  /** A count beside the name; null: there is nothing to count. */
  readonly count: (state: SessionState) => number | null;
  /** In the place of the tree; null: the tree. */
  readonly Left: ComponentType<WorkViewProps> | null;
  /** In the place of the inspector, which it may show by itself; null: the inspector. */
  readonly Right: ComponentType<WorkViewProps> | null;
}

/** The views in the order of their tabs and keys. A view is here, and only here, once it works. */
export const WORK_VIEWS: readonly WorkView[] = [
  { id: TOPICS_VIEW, label: 'Topics', icon: ListTree, count: () => null, Left: null, Right: null },
  {
    id: RETAINED_VIEW,
    label: 'Retained',
    icon: Pin,
    count: ({ counters }) => counters?.retained ?? null,
    Left: lazyPart(() =>
      import('../../features/retained/inventory/inventory-view.tsx').then(
        ({ InventoryView }) => InventoryView,
      ),
    ),
    Right: lazyPart(() => import('./retained-side.tsx').then(({ RetainedSide }) => RetainedSide)),
  },
  {
    id: 'search',
    label: 'Search',
    icon: Search,
    count: () => null,
    Left: lazyPart(() => import('./search-panes.tsx').then(({ SearchPane }) => SearchPane)),
    Right: lazyPart(() => import('./search-panes.tsx').then(({ SearchSidePane }) => SearchSidePane)),
  },
];

const [TREE] = WORK_VIEWS;

/** An id that no view has is the tree. */
export function workView(id: string): WorkView | undefined {
  return WORK_VIEWS.find((view) => view.id === id) ?? TREE;
}
