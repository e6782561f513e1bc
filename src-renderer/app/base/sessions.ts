import { useEffect, useState } from 'react';
import type { ConnectionId, TopicKey } from '../../../src-main/contract/model/model.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { TOPICS_VIEW } from '../../state/app/shell.ts';
import { goToTopic } from '../../state/tree/go-to.ts';
import { Visits } from './visits.ts';
import { createSession, type ConnectionSession } from '../../state/tree/tree-session.ts';

/** The session on screen, for commands and keys that are not below React, and the way through its topics. */
let current: ConnectionSession | null = null;
let visits: Visits | null = null;

export function currentSession(): ConnectionSession | null {
  return current;
}

export function currentVisits(): Visits | null {
  return current === null ? null : visits;
}

/**
 * Filters of connections, so that switching back and forth and a reload keep them. Not over the tab: what opens
 * anew begins with all topics.
 */
const filterOf = (id: ConnectionId) => `filter.${id}`;

/** A topic that is to be shown once the session of its connection is there. */
let awaited: { readonly id: ConnectionId; readonly key: TopicKey } | null = null;

/** Shows a topic in the tree, whatever hid it: another view, a filter, or another connection. */
export function showTopic(app: AppState, id: ConnectionId, key: TopicKey): void {
  app.shell.showView(TOPICS_VIEW);
  awaited = { id, key };
  if (current?.connectionId === id) showAwaited(current);
  else app.connections.select({ kind: 'connection', id });
}

function showAwaited(session: ConnectionSession): void {
  if (awaited === null || awaited.id !== session.connectionId) return;
  const { key } = awaited;
  awaited = null;
  goToTopic(session, key);
}

/**
 * One session, for the selected connection: what nobody looks at costs nothing. Where the connection was opened
 * again with another separator of levels, it is another tree and another session.
 */
export function useSession(app: AppState, id: ConnectionId, separator: string): ConnectionSession | null {
  const [session, setSession] = useState<ConnectionSession | null>(null);
  useEffect(() => {
    const opened = createSession(app.engine, id, separator);
    opened.setFilter(app.tab.get(filterOf(id)) ?? '');
    opened.onClose(
      opened.store.subscribe(({ filter }, before) => {
        if (filter !== before.filter) app.tab.set(filterOf(id), filter === '' ? null : filter);
      }),
    );
    current = opened;
    visits = new Visits(opened);
    setSession(opened);
    showAwaited(opened);
    app.diagnostics.watch(id);
    return () => {
      if (current === opened) current = null;
      opened.close();
      setSession(null);
      app.diagnostics.watch(null);
    };
  }, [app, id, separator]);
  return session?.connectionId === id ? session : null;
}
