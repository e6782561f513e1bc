import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../../src-main/contract/base/errors.ts';
import type { ConnectionId, ConnectionOptions } from '../../../src-main/contract/model/model.ts';
import type { TopicsToForget } from '../../../src-main/contract/session/found-topics.ts';
import type { KeptValues } from '../browser/memory.ts';
import type { OverDialog } from './over-dialogs.ts';

/** What lies over the window. One at a time. */
export type OpenDialog =
  /** `prefill`: what a link, an address or a copy starts from; null: an empty profile or the saved one. */
  | { readonly kind: 'editor'; readonly profileId: string | null; readonly prefill: ConnectionOptions | null }
  | { readonly kind: 'import' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'go-to-topic' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'subscriptions'; readonly id: ConnectionId }
  | { readonly kind: 'saved-filters'; readonly id: ConnectionId }
  | { readonly kind: 'forget'; readonly id: ConnectionId; readonly what: TopicsToForget }
  | { readonly kind: 'close-connection'; readonly id: ConnectionId };

export type DiagnosticsTab = 'verdicts' | 'session' | 'keep-alive' | 'packets' | 'history' | 'log';

/** A pane that can take the whole work area. */
export type EnlargedPane = 'inspector' | 'publish' | 'diagnostics';

export interface ShellState {
  readonly dialog: OpenDialog | null;
  readonly over: OverDialog | null;
  /** Null until a person chose one. */
  readonly diagnosticsTab: DiagnosticsTab | null;
  /** What stands in the place of the tree, by its id in the table of views; the tree itself is `topics`. */
  readonly view: string;
  /** The pane that fills the work area; null: all panes beside each other. */
  readonly enlarged: EnlargedPane | null;
  /** Of publish and diagnostics only the heads are shown. Each view has its own; the tree's outlives the start. */
  readonly folded: boolean;
  /** What went wrong with the last thing the user asked for; it stays until dismissed or done. */
  readonly problem: Failure | null;
  /** The last answer of the engine that this page could not read; null: all fitted. */
  readonly misfit: string | null;
}

export interface ShellStore {
  readonly store: StoreApi<ShellState>;
  open(dialog: OpenDialog): void;
  close(): void;
  openOver(dialog: OverDialog): void;
  closeOver(): void;
  /**
   * Closes what is open now, for when something is done that takes a while.
   *
   * @returns whether it was still there: another one may stand in its place by then
   */
  closer(of: 'dialog' | 'over'): () => boolean;
  /** Null: back to all panes. */
  enlarge(pane: EnlargedPane | null): void;
  /** Unfolds them where they were folded, and makes room for them. */
  showDiagnostics(tab: DiagnosticsTab): void;
  fold(folded: boolean): void;
  /** Shows another view, with publish and diagnostics as they were in it; folded at first but for the tree. */
  showView(view: string): void;
  /** Shows a failure; null clears it. */
  report(problem: Failure | null): void;
  reportMisfit(misfit: string): void;
}

const FOLDED = 'dock.folded';
/** The view a window begins with. */
export const TOPICS_VIEW = 'topics';
/** The view of what the broker holds. */
export const RETAINED_VIEW = 'retained';

export function createShell(memory: KeptValues): ShellStore {
  const store = createStore<ShellState>(() => ({
    dialog: null,
    over: null,
    diagnosticsTab: null,
    view: TOPICS_VIEW,
    enlarged: null,
    folded: memory.get(FOLDED) === 'yes',
    problem: null,
    misfit: null,
  }));
  const foldedIn = new Map<string, boolean>();
  const fold = (folded: boolean) => {
    const { view, folded: before } = store.getState();
    if (folded === before) return;
    if (view === TOPICS_VIEW) memory.set(FOLDED, folded ? 'yes' : null);
    store.setState({ folded });
  };
  return {
    store,
    open: (dialog) => store.setState({ dialog, over: null }),
    close: () => store.setState({ dialog: null }),
    openOver: (over) => store.setState({ over }),
    closeOver: () => store.setState({ over: null }),
    closer(of) {
      const open = store.getState()[of];
      return () => {
        if (open === null || store.getState()[of] !== open) return false;
        store.setState({ [of]: null });
        return true;
      };
    },
    enlarge: (enlarged) => store.setState({ enlarged }),
    showDiagnostics(diagnosticsTab) {
      fold(false);
      const { enlarged } = store.getState();
      store.setState({ diagnosticsTab, enlarged: enlarged === 'diagnostics' ? enlarged : null });
    },
    fold,
    showView(view) {
      const { view: before, folded, enlarged } = store.getState();
      // Beside an enlarged inspector one goes on reading; the other two leave nothing of a view.
      if (enlarged !== 'inspector') store.setState({ enlarged: null });
      if (view === before) return;
      foldedIn.set(before, folded);
      store.setState({ view, folded: foldedIn.get(view) ?? view !== TOPICS_VIEW });
    },
    report: (problem) => store.setState({ problem }),
    reportMisfit: (misfit) => store.setState({ misfit }),
  };
}
