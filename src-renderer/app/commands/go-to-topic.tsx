import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { CornerDownRight } from 'lucide-react';
import type { FoundTopics } from '../../../src-main/contract/session/found-topics.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { goToTopic } from '../../state/tree/go-to.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { formatCounted, formatCount } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { Kbd, keysText } from '../../ui/base/kbd.tsx';
import { Dialog } from '../../ui/feedback/dialog.tsx';
import { currentSession } from '../base/sessions.ts';
import { focusPane } from '../base/panes.ts';
import { spreadPieces } from './match.ts';
import { onTyped, takeTyped } from './typed-ahead.ts';
import './palette.css';

/** Rows that a page key moves by. */
const PAGE = 8;

/** What was found last; it stays while the next is looked for. */
interface Shown {
  readonly text: string;
  readonly found: FoundTopics | null;
  /** Why nothing could be looked for. */
  readonly problem: string | null;
}

/** `dialog` "Go to topic": any topic of the connection by a few letters of its name. */
export function GoToTopic({ app }: { readonly app: AppState }) {
  const [session] = useState(currentSession);
  const [query, setQuery] = useState('');
  useEffect(() => {
    const text = takeTyped();
    setQuery((before) => before + text);
    return onTyped((more) => setQuery((before) => before + more));
  }, []);
  const { text, found, problem } = useFound(session, query);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const topics = found?.topics ?? [];
  const active = Math.min(at, topics.length - 1);

  const go = (index: number) => {
    const topic = topics[index];
    if (topic === undefined || session === null) return;
    app.shell.close();
    // After the dialog gave the focus back. To the tree first: whoever focuses it means the row that is there.
    setTimeout(() => {
      focusPane('topics');
      goToTopic(session, topic.key);
    }, 0);
  };
  const move = (to: number) => {
    const next = (to + topics.length) % Math.max(1, topics.length);
    setAt(next);
    list.current?.querySelector(`[data-index="${next}"]`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: Math.min(topics.length - 1, active + PAGE),
      PageUp: Math.max(0, active - PAGE),
    };
    const to = steps[event.key];
    if (to === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (to !== undefined) move(to);
    // What is shown is of another text while the worker still looks.
    else if (text === query) go(active);
  };

  return (
    <Dialog
      open
      bare
      title="Go to topic"
      width="680px"
      onClose={() => app.shell.close()}
      initialFocus={input}
    >
      <div className="palette-head">
        <Icon of={CornerDownRight} className="tone-mut" />
        <input
          ref={input}
          className="palette-input"
          role="combobox"
          aria-label="Topic to go to"
          aria-expanded={topics.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active < 0 ? undefined : `${id}-${active}`}
          placeholder="A few letters of a topic"
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
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="Topics" className="palette-list">
        {topics.map(({ key, topic, messages }, index) => (
          <div
            key={key}
            id={`${id}-${index}`}
            role="option"
            aria-label={topic}
            aria-selected={index === active}
            data-index={index}
            className="palette-option"
            title={topic}
            onMouseMove={() => setAt(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => go(index)}
          >
            <bdi className="palette-topic">
              {spreadPieces(text, topic).map((piece, part) =>
                part % 2 === 1 ? <mark key={part}>{piece}</mark> : piece,
              )}
            </bdi>
            <span className="palette-end">{formatCount(messages)}</span>
          </div>
        ))}
      </div>
      <p role="status" className="palette-nothing">
        {problem ?? said(query, text, found)}
      </p>
      <div className="palette-foot" aria-hidden>
        <span>
          <kbd>{keysText('ArrowUp')}</kbd> <kbd>{keysText('ArrowDown')}</kbd> choose
        </span>
        <span>
          <kbd>{keysText('Enter')}</kbd> go
        </span>
        <span className="palette-foot-end">
          <kbd>{keysText('Mod+K')}</kbd> all commands
        </span>
      </div>
    </Dialog>
  );
}

function said(query: string, text: string, found: FoundTopics | null): string {
  if (query.trim() === '') return 'Letters may be left out: “p4 tel” finds press-04/telemetry.';
  if (found === null || text !== query) return found === null ? 'Looking…' : '';
  if (found.matches === 0 && !found.goesOn) return `No topic answers to “${query.trim()}”.`;
  const { length } = found.topics;
  if (found.goesOn) return `${formatCounted(found.matches, 'topic')} so far…`;
  if (found.atLeast) return `The first ${length} that begin so.`;
  return found.matches > length
    ? `The best ${length} of ${formatCounted(found.matches, 'topic')}.`
    : formatCounted(found.matches, 'topic');
}

/** Looks in the worker at each letter; only the last answer counts. */
function useFound(session: ConnectionSession | null, query: string): Shown {
  const [shown, setShown] = useState<Shown>({ text: '', found: null, problem: null });
  useEffect(() => {
    if (session === null || query.trim() === '') {
      setShown({ text: query, found: null, problem: null });
      return;
    }
    let isLast = true;
    const look = async () => {
      try {
        for (let goesOn = true; goesOn && isLast;) {
          const found = await session.client.call('findTopics', {
            connection: session.connectionId,
            text: query,
          });
          if (!isLast || found.superseded) return;
          setShown({ text: query, found, problem: null });
          ({ goesOn } = found);
        }
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (isLast) setShown({ text: query, found: null, problem });
      }
    };
    void look();
    return () => {
      isLast = false;
    };
  }, [session, query]);
  return shown;
}
