import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionId, type ConnectionSummary } from '../../../../../../src-main/contract/model/model.ts';
import type { ConnectionAttempt } from '../../../../../../src-main/contract/session/connection-history.ts';
import { HistoryTab } from '../../../../../../src-renderer/features/diagnostics/history/history-tab.tsx';
import type { AppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import type { HistoryState } from '../../../../../../src-renderer/state/diagnostics/history.ts';
import { useNow } from '../../../../../../src-renderer/ui/base/use-now.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';

/** The window's clock stands still while nobody looks at it. */
const Clock = () => useNow();
const NOW = Number(renderToStaticMarkup(<Clock />));

let app: AppState;
let connection: ConnectionSummary;

beforeEach(() => {
  const { engine, app: made } = fakeApp();
  app = made;
  connection = engine.add({ name: 'Plant' });
});
afterEach(teardown);

const attempt = (id: string, more: Partial<ConnectionAttempt> = {}): ConnectionAttempt => ({
  ...{ id, startedAt: NOW - 10_000, onlineAt: NOW - 9_900, endedAt: NOW - 5_000, waitedMs: 0, attempt: 1 },
  ...{ phases: [{ phase: 'connecting', ms: 12 }], version: '5', address: 'h:1', by: 'remote' },
  ...{ reason: null, sessionPresent: false },
  ...more,
});

/** As it is drawn where this is known from the beginning. */
function drawn(part: Partial<HistoryState>): string {
  const state = { ...app.diagnostics.history.store.getState(), connection: connection.id, ...part };
  const history = { ...app.diagnostics.history, store: createStore(() => state) };
  const known = { ...app, diagnostics: { ...app.diagnostics, history } };
  return renderToStaticMarkup(<HistoryTab app={known} connection={connection} />);
}
const words = (part: Partial<HistoryState>) =>
  drawn(part)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

test('What was not read yet, cannot be read, or is not there is said as what it is.', () => {
  expect(words({ attempts: null, problem: null })).toBe('Reading the history.');
  expect(words({ attempts: null, problem: failed('gone', 'It cannot be read.', 'Try again.') })).toBe(
    'It cannot be read. Try again.',
  );
  expect(words({ attempts: [], problem: null })).toContain('No attempt to connect is known yet.');
});

test('The history of another connection is not shown for this one.', () => {
  expect(words({ connection: ConnectionId.parse('other'), attempts: [attempt('a')] })).toBe(
    'Reading the history.',
  );
});

test('Each attempt has its outcome, who ended it, and what was waited for; the picture is described in words.', () => {
  const attempts = [
    attempt('b', { sessionPresent: true, waitedMs: 2_000 }),
    attempt('a', {
      onlineAt: null,
      by: 'local',
      reason: { code: 'x', message: 'It was refused.', advice: '' },
    }),
  ];
  const said = words({ attempts, problem: null, more: true, uptimeShare: 0.982 });
  expect(said).toContain('Connected for 4 s , resumed');
  expect(said).toContain('The broker closed the connection.');
  expect(said).toContain('It was refused.');
  expect(said).toContain('Show older attempts');
  const markup = drawn({ attempts, problem: null, more: false, uptimeShare: 0.982 });
  expect(markup).toContain('2 attempts since');
  expect(markup).not.toContain('Show older attempts');
});

test('Attempts of a clock that was set, and without phases, are drawn all the same.', () => {
  const attempts = [
    attempt('c', { startedAt: NOW + 86_400_000, onlineAt: NOW, endedAt: NOW - 86_400_000, phases: [] }),
    attempt('b', { startedAt: -8_640_000_000_000_000, onlineAt: null, endedAt: 8_640_000_000_000_000 }),
    attempt('a', { phases: [{ phase: 'connecting', ms: 0 }], endedAt: null, by: null }),
  ];
  const markup = drawn({ attempts, problem: null });
  expect(markup.match(/<tr>/g)).toHaveLength(4);
  expect(markup).not.toContain('NaN');
  expect(markup).not.toMatch(/width="-/);
});
