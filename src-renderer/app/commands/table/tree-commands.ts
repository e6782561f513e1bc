import {
  Activity,
  ArrowDownUp,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Bookmark,
  ChevronsDownUp,
  ChevronsUpDown,
  Copy,
  Eraser,
  Eye,
  ListTree,
  Palette,
  Search,
  Send,
  SquarePen,
} from 'lucide-react';
import type { TopicsToForget } from '../../../../src-main/contract/session/found-topics.ts';
import type { TopicKey } from '../../../../src-main/contract/model/model.ts';
import type { SortColumn } from '../../../../src-main/contract/model/sorting.ts';
import { parentKey } from '../../../../src-main/core/topics/levels.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { TOPICS_VIEW } from '../../../state/app/shell.ts';
import {
  copySubtreeFilter,
  copyTopic,
  isText,
  NO_TEXT,
  noSubtreeFilter,
} from '../../../state/browser/copy-topic.ts';
import type { Republishing } from '../../../state/publish/edit-and-publish.ts';
import { activeBranch, goToBusiest, goToNextMatch, goUp } from '../../../state/tree/go-to.ts';
import { watching } from '../../../state/watch/watching.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { EMPTY_STATE } from '../../../state/tree/view-state.ts';
import { republish } from '../../base/use-edit-and-publish.ts';
import { currentVisits } from '../../base/sessions.ts';
import { NO_CONNECTION, type Command } from './command.ts';

const WAYS: readonly (readonly [string, string, 1 | -1, string])[] = [
  ['back', 'Back to the topic before', -1, 'View+ArrowLeft'],
  ['forward', 'Forward to the topic after', 1, 'View+ArrowRight'],
];

const SORTS: readonly (readonly [SortColumn, string])[] = [
  ['name', 'name'],
  ['seen', 'last seen'],
  ['messages', 'messages'],
  ['rate', 'rate'],
  ['size', 'size of the latest value'],
  ['late', 'late topics'],
];

/** The way through the tree, its order, and what can be done with the topic that is selected in it. */
export function treeCommands(app: AppState, session: ConnectionSession | null): readonly Command[] {
  const off = session === null ? NO_CONNECTION : null;
  return [
    ...WAYS.map(([id, label, step, keys]) => ({
      id: `topics.${id}`,
      label,
      group: 'Topics' as const,
      icon: step < 0 ? ArrowLeft : ArrowRight,
      keys,
      repeats: true,
      off: off ?? (currentVisits()?.can(step) === true ? null : 'no other topic was selected'),
      run: () => {
        app.shell.showView(TOPICS_VIEW);
        currentVisits()?.go(step);
      },
    })),
    ...wayCommands(session, off),
    ...savedCommands(app, session, off),
    ...topicCommands(app, session, off),
    ...forgetCommands(app, session, off),
    ...branchCommands(session, off),
    ...SORTS.map(([by, name]) => ({
      id: `topics.sort-${by}`,
      label: `Sort topics by ${name}`,
      group: 'Topics' as const,
      icon: ArrowDownUp,
      off,
      run: () => session?.sort({ by, descending: by !== 'name' }),
    })),
  ];
}

/** Ways from the topic that is selected. */
function wayCommands(session: ConnectionSession | null, off: string | null): readonly Command[] {
  const group = 'Topics';
  const { selectedKey, filter, separator } = session?.store.getState() ?? EMPTY_STATE;
  const above = selectedKey === null ? null : parentKey(selectedKey, separator);
  return [
    {
      id: 'topics.up',
      label: 'Up to the branch above',
      group,
      icon: ArrowUp,
      keys: 'View+ArrowUp',
      repeats: true,
      off: off ?? (above === null ? 'nothing is above it' : null),
      run: () => session !== null && goUp(session),
    },
    {
      id: 'topics.next-match',
      label: 'Next match of the filter',
      group,
      icon: Search,
      off: off ?? (filter === '' ? 'no filter is set' : null),
      run: () => session !== null && goToNextMatch(session),
    },
  ];
}

/** What of the filter is kept with the profile. */
function savedCommands(
  app: AppState,
  session: ConnectionSession | null,
  off: string | null,
): readonly Command[] {
  const id = session?.connectionId;
  const connection = app.connections.store.getState().connections.find((one) => one.id === id);
  const noProfile =
    off ?? ((connection?.profileId ?? null) === null ? 'save the connection as a profile first' : null);
  const open = () => id !== undefined && app.shell.open({ kind: 'saved-filters', id });
  return [
    ['topics.saved-filters', 'Saved filters…', Bookmark] as const,
    ['topics.colour-rules', 'Colour rules…', Palette] as const,
  ].map(([command, label, icon]) => ({
    id: command,
    label,
    group: 'Topics' as const,
    icon,
    off: noProfile,
    run: open,
  }));
}

