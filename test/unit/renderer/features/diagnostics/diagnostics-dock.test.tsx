// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConnectionSummary } from '../../../../../src-main/contract/model/model.ts';
import type { Verdict } from '../../../../../src-main/contract/model/verdicts.ts';
import type { Diagnostics } from '../../../../../src-main/contract/session/diagnostics.ts';
import { DiagnosticsDock } from '../../../../../src-renderer/features/diagnostics/diagnostics-dock.tsx';
import { diagnosticsOf, onlineState } from '../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { focusedName, live, type Live } from '../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;

beforeEach(() => {
  window = fakeApp();
  connection = window.engine.add({ name: 'Plant' });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

const report = (more: Partial<Diagnostics> = {}) =>
  window.app.diagnostics.store.setState({ latest: { ...diagnosticsOf(onlineState()), ...more } });
const verdict = (id: string, more: Partial<Verdict> = {}): Verdict => ({
  ...{ id, rule: 'half-open', severity: 'error', title: `Verdict ${id}`, cause: '', advice: '', proof: [] },
  ...{ since: Date.now(), over: false },
  ...more,
});
const open = () => live(<DiagnosticsDock app={window.app} connection={connection} />);
const shell = () => window.app.shell.store.getState();
const chosen = (page: Live) => page.getByRole('tab', { selected: true }).textContent;
/** A window that is too small for all parts at once, or not. */
const screen = (small: boolean) =>
  vi.spyOn(globalThis, 'matchMedia').mockImplementation(
    () =>
      ({
        matches: small,
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
      }) as never,
  );

describe('The dock of diagnostics', () => {
  test('is a region of tabs, of which the keep-alive is first where nothing is wrong', () => {
    report();
    const page = open();
    expect(page.getByRole('region', { name: 'Diagnostics' })).toBeTruthy();
    expect(page.getAllByRole('tab').map(({ textContent }) => textContent)).toEqual([
      'Verdicts',
      'Session',
      'Keep-alive',
      'Packets',
      'Timeline',
      'Log',
    ]);
    expect(chosen(page)).toBe('Keep-alive');
  });

  test('waits for the first report in every tab', () => {
    window.app.diagnostics.store.setState({ latest: null });
    const page = open();
    expect(page.getByRole('tabpanel').textContent).toBe('Waiting for the first report of this connection.');
  });

  test.each([
    ['session', 'Setting'],
    ['keep-alive', 'Ping now'],
    ['packets', 'Everything since the connection was opened is here'],
    ['history', 'Reading the history|No attempt'],
    ['log', 'Nothing has happened yet'],
    ['verdicts', 'Nothing is wrong as far as can be seen'],
  ] as const)('shows "%s" when it was chosen', (tab, words) => {
    report();
    window.app.shell.showDiagnostics(tab);
    expect(open().getByRole('tabpanel').textContent).toMatch(new RegExp(words));
  });

  test('goes from tab to tab by the arrow keys, and shows each at once', async () => {
    report();
    const page = open();
    page.getByRole('tab', { name: 'Keep-alive' }).focus();
    await page.user.keyboard('{ArrowLeft}');
    await expect.poll(() => chosen(page)).toBe('Session');
    expect(shell().diagnosticsTab).toBe('session');
    await page.user.keyboard('{End}');
    await expect.poll(() => chosen(page)).toBe('Log');
    await page.user.keyboard('{Home}');
    await expect.poll(() => chosen(page)).toBe('Verdicts');
  });

  test('describes tabs with how many verdicts stand and how many entries there are, not with those that are over', () => {
    const log = [1, 2].map((seq) => ({ seq, at: 0, level: 'info' as const, text: '', detail: '' }));
    report({ log, verdicts: [verdict('a'), verdict('b', { over: true })] });
    const page = open();
    const detail = (name: string) => page.getByRole('tab', { name }).getAttribute('aria-description');
    expect([detail('Verdicts'), detail('Log'), detail('Session')]).toEqual(['1', '2', null]);
  });
});

describe('What is wrong', () => {
  test('comes first, and stays first once it is over', () => {
    report({ verdicts: [verdict('a')] });
    const page = open();
    expect(chosen(page)).toBe('Verdicts');
    report({ verdicts: [verdict('a', { over: true })] });
    page.again(<DiagnosticsDock app={window.app} connection={connection} />);
    expect(chosen(page)).toBe('Verdicts');
  });

  test.each([
    ['a note', verdict('a', { severity: 'note' })],
    ['over', verdict('a', { over: true })],
  ])('is not what is %s', (_, one) => {
    report({ verdicts: [one] });
    expect(chosen(open())).toBe('Keep-alive');
  });

  test('does not come under the hands of somebody who is in the dock', () => {
    report();
    const page = open();
    page.getByRole('button', { name: 'Ping now' }).focus();
    report({ verdicts: [verdict('a')] });
    page.again(<DiagnosticsDock app={window.app} connection={connection} />);
    expect(chosen(page)).toBe('Keep-alive');
  });

  test('does not take the place of a tab that was chosen', () => {
    window.app.shell.showDiagnostics('session');
    report({ verdicts: [verdict('a')] });
    expect(chosen(open())).toBe('Session');
  });
});

describe('The room of the dock', () => {
  test('is folded and unfolded by a button that says which', async () => {
    report();
    const page = open();
    const fold = page.getByRole('button', { name: 'Fold publish and diagnostics' });
    expect(fold.getAttribute('aria-expanded')).toBe('true');
    await page.user.click(fold);
    expect(shell().folded).toBe(true);
    const unfold = page.getByRole('button', { name: 'Unfold publish and diagnostics' });
    expect([unfold.getAttribute('aria-expanded'), document.activeElement === unfold]).toEqual([
      'false',
      true,
    ]);
    await page.user.click(unfold);
    expect(shell().folded).toBe(false);
  });

  test('is enlarged, and its counterpart has the focus and brings it back', async () => {
    screen(false);
    report();
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Enlarge diagnostics' }));
    expect(shell().enlarged).toBe('diagnostics');
    await expect.poll(focusedName).toBe('Topics');
    await page.user.click(page.getByRole('button', { name: 'Topics' }));
    expect(shell().enlarged).toBeNull();
    await expect.poll(focusedName).toBe('Enlarge diagnostics');
  });

  test('that is large shows session, keep-alive and packets at once, with the worst verdict above', () => {
    screen(false);
    report({ verdicts: [verdict('note', { severity: 'note' }), verdict('bad')] });
    window.app.shell.enlarge('diagnostics');
    const page = open();
    const tabs = page.getAllByRole('tab', { selected: true }).map(({ textContent }) => textContent);
    expect(tabs).toEqual(['Session', 'Keep-alive', 'Packets']);
    expect(page.getAllByRole('article').map((one) => one.getAttribute('aria-label'))).toEqual([
      'Verdict bad',
    ]);
  });

  test('that is large keeps a tab that was chosen, but for those that have a place of their own', () => {
    screen(false);
    report();
    window.app.shell.enlarge('diagnostics');
    window.app.shell.showDiagnostics('log');
    window.app.shell.enlarge('diagnostics');
    expect(open().getAllByRole('tab', { selected: true })[0]?.textContent).toBe('Log');
    window.app.shell.showDiagnostics('packets');
    window.app.shell.enlarge('diagnostics');
    expect(open().getAllByRole('tab', { selected: true })[0]?.textContent).toBe('Session');
  });

  test('of a small window gives one tab all of it', () => {
    screen(true);
    report();
    window.app.shell.enlarge('diagnostics');
    const page = open();
    expect(page.getAllByRole('tabpanel')).toHaveLength(1);
    expect(page.getByRole('button', { name: 'Shrink diagnostics' })).toBeTruthy();
    expect(page.queryByRole('button', { name: /^Fold/ })).toBeNull();
  });
});
