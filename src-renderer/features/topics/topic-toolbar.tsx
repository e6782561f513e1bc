import { useEffect } from 'react';
import { Check, Filter, Pause, Play, SearchX, Trash2, X } from 'lucide-react';
import { useStore } from 'zustand';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button, IconButton } from '../../ui/controls/button.tsx';
import { formatCount, formatCounted } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { shortcutKey } from '../../ui/base/pressed-key.ts';
import { FILTER_ID, focusFilter, focusTree } from './focus.ts';
import './topic-toolbar.css';

/** The filter, pause and "Clear retained…" of one connection; fills the bar it stands in. */
export function TopicToolbar({ session }: { readonly session: ConnectionSession }) {
  useFindKeys();
  return (
    <div className="tbar">
      <FilterBox session={session} />
      <div className="tbar-actions">
        <PauseButton session={session} />
        <Button
          variant="quiet"
          icon={Trash2}
          aria-label="Clear retained…"
          title="Clear retained messages of the selected topic (Del)"
          onClick={() => session.openClear()}
        >
          <span className="tbar-word">Clear retained…</span>
        </Button>
      </div>
    </div>
  );
}

function FilterBox({ session }: { readonly session: ConnectionSession }) {
  const filter = useStore(session.store, (state) => state.filter);
  return (
    <search className="tbar-filter">
      <Icon of={Filter} size={14} />
      <input
        id={FILTER_ID}
        type="search"
        className="tbar-input"
        aria-label="Filter topics"
        aria-describedby={`${FILTER_ID}-count`}
        aria-keyshortcuts="Control+Shift+F"
        placeholder="Filter topics"
        spellCheck={false}
        autoComplete="off"
        value={filter}
        onChange={(event) => session.setFilter(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && filter !== '') {
            event.preventDefault();
            event.stopPropagation();
            session.setFilter('');
          } else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') {
            event.preventDefault();
            focusTree();
          }
        }}
      />
      <FilterCount session={session} />
      {filter === '' ? null : (
        <IconButton
          small
          label="Clear filter"
          icon={X}
          onClick={() => {
            session.setFilter('');
            document.getElementById(FILTER_ID)?.focus();
          }}
        />
      )}
    </search>
  );
}

function FilterCount({ session }: { readonly session: ConnectionSession }) {
  const filtered = useStore(session.store, (state) => state.filter !== '');
  const matches = useStore(session.store, (state) => state.matches);
  const topics = useStore(session.store, (state) => state.counters?.topics ?? null);
  const percent = useStore(session.store, ({ building }) =>
    building === null ? null : Math.floor(building * 100),
  );
  return (
    <span id={`${FILTER_ID}-count`} className="tbar-count">
      {percent !== null ? (
        <span>
          {filtered ? 'searching' : 'building'} {percent} %
        </span>
      ) : topics === null ? null : !filtered ? (
        <span>{formatCounted(topics, 'topic')}</span>
      ) : matches === null ? null : (
        <>
          <Icon
            of={matches > 0 ? Check : SearchX}
            size={14}
            className={matches > 0 ? 'tone-ok' : 'tone-warn'}
          />
          <span>
            <b>{formatCount(matches)}</b> of {formatCounted(topics, 'topic')}
          </span>
        </>
      )}
    </span>
  );
}

function PauseButton({ session }: { readonly session: ConnectionSession }) {
  const paused = useStore(session.store, (state) => state.paused !== null);
  const word = paused ? 'Resume' : 'Pause';
  return (
    <Button
      variant={paused ? 'plain' : 'quiet'}
      icon={paused ? Play : Pause}
      aria-label={word}
      title={paused ? 'Show what is new (Space)' : 'Hold the tree as it is; messages are kept (Space)'}
      onClick={() => session.togglePause()}
    >
      <span className="tbar-word">{word}</span>
    </Button>
  );
}

/** Ctrl+F and Ctrl+Shift+F go to the filter, from anywhere but a dialog. */
function useFindKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (shortcutKey(event) !== 'f' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      if (document.querySelector('[role=dialog], [role=alertdialog]') !== null) return;
      event.preventDefault();
      focusFilter();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
