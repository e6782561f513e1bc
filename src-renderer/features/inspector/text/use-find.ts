import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { findText, MOST_FOUND, type Found } from '../../../../src-main/core/text/find-text.ts';
import { formatCount } from '../../../ui/base/format.ts';
import { panelOf } from '../base/panel-of.ts';
import type { Chunk } from './chunks.ts';
import { chunkOffsets, firstFoundFrom } from './find-text.ts';
import { clearFound, markFound, scrollToFound } from './marks.ts';

export interface Finding {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  /** `3 of 12`; empty while nothing is looked for. */
  readonly words: string;
  readonly count: number;
  readonly go: (step: 1 | -1) => void;
}

/** Marks drawn at once: those around the current one. */
const MOST_MARKED = 500;

/**
 * Finds in a text that is drawn in chunks, marks what is found, and brings the current one into sight.
 * @param of what the text is of; null while it is not here
 * @param pre holds an element a chunk
 */
export function useFind(
  of: string | null,
  { text, chunks }: { readonly text: string; readonly chunks: readonly Chunk[] },
  pre: RefObject<HTMLElement | null>,
  query: string,
  setQuery: (query: string) => void,
): Finding {
  const offsets = useMemo(() => chunkOffsets(chunks), [chunks]);
  const found = useMemo(() => findText(text, query), [text, query]);
  const [at, setAt] = useState(0);
  /** Counts how often somebody asked to see the current one. */
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    setAt(0);
    if (query !== '' && of !== null) setAsked((before) => before + 1);
  }, [query, of]);
  const current: Found | null = found[Math.min(at, found.length - 1)] ?? null;

  useLayoutEffect(() => {
    const here = current === null ? 0 : firstFoundFrom(found, current.start);
    const near = found.slice(Math.max(0, here - MOST_MARKED / 2), here + MOST_MARKED / 2);
    markFound(pre.current, near, current, offsets);
    return clearFound;
  }, [pre, found, current, offsets]);
  const latest = useRef({ current, offsets });
  useLayoutEffect(() => {
    latest.current = { current, offsets };
  }, [current, offsets]);
  // Only when asked: a new message must not pull the text from under the reader.
  useLayoutEffect(() => {
    const box = panelOf(pre.current);
    const { current: found, offsets: at } = latest.current;
    if (asked === 0 || found === null || box === null || pre.current === null) return;
    scrollToFound(pre.current, box, found, at);
  }, [pre, asked]);

  return {
    query,
    setQuery,
    count: found.length,
    words: query === '' ? '' : countWords(Math.min(at, found.length - 1) + 1, found.length),
    go: (step) => {
      if (found.length === 0) return;
      setAt((before) => (Math.min(before, found.length - 1) + step + found.length) % found.length);
      setAsked((before) => before + 1);
    },
  };
}

function countWords(at: number, count: number): string {
  if (count === 0) return 'none';
  return `${formatCount(at)} of ${formatCount(count)}${count >= MOST_FOUND ? '+' : ''}`;
}
