import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { Trash2 } from 'lucide-react';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { reportOf } from '../base/actions.ts';
import { Banner } from '../../../ui/feedback/banner.tsx';

/** Long enough to notice, to read and to reach by keyboard, ms. */
const OFFERED_MS = 60_000;

/** A quiet strip after a profile was removed, with the way back. */
export function RemovedNotice({ app }: { readonly app: AppState }) {
  const removed = useStore(app.profiles.store, (state) => state.removed);
  useEffect(() => {
    if (removed === null) return undefined;
    const timer = setTimeout(() => app.profiles.forgetRemoved(), OFFERED_MS);
    return () => clearTimeout(timer);
  }, [app, removed]);
  if (removed === null) return null;
  return (
    <Banner
      tone="mut"
      role="status"
      icon={Trash2}
      title={`${removed.name === '' ? 'The profile' : escapeUnsafe(removed.name)} was removed.`}
      actions={
        <>
          <Button onClick={() => void reportOf(app, app.profiles.restoreRemoved())}>Undo</Button>
          <Button variant="quiet" onClick={() => app.profiles.forgetRemoved()}>
            Dismiss
          </Button>
        </>
      }
    />
  );
}
