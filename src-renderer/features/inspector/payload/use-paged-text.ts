import { useStore } from 'zustand';
import type { OpenedLines } from '../../../../src-main/contract/decoding/lines.ts';
import type { LinePages } from '../../../state/decoding/line-pages.ts';
import type { InspectorState } from '../../../state/inspector/inspector.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { pagedSource, usePagedView, usePages, type PagedView } from '../pages/use-pages.ts';
import type { Reading } from './reading.ts';
import type { PayloadForm, PayloadText } from './use-payload-text.ts';

/** Characters of a row where lines are not wrapped: more in one would hold up what draws it. */
const UNWRAPPED = 2_000;
/** The narrowest rows of a wrapped text. */
const NARROWEST = 20;

/** A long value, of which all can be read by pages. */
export interface PagedText {
  readonly pages: LinePages | null;
  readonly opened: OpenedLines | null;
  readonly problem: string | null;
  readonly view: PagedView;
  readonly toggleFolds: () => void;
}

/** @param columns characters that fit beside each other */
export function usePagedText(
  session: ConnectionSession,
  form: PayloadForm,
  state: InspectorState,
  { foreign, rendered }: PayloadText,
  reading: Reading,
  columns: number,
  setQuery: (query: string) => void,
): PagedText {
  const viewId = useStore(session.store, ({ paused }) => (paused === null ? undefined : session.viewId));
  const { shape } = rendered;
  const isText = form === 'value' && (shape === 'json' || shape === 'text');
  const isJson = shape === 'json';
  const isWrapped = !isJson || reading.wrap || reading.compact;
  const { pages, problem } = usePages(session, pagedSource(state, foreign, isText, viewId), {
    sorted: isJson && reading.sorted,
    compact: isJson && reading.compact,
    columns: isWrapped ? Math.max(NARROWEST, columns) : UNWRAPPED,
  });
  const view = usePagedView(pages, reading.query, setQuery);
  const toggleFolds = () => {
    if (view.closed.size > 0) return view.setClosed(new Map());
    void pages
      ?.folds()
      .then((rows) => view.setClosed(pairsOf(rows)))
      // It is not laid out any more: what is on screen stays.
      .catch(() => undefined);
  };
  return { pages, opened: pages?.store.getState().opened ?? null, problem, view, toggleFolds };
}

function pairsOf(rows: Int32Array): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  for (let at = 0; at + 1 < rows.length; at += 2) pairs.set(rows[at] ?? 0, rows[at + 1] ?? 0);
  return pairs;
}
