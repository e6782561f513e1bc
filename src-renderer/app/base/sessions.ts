import { useEffect, useState } from 'react';
import type { ConnectionId } from '../../../src-main/contract/model/model.ts';
import type { AppState } from '../../state/app/app-state.ts';
import { createSession, type ConnectionSession } from '../../state/tree/tree-session.ts';

/** The session on screen, for commands and keys that are not below React. */
let current: ConnectionSession | null = null;

export function currentSession(): ConnectionSession | null {
  return current;
}

/** Filters of connections that were looked at before, so that switching back and forth keeps them. */
const filters = new Map<ConnectionId, string>();

/** One session, for the selected connection: what nobody looks at costs nothing. */
export function useSession(app: AppState, id: ConnectionId): ConnectionSession | null {
  const [session, setSession] = useState<ConnectionSession | null>(null);
  useEffect(() => {
    const opened = createSession(app.engine, id);
    const filter = filters.get(id);
    if (filter !== undefined && filter !== '') opened.setFilter(filter);
    current = opened;
    setSession(opened);
    app.diagnostics.watch(id);
    return () => {
      filters.set(id, opened.store.getState().filter);
      if (current === opened) current = null;
      opened.close();
      setSession(null);
      app.diagnostics.watch(null);
    };
  }, [app, id]);
  return session?.connectionId === id ? session : null;
}
