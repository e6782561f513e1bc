import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { Decoded } from '../../../../src-main/contract/decoding/decoded.ts';
import type { LinesLayout, LinesSource } from '../../../../src-main/contract/decoding/lines.ts';
import { createLinePages, type LinePages } from '../../../state/decoding/line-pages.ts';
import type { InspectorState } from '../../../state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { formatCount } from '../../../ui/base/format.ts';
import type { Finding } from '../text/use-find.ts';
import { openedFor } from './closed-rows.ts';

/** Longer texts are laid out by the decoder: in the window that would hold up its frames. Bytes */
const PAGED_BYTES = 262_144;
/** A message is laid out once it stays, so that a live topic does not keep the decoder busy. ms */
const SETTLE_MS = 200;

/**
 * The whole text that is read by pages; null where what the window has is all there is.
 * @param foreign what the decoder made of the message, where that is shown
 * @param isText the beginning of the message is text
 */
export function pagedSource(
  { key, loaded }: InspectorState,
  foreign: Decoded | null,
  isText: boolean,
  view: string | undefined,
): LinesSource | null {
  if (loaded === null || key === null || !isText) return null;
  if (foreign !== null) {
    const isWhole = foreign.text.length >= foreign.textLength;
    return isWhole && foreign.textLength <= PAGED_BYTES ? null : { kind: 'decoded', id: foreign.id };
  }
  if (loaded.meta.kept <= PAGED_BYTES) return null;
  return {
    kind: 'message',
    key,
    which: loaded.meta.seq,
    ...(view === undefined ? {} : { view }),
  };
}

export interface Paged {
  readonly pages: LinePages | null;
  /** Why the text is not laid out; null while it may still be. */
  readonly problem: string | null;
}

const NOT_PAGED: Paged = { pages: null, problem: null };

/** What is open stays on screen while the same text is laid out in another way. */
export function usePages(
  session: ConnectionSession,
  source: LinesSource | null,
  { sorted, compact, columns }: LinesLayout,
): Paged {
  const of = source === null ? '' : JSON.stringify(source);
  const [opened, setOpened] = useState<Paged & { readonly of: string }>({ ...NOT_PAGED, of: '' });
  useEffect(() => {
    if (of === '') return;
    let made: LinePages | null = null;
    const timer = setTimeout(() => {
      const pages = createLinePages(session, JSON.parse(of) as LinesSource, { sorted, compact, columns });
      made = pages;
      const stop = pages.store.subscribe((state) => {
        if (state.opened === null && state.problem === null) return;
        stop();
        made = null;
        setOpened({ of, pages: state.opened === null ? null : pages, problem: state.problem });
      });
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      made?.close();
    };
  }, [session, of, sorted, compact, columns]);
  return opened.of === of ? opened : NOT_PAGED;
}

/** How somebody reads a text by pages. */
export interface PagedView {
  /** Last rows of closed parts by their first rows. */
  readonly closed: ReadonlyMap<number, number>;
  readonly setClosed: (closed: ReadonlyMap<number, number>) => void;
  readonly finding: Finding;
  /** Why some of it could not be read, or looked through; null: it could so far. */
  readonly problem: string | null;
  /** The place that is gone to, by its number; and how often somebody asked for one. */
  readonly at: number;
  readonly asked: number;
}

const NOTHING: ReadonlyMap<number, number> = new Map();

/** Finds in all of a text by the decoder, and opens what hides the place that is gone to. */
export function usePagedView(
  pages: LinePages | null,
  query: string,
  setQuery: (query: string) => void,
): PagedView {
  const [folded, setFolded] = useState<{ readonly of: LinePages | null; readonly closed: typeof NOTHING }>({
    of: pages,
    closed: NOTHING,
  });
  const closed = folded.of === pages ? folded.closed : NOTHING;
  const setClosed = (next: typeof NOTHING) => setFolded({ of: pages, closed: next });
  const [at, setAt] = useState(0);
  const [asked, setAsked] = useState(0);
  const { found, problem } = useRead(pages, query);
  useEffect(() => {
    pages?.find(query);
  }, [pages, query]);
  const count = found?.rows.length ?? 0;
  const goTo = (next: number): void => {
    const row = found?.rows[next];
    if (row === undefined) return;
    setAt(next);
    setClosed(openedFor(closed, row));
    setAsked(asked + 1);
  };
  const [foundFor, setFoundFor] = useState(found);
  if (foundFor !== found) {
    setFoundFor(found);
    goTo(0);
  }
  const here = Math.min(at, Math.max(0, count - 1));
  return {
    closed,
    setClosed,
    at: here,
    asked,
    problem,
    finding: {
      query,
      setQuery,
      count,
      words:
        query === '' || (found === null && problem !== null)
          ? ''
          : found === null
            ? '…'
            : count === 0
              ? 'none'
              : countWords(here, count, found.more),
      go: (step) => goTo((here + step + count) % Math.max(1, count)),
    },
  };
}

/** What was found of what is looked for now, and what went wrong. */
function useRead(pages: LinePages | null, query: string) {
  const store = useMemo(() => pages?.store ?? EMPTY_STORE, [pages]);
  const { found, problem } = useStore(store);
  return { found: found !== null && found.query === query ? found : null, problem };
}

const EMPTY_STORE: Pick<LinePages['store'], 'getState' | 'getInitialState' | 'subscribe'> = (() => {
  const state = { opened: null, version: 0, problem: null, found: null };
  return { getState: () => state, getInitialState: () => state, subscribe: () => () => undefined };
})();

function countWords(at: number, count: number, more: boolean): string {
  return `${formatCount(at + 1)} of ${formatCount(count)}${more ? '+' : ''}`;
}
