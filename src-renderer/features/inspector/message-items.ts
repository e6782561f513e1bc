import { ChartLine, Columns2, Eye, EyeOff, Filter, Trash2 } from 'lucide-react';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { filterLike } from '../../../src-main/core/query/grammar/like-this.ts';
import { isText, NO_TEXT } from '../../state/browser/copy-topic.ts';
import { inspectorTabOf } from '../../state/inspector/inspector-tab.ts';
import {
  copyEntries,
  copyTopicEntry,
  publishEntries,
  subscribeEntry,
  takeEntries,
  type MessageAt,
  type MessagePorts as EntryPorts,
} from '../../state/menu/message-entries.ts';
import type { WatchList } from '../../state/watch/watch-list.ts';
import { watching } from '../../state/watch/watching.ts';
import type { MenuAction } from '../../ui/controls/menu.tsx';
import type { ShownOutcome } from '../../ui/feedback/outcome-note.tsx';
import { outcomeItems } from '../../ui/feedback/outcome-items.ts';

/** What the actions on a message and its topic need. */
export interface MessagePorts extends EntryPorts {
  readonly watch: WatchList;
}

/** What is done with the message as it is, out of the window or once more. */
function wholeItems(ports: MessagePorts, at: MessageAt, say: ShownOutcome['say']): MenuAction[] {
  return outcomeItems([...takeEntries(ports, at), ...publishEntries(ports, at)], say);
}

/** What can be done with one message as a whole, wherever in the inspector it is. */
export function messageItems(ports: MessagePorts, at: MessageAt, say: ShownOutcome['say']): MenuAction[] {
  return [
    ...outcomeItems([copyTopicEntry(at.key), ...copyEntries(ports, at)], say),
    ...wholeItems(ports, at, say),
  ];
}

/** What is done with the message that a part of a value is of, and with its topic. */
export function aroundItems(ports: MessagePorts, at: MessageAt, say: ShownOutcome['say']): MenuAction[] {
  return [
    ...outcomeItems([copyTopicEntry(at.key)], say),
    ...wholeItems(ports, at, say),
    compareItem(() => inspectorTabOf(ports.session).setState({ tab: 'diff' })),
    ...outcomeItems([subscribeEntry(ports, at.key)], say),
    clearItem(ports, at.key),
  ];
}

/** What can be done with the shown message and its topic. */
export function shownItems(ports: MessagePorts, at: MessageAt, say: ShownOutcome['say']): MenuAction[] {
  return [
    ...messageItems(ports, at, say),
    compareItem(() => inspectorTabOf(ports.session).setState({ tab: 'diff' })),
    ...topicItems(ports, at.key, say),
  ];
}

/** @param compare shows the message beside another one */
export function compareItem(compare: () => void): MenuAction {
  return { id: 'compare', label: 'Compare with…', icon: Columns2, run: compare };
}

/** What can be done with the topic of a message. */
export function topicItems(ports: MessagePorts, key: TopicKey, say: ShownOutcome['say']): MenuAction[] {
  const { session, watch } = ports;
  const { label, isWatched, off } = watching(watch, key);
  const like = filterLike({ key, children: 0 }, session.store.getState().separator);
  return [
    {
      id: 'chart',
      label: 'Chart',
      icon: ChartLine,
      run: () => {
        if (session.store.getState().selectedKey !== key) session.select(key);
        inspectorTabOf(session).setState({ tab: 'chart' });
      },
    },
    {
      id: 'watch',
      label,
      icon: isWatched ? EyeOff : Eye,
      off,
      run: () => watch.toggle(key, null),
    },
    {
      id: 'filter-like',
      label: 'Filter like this',
      icon: Filter,
      off: like !== null ? null : isText(key) ? 'its name is too long for a filter' : NO_TEXT,
      run: () => session.setFilter(like ?? ''),
    },
    ...outcomeItems([subscribeEntry(ports, key)], say),
    clearItem(ports, key),
  ];
}

function clearItem({ session }: MessagePorts, key: TopicKey): MenuAction {
  return {
    id: 'clear-retained',
    label: 'Clear retained…',
    icon: Trash2,
    danger: true,
    run: () => session.openClear([key]),
  };
}
