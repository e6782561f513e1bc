// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { Counters } from '../../../../../src-main/contract/model/counters.ts';
import type { ConnectionState, ConnectionSummary } from '../../../../../src-main/contract/model/model.ts';
import type { Diagnostics } from '../../../../../src-main/contract/session/diagnostics.ts';
import { StatusBar } from '../../../../../src-renderer/app/status/status-bar.tsx';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { diagnosticsOf, EMPTY_FRAME, onlineState } from '../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { live } from '../../../../support/window/live.ts';

let window: FakeApp;

beforeEach(() => {
  window = fakeApp();
});
afterEach(async () => {
  vi.useRealTimers();
  await teardown();
});

const why = failed('x', 'It failed.', '');
const counters = (more: Partial<Counters>): Counters => ({ ...EMPTY_FRAME.counters, ...more });
const sessionWith = (of: Counters | null) =>
  ({ store: createStore(() => ({ counters: of })) }) as unknown as ConnectionSession;
function bar(connection: Partial<ConnectionSummary> | null, of: Counters | null = null) {
  const shown = connection === null ? null : window.engine.add({ name: 'Plant', ...connection });
  return live(
    <StatusBar app={window.app} connection={shown} session={shown === null ? null : sessionWith(of)} />,
  );
}
const report = (more: Partial<Diagnostics>) =>
  window.app.diagnostics.store.setState({ latest: { ...diagnosticsOf(onlineState()), ...more } });
const { keepAlive, session } = diagnosticsOf(onlineState());

describe('The state of the selected connection', () => {
  test.each([
    ['Connected', onlineState()],
    ['Connecting', { kind: 'resolving', since: 0, attempt: 1, host: 'h' }],
    ['Reconnecting', { kind: 'waiting', attempt: 2, retryAt: Date.now() + 60_000, why }],
    ['Disconnected', { kind: 'stopped', since: 0, why }],
    ['Disconnected', { kind: 'idle' }],
  ])('is "%s" in a status of its own, without what ticks', (word, state) => {
    const status = bar({ state: state as ConnectionState }).getByRole('status', {
      name: 'Connection status',
    });
    expect(status.textContent).toBe(word);
  });

  test('is "Disconnected" where none is selected, and there is no traffic', () => {
    const page = bar(null);
    expect(page.getByRole('status', { name: 'Connection status' }).textContent).toBe('Disconnected');
    expect(page.queryByRole('group', { name: 'Traffic' })).toBeNull();
  });

  test('is not known while the engine does not answer, once that is more than a moment', async () => {
    const page = bar({ rate: 5 });
    window.link.cut();
    await expect
      .poll(() => page.getByRole('status', { name: 'Connection status' }).textContent)
      .toBe('Disconnected');
    expect(page.getByText('from the engine')).toBeTruthy();
    expect(page.queryByText(/msg\/s/)).toBeNull();
    window.link.restore();
    await expect
      .poll(() => page.getByRole('status', { name: 'Connection status' }).textContent)
      .toBe('Connected');
  });
});

