import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  DEFAULT_STATE,
  fitBounds,
  loadWindowState,
  readWindowState,
  saveWindowState,
} from '../../../../src-main/desktop/window/window-state.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const beside = { x: -1920, y: 0, width: 1920, height: 1080 };

test('A window comes back where it was, on any display, also where the numbers are negative.', () => {
  const bounds = { x: -1500, y: 100, width: 1200, height: 800 };
  expect(fitBounds(bounds, [laptop, beside])).toEqual(bounds);
});

test.each([
  ['its display is gone', { x: -1500, y: 100, width: 1200, height: 800 }],
  ['its bar is above the display', { x: 100, y: -200, width: 1200, height: 800 }],
  ['its bar is below the display', { x: 100, y: 890, width: 1200, height: 800 }],
  ['only its edge is on the display', { x: 1400, y: 100, width: 1200, height: 800 }],
])('A window that could not be taken hold of is placed by the system: %s.', (_, bounds) => {
  expect(fitBounds(bounds, [laptop])).toBeNull();
});

test('A window larger than its display is made to fit.', () => {
  expect(fitBounds({ x: 0, y: 25, width: 3000, height: 2000 }, [laptop])).toEqual(laptop);
});

test.each<unknown>([
  null,
  'x',
  [],
  { bounds: { x: 0, y: 0, width: 0, height: 10 } },
  { bounds: { x: Number.NaN, y: 0, width: 10, height: 10 } },
  { bounds: { x: 1e300, y: 0, width: 10, height: 10 } },
  { bounds: { x: 0.5, y: 0, width: 10, height: 10 }, maximized: 'yes', theme: 'pink' },
])('A state that is none is the default: %j', (value) => {
  expect(readWindowState(value)).toEqual(DEFAULT_STATE);
});

test('It is kept in a file that only the user can read; a broken one is as good as none.', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'topicscope-state-'));
  onTeardown(() => rmSync(folder, { recursive: true }));
  const state = { bounds: { x: 1, y: 2, width: 900, height: 600 }, maximized: true, theme: 'dark' } as const;
  expect(await loadWindowState(folder)).toEqual(DEFAULT_STATE);
  await saveWindowState(folder, state);
  expect(await loadWindowState(folder)).toEqual(state);
  expect(statSync(join(folder, 'window.json')).mode & 0o077).toBe(0);
  writeFileSync(join(folder, 'window.json'), '{"bounds":');
  expect(await loadWindowState(folder)).toEqual(DEFAULT_STATE);
});
