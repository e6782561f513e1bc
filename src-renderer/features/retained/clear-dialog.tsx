import { useStore } from 'zustand';
import type { ConnectionSession } from '../../state/session.ts';
import { Dialog } from '../../ui/dialog.tsx';

/** `dialog` "Clear retained messages": open while the session has a clear request. */
export function ClearRetainedDialog({ session }: { readonly session: ConnectionSession }) {
  const clearing = useStore(session.store, (state) => state.clearing);
  return (
    <Dialog open={clearing !== null} onClose={() => session.closeClear()} title="Clear retained messages">
      {null}
    </Dialog>
  );
}
