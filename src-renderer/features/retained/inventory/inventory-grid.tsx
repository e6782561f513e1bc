import {
  useCallback,
  useLayoutEffect,
  useRef,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useStore } from 'zustand';
import type { InventoryRow, InventorySort } from '../../../../src-main/contract/session/inventory.ts';
import type { InventorySession, InventorySessionState } from '../../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { drawnRows, ROW_PX, scrolledTo, spacePx, topToPx } from '../../../state/scroll/view-scroll.ts';
import { wheelRows } from '../../../state/scroll/wheel-rows.ts';
import { useMeasured, useScrollPosition, useWheel } from '../../../ui/base/scroller.ts';
import { classes } from '../../../ui/base/classes.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { emptyWords } from './inventory-labels.ts';
import { pressInventory } from './inventory-keys.ts';
import { InventoryRowView } from './inventory-row.tsx';

/** Height of the row of heads, px. */
const HEAD_PX = 28;

export interface InventoryGridProps {
  readonly session: ConnectionSession;
  readonly inventory: InventorySession;
}

/** `treegrid` "Retained messages". One tab stop; rows are drawn by their place. */
export function InventoryGrid({ session, inventory }: InventoryGridProps) {
  const state = useStore(inventory.store);
  const scroller = useRef<HTMLDivElement>(null);
  const focus = useActiveFocus(scroller, state.active?.index ?? null);
  const measure = useCallback(
    (box: HTMLDivElement) => inventory.resize(Math.max(1, (box.clientHeight - HEAD_PX) / ROW_PX)),
    [inventory],
  );
  useMeasured(scroller, measure);
  const turned = useCallback(
    (event: WheelEvent) => {
      const { top, viewRows } = inventory.store.getState();
      inventory.scrollTo(top + wheelRows(event, viewRows));
    },
    [inventory],
  );
  useWheel(scroller, turned);
  useScrollPosition(scroller, topToPx(state.top, state), spacePx(state));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLButtonElement || !pressInventory(session, inventory, event)) return;
    event.preventDefault();
    focus.take();
  };
  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label="Retained messages"
      aria-multiselectable="true"
      aria-rowcount={state.total + 1}
      aria-colcount={8}
      className={classes('inv', state.hasTypes && 'inv-typed')}
      tabIndex={state.total === 0 ? 0 : -1}
      onKeyDown={onKeyDown}
      onFocus={focus.onFocus}
      onBlur={focus.onBlur}
      onClick={({ target }) => turnAt(inventory, target)}
      onScroll={() => {
        const box = scroller.current;
        const top = box === null ? null : scrolledTo(box.scrollTop, inventory.store.getState());
        if (top !== null) inventory.scrollTo(top);
      }}
    >
      <Head inventory={inventory} state={state} />
      {state.total === 0 && state.inventory !== null ? (
        <p className="inv-empty">
          {emptyWords(session.store.getState().filter, state.state, state.inventory.probe, session.now())}
        </p>
      ) : null}
      <div role="rowgroup" className="inv-space" style={{ height: spacePx(state) }}>
        <Rows session={session} inventory={inventory} state={state} />
      </div>
    </div>
  );
}

/** The small arrow of a parent was pressed. */
function turnAt(inventory: InventorySession, target: EventTarget): void {
  if (!(target instanceof Element) || target.closest('[data-twisty]') === null) return;
  const at = target.closest<HTMLElement>('[data-at]')?.dataset.at;
  const row = at === undefined ? undefined : inventory.rowAt(Number(at));
  if (row !== undefined && row.expanded !== null) inventory.turn(row.key, !row.expanded);
}

interface ActiveFocus {
  /** A key was for the list: its focus is on the active row, whatever in it was pressed before. */
  readonly take: () => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
}

/**
 * Real focus on the active row. It stays in the list while that row is read, is out of sight, or was replaced: the
 * list itself has it so long, and the keys go on from the active row.
 */
