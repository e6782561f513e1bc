import { Banner } from '../features/connections/base/banner.tsx';
import type { AppState } from '../state/app/app-state.ts';
import { Button } from '../ui/controls/button.tsx';
import { formatClock } from '../ui/base/format.ts';
import { useLink } from './base/use-link.ts';

/** The window without its engine: what is on screen stays, and says from when it is. */
export function LinkBanner({ app }: { readonly app: AppState }) {
  const status = useLink(app);
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
