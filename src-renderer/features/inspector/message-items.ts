import {
  AppWindow,
  Braces,
  ChartLine,
  ClipboardCopy,
  Copy,
  Eye,
  EyeOff,
  Filter,
  Save,
  Send,
  SquarePen,
  SquareTerminal,
  Trash2,
} from 'lucide-react';
import { MAX_WATCHED, type TopicKey } from '../../../src-main/contract/model/model.ts';
import { copyTopic, isText, NO_TEXT } from '../../state/browser/copy-topic.ts';
import { inspectorTabOf } from '../../state/inspector/inspector-tab.ts';
import {
  commandHost,
  copyAsJson,
  copyAsMosquittoPub,
  copyMessageValue,
  openMessagePayload,
  saveMessagePayload,
} from '../../state/inspector/message-actions.ts';
import { editOutcome, type EditAndPublish } from '../../state/publish/edit-and-publish.ts';
import { filterLike } from '../../../src-main/core/query/grammar/like-this.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import type { WatchList } from '../../state/watch/watch-list.ts';
import type { MenuAction } from '../../ui/controls/menu.tsx';
import { sayOutcome, type Saying } from '../../ui/feedback/said.tsx';

/** What the actions on a message need. */
export interface MessagePorts {
  readonly session: ConnectionSession;
  /** Of the broker, without user name and password. */
  readonly address: string;
  readonly edit: EditAndPublish;
  readonly watch: WatchList;
  /** The host opens payloads in other programs. */
  readonly opens: boolean;
}

/** One message of a topic. */
export interface MessageAt {
  readonly key: TopicKey;
  readonly seq: number;
}

type Say = Saying['say'];

/** What is taken out of the window from one message: a command line, a file. */
export function takeItems(
  { session, address, opens }: MessagePorts,
  { key, seq }: MessageAt,
  say: Say,
): MenuAction[] {
  const run = (outcome: () => Promise<string>) => () => void sayOutcome(outcome(), say);
  const open: MenuAction = {
    id: 'open',
    label: 'Open in default program…',
    icon: AppWindow,
    run: run(() => openMessagePayload(session, key, seq)),
  };
  return [
    {
      id: 'copy-pub',
      label: 'Copy as mosquitto_pub',
      icon: SquareTerminal,
      off: isText(key) ? null : NO_TEXT,
      run: run(() => copyAsMosquittoPub(session, key, seq, commandHost(address))),
    },
    {
      id: 'save',
      label: 'Save payload…',
      icon: Save,
      run: run(() => saveMessagePayload(session, key, seq, session.store.getState().separator)),
    },
    ...(opens ? [open] : []),
  ];
}

/** The message once more, changed or as it was. */
export function publishItems({ edit }: MessagePorts, { key, seq }: MessageAt, say: Say): MenuAction[] {
  const off = isText(key) ? null : NO_TEXT;
  return [
    {
      id: 'edit',
      label: 'Edit and publish',
      icon: SquarePen,
      off,
      run: () => void sayOutcome(editOutcome(edit(key, seq)), say),
    },
    {
      id: 'publish-again',
      label: 'Publish again',
      icon: Send,
      off,
      run: () => void sayOutcome(editOutcome(edit(key, seq, 'again'), 'again'), say),
    },
  ];
}

/** What can be done with one message as a whole, wherever in the inspector it is. */
export function messageItems(ports: MessagePorts, at: MessageAt, say: Say): MenuAction[] {
  const { session } = ports;
  const { key, seq } = at;
  return [
    {
      id: 'copy-topic',
      label: 'Copy topic',
      icon: Copy,
      off: isText(key) ? null : NO_TEXT,
      run: () => void sayOutcome(copyTopic(key), say),
    },
    {
      id: 'copy-value',
      label: 'Copy value',
      icon: ClipboardCopy,
      run: () => void sayOutcome(copyMessageValue(session, key, seq), say),
    },
    {
      id: 'copy-json',
      label: 'Copy as JSON',
      icon: Braces,
      run: () => void sayOutcome(copyAsJson(session, key, seq), say),
    },
    ...takeItems(ports, at, say),
    ...publishItems(ports, at, say),
  ];
}

/** What can be done with the topic of a message. */
export function topicItems({ session, watch }: MessagePorts, key: TopicKey): MenuAction[] {
  const isWatched = watch.isWatched(key, null);
  const isFull = watch.store.getState().rows.length >= MAX_WATCHED;
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
      label: isWatched ? 'Stop watching' : 'Watch',
      icon: isWatched ? EyeOff : Eye,
      off: isFull && !isWatched ? `${MAX_WATCHED} are watched already` : null,
      run: () => watch.toggle(key, null),
    },
    {
      id: 'filter-like',
      label: 'Filter like this',
      icon: Filter,
      off: like !== null ? null : isText(key) ? 'its name is too long for a filter' : NO_TEXT,
      run: () => session.setFilter(like ?? ''),
    },
    {
      id: 'clear-retained',
      label: 'Clear retained…',
      icon: Trash2,
      danger: true,
      run: () => session.openClear([key]),
    },
  ];
}
