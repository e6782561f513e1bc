import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { Watching } from '../../../../../src-renderer/features/watch/watching.tsx';
import type { WatchedRow, WatchList } from '../../../../../src-renderer/state/watch/watch-list.ts';

const NOW = 1_800_000_000_000;
const ROW: WatchedRow = {
  key: 'hall/press-04/telemetry',
  path: ['temperature'],
  value: { kind: 'number', text: '71.4', number: 71.4 },
  at: NOW - 372_000,
  line: [71, 71.4],
  late: null,
};

function drawn(...rows: readonly WatchedRow[]): string {
  const store = createStore(() => ({ rows }));
  const watch = { store, remove: () => undefined } as unknown as WatchList;
  return renderToStaticMarkup(<Watching watch={watch} onGo={() => undefined} />);
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

test('A watched field shows its value with a line of those before, and where it is.', () => {
  const page = drawn(ROW);
  expect(page).toContain('<bdi class="cut">temperature</bdi><bdi class="cut meta">press-04/telemetry</bdi>');
  expect(page).toContain('<span class="watching-value">71.4</span>');
  expect(page).toContain('title="temperature of hall/press-04/telemetry, last 71.4"');
  expect(page).toContain('watching-line');
  expect(page).not.toContain('Late');
});

test('One that is late shows for how long it has been silent, in words as well, and its value on hover.', () => {
  const page = drawn({ ...ROW, late: { since: Date.now() - 372_000, usual: 30_000 } });
  expect(page).toMatch(
    /<span class="watching-silence"><svg.*<\/svg><span class="visually-hidden">Late: <\/span>\d/,
  );
  expect(page).not.toContain('watching-value');
  expect(page).not.toContain('watching-line');
  expect(page).toContain('title="temperature of hall/press-04/telemetry, last 71.4, usually every 30 s"');
});

test('One that is late and whose value never came to this window shows no last value.', () => {
  const page = drawn({ ...ROW, value: null, line: [], late: { since: 0, usual: 1_000 } });
  expect(page).toContain('title="temperature of hall/press-04/telemetry, usually at least every second"');
});

test('Where nothing is watched nothing is drawn.', () => {
  expect(drawn()).toBe('');
});
