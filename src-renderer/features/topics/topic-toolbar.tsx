import { useEffect } from 'react';
import { Pause, Play, Trash2 } from 'lucide-react';
import { useStore } from 'zustand';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { Button } from '../../ui/controls/button.tsx';
import { shortcutKey } from '../../ui/base/pressed-key.ts';
import { FilterBox, type SavedAccess } from './filter/filter-box.tsx';
import { focusFilter } from './filter/focus.ts';
import './topic-toolbar.css';

interface TopicToolbarProps {
  readonly session: ConnectionSession;
  readonly saved: SavedAccess;
  /** What is subscribed to. */
  readonly subscriptions: readonly string[];
  readonly onClear: () => void;
}

/** The filter, pause and "Clear retained…" of one connection; fills the bar it stands in. */
export function TopicToolbar({ session, saved, subscriptions, onClear }: TopicToolbarProps) {
  useFindKeys();
  return (
    <div className="tbar">
      <FilterBox session={session} saved={saved} subscriptions={subscriptions} />
      <div className="tbar-actions">
        <PauseButton session={session} />
        <Button
          variant="quiet"
          icon={Trash2}
          aria-label="Clear retained…"
          title="Clear retained messages: of the selected topic, or what is ticked in Retained (Del)"
          onClick={onClear}
        >
          <span className="tbar-word">Clear retained…</span>
        </Button>
      </div>
    </div>
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
      // A pane with a field of its own to find in keeps Ctrl+F: the table of commands takes it there.
      if (!event.shiftKey && hasFindField(document.activeElement)) return;
      event.preventDefault();
      focusFilter();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}

function hasFindField(active: Element | null): boolean {
  const pane = active?.closest('[data-pane-name]') ?? null;
  return pane !== null && pane.querySelector('[data-find]') !== null;
}
