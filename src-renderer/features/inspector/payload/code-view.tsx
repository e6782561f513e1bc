import {
  memo,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  type ReactNode,
  type RefObject,
} from 'react';
import { classes } from '../../../ui/base/classes.ts';
import { chunkOfLine, type Chunk } from '../text/chunks.ts';
import { clearColours, colourChunks } from '../text/colours.ts';
import { lineChanged, lined, type Lined } from '../text/lines.ts';
import { gutterLine, sameLine, type GutterLine } from '../base/gutter-line.ts';
import { panelOf } from '../base/panel-of.ts';
import { knownPlace, type KnownPlace } from '../base/panel-place.ts';
import { LINE_PX } from '../base/use-line-rows.ts';

/** Lines numbered beyond the visible ones, so that a small scroll shows no bare line. */
const BEYOND = 20;
/** Longer texts may take a time to lay out that matters for how often they are read. */
const MEASURED_CHARS = 100_000;

/** Parts of a document that are closed, or can be. */
export interface Folds {
  /** The line of the whole text that each shown line is. */
  readonly lines: Int32Array;
  /** Whether a line of the whole text opens something, and whether that is closed; null: it opens nothing. */
  readonly isClosed: (line: number) => boolean | null;
}

export interface CodeViewProps {
  readonly pre: RefObject<HTMLPreElement | null>;
  readonly gutter: RefObject<HTMLDivElement | null>;
  /** The text, in parts; see `chunksOf`. */
  readonly chunks: readonly Chunk[];
  /** The whole text, of which parts may be closed. */
  readonly text: string;
  /** Null: all lines are shown, and none can be closed. */
  readonly folds: Folds | null;
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
  /** It is the value of another topic, kept out of sight until the one that is shown is here. */
  readonly isAway: boolean;
  /** Something in the text was selected: it must not change under the selection. */
  readonly onSelect: () => void;
  /** The text is on screen. */
  readonly onDrawn: () => void;
  /** Beside the lines. */
  readonly children?: ReactNode;
}

/**
 * The whole text, so that selecting, copying and finding work as everywhere, in parts of which the
 * browser lays out those near the visible one. Colours are highlights over it and line numbers stand
 * beside it, for the visible lines only: a large text costs little more than a small one.
 */
export function CodeView(props: CodeViewProps) {
  const { pre, gutter, chunks, text, folds, json, hex, wrap, before, bytesShown, bytesTotal } = props;
  const { isAway, onSelect, onDrawn, children } = props;
  const numbered = json && !wrap;
  const now = useMemo(() => lined(numbered ? text : ''), [text, numbered]);
  const old = useMemo(() => (before === null || !numbered ? null : lined(before)), [before, numbered]);

  const isLong = text.length > MEASURED_CHARS;
  useLayoutEffect(() => {
    // With its layout, which nobody has to wait for twice where it is short.
    if (isLong) void pre.current?.offsetHeight;
    onDrawn();
  }, [pre, chunks, isLong, onDrawn]);

  const place = useRef<KnownPlace | null>(null);
  const draw = useEffectEvent(() => {
    if (place.current === null) return;
    const { top, height } = place.current.place;
    const first = Math.max(0, Math.floor(top / LINE_PX) - BEYOND);
    const last = Math.ceil((top + height) / LINE_PX) + BEYOND;
    if (numbered) drawGutter(gutter.current, now, old, folds, first, last);
    const from = chunkOfLine(chunks, first);
    colourChunks(pre.current, from, chunkOfLine(chunks, last) + 1);
  });
  useLayoutEffect(() => {
    const box = panelOf(pre.current);
    if (!json || box === null) return;
    const known = knownPlace(box, () => draw());
    place.current = known;
    return () => {
      place.current = null;
      known.close();
      clearColours();
    };
  }, [pre, json]);
  useLayoutEffect(() => draw(), [pre, gutter, chunks, now, old, folds, json, numbered]);

  useEffect(() => {
    const onChange = () => {
      const selection = document.getSelection();
      if (selection === null || selection.isCollapsed) return;
      if (pre.current?.contains(selection.anchorNode) === true) onSelect();
    };
    document.addEventListener('selectionchange', onChange);
    return () => document.removeEventListener('selectionchange', onChange);
  }, [pre, onSelect]);

  return (
    <div
      className={classes('code', numbered && 'code-numbered', wrap && 'code-wrapped', isAway && 'code-away')}
    >
      {numbered ? <div ref={gutter} className="code-gutter" aria-hidden /> : null}
      <pre
        ref={pre}
        className={hex ? 'code-hex' : undefined}
        {...(isAway
          ? {}
          : { 'data-payload': '', 'data-bytes-shown': bytesShown, 'data-bytes-total': bytesTotal })}
      >
        {chunks.map((chunk, at) => (
          <Part key={at} chunk={chunk} />
        ))}
      </pre>
      {children}
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

/** What stands beside the lines by now: most of it is the same for the next message, and for the next topic. */
const drawn = new WeakMap<HTMLElement, readonly GutterLine[]>();

/** Numbers and change marks of the visible lines; made by hand because it runs at each scroll. */
function drawGutter(
  box: HTMLElement | null,
  now: Lined,
  old: Lined | null,
  folds: Folds | null,
  first: number,
  last: number,
): void {
  if (box === null) return;
  const before = drawn.get(box) ?? [];
  const lines: GutterLine[] = [];
  const elements: Element[] = [];
  const end = Math.min(folds?.lines.length ?? now.starts.length, last);
  for (let shown = first; shown < end; shown++) {
    const at = shown - first;
    const line = folds?.lines[shown] ?? shown;
    const next = {
      place: shown,
      number: line + 1,
      isChanged: lineChanged(now, old, line),
      isClosed: folds?.isClosed(line) ?? null,
      line,
    };
    const there = box.children[at];
    lines.push(next);
    elements.push(there !== undefined && sameLine(before[at], next) ? there : gutterLine(next));
  }
  drawn.set(box, lines);
  if (before.length !== lines.length || elements.some((element, at) => element !== box.children[at]))
    box.replaceChildren(...elements);
}
