import type { ReactNode } from 'react';
import { Banner } from '../ui/feedback/banner.tsx';
import type { LinkStatus } from '../state/engine/engine.ts';
import { Button } from '../ui/controls/button.tsx';
import './entry/entry.css';

type OtherVersion = Extract<LinkStatus, { readonly kind: 'other-version' }>;

const TITLE = 'This window and Topicscope’s engine are of different versions.';

/** In place of the window while it has nothing to show. */
export function OtherVersionPage({ status }: { readonly status: OtherVersion }) {
  return (
    <main className="entry">
      <div className="entry-page" role="alert">
        <p className="entry-product">Topicscope</p>
        <h1 className="entry-title">{TITLE}</h1>
        <p className="entry-words">{wordsOf(status)}</p>
        <Reload variant="primary" />
      </div>
    </main>
  );
}

/** Over a window that was at work when the engine was replaced. */
export function OtherVersionBanner({ status }: { readonly status: OtherVersion }) {
  return <ReloadBanner title={TITLE}>{wordsOf(status)}</ReloadBanner>;
}

/** One answer could not be read; the rest of the window goes on. */
export function MisfitBanner({ misfit }: { readonly misfit: string }) {
  return (
    <ReloadBanner title="The engine sent something that this window cannot read.">
      It was left out, so what you see may be incomplete. Reload the window; if this comes back, report it
      with this sentence: {misfit}
    </ReloadBanner>
  );
}

function wordsOf({ window, engine }: OtherVersion): string {
  const about = engine === null ? 'The engine does not say which it is' : `The engine is ${engine}`;
  return (
    `${about}, this page was made for ${window}: Topicscope was updated, or the browser kept an old page. ` +
    'Reload the window to get the page that belongs to the engine.'
  );
}

function ReloadBanner({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Banner tone="err" role="alert" title={title} actions={<Reload />}>
      {children}
    </Banner>
  );
}

/** The page itself is the trouble; only another one helps. */
function Reload({ variant }: { readonly variant?: 'primary' }) {
  return (
    <Button {...(variant === undefined ? {} : { variant })} onClick={() => location.reload()}>
      Reload
    </Button>
  );
}
