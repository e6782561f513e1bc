import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { focusShownPane } from '../../../../../src-renderer/app/base/panes.ts';

/** An element that may take the focus; `is` are the selectors it answers to. */
function stop(is: string, shown = true) {
  const element = {
    is,
    shown,
    checkVisibility: () => element.shown,
    matches: (selector: string) => selector.split(', ').includes(is),
    focus: () => (page.activeElement = element),
  };
  return element;
}

let stops: ReturnType<typeof stop>[] = [];
let frames: (() => void)[] = [];
const body = stop('body');
const page: { activeElement: unknown; querySelector: (selector: string) => unknown } = {
  activeElement: body,
  querySelector: (selector) => (selector === '[data-pane-name="topics"]' ? pane : null),
};
const pane = {
  dataset: { pane: '[role=treegrid], [data-first]' },
  querySelectorAll: (selector: string) => stops.filter((one) => one.matches(selector)),
};

function frame(): void {
  for (const run of frames.splice(0)) run();
}

beforeEach(() => {
  [stops, frames] = [[], []];
  page.activeElement = body;
  vi.stubGlobal('document', page);
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
});
afterEach(() => vi.unstubAllGlobals());

test('the first stop of what is shown takes the focus as soon as it is there', () => {
  const [tab, box] = [stop('button:not(:disabled):not([tabindex="-1"])'), stop('[data-first]', false)];
  stops = [tab];
  focusShownPane('topics');
  frame();
  expect(page.activeElement).toBe(body);
  stops = [tab, box];
  frame();
  expect(page.activeElement).toBe(body);
  box.shown = true;
  frame();
  expect(page.activeElement).toBe(box);
  expect(frames).toHaveLength(0);
});

test('who went to a field meanwhile stays there', () => {
  focusShownPane('topics');
  frame();
  const field = stop('input');
  page.activeElement = field;
  stops = [stop('[role=treegrid]')];
  frame();
  expect(page.activeElement).toBe(field);
  expect(frames).toHaveLength(0);
});

test('the field from which the view was chosen does not keep the focus', () => {
  const field = stop('input');
  page.activeElement = field;
  const grid = stop('[role=treegrid]');
  stops = [grid];
  focusShownPane('topics');
  frame();
  expect(page.activeElement).toBe(grid);
});

test('where nothing comes that is meant, the first that can have the focus has it', () => {
  const tab = stop('button:not(:disabled):not([tabindex="-1"])');
  stops = [tab];
  focusShownPane('topics');
  for (let n = 0; n < 70; n++) frame();
  expect(page.activeElement).toBe(tab);
  expect(frames).toHaveLength(0);
});
