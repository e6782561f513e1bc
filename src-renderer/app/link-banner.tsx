import { useEffect, useState } from 'react';
import { Banner } from '../features/connections/banner.tsx';
import type { AppState } from '../state/app-state.ts';
import type { LinkStatus } from '../state/engine.ts';
import { Button } from '../ui/button.tsx';
import { formatClock } from '../ui/format.ts';

/** A link that is back within this time was never worth a word; ms */
const PATIENCE_MS = 600;

/** The window without its engine: what is on screen stays, and says from when it is. */
export function LinkBanner({ app }: { readonly app: AppState }) {
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

  if (status.kind === 'refused') {
    return (
      <Banner tone="err" role="alert" title={status.failure.message}>
        {status.failure.advice}
      </Banner>
    );
  }
  if (status.kind !== 'gone') return null;
  return (
    <Banner
      tone="err"
      role="alert"
      title="Topicscope’s engine does not answer."
      actions={<Button onClick={() => app.engine.retryNow()}>Try again</Button>}
    >
      {sentence(status.why)} What is shown is as it was at {formatClock(status.since)}; connections come back
      by themselves once the engine runs again.
    </Banner>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
