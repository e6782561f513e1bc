import { useStore } from 'zustand';
import { CornerDownRight, Filter, Search } from 'lucide-react';
import { MQTT_SEPARATOR } from '../../../src-main/core/topics/levels.ts';
import type { AppState } from '../../state/app/app-state.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { EMPTY_STATE } from '../../state/tree/view-state.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { Kbd } from '../../ui/base/kbd.tsx';
import type { Command } from './table/command.ts';
import { commands } from './table/commands.ts';
import { matchWords } from './match.ts';
import { Marked, Picker, useQuery } from './picker.tsx';
import { currentSession, showTopic } from '../base/sessions.ts';

interface Entry {
  readonly command: Omit<Command, 'group'>;
  readonly group: string;
  readonly pieces: readonly string[];
}

/** `dialog` "Commands": every command and the topics' filter, by typing. */
export function Palette({ app }: { readonly app: AppState }) {
  const [query, setQuery] = useQuery();
  // Commands change with the connections while the palette is open.
  useStore(app.connections.store);
  const entries = find(app, currentSession(), query);
  const run = (entry: Entry | undefined) => {
    if (entry === undefined || entry.command.off !== null) return;
    app.shell.close();
    // After the dialog gave the focus back: a command may put it elsewhere.
    setTimeout(() => entry.command.run(), 0);
  };
  return (
    <Picker
      title="Commands"
      field="Search commands and topics"
      list="Commands"
      icon={Search}
      placeholder="What do you want to do?"
      query={query}
      onQuery={setQuery}
      options={entries.map((entry) => ({
        id: entry.command.id,
        group: entry.group,
        off: entry.command.off !== null,
        drawn: <EntryWords entry={entry} />,
      }))}
      onPick={(index) => run(entries[index])}
      status={
        entries.length > 0
          ? null
          : `Nothing is called “${query}”. Try another word, or a part of a topic while a connection is open.`
      }
      elsewhere={['Mod+/', 'all shortcuts']}
      onClose={() => app.shell.close()}
    />
  );
}

function EntryWords({ entry: { command, pieces } }: { readonly entry: Entry }) {
  return (
    <>
      <Icon of={command.icon} className="tone-mut" />
      <span className="cut">
        <Marked pieces={pieces} />
      </span>
      {command.off === null ? null : <span className="palette-why">{command.off}</span>}
      <span className="palette-end">{command.keys === undefined ? null : <Kbd keys={command.keys} />}</span>
    </>
  );
}

/** Commands shown at once. There is one a profile, of which there may be thousands; a letter more narrows them. */
const MAX_FOUND = 100;

function find(app: AppState, session: ConnectionSession | null, query: string): readonly Entry[] {
  const found = commands(app, session)
    .filter(({ hidden }) => hidden !== true)
    .flatMap((command) => {
      const match = matchWords(query, command.label);
      // What cannot be done now is worth seeing only when it was asked for.
      if (match === null || (query === '' && command.off !== null)) return [];
      return [{ command, group: command.group, pieces: match.pieces, score: match.score }];
    });
  const topics = topicEntries(app, session, query);
  // What looks like a topic is one; a plain word is more often a command.
  return isLikeTopic(session, query)
    ? [...topics, ...found.slice(0, MAX_FOUND)]
    : [...found.sort((a, b) => b.score - a.score).slice(0, MAX_FOUND), ...topics];
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
