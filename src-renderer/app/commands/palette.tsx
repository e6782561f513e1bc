import { useStore } from 'zustand';
import { Search } from 'lucide-react';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { Kbd } from '../../ui/base/kbd.tsx';
import { found, type Entry } from './found-entries.ts';
import { Marked, Picker, useQuery } from './picker.tsx';
import { currentSession } from '../base/sessions.ts';

/** `dialog` "Commands": every command and the topics' filter, by typing. */
export function Palette({ app }: { readonly app: AppState }) {
  const [query, setQuery] = useQuery();
  // Commands change with the connections while the palette is open.
  useStore(app.connections.store);
  const entries = found(app, currentSession(), query);
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
          : `Nothing is called “${escapeUnsafe(query)}”. Try another word, or a part of a topic while a connection is open.`
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
