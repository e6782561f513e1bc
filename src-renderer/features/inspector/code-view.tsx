import { memo, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { classes } from '../../ui/base/classes.ts';
import { chunkOfLine, chunksOf, type Chunk } from './chunks.ts';
import { clearColours, colourChunks } from './colours.ts';
import { lineChanged, lined, type Lined } from './lines.ts';
import { panelOf } from './panel-of.ts';

/** Height of a line, px. */
const LINE_PX = 20;
/** Lines numbered beyond the visible ones, so that a small scroll shows no bare line. */
const BEYOND = 20;

export interface CodeViewProps {
  readonly text: string;
  /** Lines are numbered, coloured as JSON, and not wrapped. */
  readonly json: boolean;
  /** A dump, in its own font size. */
  readonly hex: boolean;
  /** Long lines go on below. */
  readonly wrap: boolean;
  /** The text shown before this one, to mark the lines that changed. */
  readonly before: string | null;
  readonly bytesShown: number;
  readonly bytesTotal: number;
  /** Something in the text was selected: it must not change under the selection. */
  readonly onSelect: () => void;
  /** The text is on screen. */
  readonly onDrawn: () => void;
}

/**
 * The whole text, so that selecting, copying and finding work as everywhere, in parts of which the
 * browser lays out those near the visible one. Colours are highlights over it and line numbers stand
 * beside it, for the visible lines only: a large text costs little more than a small one.
 */
export function CodeView(props: CodeViewProps) {
  const { text, json, hex, wrap, before, bytesShown, bytesTotal, onSelect, onDrawn } = props;
  const pre = useRef<HTMLPreElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const chunks = useMemo(() => chunksOf(text, wrap), [text, wrap]);
  const now = useMemo(() => lined(json ? text : ''), [text, json]);
  const old = useMemo(() => (before === null || !json ? null : lined(before)), [before, json]);

  useLayoutEffect(() => {
    void pre.current?.offsetHeight;
    onDrawn();
  }, [text, onDrawn]);

  useLayoutEffect(() => {
    const box = panelOf(pre.current);
    if (!json || box === null) return;
    const draw = () => {
      const first = Math.max(0, Math.floor(box.scrollTop / LINE_PX) - BEYOND);
      const last = Math.ceil((box.scrollTop + box.clientHeight) / LINE_PX) + BEYOND;
      drawGutter(gutter.current, now, old, first, Math.min(now.starts.length, last));
      const from = chunkOfLine(chunks, first);
      colourChunks(pre.current, from, chunkOfLine(chunks, last) + 1);
    };
    draw();
    box.addEventListener('scroll', draw, { passive: true });
    const observer = new ResizeObserver(draw);
    observer.observe(box);
    return () => {
      box.removeEventListener('scroll', draw);
      observer.disconnect();
      clearColours();
    };
  }, [chunks, now, old, json]);

  useEffect(() => {
    const onChange = () => {
      const selection = document.getSelection();
      if (selection === null || selection.isCollapsed) return;
      if (pre.current?.contains(selection.anchorNode) === true) onSelect();
    };
    document.addEventListener('selectionchange', onChange);
    return () => document.removeEventListener('selectionchange', onChange);
  }, [onSelect]);

  return (
    <div className={classes('code', json && 'code-numbered', wrap && 'code-wrapped')}>
      {json ? <div ref={gutter} className="code-gutter" aria-hidden /> : null}
      <pre
        ref={pre}
        className={hex ? 'code-hex' : undefined}
        data-payload=""
        data-bytes-shown={bytesShown}
        data-bytes-total={bytesTotal}
      >
        {chunks.map((chunk, at) => (
          <Part key={at} chunk={chunk} />
        ))}
      </pre>
    </div>
  );
}

const Part = memo(
  function Part({ chunk }: { readonly chunk: Chunk }) {
    const height = Math.max(1, chunk.lines) * LINE_PX;
    return (
      <span className="code-part" style={{ containIntrinsicBlockSize: `auto ${height}px` }}>
        {chunk.text}
      </span>
    );
  },
  (before, after) => before.chunk.text === after.chunk.text,
);

/** Numbers and change marks of the visible lines; made by hand because it runs at each scroll. */
function drawGutter(
  box: HTMLElement | null,
  now: Lined,
  old: Lined | null,
  first: number,
  last: number,
): void {
  if (box === null) return;
  const lines: HTMLElement[] = [];
  for (let line = first; line < last; line++) {
    const element = document.createElement('div');
    element.className = lineChanged(now, old, line) ? 'code-line code-changed' : 'code-line';
    element.style.top = `${line * LINE_PX}px`;
    element.textContent = String(line + 1);
    lines.push(element);
  }
  box.replaceChildren(...lines);
}
