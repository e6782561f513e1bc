import { useEffect, useState } from 'react';
import type { AppState } from '../../state/app/app-state.ts';
import type { LinkStatus } from '../../state/engine/engine.ts';

/** A link that is back within this time was never worth a word; ms */
const PATIENCE_MS = 600;

/** How the window stands to its engine, for the eye: short gaps are left out. */
export function useLink(app: AppState): LinkStatus {
  const [status, setStatus] = useState<LinkStatus>(() => app.engine.status());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const take = (next: LinkStatus) => {
      clearTimeout(timer);
      if (next.kind === 'gone') timer = setTimeout(() => setStatus(next), PATIENCE_MS);
      else setStatus(next);
    };
    take(app.engine.status());
    const stop = app.engine.subscribe(take);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [app]);
  return status;
}

/** What is shown is not known to be true any more. */
export function isStale(status: LinkStatus): boolean {
  return (
    status.kind === 'silent' ||
    status.kind === 'gone' ||
    status.kind === 'no-access' ||
    status.kind === 'other-version'
  );
}
