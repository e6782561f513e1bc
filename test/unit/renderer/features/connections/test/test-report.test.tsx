// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { ConnectionTestReport, TestStep } from '../../../../../../src-main/contract/connection-test.ts';
import { TestReport } from '../../../../../../src-renderer/features/connections/test/test-report.tsx';
import type { TestRun } from '../../../../../../src-renderer/features/connections/test/connection-test.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { live } from '../../../../../support/window/live.ts';

let window: FakeApp;
let cancelled = 0;
let went: string[] = [];

beforeEach(() => {
  window = fakeApp();
  cancelled = 0;
  went = [];
});
afterEach(teardown);

type Step = TestStep['step'];

/** A report in which the steps before one are done, and that one is as said. */
function report(at: Step, state: TestStep['state'], more: Partial<ConnectionTestReport> = {}): TestRun {
  const { value } = window.engine.testReports;
  const index = value.steps.findIndex(({ step }) => step === at);
  const steps = value.steps.map((one, other) => ({
    ...one,
    state: other < index ? ('ok' as const) : other === index ? state : ('waiting' as const),
    ms: other <= index ? 10 : null,
  }));
  return { kind: 'report', report: { ...value, steps, ...more } };
}
const part = (run: TestRun) => (
  <TestReport
    app={window.app}
    test={{ cancel: () => (cancelled += 1) }}
    run={run}
    onGoTo={(section) => went.push(section)}
  />
);
const verdict = { message: 'It does not answer.', advice: 'Check the port.' };

describe('A test of a connection', () => {
  test('announces in one place the step that is done now, and then how it ended', () => {
    const page = live(part(report('tcp', 'running')));
    const status = page.getByRole('status', { name: 'Test result' });
    expect(status.textContent).toBe('TCP');
    page.again(part(report('tls', 'running')));
    expect(status.textContent).toBe('TLS');
    page.again(part(report('tls', 'failed', { kind: 'failed', verdict })));
    expect(page.getByRole('status', { name: 'Test result' })).toBe(status);
    expect(status.textContent).toBe('It does not answer. Check the port.');
    expect(page.getAllByRole('status')).toHaveLength(2);
  });

  test('says of each step in words how it is', () => {
    const page = live(part(report('tcp', 'failed', { kind: 'failed', verdict })));
    const words = page.getAllByRole('listitem').map((item) => item.textContent.replaceAll(/\s+/g, ' '));
    expect(words[0]).toMatch(/^Lookup done/);
    expect(words[1]).toMatch(/^TCP failed/);
    expect(words[2]).toMatch(/^Proxy waiting/);
  });

  test('is stopped by its button, which is there only while it runs', async () => {
    const page = live(part(report('tcp', 'running')));
    expect(page.queryByRole('button', { name: 'Copy report' })).toBeNull();
    await page.user.click(page.getByRole('button', { name: 'Stop the test' }));
    expect(cancelled).toBe(1);
    page.again(part(report('subscribe', 'ok', { kind: 'passed', verdict })));
    expect(page.queryByRole('button', { name: 'Stop the test' })).toBeNull();
  });

  test.each([
    ['lookup', 'General', 'general'],
    ['tcp', 'General', 'general'],
    ['proxy', 'Advanced', 'advanced'],
    ['tls', 'TLS', 'tls'],
    ['websocket', 'General', 'general'],
    ['connect', 'Authentication', 'authentication'],
    ['subscribe', 'Subscriptions', 'subscriptions'],
  ] as const)('that failed at %s leads to the fields of %s', async (step, name, section) => {
    const page = live(part(report(step, 'failed', { kind: 'failed', verdict })));
    await page.user.click(page.getByRole('button', { name }));
    expect(went).toEqual([section]);
  });

  test.each([
    ['closed-at-connect', 'General'],
    ['http-answer', 'General'],
    ['connack-132', 'General'],
    ['connack-133', 'Session'],
    ['connack-135', 'Authentication'],
  ] as const)('that failed at CONNECT with %s leads to the fields of %s', async (code, name) => {
    const why = failed(code, 'It closed the connection.');
    const page = live(part(report('connect', 'failed', { kind: 'failed', verdict, why })));
    await page.user.click(page.getByRole('button', { name }));
    expect(went).toEqual([name.toLowerCase()]);
  });

  test('that passed leads nowhere, and one that has no end yet neither', () => {
    const page = live(part(report('subscribe', 'ok', { kind: 'passed', verdict })));
    expect(page.getAllByRole('button').map(({ textContent }) => textContent)).toEqual(['Copy report']);
    page.again(part(report('connect', 'failed')));
    expect(page.queryByRole('button', { name: 'Authentication' })).toBeNull();
  });

  test('shows the certificates it met, named by the address', async () => {
    const certificates = { chain: [], findings: [] } as never;
    const run = report('tls', 'failed', { kind: 'failed', verdict, certificates, address: 'mqtts://h:8883' });
    const page = live(part(run));
    await page.user.click(page.getByRole('button', { name: 'View certificates' }));
    expect(window.app.shell.store.getState().over).toEqual({
      kind: 'certificates',
      of: { kind: 'shown', certificates, name: 'mqtts://h:8883' },
    });
  });

  test('that came to no end stops a person as an alert', () => {
    const problem = {
      kind: 'failed' as const,
      code: 'x',
      message: 'It came to no end.',
      advice: 'Try again.',
    };
    expect(live(part({ kind: 'broken', problem })).getByRole('alert').textContent).toBe(
      'It came to no end. Try again.',
    );
  });

  test('comes into sight when it begins and when it ends, not for each step', () => {
    const seen = vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(() => undefined);
    const page = live(part({ kind: 'idle' }));
    expect(seen).toHaveBeenCalledTimes(0);
    page.again(part({ kind: 'starting' }));
    page.again(part(report('tcp', 'running')));
    const begun = seen.mock.calls.length;
    page.again(part(report('tls', 'running')));
    page.again(part(report('connect', 'running')));
    expect(seen.mock.calls.length).toBe(begun);
    page.again(part(report('subscribe', 'ok', { kind: 'passed', verdict })));
    expect(seen.mock.calls.length).toBe(begun + 1);
    seen.mockRestore();
  });
});

describe('The report that is copied', () => {
  const copy = async (clipboard: (text: string) => Promise<void>) => {
    const page = live(part(report('tcp', 'failed', { kind: 'failed', verdict, asText: 'the whole report' })));
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(clipboard);
    await page.user.click(page.getByRole('button', { name: 'Copy report' }));
    return { page, write };
  };

  test('is the whole text, and that it was copied is said', async () => {
    const { page, write } = await copy(() => Promise.resolve());
    expect(await page.findByText('Copied.')).toBeTruthy();
    expect(write.mock.calls).toEqual([['the whole report']]);
    write.mockRestore();
  });

  test('says that the clipboard refused', async () => {
    // Nor by the older way.
    Object.assign(document, { execCommand: () => false });
    const { page, write } = await copy(() => Promise.reject(new Error('no')));
    expect(await page.findByText('The clipboard refused.')).toBeTruthy();
    write.mockRestore();
    Reflect.deleteProperty(document, 'execCommand');
  });
});
