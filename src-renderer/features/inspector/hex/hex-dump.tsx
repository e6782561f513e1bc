import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
} from 'react';
import { useStore } from 'zustand';
import { hexRows, type HexShape } from '../../../../src-main/core/payload/hex.ts';
import { asciiColumn, byteAtColumn, hexColumn } from '../../../../src-main/core/payload/hex-place.ts';
import type { PayloadPages } from '../../../state/inspector/payload-pages.ts';
import { scrollToRow, useLineRows } from '../base/use-line-rows.ts';

/** Selected bytes; `to` is not among them. */
export interface HexSelection {
  readonly from: number;
  readonly to: number;
  /** The byte that arrow keys go on from, at one of the ends. */
  readonly cursor: number;
}

interface HexDumpProps {
  readonly pages: PayloadPages;
  readonly shape: HexShape;
  /** Bytes of the payload as received. */
  readonly total: number;
  readonly selection: HexSelection | null;
  readonly onSelect: (selection: HexSelection | null) => void;
  readonly onDrawn: () => void;
}

/**
 * Offset, bytes and their ASCII, a line a row. The rows on screen are one text; bytes are pointed at and
 * marked by their place in it, so that a scroll costs one change of text.
 */
export function HexDump({ pages, shape, total, selection, onSelect, onDrawn }: HexDumpProps) {
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

  const byteAt = (event: PointerEvent): number | null => {
    const place = placeAt(event, pre.current, text);
    if (place === null) return null;
    const byte = (first + place.row) * rowBytes + byteAtColumn(shape, place.column);
    return byte < pages.size ? byte : pages.size - 1;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const here = selection?.cursor ?? -1;
    const next = keyTarget(event, here, shape, pages.size, Math.max(1, last - first - 1));
    if (next === null) return;
    event.preventDefault();
    onSelect(stretch(event.shiftKey ? anchorOf(selection, next) : next, next));
  };
  return (
    <div ref={box} className="hex-dump" style={{ height }}>
      <div
        role="textbox"
        aria-label="Hex dump"
        aria-readonly
        aria-multiline
        aria-description="Arrow keys go from byte to byte, with Shift they select"
        tabIndex={0}
        className="hex-lines"
        style={{ transform: `translateY(${top}px)` }}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          const at = byteAt(event);
          if (at === null) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          onSelect(stretch(event.shiftKey ? anchorOf(selection, at) : at, at));
        }}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
          const at = byteAt(event);
          if (at !== null && at !== selection?.cursor) onSelect(stretch(anchorOf(selection, at), at));
        }}
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

function stretch(from: number, to: number): HexSelection {
  return { from: Math.min(from, to), to: Math.max(from, to) + 1, cursor: to };
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

/** The row of the text at the pointer, and its column. */
function placeAt(
  { clientX, clientY }: PointerEvent,
  pre: HTMLPreElement | null,
  text: string,
): { readonly row: number; readonly column: number } | null {
  const at = document.caretPositionFromPoint(clientX, clientY);
  if (at === null || pre === null || at.offsetNode !== pre.firstChild) return null;
  const before = text.lastIndexOf('\n', at.offset - 1) + 1;
  const row = text.slice(0, before).split('\n').length - 1;
  // A caret between two characters belongs to the one it is nearer to, which is the left one at its right half.
  const { left } = pre.getBoundingClientRect();
  const width = charWidth(pre, text);
  return {
    row,
    column: width > 0 ? Math.floor((clientX - left - PADDING_PX) / width) : at.offset - before,
  };
}

/** The end of a selection that stays while the other one moves; without a selection the byte itself. */
function anchorOf(selection: HexSelection | null, byte: number): number {
  if (selection === null) return byte;
  const { from, to, cursor } = selection;
  return cursor === from ? to - 1 : from;
}

/** Left of the text, see hex.css. */
const PADDING_PX = 16;

function charWidth(pre: HTMLElement, text: string): number {
  const node = pre.firstChild;
  const end = text.indexOf('\n') < 0 ? text.length : text.indexOf('\n');
  if (!(node instanceof Text) || end === 0) return 0;
  const range = document.createRange();
  range.setStart(node, 0);
  range.setEnd(node, end);
  return range.getBoundingClientRect().width / end;
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

/** Where a key leads from a byte (-1: none); null: it is no such key. */
export function keyTarget(
  { key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  from: number,
  { rowBytes }: HexShape,
  size: number,
  pageRows: number,
): number | null {
  if (metaKey || altKey || size === 0) return null;
  const here = Math.max(0, from);
  const row = here - (here % rowBytes);
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: from + 1,
    ArrowLeft: here - 1,
    ArrowDown: from < 0 ? 0 : here + rowBytes,
    ArrowUp: here - rowBytes,
    PageDown: here + pageRows * rowBytes,
    PageUp: here - pageRows * rowBytes,
    Home: ctrlKey ? 0 : row,
    End: ctrlKey ? size - 1 : row + rowBytes - 1,
  };
  const next = steps[key];
  if (next === undefined || (ctrlKey && key !== 'Home' && key !== 'End')) return null;
  // Past an end of the payload an arrow goes nowhere, a page goes to the end.
  if (key.startsWith('Arrow') && (next < 0 || next >= size)) return here;
  return Math.max(0, Math.min(size - 1, next));
}
