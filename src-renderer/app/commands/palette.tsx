import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { CornerDownRight, Filter, Search } from 'lucide-react';
import type { AppState } from '../../state/app/app-state.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { classes } from '../../ui/base/classes.ts';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { Icon } from '../../ui/base/icon.tsx';
import { Kbd, keysText } from '../../ui/base/kbd.tsx';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { matchWords } from './match.ts';
import { onTyped, takeTyped } from './typed-ahead.ts';
import { currentSession } from '../base/sessions.ts';
import './palette.css';

interface Entry {
  readonly command: Omit<Command, 'group'>;
  readonly group: string;
  readonly pieces: readonly string[];
}

/** `dialog` "Commands": every command and the topics' filter, by typing. */
export function Palette({ app }: { readonly app: AppState }) {
  const [query, setQuery] = useState('');
  // Not while drawing: what is drawn may be thrown away, and what was typed with it.
  useEffect(() => {
    const text = takeTyped();
    setQuery((before) => before + text);
    return onTyped((more) => setQuery((before) => before + more));
  }, []);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  // Commands change with the connections while the palette is open.
  useStore(app.connections.store);
  const entries = find(app, currentSession(), query);
  const active = Math.min(at, entries.length - 1);

  const run = (entry: Entry | undefined) => {
    if (entry === undefined || entry.command.off !== null) return;
    app.shell.close();
    // After the dialog gave the focus back: a command may put it elsewhere.
    setTimeout(() => entry.command.run(), 0);
  };
  const move = (to: number) => {
    const next = (to + entries.length) % Math.max(1, entries.length);
    setAt(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: Math.min(entries.length - 1, active + 8),
      PageUp: Math.max(0, active - 8),
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(entries[active]);
    }
  };

  return (
    <Dialog open bare title="Commands" width="680px" onClose={() => app.shell.close()} initialFocus={input}>
      <div className="palette-head">
        <Icon of={Search} className="tone-mut" />
        <input
          ref={input}
          className="palette-input"
          role="combobox"
          aria-label="Search commands and topics"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
          placeholder="What do you want to do?"
          value={query}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Kbd keys="Escape" framed />
      </div>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="Commands" className="palette-list">
        {grouped(entries).map(({ group, members }) => (
          <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
            <div id={`${id}-${group}`} className="palette-group">
              {group}
            </div>
            {members.map(({ entry, index }) => (
              <PaletteOption
                key={entry.command.id}
                id={`${id}-${index}`}
                index={index}
                entry={entry}
                active={index === active}
                onPoint={() => setAt(index)}
                onPick={() => run(entry)}
              />
            ))}
          </div>
        ))}
      </div>
      {entries.length > 0 ? null : (
        <p role="status" className="palette-nothing">
          Nothing is called “{query}”. Try another word, or a part of a topic while a connection is open.
        </p>
      )}
      <div className="palette-foot" aria-hidden>
        <span>
          <kbd>{keysText('ArrowUp')}</kbd> <kbd>{keysText('ArrowDown')}</kbd> choose
        </span>
        <span>
          <kbd>{keysText('Enter')}</kbd> go
        </span>
        <span className="palette-foot-end">
          <kbd>{keysText('Mod+/')}</kbd> all shortcuts
        </span>
      </div>
    </Dialog>
  );
}

interface OptionProps {
  readonly id: string;
  readonly index: number;
  readonly entry: Entry;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onPick: () => void;
}

function PaletteOption({ id, index, entry, active, onPoint, onPick }: OptionProps) {
  const { command, pieces } = entry;
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      aria-disabled={command.off === null ? undefined : true}
      data-index={index}
      className={classes('palette-option', command.off !== null && 'palette-off')}
      onMouseMove={onPoint}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPick}
    >
      <Icon of={command.icon} className="tone-mut" />
      <span className="cut">
        {pieces.map((piece, part) => (part % 2 === 1 ? <mark key={part}>{piece}</mark> : piece))}
      </span>
      {command.off === null ? null : <span className="palette-why">{command.off}</span>}
      <span className="palette-end">{command.keys === undefined ? null : <Kbd keys={command.keys} />}</span>
    </div>
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
  const topics = topicEntries(session, query);
  // What looks like a topic is one; a plain word is more often a command.
  return query.includes('/')
    ? [...topics, ...found.slice(0, MAX_FOUND)]
    : [...found.sort((a, b) => b.score - a.score).slice(0, MAX_FOUND), ...topics];
}

/** A word that may be a topic: show what contains it, or go to the one that is called so. */
function topicEntries(session: ConnectionSession | null, query: string): readonly Entry[] {
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
  if (!text.includes('/')) return [show];
  const go: Entry = {
    group: 'Topics',
    pieces: ['Go to ', text, ''],
    command: {
      id: 'find.go',
      label: text,
      icon: CornerDownRight,
      off: null,
      run: () => {
        session.select(text);
        session.reveal(text);
      },
    },
  };
  return [go, show];
}

function grouped(entries: readonly Entry[]) {
  const groups = new Map<string, { entry: Entry; index: number }[]>();
  entries.forEach((entry, index) => {
    const members = groups.get(entry.group) ?? [];
    groups.set(entry.group, [...members, { entry, index }]);
  });
  return [...groups].map(([group, members]) => ({ group, members }));
}