/** What can be done with the topic that is selected. */
function topicCommands(
  app: AppState,
  session: ConnectionSession | null,
  off: string | null,
): readonly Command[] {
  const group = 'Topics';
  const { selectedKey: key, selected, separator } = session?.store.getState() ?? EMPTY_STATE;
  const latest = selected?.latest ?? null;
  const noTopic = off ?? (key === null ? 'no topic is selected' : null);
  const noText = noTopic ?? (key === null || isText(key) ? null : NO_TEXT);
  return [
    {
      id: 'topics.copy',
      label: 'Copy the topic',
      group,
      icon: Copy,
      off: noText,
      run: () => key !== null && void copyTopic(key).catch(() => undefined),
    },
    watchCommand(app, key, noTopic),
    ...(
      [
        ['topics.edit', 'Edit and publish the latest message', SquarePen, 'edit'],
        ['topics.publish-again', 'Publish the latest message again', Send, 'again'],
      ] as const
    ).map(([id, label, icon, how]) => ({
      id,
      label,
      group: 'Topics' as const,
      icon,
      off: noText ?? (latest === null ? 'it has no message' : null),
      run: () => session !== null && key !== null && void republishLatest(app, session, key, how),
    })),
    {
      id: 'topics.copy-filter',
      label: 'Copy a filter for what is below the topic',
      group,
      icon: Copy,
      off: noTopic ?? (key === null ? null : noSubtreeFilter(key, separator)),
      run: () => key !== null && void copySubtreeFilter(key).catch(() => undefined),
    },
  ];
}

/** What keeps it from being published the panel says. */
async function republishLatest(
  app: AppState,
  session: ConnectionSession,
  key: string,
  how: Republishing,
): Promise<void> {
  const failure = await republish(app, session)(key, 'latest', how);
  if (failure === null) return;
  app.shell.fold(false);
  app.publishing.of(session.connectionId).store.setState({ formatProblem: failure });
}

/** What is forgotten here and not at the broker; each asks first. */
function forgetCommands(
  app: AppState,
  session: ConnectionSession | null,
  off: string | null,
): readonly Command[] {
  const group = 'Topics';
  const key = session?.store.getState().selectedKey ?? null;
  const noTopic = off ?? (key === null ? 'no topic is selected' : null);
  const ask = (what: TopicsToForget) =>
    session !== null && app.shell.open({ kind: 'forget', id: session.connectionId, what });
  return [
    {
      id: 'topics.forget',
      label: 'Forget the topic…',
      group,
      icon: Eraser,
      off: noTopic,
      run: () => key !== null && ask({ kind: 'topic', key }),
    },
    {
      id: 'topics.forget-subtree',
      label: 'Forget the topic and all below it…',
      group,
      icon: Eraser,
      off: noTopic,
      run: () => key !== null && ask({ kind: 'subtree', key }),
    },
    {
      id: 'topics.forget-late',
      label: 'Forget all late topics…',
      group,
      icon: Eraser,
      off,
      run: () => ask({ kind: 'late' }),
    },
  ];
}

/** Levels that have a command and a key. */
const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** What opens and closes many branches at once; about the active row, or what is beside it. */
function branchCommands(session: ConnectionSession | null, off: string | null): readonly Command[] {
  const group = 'Topics';
  const active = session?.store.getState().active?.view.row.key ?? null;
  const noRow = off ?? (active === null ? 'no row of the tree is active' : null);
  return [
    {
      id: 'topics.expand-busiest',
      label: 'Expand the busy path',
      group,
      icon: Activity,
      keys: 'View+B',
      off,
      run: () => session !== null && void goToBusiest(session, activeBranch(session)).catch(() => undefined),
    },
    {
      id: 'topics.expand-siblings',
      label: 'Expand siblings',
      group,
      icon: ChevronsUpDown,
      off: noRow,
      run: () => active !== null && session?.expandSiblings(active),
    },
    {
      id: 'topics.collapse-siblings',
      label: 'Collapse siblings',
      group,
      icon: ChevronsDownUp,
      off: noRow,
      run: () => active !== null && session?.collapseSiblings(active),
    },
    ...LEVELS.map((level) => ({
      id: `topics.expand-to-${String(level)}`,
      label: `Expand to level ${String(level)}`,
      group: 'Topics' as const,
      icon: ListTree,
      keys: `View+Shift+${String(level)}`,
      off,
      run: () => session?.showLevels(level),
    })),
  ];
}

function watchCommand(app: AppState, key: TopicKey | null, noTopic: string | null): Command {
  const watched = key === null ? null : watching(app.watch, key);
  return {
    id: 'topics.watch',
    label: `${watched?.label ?? 'Watch'} the topic`,
    group: 'Topics',
    icon: Eye,
    keys: 'View+W',
    off: noTopic ?? watched?.off ?? null,
    run: () => key !== null && app.watch.toggle(key, null),
  };
}
