import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isSelectAll, selectAll } from '../../../../../src-renderer/app/commands/select-all.ts';

/** An element of a page, by the selectors it and those around it answer to. */
class Part {
  readonly isContentEditable: boolean;
  readonly #selectors: readonly string[];
  readonly #around: Part | null;

  constructor(selectors: readonly string[], around: Part | null = null, isContentEditable = false) {
    this.#selectors = selectors;
    this.#around = around;
    this.isContentEditable = isContentEditable;
  }

  matches(selector: string): boolean {
    return selector.split(', ').some((one) => this.#selectors.includes(one));
  }

  closest(selector: string): Part | null {
    return this.matches(selector) ? this : (this.#around?.closest(selector) ?? null);
  }
}

const body = new Part(['body']);
const panel = new Part(['[data-select-all]'], body);
const value = new Part(['pre'], panel);
const row = new Part(['[role=row]'], body);
let anchor: Part | null = null;
let selected: unknown = null;

beforeEach(() => {
  [anchor, selected] = [null, null];
  vi.stubGlobal('Element', Part);
  vi.stubGlobal('HTMLElement', Part);
  vi.stubGlobal('document', { body });
  vi.stubGlobal('getSelection', () => ({
    anchorNode: anchor === null ? null : { parentElement: anchor },
    selectAllChildren: (part: unknown) => (selected = part),
  }));
});
afterEach(() => vi.unstubAllGlobals());

const press = (target: Part, held: object = { ctrlKey: true }, key = 'a') =>
  ({
    key,
    code: 'KeyA',
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    target,
    ...held,
  }) as unknown as KeyboardEvent;

test('what one reads is selected as a whole, and nothing around it', () => {
  selectAll(value as unknown as EventTarget);
  expect(selected).toBe(panel);
});

test('rows and labels are no text: nothing is selected', () => {
  selectAll(row as unknown as EventTarget);
  expect(selected).toBeNull();
});

test('without a focus the text that was clicked last shows what is meant', () => {
  selectAll(body as unknown as EventTarget);
  expect(selected).toBeNull();
  anchor = value;
  selectAll(body as unknown as EventTarget);
  expect(selected).toBe(panel);
  selected = null;
  selectAll(row as unknown as EventTarget);
  expect(selected).toBeNull();
});

test('a field selects its own text', () => {
  for (const field of [new Part(['input']), new Part(['textarea'], panel), new Part(['div'], panel, true)])
    expect(isSelectAll(press(field), false)).toBe(false);
});

test('the key is Ctrl+A, Cmd+A on a Mac, by its place where letters are not Latin, and no other', () => {
  expect(isSelectAll(press(row), false)).toBe(true);
  expect(isSelectAll(press(row, { ctrlKey: true }, 'ф'), false)).toBe(true);
  expect(isSelectAll(press(row, { metaKey: true }), true)).toBe(true);
  expect(isSelectAll(press(row, { metaKey: true }), false)).toBe(false);
  expect(isSelectAll(press(row), true)).toBe(false);
  expect(isSelectAll(press(row, { ctrlKey: true, shiftKey: true }), false)).toBe(false);
  expect(isSelectAll(press(row, {}), false)).toBe(false);
  expect(isSelectAll(press(row, { ctrlKey: true }, 'b'), false)).toBe(false);
});
