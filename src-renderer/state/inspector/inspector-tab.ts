import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionSession } from '../tree/tree-session.ts';

export type InspectorTab = 'value' | 'raw' | 'hex' | 'diff' | 'history' | 'chart' | 'properties';

export interface ShownTab {
  readonly tab: InspectorTab;
}

const bySession = new WeakMap<ConnectionSession, StoreApi<ShownTab>>();

/** The view of a message that the inspector of a session shows; it stays for other topics. */
export function inspectorTabOf(session: ConnectionSession): StoreApi<ShownTab> {
  const known = bySession.get(session);
  if (known !== undefined) return known;
  const made = createStore<ShownTab>(() => ({ tab: 'value' }));
  bySession.set(session, made);
  return made;
}
