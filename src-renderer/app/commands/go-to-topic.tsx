import { useEffect, useState } from 'react';
import { CornerDownRight } from 'lucide-react';
import type { FoundTopics } from '../../../src-main/contract/session/found-topics.ts';
import { escapeUnsafe } from '../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { TOPICS_VIEW } from '../../state/app/shell.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';
import { formatCounted, formatCount } from '../../ui/base/format.ts';
import { currentSession, showTopic } from '../base/sessions.ts';
import { focusPane } from '../base/panes.ts';
import { spreadPieces } from './match.ts';
import { Marked, Picker, useQuery } from './picker.tsx';

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
  const [query, setQuery] = useQuery();
  const { text, found, problem } = useFound(session, query);
  const topics = found?.topics ?? [];
  const go = (index: number) => {
    const topic = topics[index];
    if (topic === undefined || session === null) return;
    app.shell.close();
    app.shell.showView(TOPICS_VIEW);
    // After the dialog gave the focus back. To the tree first: whoever focuses it means the row that is there.
    setTimeout(() => {
      focusPane('topics');
      showTopic(app, session.connectionId, topic.key);
    }, 0);
  };
  return (
    <Picker
      title="Go to topic"
      field="Topic to go to"
      list="Topics"
      icon={CornerDownRight}
      placeholder="A few letters of a topic"
      query={query}
      onQuery={setQuery}
      options={topics.map(({ key, topic, messages }) => ({
        id: key,
        group: null,
        name: topic,
        drawn: (
          <>
            <bdi className="palette-topic">
              <Marked pieces={spreadPieces(text, topic)} />
            </bdi>
            <span className="palette-end">{formatCount(messages)}</span>
          </>
        ),
      }))}
      onPick={go}
      stale={text !== query}
      status={problem ?? said(query, text, found)}
      elsewhere={['Mod+K', 'all commands']}
      onClose={() => app.shell.close()}
    />
  );
}

function said(query: string, text: string, found: FoundTopics | null): string {
  if (query.trim() === '') return 'Letters may be left out: “p4 tel” finds press-04/telemetry.';
  if (found === null || text !== query) return found === null ? 'Looking…' : '';
  if (found.matches === 0 && !found.goesOn) return `No topic answers to “${escapeUnsafe(query.trim())}”.`;
  const { length } = found.topics;
  if (found.goesOn) {
    const { matches, looked, all } = found;
    return `${formatCounted(matches, 'topic')} so far, of ${formatCount(looked)} looked at (${formatCount(all)} in all)…`;
  }
  return found.matches > length
    ? `The best ${length} of ${formatCounted(found.matches, 'topic')}.`
    : formatCounted(found.matches, 'topic');
}

/** Looks in the worker at each letter; only the last answer counts. */
function useFound(session: ConnectionSession | null, query: string): Shown {
  const [shown, setShown] = useState<Shown>({ text: '', found: null, problem: null });
  useEffect(() => {
    if (session === null) return;
    let isLast = true;
    const look = async () => {
      try {
        for (let goesOn = true; goesOn && isLast;) {
          const found = await session.client.call('findTopics', {
            connection: session.connectionId,
            text: query,
          });
          if (!isLast || found.superseded) return;
          // Without a text the engine only gets ready.
          setShown({ text: query, found: query.trim() === '' ? null : found, problem: null });
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
