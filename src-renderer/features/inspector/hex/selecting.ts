import type { KeyboardEvent, MouseEvent, PointerEvent, RefObject } from 'react';
import type { HexShape } from '../../../../src-main/core/payload/hex.ts';
import { byteAtColumn } from '../../../../src-main/core/payload/hex-place.ts';
import { LINE_PX } from '../base/use-line-rows.ts';
import { isMenuKey, type MenuPlace } from '../base/use-message-menu.tsx';

/** Selected bytes; `to` is not among them. */
export interface HexSelection {
  readonly from: number;
  readonly to: number;
  /** The byte that arrow keys go on from, at one of the ends. */
  readonly cursor: number;
}

interface SelectingOptions {
  readonly pre: RefObject<HTMLPreElement | null>;
  /** The rows on screen. */
  readonly text: string;
  readonly shape: HexShape;
  /** Bytes that there are. */
  readonly size: number;
  /** On screen; the last one is not. */
  readonly rows: { readonly first: number; readonly last: number };
  readonly selection: HexSelection | null;
  readonly onSelect: (selection: HexSelection | null) => void;
  /** A menu is asked for, with the bytes that are selected then. */
  readonly onMenu: (at: MenuPlace, selection: HexSelection | null) => void;
}

/** Bytes are selected by keys and by the pointer, and both open their menu. */
export function selectionHandlers(options: SelectingOptions) {
  const { pre, text, shape, size, rows, selection, onSelect, onMenu } = options;
  const { first, last } = rows;
  const { rowBytes } = shape;
  const byteAt = (event: MouseEvent): number | null => {
    const place = placeAt(event, pre.current, text);
    if (place === null) return null;
    const byte = (first + place.row) * rowBytes + byteAtColumn(shape, place.column);
    return byte < size ? byte : size - 1;
  };
  /** Below the row of the byte that keys go on from. */
  const openMenuByKey = () => {
    const lines = pre.current?.getBoundingClientRect();
    if (lines === undefined) return;
    const row = selection === null ? first : Math.floor(selection.cursor / rowBytes);
    onMenu({ x: lines.left + MENU_INDENT_PX, y: lines.top + (row - first + 1) * LINE_PX }, selection);
  };
  return {
    onKeyDown(event: KeyboardEvent) {
      if (isMenuKey(event)) {
        event.preventDefault();
        openMenuByKey();
        return;
      }
      const next = keyTarget(event, selection?.cursor ?? -1, shape, size, Math.max(1, last - first - 1));
      if (next === null) return;
      event.preventDefault();
      onSelect(stretch(event.shiftKey ? anchorOf(selection, next) : next, next));
    },
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return;
      const at = byteAt(event);
      if (at === null) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      onSelect(stretch(event.shiftKey ? anchorOf(selection, at) : at, at));
    },
    onPointerMove(event: PointerEvent) {
      if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
      const at = byteAt(event);
      if (at !== null && at !== selection?.cursor) onSelect(stretch(anchorOf(selection, at), at));
    },
    /** A byte that is not selected is it then, as files are in a list of files. */
    onContextMenu(event: MouseEvent) {
      const at = byteAt(event);
      if (at === null) return;
      event.preventDefault();
      const isSelected = selection !== null && at >= selection.from && at < selection.to;
      const bytes = isSelected ? selection : stretch(at, at);
      if (!isSelected) onSelect(bytes);
      onMenu({ x: event.clientX, y: event.clientY }, bytes);
    },
  };
}

function stretch(from: number, to: number): HexSelection {
  return { from: Math.min(from, to), to: Math.max(from, to) + 1, cursor: to };
}

/** The row of the text at the pointer, and its column. */
function placeAt(
  { clientX, clientY }: MouseEvent,
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
/** Where a menu begins that a key asked for: right of the offsets. */
const MENU_INDENT_PX = 72;

function charWidth(pre: HTMLElement, text: string): number {
  const node = pre.firstChild;
  const end = text.indexOf('\n') < 0 ? text.length : text.indexOf('\n');
  if (!(node instanceof Text) || end === 0) return 0;
  const range = document.createRange();
  range.setStart(node, 0);
  range.setEnd(node, end);
  return range.getBoundingClientRect().width / end;
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
