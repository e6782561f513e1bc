import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import type { ForgottenTopics, TopicsToForget } from '../../../src-main/contract/session/found-topics.ts';
import { isBelow, parentKey } from '../../../src-main/core/topics/levels.ts';
import type { ConnectionSession } from '../tree/tree-session.ts';
import { indexOfKey, rowAt, type SessionState } from '../tree/view-state.ts';

/** Whether a topic is forgotten too, as far as its name shows. */
export function goesWith(what: TopicsToForget, key: TopicKey, separator: string): boolean {
  if (what.kind === 'late') return false;
  return key === what.key || (what.kind === 'subtree' && isBelow(key, what.key, separator));
}

/**
 * Where the selection goes when what it lies on is forgotten: to the row that takes its place, the one
 * before where there is none, or the branch above. Null: nothing is left.
 */
export function besideForgotten(state: SessionState, what: TopicsToForget): TopicKey | null {
  if (what.kind === 'late') return null;
  const top = topmostForgotten(state, what.key);
  const index = indexOfKey(state, top);
  const above = parentKey(top, state.separator);
  if (index < 0) return above;
  const level = rowAt(state, index)?.row.level ?? 0;
  for (let at = index + 1; ; at++) {
    const next = rowAt(state, at)?.row;
    if (next === undefined || next.level < level) break;
    if (next.level === level) return next.key;
  }
  for (let at = index - 1; ; at--) {
    const before = rowAt(state, at)?.row;
    if (before === undefined || before.level < level) return above;
    if (before.level === level) return before.key;
  }
}

/** Parents that only led to what is forgotten go too; the highest of them, as far as rows show. */
function topmostForgotten(state: SessionState, key: TopicKey): TopicKey {
  let top = key;
  const { separator } = state;
  for (let at = parentKey(top, separator); at !== null; at = parentKey(at, separator)) {
    const [parent, child] = [at, top].map((one) => rowAt(state, indexOfKey(state, one))?.row);
    if (parent === undefined || child === undefined || parent.topics > child.topics) break;
    top = at;
  }
  return top;
}

/**
 * Forgets topics here and moves the selection off what is gone. Rejects where the engine cannot be asked.
 */
export async function forgetTopics(
  session: ConnectionSession,
  what: TopicsToForget,
): Promise<ForgottenTopics> {
  const { connectionId: connection, client } = session;
  const before = session.store.getState();
  const forgotten = await client.call('forgetTopics', { connection, what });
  const { selectedKey } = session.store.getState();
  if (selectedKey === null || selectedKey !== before.selectedKey) return forgotten;
  if (!isForgotten(before, what, selectedKey)) return forgotten;
  const beside =
    what.kind === 'late' ? parentKey(selectedKey, before.separator) : besideForgotten(before, what);
  session.select(beside);
  if (beside !== null) session.goToKey(beside);
  return forgotten;
}

/** Whether the selected topic was forgotten; a branch stays. Whether a topic was late, its row shows. */
function isForgotten(before: SessionState, what: TopicsToForget, selected: TopicKey): boolean {
  const index = indexOfKey(before, selected);
  const row = rowAt(before, index)?.row ?? before.active?.view.row;
  if (what.kind === 'late') return row?.key === selected && row.usual !== null && row.children === 0;
  const stays = what.kind === 'topic' && row?.key === selected && row.children > 0;
  return !stays && goesWith(what, selected, before.separator);
}
