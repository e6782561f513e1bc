import { useEffect, useState } from 'react';
import { createHistory, type History } from '../../state/inspector-history.ts';
import { browserInspectorPorts, createInspector, type Inspector } from '../../state/inspector.ts';
import type { ConnectionSession } from '../../state/session.ts';

export interface Inspecting {
  readonly inspector: Inspector;
  readonly history: History;
}

/** Readers for the selected topic of a session, closed with the pane. */
export function useInspecting(session: ConnectionSession): Inspecting | null {
  const [inspecting, setInspecting] = useState<Inspecting | null>(null);
  useEffect(() => {
    const inspector = createInspector(session);
    const history = createHistory(session, browserInspectorPorts);
    setInspecting({ inspector, history });
    return () => {
      inspector.close();
      history.close();
    };
  }, [session]);
  return inspecting;
}
