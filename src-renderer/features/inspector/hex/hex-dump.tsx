import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { useStore } from 'zustand';
import { hexRows, type HexShape } from '../../../../src-main/core/payload/hex.ts';
import { asciiColumn, hexColumn } from '../../../../src-main/core/payload/hex-place.ts';
import type { PayloadPages } from '../../../state/inspector/payload-pages.ts';
import { scrollToRow, useLineRows } from '../base/use-line-rows.ts';
import type { MenuPlace } from '../base/use-message-menu.tsx';
import { selectionHandlers, type HexSelection } from './selecting.ts';

interface HexDumpProps {
  readonly pages: PayloadPages;
  readonly shape: HexShape;
  /** Bytes of the payload as received. */
  readonly total: number;
  readonly selection: HexSelection | null;
  readonly onSelect: (selection: HexSelection | null) => void;
  readonly onDrawn: () => void;
  /** A menu is asked for; with the bytes that are selected then. */
  readonly onMenu: (at: MenuPlace, selection: HexSelection | null) => void;
}

/**
 * Offset, bytes and their ASCII, a line a row. The rows on screen are one text; bytes are pointed at and
 * marked by their place in it, so that a scroll costs one change of text.
 */
export function HexDump({ pages, shape, total, selection, onSelect, onDrawn, onMenu }: HexDumpProps) {
  const { version } = useStore(pages.store);
  const box = useRef<HTMLDivElement>(null);
  const pre = useRef<HTMLPreElement>(null);
  const { rowBytes } = shape;
  const count = Math.ceil(pages.size / rowBytes);
  const { first, last, top, height } = useLineRows(box, count);
  const start = first * rowBytes;
  const end = Math.min(pages.size, last * rowBytes);
  const bytes = pages.read(start, end);
  const text = bytes === null ? '' : textOf(bytes, shape, start);

  useLayoutEffect(() => {
    void pre.current?.offsetHeight;
    onDrawn();
  }, [text, onDrawn]);

  useMarkedBytes(pre, selection, { shape, start, end, text, version });
  // What is selected by a key or by its offset is in sight.
  const cursor = selection?.cursor ?? null;
  useEffect(() => {
    if (cursor !== null) scrollToRow(box.current, count, Math.floor(cursor / rowBytes));
  }, [cursor, rowBytes, count]);

  const acts = selectionHandlers({
    pre,
    text,
    shape,
    size: pages.size,
    rows: { first, last },
    selection,
    onSelect,
    onMenu,
  });
  return (
    <div ref={box} className="hex-dump" style={{ height }}>
      <div
        role="textbox"
        aria-label="Hex dump"
        aria-readonly
        aria-multiline
        aria-haspopup="menu"
        aria-description="Arrow keys go from byte to byte, with Shift they select"
        tabIndex={0}
        className="hex-lines"
        style={{ transform: `translateY(${top}px)` }}
        {...acts}
      >
        <pre
          ref={pre}
          className="code-hex"
          data-payload=""
          data-bytes-shown={bytes?.length ?? 0}
          data-bytes-total={total}
        >
          {text}
        </pre>
        {bytes === null ? <p className="insp-note">Reading…</p> : null}
      </div>
    </div>
  );
}

/** Rows of the dump, of bytes that begin at `start`. */
function textOf(bytes: Uint8Array, shape: HexShape, start: number): string {
  return hexRows(bytes, shape, 0, Infinity, start)
    .map((row) => `${row.offset}  ${row.hex}  ${row.ascii}`)
    .join('\n');
}

/** The rows on screen: which bytes they are, as which text. */
interface DrawnBytes {
  readonly shape: HexShape;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Of what was read of the payload. */
  readonly version: number;
}

/** Marks the selected bytes in the text. */
function useMarkedBytes(
  pre: RefObject<HTMLPreElement | null>,
  selection: HexSelection | null,
  { shape, start, end, text, version }: DrawnBytes,
): void {
  const mark = useCallback(() => {
    if (!('highlights' in CSS)) return;
    CSS.highlights.delete('hex-selected');
    const node = pre.current?.firstChild;
    if (selection === null || !(node instanceof Text)) return;
    const ranges = rangesOf(node, shape, start, Math.max(selection.from, start), Math.min(selection.to, end));
    if (ranges.length > 0) CSS.highlights.set('hex-selected', new Highlight(...ranges));
  }, [pre, selection, shape, start, end]);
  useLayoutEffect(() => {
    mark();
    return () => {
      if ('highlights' in CSS) CSS.highlights.delete('hex-selected');
    };
  }, [mark, text, version]);
}

/** The pieces of text that stand for the bytes from..to, digits and ASCII; `start` is the first byte of the text. */
function rangesOf(node: Text, shape: HexShape, start: number, from: number, to: number): StaticRange[] {
  const ranges: StaticRange[] = [];
  const { rowBytes } = shape;
  const lineChars = asciiColumn(shape, rowBytes) + 1;
  const add = (a: number, b: number) => {
    if (b > node.length) return;
    ranges.push(new StaticRange({ startContainer: node, startOffset: a, endContainer: node, endOffset: b }));
  };
  for (let at = from; at < to;) {
    const row = Math.floor((at - start) / rowBytes);
    const column = (at - start) % rowBytes;
    const last = Math.min(to - 1, start + row * rowBytes + rowBytes - 1);
    const lastColumn = (last - start) % rowBytes;
    const line = row * lineChars;
    add(line + hexColumn(shape, column), line + hexColumn(shape, lastColumn) + 2);
    add(line + asciiColumn(shape, column), line + asciiColumn(shape, lastColumn) + 1);
    at = last + 1;
  }
  return ranges;
}
