import { createHistory, type History } from '../../state/inspector/inspector-history.ts';
import { browserInspectorPorts, createInspector, type Inspector } from '../../state/inspector/inspector.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';

export interface Inspecting {
  readonly inspector: Inspector;
  readonly history: History;
}

const bySession = new WeakMap<ConnectionSession, Inspecting>();

/** The readers for the selected topic of a session; made once, closed with it. */
export function inspectingOf(session: ConnectionSession): Inspecting {
  const known = bySession.get(session);
  if (known !== undefined) return known;
  const inspector = createInspector(session);
  const history = createHistory(session, browserInspectorPorts);
  session.onClose(() => {
    inspector.close();
    history.close();
  });
  const made = { inspector, history };
  bySession.set(session, made);
  return made;
}
