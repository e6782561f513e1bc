import type { BrowserEntry } from '../../state/engine/engine.ts';
import { EntryForm, OtherWays } from './entry-form.tsx';
import './entry.css';

/** Shown in place of the window while this tab was not let in. */
export function EntryPage({ entry }: { readonly entry: BrowserEntry }) {
  return (
    <main className="entry">
      <div className="entry-page">
        <p className="entry-product">Topicscope</p>
        <h1 className="entry-title">This tab has no access yet</h1>
        <p className="entry-words">
          Topicscope is running here. Each tab is let in by itself, so that no other page or program can use
          what you opened.
        </p>
        <EntryForm entry={entry} />
        <h2 className="entry-or">Without a token</h2>
        <OtherWays />
      </div>
    </main>
  );
}
