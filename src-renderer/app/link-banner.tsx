import { useState } from 'react';
import { useStore } from 'zustand';
import { Banner } from '../ui/feedback/banner.tsx';
import { FaultBoundary } from '../ui/feedback/fault-boundary.tsx';
import type { AppState } from '../state/app/app-state.ts';
import type { BrowserEntry } from '../state/engine/engine.ts';
import { Button } from '../ui/controls/button.tsx';
import { formatClock, formatSpan } from '../ui/base/format.ts';
import { useUnheldNow } from '../ui/base/use-now.ts';
import { useLink } from './base/use-link.ts';
import { MisfitBanner, OtherVersionBanner } from './other-version.tsx';
import { lazyPart } from '../ui/base/lazy-part.tsx';

const EntryDialog = lazyPart(() => import('./entry/entry-dialog.tsx').then(({ EntryDialog }) => EntryDialog));

/** The window without its engine: what is on screen stays, and says from when it is. */
export function LinkBanner({ app }: { readonly app: AppState }) {
  const status = useLink(app);
  const misfit = useStore(app.shell.store, (state) => state.misfit);
  if (status.kind === 'other-version') return <OtherVersionBanner status={status} />;
  if (status.kind === 'no-access' && app.engine.entry !== null)
    return <NoAccessBanner entry={app.engine.entry} />;
  if (status.kind === 'silent') return <SilentBanner since={status.since} />;
  if (status.kind !== 'gone')
    return misfit === null ? <ReadableBanner app={app} /> : <MisfitBanner misfit={misfit} />;
  return (
    <Banner
      tone="err"
      role="alert"
      title="Topicscope’s engine does not answer."
      actions={<Button onClick={() => app.engine.retryNow()}>Try again</Button>}
    >
      {sentence(status.why)} What is shown is as it was at {formatClock(status.since)}. This window tries
      again by itself. If Topicscope ended, start it again and connect again.
    </Banner>
  );
}

/** The link is there; whether the process was stopped, hangs or is busy nobody knows from here. */
function SilentBanner({ since }: { readonly since: number }) {
  const now = useUnheldNow();
  return (
    <Banner tone="err" role="alert" title="Topicscope’s engine does not answer.">
      {/* Read out once, and not at each second. */}
      <span aria-live="off">For {formatSpan(Math.max(0, now - since))}. </span>
      Its process is stopped or busy. What is shown is as it was at {formatClock(since)}; it goes on by itself
      once the engine answers, and what you do until then is done only then. If it stays like this, restart
      Topicscope.
    </Banner>
  );
}

/** This host was started with --insecure-http. */
function ReadableBanner({ app }: { readonly app: AppState }) {
  const readable = useStore(app.settings.store, ({ info }) => info?.readable === true);
  const [hidden, setHidden] = useState(false);
  if (!readable || hidden) return null;
  return (
    <Banner
      tone="warn"
      role="status"
      title="Everybody on the way can read along."
      actions={
        <Button variant="quiet" onClick={() => setHidden(true)}>
          Hide
        </Button>
      }
    >
      This host is open to the network without TLS: the token, passwords you type and what brokers send are
      not encrypted. Start it with --tls-cert and --tls-key.
    </Banner>
  );
}

function NoAccessBanner({ entry }: { readonly entry: BrowserEntry }) {
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Banner
        tone="err"
        role="alert"
        title="Topicscope was restarted, and this window has no access to it."
        actions={<Button onClick={() => setAsked(true)}>Enter access token…</Button>}
      >
        What you see is from before the restart.
      </Banner>
      {asked ? (
        <FaultBoundary what="The dialog" onClose={() => setAsked(false)}>
          <EntryDialog entry={entry} onClose={() => setAsked(false)} />
        </FaultBoundary>
      ) : null}
    </>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
