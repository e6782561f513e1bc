import { ArrowDown, ArrowUp, ChevronsDownUp, ChevronsUpDown, Columns3Cog, ListRestart } from 'lucide-react';
import { memo, useRef, type ReactNode } from 'react';
import { shortened } from '../../../../src-main/core/payload/visible.ts';
import type { ShownSorting, SortColumn } from '../../../../src-main/contract/model/sorting.ts';
import { ariaSort, sortingAfter } from '../../../state/tree/sorting.ts';
import { lookOf, type ColumnId, type Columns, type TreeColumns } from '../../../state/tree/tree-columns.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { classes } from '../../../ui/base/classes.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { IconButton } from '../../../ui/controls/button.tsx';
import { MenuButton } from '../../../ui/controls/menu.tsx';
import { useColumnDrag, type ColumnDrop, type DragHandlers } from './column-drag.ts';
import { ColumnGrip, fit } from './column-grip.tsx';
import { columnItems } from './column-menu.ts';
import { drawnWidths } from './drawn-widths.ts';
import './tree-head.css';

export interface TreeHeadProps {
  readonly session: ConnectionSession;
  /** Parents of the first row in sight that are scrolled away, as one reads them; null: there are none. */
  readonly above: string | null;
  readonly sorting: ShownSorting;
  readonly columns: Columns;
  /** Fields of JSON that may be columns. */
  readonly offered: readonly ColumnId[];
  /** Where another choice of columns goes. */
  readonly chosen: TreeColumns;
}

/** The heads of the columns; a click on one that sorts sorts every level by it. */
export const TreeHead = memo(function TreeHead(props: TreeHeadProps) {
  const { session, above, sorting, columns, offered, chosen } = props;
  const row = useRef<HTMLDivElement>(null);
  const drag = useColumnDrag(chosen);
  const grid = () => row.current?.closest<HTMLElement>('[role=treegrid]') ?? document;
  const sort = (by: SortColumn) => session.sort(sortingAfter(session.store.getState().sorting, by));
  return (
    <div ref={row} role="row" aria-rowindex={1} className="tt-head">
      <SortHead by="name" name="Topic" className="tt-head-topic" {...{ sorting, sort }}>
        {above === null ? null : (
          <span className="cut-front tt-above" title={shortened(above)}>
            <bdi>{above}</bdi>
          </span>
        )}
        <span className="tt-head-tools">
          <OrderChanged session={session} stale={sorting.stale} />
          <IconButton
            small
            label="Expand all"
            icon={ChevronsUpDown}
            tabIndex={-1}
            onClick={() => session.expandAll()}
          />
          <IconButton
            small
            label="Collapse all"
            icon={ChevronsDownUp}
            tabIndex={-1}
            onClick={() => session.collapseAll()}
          />
          <MenuButton
            small
            label="Columns…"
            icon={Columns3Cog}
            items={columnItems(
              session,
              chosen,
              offered,
              () => drawnWidths(row.current ?? document, columns),
              (id) => fit(chosen, id, grid()),
            )}
          />
        </span>
      </SortHead>
      {columns.map(({ id }) => (
        <ColumnHead
          key={id}
          {...{ id, sorting, sort, chosen }}
          drop={dropOf(drag.drop, id, columns)}
          drag={drag.handlers(id)}
        />
      ))}
    </div>
  );
});

/** On which side of a head the line is drawn that says where a dragged one goes. */
function dropOf(drop: ColumnDrop | null, id: ColumnId, columns: Columns): HeadDrop {
  if (drop === null) return undefined;
  if (drop.before === id) return 'before';
  if (drop.before === null && columns.at(-1)?.id === id) return 'after';
  return drop.id === id ? 'dragged' : undefined;
}

type HeadDrop = 'before' | 'after' | 'dragged' | undefined;

interface ColumnHeadProps {
  readonly id: ColumnId;
  readonly sorting: ShownSorting;
  readonly sort: (by: SortColumn) => void;
  readonly chosen: TreeColumns;
  readonly drop: HeadDrop;
  readonly drag: DragHandlers;
}

function ColumnHead({ id, sorting, sort, chosen, drop, drag }: ColumnHeadProps) {
  const { name, sorts, isFigure } = lookOf(id);
  const grip = <ColumnGrip id={id} columns={chosen} />;
  if (sorts === null) {
    return (
      <div role="columnheader" className="tt-head-column" data-column={id} data-drop={drop} {...drag}>
        {name}
        {grip}
      </div>
    );
  }
  const className = classes('tt-head-column', isFigure && 'num');
  return (
    <SortHead by={sorts} column={id} {...{ name, className, sorting, sort, drop, drag }}>
      {grip}
    </SortHead>
  );
}

interface SortHeadProps {
  readonly by: SortColumn;
  readonly name: string;
  readonly column?: ColumnId;
  readonly className?: string;
  readonly sorting: ShownSorting;
  readonly sort: (by: SortColumn) => void;
  readonly drop?: HeadDrop;
  readonly drag?: DragHandlers;
  readonly children?: ReactNode;
}

function SortHead({ by, name, column, className, sorting, sort, drop, drag, children }: SortHeadProps) {
  const direction = ariaSort(sorting, by);
  // The order by name is how a tree is: an arrow for it would be one for nothing.
  const marked = direction !== 'none' && (by !== 'name' || direction === 'descending');
  return (
    <div
      role="columnheader"
      aria-label={name}
      aria-sort={direction}
      className={className}
      data-column={column}
      data-drop={drop}
      {...drag}
    >
      <button
        type="button"
        className={classes('tt-sort', marked && 'tt-sorted')}
        title={`Sort by ${name.toLowerCase()}`}
        onClick={() => sort(by)}
      >
        {marked ? <Icon of={direction === 'descending' ? ArrowDown : ArrowUp} size={12} /> : null}
        {name}
      </button>
      {children}
    </div>
  );
}

/** Rows keep their places while figures change, under the pointer and the focus above all. */
function OrderChanged({ session, stale }: { readonly session: ConnectionSession; readonly stale: boolean }) {
  return (
    <button
      type="button"
      className="tt-stale"
      aria-label="Order changed"
      hidden={!stale}
      title="Figures have changed since the rows were sorted: sort them again"
      onClick={() => session.sortAgain()}
    >
      <Icon of={ListRestart} size={12} />
      <span className="tt-stale-word">Order changed</span>
    </button>
  );
}
