import type { AppState } from '../../state/app/app-state.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';

/** What each view that may stand in the place of the tree is given. */
export interface WorkViewProps {
  readonly app: AppState;
  readonly session: ConnectionSession;
  /** Name of the production connection; null: it is none. */
  readonly production: string | null;
}
