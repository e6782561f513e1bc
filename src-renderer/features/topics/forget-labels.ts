import type { TopicsToForget } from '../../../src-main/contract/session/found-topics.ts';
import { shortened } from '../../../src-main/core/payload/visible.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { indexOfKey, rowAt, type SessionState } from '../../state/tree/view-state.ts';
import { formatCounted } from '../../ui/base/format.ts';

export interface ForgetQuestion {
  readonly title: string;
  /** What the button says that does it. */
  readonly action: string;
  readonly text: string;
}

/** Of a topic this much is read out in the question; all of it is in the tree behind. */
const MOST_CHARS = 120;
const STAYS =
  'Only this program forgets: the broker keeps its retained messages, and a topic comes back with its next message.';

/** What is asked before topics are forgotten, with their numbers where the window knows them. */
export function forgetQuestion(state: SessionState, what: TopicsToForget): ForgetQuestion {
  if (what.kind === 'late') {
    return {
      title: 'Forget all late topics?',
      action: 'Forget late topics',
      text: `Every topic that has been silent for longer than is usual for it leaves the tree, with its history. ${STAYS}`,
    };
  }
  const row = rowAt(state, indexOfKey(state, what.key))?.row;
  const topic = shortened(displayTopic(what.key), MOST_CHARS);
  const [title, action] =
    what.kind === 'topic'
      ? ['Forget this topic?', 'Forget topic']
      : ['Forget this subtree?', 'Forget subtree'];
  const messages = row === undefined ? null : what.kind === 'topic' ? row.own : row.messages;
  const subject =
    what.kind === 'subtree' && row !== undefined ? `, ${formatCounted(row.topics, 'topic')},` : '';
  const history = messages === null ? 'history' : `${formatCounted(messages, 'message')} of history`;
  const leaves = what.kind === 'topic' && (row?.children ?? 0) > 0 ? 'loses' : 'leaves the tree with';
  const below = leaves === 'loses' ? ' What is below it stays.' : '';
  return { title, action, text: `${topic}${subject} ${leaves} its ${history}.${below} ${STAYS}` };
}
