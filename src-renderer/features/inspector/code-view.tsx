import { useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import { tokenizeJson, type JsonTokenKind } from '../../../src-main/core/payload/json.ts';
import { classes } from '../../ui/classes.ts';
import { panelOf } from './panel-of.ts';
import { lineChanged, lined, type Lined } from './lines.ts';

/** Height of a line, px. */
const LINE_PX = 20;
/** Lines numbered and coloured beyond the visible ones, so that a small scroll shows no bare line. */
const BEYOND = 20;
/** Colouring a line costs by its length; what is further right of it stays plain. */
const MAX_COLOURED_LINE = 4_000;

export interface CodeViewProps {
  readonly text: string;
  /** Lines are numbered, coloured as JSON, and not wrapped. */
  readonly json: boolean;
  /** Long lines go on below. */
  readonly wrap: boolean;
  /** The text shown before this one, to mark the lines that changed. */
  readonly before: string | null;
  readonly bytesShown: number;
  readonly bytesTotal: number;
  /** Something in the text was selected: it must not change under the selection. */
  readonly onSelect: () => void;
  /** How long the text took to be laid out, ms. */
  readonly onDrawn: (ms: number) => void;
}

/**
 * The whole text in one text node, so that selecting, copying and finding work as everywhere. Colours
 * are highlights over it and line numbers stand beside it, both for the visible lines only: a large
 * text costs its layout and nothing else.
 */
export function CodeView(props: CodeViewProps) {
  const { text, json, wrap, before, bytesShown, bytesTotal, onSelect, onDrawn } = props;
  const pre = useRef<HTMLPreElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const now = useMemo(() => lined(text), [text]);
  const old = useMemo(() => (before === null || !json ? null : lined(before)), [before, json]);

  useLayoutEffect(() => {
    const start = performance.now();
    void pre.current?.offsetHeight;
    onDrawn(performance.now() - start);
  }, [text, onDrawn]);

  useLayoutEffect(() => {
    const box = panelOf(pre.current);
    if (!json || box === null) return;
    const draw = () => {
      const first = Math.max(0, Math.floor(box.scrollTop / LINE_PX) - BEYOND);
      const last = Math.min(
        now.starts.length,
        Math.ceil((box.scrollTop + box.clientHeight) / LINE_PX) + BEYOND,
      );
      drawGutter(gutter.current, now, old, first, last);
      colour(pre.current?.firstChild ?? null, now, first, last);
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
  }, [now, old, json]);

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
      <pre ref={pre} data-payload="" data-bytes-shown={bytesShown} data-bytes-total={bytesTotal}>
        {text}
      </pre>
    </div>
  );
}

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

const KINDS: readonly JsonTokenKind[] = ['key', 'string', 'number', 'literal', 'punctuation'];

/** Colours the visible lines where the browser knows how; elsewhere the text stays plain. */
function colour(node: Node | null, now: Lined, first: number, last: number): void {
  if (!('highlights' in CSS) || node === null) return;
  const ranges = new Map<JsonTokenKind, StaticRange[]>(KINDS.map((kind) => [kind, []]));
  for (let line = first; line < last; line++) {
    const start = now.starts[line] ?? 0;
    const end = Math.min((now.starts[line + 1] ?? now.text.length + 1) - 1, start + MAX_COLOURED_LINE);
    for (const token of tokenizeJson(now.text.slice(start, end))) {
      ranges.get(token.kind)?.push(
        new StaticRange({
          startContainer: node,
          startOffset: start + token.start,
          endContainer: node,
          endOffset: start + token.end,
        }),
      );
    }
  }
  for (const [kind, list] of ranges) CSS.highlights.set(`json-${kind}`, new Highlight(...list));
}

function clearColours(): void {
  if (!('highlights' in CSS)) return;
  for (const kind of KINDS) CSS.highlights.delete(`json-${kind}`);
}
