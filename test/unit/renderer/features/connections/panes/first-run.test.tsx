// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { FirstRun } from '../../../../../../src-renderer/features/connections/panes/first-run.tsx';
import { eachWindow } from '../../../../../support/window/fake-app.ts';
import {
  answer,
  describedBy,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  watch,
} from '../../../../../support/window/live.ts';

const window = eachWindow();

const open = () => live(<FirstRun app={window.app} />);
const dialog = () => window.app.shell.store.getState().dialog;

describe('The first page', () => {
  test('begins in the field for an address, with its three ways, each described', () => {
    const page = open();
    expect(document.activeElement).toBe(page.getByRole('textbox', { name: 'Broker address' }));
    for (const [name, words] of [
      ['New connection', 'Paste the address you have.'],
      ['Try the demo broker', 'A small plant on this computer'],
      ['Import…', 'You see what arrives before it is kept.'],
    ] as const)
      expect([name, describedBy(page.getByRole('button', { name }))]).toEqual([
        name,
        expect.stringContaining(words),
      ]);
  });

  test('hides its picture of a plant from screen readers', () => {
    const page = open();
    expect(page.getByText('press-03/temperature').closest('[aria-hidden]')).not.toBeNull();
  });

  test('opens the editor, the import and the palette', async () => {
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'New connection' }));
    expect(dialog()).toEqual({ kind: 'editor', profileId: null, prefill: null });
    await page.user.click(page.getByRole('button', { name: 'Import…' }));
    expect(dialog()).toEqual({ kind: 'import' });
    await page.user.click(page.getByRole('button', { name: /all commands/ }));
    expect(dialog()).toEqual({ kind: 'palette' });
  });

  test('starts the demo, and says where it could not', async () => {
    answer(window.engine, 'startDemo', () => failed('no-port', 'No port is free.', 'End another program.'));
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Try the demo broker' }));
    expect((await page.findByRole('alert')).textContent).toBe('No port is free. End another program.');
    const asked = answer(window.engine, 'startDemo', () => ({ kind: 'opened', id: window.engine.add().id }));
    await page.user.click(page.getByRole('button', { name: 'Try the demo broker' }));
    await expect.poll(() => page.queryByRole('alert')).toBeNull();
    expect(asked).toHaveLength(1);
  });
});

describe('An address on the first page', () => {
  const field = (page: ReturnType<typeof open>) => page.getByRole('textbox', { name: 'Broker address' });

  test('is shown as what it means while it is typed, with who signs in and no password', async () => {
    const page = open();
    await page.user.click(field(page));
    await page.user.paste('mqtts://ops:hunter2@broker.example:8884');
    expect(await page.findByText('TLS over TCP')).toBeTruthy();
    const facts = document.querySelector('dl')?.textContent ?? '';
    expect(facts).toMatch(/Hostbroker\.example.*Port8884.*Userops with password/);
    expect(document.body.textContent).not.toContain('hunter2');
  });

  test('that cannot be read says so at the field, and connects nothing', async () => {
    const asked = watch(window.engine, 'openConnection');
    const page = open();
    await page.user.type(field(page), 'http://x{Enter}');
    await expect.poll(() => isInvalid(field(page))).toBe(true);
    expect(describedBy(field(page))).not.toBe('');
    expect([asked, valueOf(field(page))]).toEqual([[], 'http://x']);
    await page.user.clear(field(page));
    await expect.poll(() => isInvalid(field(page))).toBe(false);
  });

  test('is saved and connected with by Enter, once', async () => {
    const saved = watch(window.engine, 'saveProfile');
    const asked = watch(window.engine, 'openConnection');
    const page = open();
    const connect = page.getByRole('button', { name: 'Connect' });
    expect(isDisabled(connect)).toBe(true);
    await page.user.type(field(page), ' broker.example:1884 ');
    expect(isDisabled(connect)).toBe(false);
    await page.user.keyboard('{Enter}{Enter}');
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]?.options).toMatchObject({ host: 'broker.example', port: 1884, protocol: 'mqtt' });
    expect(saved.map(({ id }) => id)).toEqual([null]);
  });

  test('that was refused by the engine says why', async () => {
    answer(window.engine, 'openConnection', () => failed('too-many', 'Too many are open.', 'Close one.'));
    const page = open();
    await page.user.type(field(page), 'h{Enter}');
    expect((await page.findByRole('alert')).textContent).toBe('Too many are open. Close one.');
    expect(isDisabled(page.getByRole('button', { name: 'Connect' }))).toBe(false);
  });
});