function useActiveFocus(
  scroller: { readonly current: HTMLElement | null },
  active: number | null,
): ActiveFocus {
  const inside = useRef(false);
  const take = () => {
    const box = scroller.current;
    const at = active === null ? '[tabindex="0"]' : `[data-at="${active}"]`;
    (box?.querySelector<HTMLElement>(`[role=row]${at}`) ?? box)?.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    if (inside.current && isOurs(scroller.current)) take();
  });
  return {
    take: () => {
      inside.current = true;
      if (document.activeElement?.closest('[data-at]') !== document.activeElement) take();
    },
    onFocus: ({ target }) => {
      inside.current ||= !(target instanceof HTMLButtonElement);
    },
    onBlur: ({ relatedTarget, target }) => {
      // A row that was taken out of the page did not give the focus up.
      if (relatedTarget === null && !target.isConnected) return;
      const isInside = relatedTarget instanceof Node && scroller.current?.contains(relatedTarget) === true;
      if (!isInside) inside.current = false;
    },
  };
}

/** The focus is on a row or on the list itself, or went nowhere with a row that is gone. */
function isOurs(box: HTMLElement | null): boolean {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body || activeElement === box) return true;
  return activeElement.hasAttribute('data-at') && box?.contains(activeElement) === true;
}

interface HeadProps {
  readonly inventory: InventorySession;
  readonly state: InventorySessionState;
}

function Head({ inventory, state: { sort, inventory: listed } }: HeadProps) {
  const column = { sort, onSort: (by: InventorySort['by']) => inventory.sortBy(by) };
  const some = listed !== null && listed.summary.chosen.count > 0;
  // It stands over every row: those that cannot be chosen, or that nobody knows to be retained, are not ticked.
  const every = listed !== null && listed.summary.chosen.count >= listed.summary.count;
  return (
    <div role="row" aria-rowindex={1} className="inv-row inv-head">
      <div role="columnheader" aria-colindex={1} aria-label="Selected" className="inv-tick">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label="Select all"
          checked={some}
          ref={(box) => {
            if (box !== null) box.indeterminate = some && !every;
          }}
          onChange={() => inventory.chooseAll(!some)}
        />
      </div>
      <Column {...column} at={2} by="topic" name="Topic" />
      <div role="columnheader" aria-colindex={3}>
        Value
      </div>
      <Column {...column} at={4} by="size" name="Size" num />
      <Column {...column} at={5} by="qos" name="QoS" num />
      <Column {...column} at={6} by="age" name="Age" num />
      <Column {...column} at={7} by="state" name="State" />
      <div role="columnheader" aria-colindex={8} className="inv-type">
        Type
      </div>
    </div>
  );
}

interface ColumnProps {
  /** From 1, hidden ones counted too. */
  readonly at: number;
  readonly sort: InventorySort;
  readonly onSort: (by: InventorySort['by']) => void;
  readonly by: InventorySort['by'];
  readonly name: string;
  readonly num?: boolean;
}

function Column({ at, sort, onSort, by, name, num }: ColumnProps) {
  const sorted = sort.by === by ? (sort.descending ? 'descending' : 'ascending') : undefined;
  return (
    <div
      role="columnheader"
      aria-colindex={at}
      aria-label={name}
      aria-sort={sorted ?? 'none'}
      className={num === true ? 'num' : undefined}
    >
      <button type="button" tabIndex={-1} className="inv-sort" onClick={() => onSort(by)}>
        {name}
        {sorted === undefined ? null : <Icon of={sorted === 'ascending' ? ArrowUp : ArrowDown} size={12} />}
      </button>
    </div>
  );
}

interface RowsProps extends InventoryGridProps {
  readonly state: InventorySessionState;
}

function Rows({ session, inventory, state }: RowsProps) {
  const { from, to, boxPx, rowPx } = drawnRows(state);
  const at = state.active?.index ?? -1;
  // One row can be reached by Tab, also where the active one is out of sight.
  const stop = at >= from && at < to ? at : Math.min(state.total - 1, Math.ceil(state.top));
  const rows: ReactNode[] = [];
  for (let index = from; index < to; index++) {
    const row: InventoryRow | undefined = state.rows[index - state.first];
    const y = rowPx(index);
    rows.push(
      row === undefined ? (
        <div
          key={`w${index}`}
          aria-hidden
          className="inv-row inv-ghost"
          style={{ transform: `translateY(${y}px)` }}
        />
      ) : (
        <InventoryRowView key={row.key} {...{ row, index, y, session, inventory }} active={index === stop} />
      ),
    );
  }
  return (
    <div role="presentation" className="inv-rows" style={{ transform: `translateY(${boxPx}px)` }}>
      {rows}
    </div>
  );
}
