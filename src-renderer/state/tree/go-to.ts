import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { displayName, parentKey, separatorOf } from '../../../src-main/core/topics/levels.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import type { ConnectionSession } from './tree-session.ts';
import { rowAt } from './view-state.ts';

/** Selects a topic and shows its row, whatever hid it: a filter, or branches that are closed. */
export function goToTopic(session: ConnectionSession, key: TopicKey): void {
  if (session.store.getState().filter !== '') session.setFilter('');
  session.select(key);
  session.reveal(key);
}

/**
 * Opens the busiest way down from a branch, or from the top, and selects the topic at its end. Answers what
 * came of it, to be said; rejects where the engine cannot be asked.
 */
export async function goToBusiest(session: ConnectionSession, below: TopicKey | null): Promise<string> {
  const { connectionId, client } = session;
  const { key } = await client.call('busiestTopic', { connection: connectionId, below });
  if (key === null) return 'Nothing is below it';
  goToTopic(session, key);
  return 'Went to the busiest topic';
}

/** The branch that commands about branches mean: the active row, or the one it lies in; null: the top. */
export function activeBranch(session: ConnectionSession): TopicKey | null {
  const { active, separator } = session.store.getState();
  const row = active?.view.row;
  if (row === undefined) return null;
  return row.children > 0 ? row.key : parentKey(row.key, separator);
}

/** Parents that can be chosen each from a topic far below; those above them are shown as one text. */
const MOST_LEVELS = 12;

/** The levels above a topic, from the top, as they are read: the nearest so many, and what is before them. */
export function levelsAbove(
  key: TopicKey,
  separator: string,
): {
  readonly before: string;
  readonly levels: readonly { readonly key: TopicKey; readonly name: string }[];
} {
  const levels: { key: TopicKey; name: string }[] = [];
  let above = parentKey(key, separator);
  for (; above !== null && levels.length < MOST_LEVELS; above = parentKey(above, separator)) {
    levels.unshift({ key: above, name: displayName(above, separator) });
  }
  return { before: above === null ? '' : displayTopic(above) + separatorOf(key, separator), levels };
}

/** Selects the branch that the selected topic lies in, and shows its row. */
export function goUp(session: ConnectionSession): void {
  const { selectedKey, separator } = session.store.getState();
  const above = selectedKey === null ? null : parentKey(selectedKey, separator);
  if (above === null) return;
  session.select(above);
  session.reveal(above);
}

/**
 * Selects the next row that the filter shows for itself, and after the last one the first again. Where
 * the rows that are known hold none, it goes on to what follows them, to be asked again from there.
 */
export function goToNextMatch(session: ConnectionSession): void {
  const state = session.store.getState();
  if (state.filter === '' || state.total === 0) return;
  const { active, first, ids, total } = state;
  const from = active === null ? first : active.index + 1;
  const end = first + ids.length;
  for (let index = Math.max(first, from); index < end; index++) {
    if (rowAt(state, index)?.row.match === true) return session.goToIndex(index, true);
  }
  if (end < total) return session.goToIndex(Math.max(end, from), true);
  const top = first === 0 ? ids.findIndex((_, index) => rowAt(state, index)?.row.match === true) : -1;
  session.goToIndex(Math.max(0, top), true);
}