describe('The traffic of a connection', () => {
  const traffic = (page: ReturnType<typeof bar>) => page.getByRole('group', { name: 'Traffic' });

  test('is a group that is not announced, with exact counts', () => {
    const page = bar({}, counters({ received: 12_345, dropped: 2, evicted: 3 }));
    const group = traffic(page);
    expect(group.textContent).toContain('12,345 messages');
    expect({ ...group.dataset }).toEqual({ received: '12345', dropped: '2', evicted: '3' });
    expect(group.closest('[aria-live], [role=status]')).toBeNull();
  });

  test('is one message where it is one', () => {
    expect(traffic(bar({}, counters({ received: 1 }))).firstChild?.textContent).toBe('1 message');
  });

  test('is what the connection counted until its view brings a count', () => {
    expect(traffic(bar({ received: 7 })).dataset['received']).toBe('7');
  });

  test('warns of what was dropped, and shows what was forgotten only where something was', () => {
    const none = traffic(bar({}, counters({})));
    expect([none.querySelector('.tone-warn'), none.textContent.includes('forgotten')]).toEqual([null, false]);
    const some = traffic(bar({}, counters({ dropped: 1, forgottenTopics: 1 })));
    expect(some.querySelector('.tone-warn')?.textContent).toBe('1 dropped');
    expect(some.textContent).toContain('1 topic forgotten');
  });

  test('says on hover where every message went', () => {
    const droppedBy = { lag: 1, topicCap: 2, budget: 3 };
    const title = traffic(
      bar({}, counters({ received: 10, kept: 4, dropped: 6, droppedBy, system: 5 })),
    ).title;
    expect(title.split('\n')).toEqual([
      '10 messages received, and 5 below $SYS',
      '4 kept, 0 evicted to make room',
      '0 forgotten with 0 topics',
      '6 dropped: 1 by lag, 2 at the topic cap, 3 over budget',
    ]);
  });

  test.each([
    [{ historyBytes: 1, indexBytes: 1, budgetBytes: 4 }, 0.5],
    [{ historyBytes: 9, indexBytes: 0, budgetBytes: 4 }, 1],
    [{ historyBytes: 9, indexBytes: 0, budgetBytes: 0 }, 0],
  ])('fills a meter of its memory, never beyond it: %j', (more, share) => {
    const meter = bar({}, counters(more)).getByRole('meter', { name: 'Memory used' });
    expect(Number(meter.getAttribute('value'))).toBe(share);
  });
});

describe('What changes beside the state', () => {
  test('is the rate, the last ping and when the next is due', () => {
    report({
      keepAlive: { ...keepAlive, lastRttMs: 12, nextPingAt: Date.now() + 30_500 },
      session: { ...session, inFlight: 3 },
    });
    const text = bar({ rate: 5 }).getByRole('contentinfo').textContent;
    expect(text).toMatch(/5(\.0)? msg\/s/);
    expect(text).toMatch(/ping 12 msnext in \d+ s/);
    expect(text).toContain('in flight 3');
  });

  test('says that the keep-alive is off, and nothing of pings without a connection', () => {
    report({ keepAlive: { ...keepAlive, intervalSeconds: 0 } });
    expect(bar({}).getByText('keep-alive is off')).toBeTruthy();
    report({ state: { kind: 'idle' } });
    expect(bar({ state: { kind: 'idle' } }).queryByText(/ping|keep-alive|in flight/)).toBeNull();
  });

  test('warns of publishes whose outcome nobody knows', () => {
    report({ session: { ...session, unknownOutcomes: 1 } });
    expect(bar({}).getByText('1 unknown outcome')).toBeTruthy();
    report({ session: { ...session, unknownOutcomes: 0 } });
    expect(bar({}).queryByText(/unknown outcome/)).toBeNull();
  });
});

describe('The worst verdict', () => {
  const verdict = (severity: 'error' | 'warning' | 'note', count = 1) => ({
    verdict: { severity, title: 'The link is dead', count } as never,
  });

  test('is shown by its title, and opens all of them', async () => {
    const page = bar(verdict('error', 2));
    const button = page.getByRole('button', { name: /The link is dead/ });
    expect(button.textContent).toContain('2 verdicts');
    await page.user.click(button);
    expect(window.app.shell.store.getState().diagnosticsTab).toBe('verdicts');
  });

  test('that is a note is only counted', () => {
    expect(bar(verdict('note')).getByRole('button').textContent).toBe('1 verdict');
  });

  test('that is none is no button', () => {
    expect(bar({ verdict: null }).queryByRole('button')).toBeNull();
  });
});

test('The lock of an encrypted connection says what is not checked, and shows the certificates.', async () => {
  const tls = { version: 'TLSv1.3', mutual: false, verified: false, off: ['dates'], ignored: [] };
  const page = bar({ state: { ...onlineState(), tls } as unknown as ConnectionState });
  await page.user.click(page.getByRole('button', { name: 'TLS 1.3, dates not checked. View certificates' }));
  expect(window.app.shell.store.getState().over).toMatchObject({
    kind: 'certificates',
    of: { kind: 'server', name: 'Plant' },
  });
});
