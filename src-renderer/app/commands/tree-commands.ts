import { ArrowDownUp, ArrowLeft, ArrowRight, Copy, Eye } from 'lucide-react';
import type { SortColumn } from '../../../src-main/contract/model/sorting.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { TOPICS_VIEW } from '../../state/app/shell.ts';
import { copySubtreeFilter, isText } from '../../state/browser/copy-topic.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { currentVisits } from '../base/sessions.ts';
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
  const group = 'Topics';
  const off = session === null ? NO_CONNECTION : null;
  const key = session?.store.getState().selectedKey ?? null;
  const noTopic = off ?? (key === null ? 'no topic is selected' : null);
  return [
    ...WAYS.map(([id, label, step, keys]) => ({
      id: `topics.${id}`,
      label,
      group: 'Topics' as const,
      icon: step < 0 ? ArrowLeft : ArrowRight,
      keys,
      off: off ?? (currentVisits()?.can(step) === true ? null : 'no other topic was selected'),
      run: () => {
        app.shell.showView(TOPICS_VIEW);
        currentVisits()?.go(step);
      },
    })),
    {
      id: 'topics.watch',
      label: key !== null && app.watch.isWatched(key, null) ? 'Stop watching the topic' : 'Watch the topic',
      group,
      icon: Eye,
      keys: 'View+W',
      off: noTopic,
      run: () => key !== null && app.watch.toggle(key, null),
    },
    {
      id: 'topics.copy-filter',
      label: 'Copy a filter for what is below the topic',
      group,
      icon: Copy,
      off: noTopic ?? (key === null || isText(key) ? null : 'its name is no text'),
      run: () => key !== null && void copySubtreeFilter(key).catch(() => undefined),
    },
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
