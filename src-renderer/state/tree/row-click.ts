import type { Row } from '../../../src-main/contract/model/view.ts';
import type { ConnectionSession } from './tree-session.ts';
import type { ActiveRow } from './view-state.ts';

/** The part of a click that decides. */
export interface RowClick {
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  /** 2 and more: it goes on from the click just before, in the same place. */
  readonly detail: number;
  /** On the arrow before the name. */
  readonly onTwisty: boolean;
}

/**
 * A click selects a row, and opens it if it is a branch; the next click on it closes it, and so on. With
 * Ctrl a branch is selected and stays as it is, by its arrow it is turned and not selected.
 */
export function clickRow(session: ConnectionSession, found: ActiveRow, click: RowClick): void {
  session.activate(found);
  const { row } = found.view;
  const isBranch = row.children > 0;
  if (isBranch && click.onTwisty) return turn(session, row);
  // The second half of a double click would undo the first.
  if (isBranch && click.detail > 1) return;
  const wasSelected = session.store.getState().selectedKey === row.key;
  session.select(row.key);
  if (!isBranch || click.ctrlKey || click.metaKey) return;
  if (wasSelected || !session.isOpen(row)) turn(session, row);
}

function turn(session: ConnectionSession, row: Row): void {
  if (session.isOpen(row)) session.collapse(row.key);
  else session.expand(row.key);
}
