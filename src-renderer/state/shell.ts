import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Failure } from '../../src-main/contract/errors.ts';
import type { ConnectionId, ConnectionOptions } from '../../src-main/contract/model.ts';

/** What lies over the window. One at a time. */
export type OpenDialog =
  /** `prefill`: what a link, an address or a copy starts from; null: an empty profile or the saved one. */
  | { readonly kind: 'editor'; readonly profileId: string | null; readonly prefill: ConnectionOptions | null }
  | { readonly kind: 'import' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'remove-profile'; readonly profileId: string }
  | { readonly kind: 'close-connection'; readonly id: ConnectionId };

export type DiagnosticsTab = 'session' | 'keep-alive' | 'packets' | 'log';

export interface ShellState {
  readonly dialog: OpenDialog | null;
  readonly diagnosticsTab: DiagnosticsTab;
  /** What went wrong with the last thing the user asked for; it stays until dismissed or done. */
  readonly problem: Failure | null;
}

export interface ShellStore {
  readonly store: StoreApi<ShellState>;
  open(dialog: OpenDialog): void;
  close(): void;
  showDiagnostics(tab: DiagnosticsTab): void;
  /** Shows a failure; null clears it. */
  report(problem: Failure | null): void;
}

export function createShell(): ShellStore {
  const store = createStore<ShellState>(() => ({
    dialog: null,
    diagnosticsTab: 'keep-alive',
    problem: null,
  }));
  return {
    store,
    open: (dialog) => store.setState({ dialog }),
    close: () => store.setState({ dialog: null }),
    showDiagnostics: (diagnosticsTab) => store.setState({ diagnosticsTab }),
    report: (problem) => store.setState({ problem }),
  };
}
