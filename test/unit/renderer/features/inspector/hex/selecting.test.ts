import { expect, test, vi } from 'vitest';
import type { KeyboardEvent } from 'react';
import {
  selectionHandlers,
  type HexSelection,
} from '../../../../../../src-renderer/features/inspector/hex/selecting.ts';
import { LINE_PX } from '../../../../../../src-renderer/features/inspector/base/use-line-rows.ts';

const selected = (from: number, to: number, cursor = to - 1): HexSelection => ({ from, to, cursor });

/** Rows 10 to 19 of 1,000 bytes are on screen, from 100, 200 on. */
function dump(selection: HexSelection | null) {
  const pre = { current: { getBoundingClientRect: () => ({ left: 100, top: 200 }) } };
  const [onSelect, onMenu] = [vi.fn(), vi.fn()];
  const handlers = selectionHandlers({
    pre: pre as never,
    text: '',
    shape: { rowBytes: 16, offsetDigits: 4 },
    size: 1_000,
    rows: { first: 10, last: 20 },
    selection,
    onSelect,
    onMenu,
  });
  const press = (key: string, shiftKey = false) => {
    const preventDefault = vi.fn();
    const event = { key, shiftKey, ctrlKey: false, metaKey: false, altKey: false, preventDefault };
    handlers.onKeyDown(event as unknown as KeyboardEvent);
    return preventDefault.mock.calls.length > 0;
  };
  return { press, onSelect, onMenu };
}

test('The menu key and Shift+F10 open the menu of the selected bytes below the row keys go on from.', () => {
  for (const [key, shift] of [
    ['ContextMenu', false],
    ['F10', true],
  ] as const) {
    const { press, onMenu, onSelect } = dump(selected(165, 200, 199));
    expect(press(key, shift)).toBe(true);
    expect(onMenu).toHaveBeenCalledExactlyOnceWith({ x: 172, y: 200 + 3 * LINE_PX }, selected(165, 200, 199));
    expect(onSelect).not.toHaveBeenCalled();
  }
});

test('Without a selection the menu opens below the first row on screen, for no bytes.', () => {
  const { press, onMenu } = dump(null);
  press('ContextMenu');
  expect(onMenu).toHaveBeenCalledExactlyOnceWith({ x: 172, y: 200 + LINE_PX }, null);
});

test('F10 alone is the program’s, and letters are nobody’s.', () => {
  const { press, onMenu, onSelect } = dump(null);
  expect([press('F10'), press('a')]).toEqual([false, false]);
  expect([onMenu, onSelect].some((one) => one.mock.calls.length > 0)).toBe(false);
});

test('With Shift a selection goes on from its other end.', () => {
  const { press, onSelect } = dump(selected(165, 170, 169));
  press('ArrowRight', true);
  press('ArrowDown');
  expect(onSelect.mock.calls).toEqual([[selected(165, 171, 170)], [selected(185, 186, 185)]]);
});
