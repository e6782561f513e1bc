import { CornerDownRight, Filter } from 'lucide-react';
import { MQTT_SEPARATOR } from '../../../src-main/core/topics/levels.ts';
import type { AppState } from '../../state/app/app-state.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { EMPTY_STATE } from '../../state/tree/view-state.ts';
import { showTopic } from '../base/sessions.ts';
import { matchWords } from './match.ts';
import type { Command } from './table/command.ts';
import { commands } from './table/commands.ts';

/** A line of the palette. */
export interface Entry {
  readonly command: Omit<Command, 'group'>;
  readonly group: string;
  readonly pieces: readonly string[];
}

/** Commands shown at once. There is one a profile, of which there may be thousands; a letter more narrows them. */
const MAX_FOUND = 100;

/** What the words of a query may mean: commands, the best first, and what can be done with it as a topic. */
export function found(app: AppState, session: ConnectionSession | null, query: string): readonly Entry[] {
  const all = commands(app, session)
    .filter(({ hidden }) => hidden !== true)
    .flatMap((command) => {
      const match = matchWords(query, command.label);
      // What cannot be done now is worth seeing only when it was asked for.
      if (match === null || (query === '' && command.off !== null)) return [];
      return [{ command, group: command.group, pieces: match.pieces, score: match.score }];
    });
  const topics = topicEntries(app, session, query);
  const best = all.sort((a, b) => b.score - a.score).slice(0, MAX_FOUND);
  // What looks like a topic is one; a plain word is more often a command.
  return isLikeTopic(session, query) ? [...topics, ...best] : [...best, ...topics];
}

/** It is divided into levels, in the tree or by MQTT. */
function isLikeTopic(session: ConnectionSession | null, text: string): boolean {
  const { separator } = session?.store.getState() ?? EMPTY_STATE;
  return text.includes(MQTT_SEPARATOR) || text.includes(separator);
}

/** A word that may be a topic: show what contains it, or go to the one that is called so. */
function topicEntries(app: AppState, session: ConnectionSession | null, query: string): readonly Entry[] {
  const text = query.trim();
  if (session === null || text === '') return [];
  const show: Entry = {
    group: 'Topics',
    pieces: ['Show topics containing ', text, ''],
    command: {
      id: 'find.filter',
      label: text,
      icon: Filter,
      off: null,
      run: () => session.setFilter(text),
    },
  };
  if (!isLikeTopic(session, text)) return [show];
  const go: Entry = {
    group: 'Topics',
    pieces: ['Go to ', text, ''],
    command: {
      id: 'find.go',
      label: text,
      icon: CornerDownRight,
      off: null,
      run: () => showTopic(app, session.connectionId, text),
    },
  };
  return [go, show];
}
