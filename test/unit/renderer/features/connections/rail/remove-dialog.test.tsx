// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import type { ConnectionSummary } from '../../../../../../src-main/contract/model/model.ts';
import { RemoveDialog } from '../../../../../../src-renderer/features/connections/rail/remove-dialog.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { answer, live, watch } from '../../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;

beforeEach(() => {
  window = fakeApp();
});
afterEach(teardown);

async function open(more: Partial<ConnectionSummary> = {}) {
  const { app, engine } = window;
  connection = engine.add({ name: 'Plant', ...more });
  await expect.poll(() => app.connections.store.getState().connections.length).toBe(1);
  app.shell.open({ kind: 'close-connection', id: connection.id });
  return live(<RemoveDialog app={app} id={connection.id} />);
}
const dialog = () => window.app.shell.store.getState().dialog;

describe('The question before a connection is closed', () => {
  test.each([
    [0, '0 messages received'],
    [1, '1 message received'],
    [12_000, '12,000 messages received'],
  ])('says what goes with it: of %d received', async (received, words) => {
    const page = await open({ received });
    expect(page.getByRole('dialog', { name: 'Close Plant?' }).textContent).toContain(words);
    expect(page.getByText(/A saved profile stays\./)).toBeTruthy();
  });

  test('closes exactly this one, and then itself', async () => {
    const asked = watch(window.engine, 'closeConnection');
    const page = await open();
    await page.user.click(page.getByRole('button', { name: 'Close connection' }));
    await expect.poll(dialog).toBeNull();
    expect(asked).toEqual([{ connection: connection.id }]);
  });

  test('closes nothing when it is cancelled', async () => {
    const asked = watch(window.engine, 'closeConnection');
    const page = await open();
    await page.user.click(page.getByRole('button', { name: 'Cancel' }));
    expect([dialog(), asked]).toEqual([null, []]);
  });

  test('stays and says why it could not', async () => {
    const page = await open();
    window.link.cut();
    await page.user.click(page.getByRole('button', { name: 'Close connection' }));
    expect((await page.findByRole('alert')).textContent).toMatch(/engine/i);
    expect(dialog()).toEqual({ kind: 'close-connection', id: connection.id });
  });

  test('does not close another dialog that stands in its place by then', async () => {
    let done = (): void => undefined;
    const closing = new Promise<void>((resolve) => (done = resolve));
    answer(window.engine, 'closeConnection', async () => {
      await closing;
      return { kind: 'done' };
    });
    const page = await open();
    await page.user.click(page.getByRole('button', { name: 'Close connection' }));
    window.app.shell.open({ kind: 'settings' });
    done();
    await expect.poll(() => page.queryByRole('alert')).toBeNull();
    expect(dialog()).toEqual({ kind: 'settings' });
  });

  test.each(HOSTILE_TEXTS)('names one called %j so that it deceives nobody', async (name) => {
    const page = await open({ name });
    expect(isSafeText(page.getByRole('dialog').textContent)).toBe(true);
  });

  test('calls one that is gone already "this connection"', () => {
    const page = live(<RemoveDialog app={window.app} id={'gone' as ConnectionSummary['id']} />);
    expect(page.getByRole('dialog', { name: 'Close this connection?' })).toBeTruthy();
  });
});
