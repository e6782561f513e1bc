// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { CommandDialog } from '../../../../../../src-renderer/features/connections/transfer/command-dialog.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { answer, isDisabled, live, valueOf } from '../../../../../support/window/live.ts';

let window: FakeApp;

beforeEach(() => {
  window = fakeApp();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

const options = (name = 'Plant') =>
  ConnectionOptions.parse({ name, protocol: 'mqtt', host: 'h', port: 1883, password: 'hunter2' });
const open = (name?: string) => live(<CommandDialog app={window.app} options={options(name)} />);
const commands = (notes: string[] = []) =>
  answer(window.engine, 'commandLine', ({ tool, shell }) => ({
    kind: 'command',
    text: `${tool} for ${shell}`,
    notes,
  }));
const field = (page: ReturnType<typeof open>) => page.getByRole('textbox', { name: 'Command' });
const copy = (page: ReturnType<typeof open>) => page.getByRole('button', { name: 'Copy command' });

describe('The command that does what a connection does', () => {
  test('is asked for with its options, and shown to be copied, not to be changed', async () => {
    const asked = commands();
    const page = open();
    expect(isDisabled(copy(page))).toBe(true);
    await expect.poll(() => valueOf(field(page))).toBe('mosquitto_sub for sh');
    expect([asked.length, asked[0]?.options.host, asked[0]?.message]).toEqual([1, 'h', null]);
    await page.user.type(field(page), 'x');
    expect(valueOf(field(page))).toBe('mosquitto_sub for sh');
  });

  test.each([
    ['Program', 'mosquitto_pub', 'mosquitto_pub for sh'],
    ['For', 'cmd.exe', 'mosquitto_sub for cmd'],
  ])('is another one with another choice of "%s"', async (name, choice, text) => {
    commands();
    const page = open();
    await page.user.selectOptions(page.getByRole('combobox', { name }), choice);
    await expect.poll(() => valueOf(field(page))).toBe(text);
  });

  test('is not there under the name of another program while that one is still asked for', async () => {
    commands();
    const page = open();
    await expect.poll(() => valueOf(field(page))).not.toBe('');
    let give = (): void => undefined;
    const wait = new Promise<void>((resolve) => (give = resolve));
    answer(window.engine, 'commandLine', async () => {
      await wait;
      return { kind: 'command', text: 'late', notes: [] };
    });
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Program' }), 'mosquitto_pub');
    expect([valueOf(field(page)), isDisabled(copy(page))]).toEqual(['', true]);
    give();
    await expect.poll(() => valueOf(field(page))).toBe('late');
  });

  test('says what is missing in it, and deceives nobody by that', async () => {
    commands(['The password is not in it.', 'Not \u202eeither.']);
    const page = open('\u202ePlant');
    expect(await page.findByText('The password is not in it.')).toBeTruthy();
    expect(isSafeText(page.getByRole('dialog').textContent)).toBe(true);
  });

  test('that cannot be made says why, and there is nothing to copy', async () => {
    answer(window.engine, 'commandLine', () => failed('no', 'A socket has no command.', 'Choose another.'));
    const page = open();
    expect((await page.findByRole('alert')).textContent).toBe('A socket has no command. Choose another.');
    expect(isDisabled(copy(page))).toBe(true);
  });

  test('is copied as it stands there, and that is said until it is another one', async () => {
    commands();
    const page = open();
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
    await expect.poll(() => isDisabled(copy(page))).toBe(false);
    await page.user.click(copy(page));
    expect(await page.findByText('Copied.')).toBeTruthy();
    expect(write.mock.calls).toEqual([['mosquitto_sub for sh']]);
    await page.user.selectOptions(page.getByRole('combobox', { name: 'For' }), 'cmd.exe');
    await expect.poll(() => page.queryByText('Copied.')).toBeNull();
  });
});
