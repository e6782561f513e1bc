// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { SecretsState } from '../../../../../src-main/contract/profiles/profiles.ts';
import { SettingsDialog } from '../../../../../src-renderer/features/settings/settings-dialog.tsx';
import { eachWindow } from '../../../../support/window/fake-app.ts';
import {
  answer,
  describedBy,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  watch,
  type Live,
} from '../../../../support/window/live.ts';

const window = eachWindow();

/** The dialog in a window that knows its engine. */
async function open(host: 'server' | 'desktop' = 'server'): Promise<Live> {
  const { app } = window;
  await expect.poll(() => app.settings.store.getState().settings).not.toBeNull();
  await expect.poll(() => app.settings.store.getState().info).not.toBeNull();
  app.settings.store.setState(({ info }) => ({ info: info === null ? null : { ...info, host } }));
  app.shell.open({ kind: 'settings' });
  return live(<SettingsDialog app={app} />);
}
const dialog = () => window.app.shell.store.getState().dialog;
const memory = (page: Live) => page.getByRole('spinbutton', { name: 'Memory for one connection (MB)' });
const save = (page: Live) => page.getByRole('button', { name: 'Save' });

describe('The settings', () => {
  test('wait for the engine, which has them', () => {
    window.app.settings.store.setState({ settings: null });
    expect(live(<SettingsDialog app={window.app} />).getByText('Waiting for the engine.')).toBeTruthy();
  });

  test.each([
    ['Theme', 'Dark', { theme: 'dark' }],
    ['Rows of the tree', 'Compact', { density: 'compact' }],
  ])('save "%s" as soon as it is chosen, and stay open', async (name, choice, change) => {
    const asked = watch(window.engine, 'writeSettings');
    const page = await open();
    await page.user.selectOptions(page.getByRole('combobox', { name }), choice);
    await expect.poll(() => asked).toEqual([change]);
    expect(dialog()?.kind).toBe('settings');
  });

  test.each([
    ['Memory for one connection (MB)', '1024', { memoryBytes: 1_024_000_000 }],
    ['Topics kept for one connection', '5000', { topicCap: 5_000 }],
    ['Largest payload kept whole (kB)', '300', { maxPayloadBytes: 300_000 }],
    ['Trash for cleared messages (MB)', '100', { trashBytes: 100_000_000 }],
    ['Kept snapshots (MB)', '50', { snapshotBytes: 50_000_000 }],
    ['Connect timeout (s)', '7', { connectTimeoutMs: 7_000 }],
  ])('save "%s" in its unit once that is asked for, and close', async (name, text, change) => {
    const asked = watch(window.engine, 'writeSettings');
    const page = await open();
    const field = page.getByRole('spinbutton', { name });
    await page.user.clear(field);
    await page.user.type(field, text);
    expect(asked).toEqual([]);
    await page.user.click(save(page));
    await expect.poll(dialog).toBeNull();
    expect(asked).toEqual([change]);
  });

  test.each(['15', '68720', 'x', ''])(
    'do not take %j MB, and say at the field what they take',
    async (text) => {
      const page = await open();
      await page.user.clear(memory(page));
      if (text !== '') await page.user.type(memory(page), text);
      expect([isInvalid(memory(page)), describedBy(memory(page))]).toEqual([
        true,
        'Enter a whole number from 16 to 68,719.',
      ]);
      expect(isDisabled(save(page))).toBe(true);
    },
  );

  test('stay open with what was typed where they could not be saved', async () => {
    const page = await open();
    await page.user.clear(memory(page));
    await page.user.type(memory(page), '64');
    answer(window.engine, 'writeSettings', () => failed('full', 'The disk is full.', 'Make room.'));
    await page.user.click(save(page));
    expect((await page.findByRole('alert')).textContent).toBe('The disk is full. Make room.');
    expect([dialog()?.kind, valueOf(memory(page))]).toEqual(['settings', '64']);
  });

  test('are saved by Enter in a field, and of those that were not touched nothing is sent', async () => {
    const asked = watch(window.engine, 'writeSettings');
    const page = await open();
    await page.user.click(memory(page));
    await page.user.keyboard('{Enter}');
    await expect.poll(dialog).toBeNull();
    expect(asked).toEqual([{}]);
    expect(page.queryByRole('alert')).toBeNull();
  });

  test('are left as they were by Cancel', async () => {
    const asked = watch(window.engine, 'writeSettings');
    const page = await open();
    await page.user.type(memory(page), '0');
    await page.user.click(page.getByRole('button', { name: 'Cancel' }));
    expect([dialog(), asked]).toEqual([null, []]);
  });

  test('choose a channel of updates only where this host looks for them', async () => {
    expect((await open()).queryByRole('combobox', { name: 'Updates' })).toBeNull();
    expect((await open('desktop')).getByRole('combobox', { name: 'Updates' })).toBeTruthy();
  });

  test('show the version and where the data is', async () => {
    expect((await open()).getByText(/^Topicscope 0\.0\.0, test\. Data in/).textContent).toContain('/data');
  });
});

describe('How secrets are kept', () => {
  const kept = async (kind: SecretsState['kind'], host: 'server' | 'desktop' = 'server') => {
    window.engine.secrets.set({ ...window.engine.secrets.value, kind });
    await expect.poll(() => window.app.secrets.store.getState().state?.kind).toBe(kind);
    const page = await open(host);
    const region = page.getByRole('region', { name: 'Secrets' });
    return { page, names: [...region.querySelectorAll('button')].map(({ textContent }) => textContent) };
  };

  test.each([
    ['keychain', []],
    ['weak-keychain', ['Decide…']],
    ['vault-none', ['Create a vault…', 'Keep them in memory only…']],
    ['vault-locked', ['Unlock the vault…', 'Forgot the passphrase…']],
    ['vault-open', ['Change the passphrase…', 'Keep them in memory only…', 'Lock the vault']],
    ['memory', ['Create a vault…']],
  ] as const)('as %s, offers what can be done', async (kind, names) => {
    expect((await kept(kind)).names).toEqual(names);
  });

  test('offers the keychain only where there is one', async () => {
    expect((await kept('memory', 'desktop')).names).toContain('Keep them in the keychain…');
    expect((await kept('vault-locked', 'desktop')).names).not.toContain('Keep them in the keychain…');
  });

  test('asks in a dialog of its own', async () => {
    const { page } = await kept('vault-locked');
    await page.user.click(page.getByRole('button', { name: 'Forgot the passphrase…' }));
    expect(window.app.shell.store.getState().over).toEqual({ kind: 'secrets', ask: 'replace' });
  });

  test('locks the vault at once, and after a time that is chosen', async () => {
    const locked = watch(window.engine, 'lockVault');
    const saved = watch(window.engine, 'writeSettings');
    const { page } = await kept('vault-open');
    const after = page.getByRole('combobox', { name: 'Lock the vault after' });
    await page.user.selectOptions(after, '5 min');
    await expect.poll(() => saved).toEqual([{ vaultLockMinutes: 5 }]);
    await page.user.selectOptions(after, 'Off');
    await expect.poll(() => saved.at(-1)).toEqual({ vaultLockMinutes: 0 });
    await page.user.click(page.getByRole('button', { name: 'Lock the vault' }));
    await expect.poll(() => locked.length).toBe(1);
    expect(await page.findByRole('button', { name: 'Unlock the vault…' })).toBeTruthy();
  });

  test('says why the vault could not be locked', async () => {
    answer(window.engine, 'lockVault', () => failed('no', 'It is in use.', 'Try again.'));
    const { page } = await kept('vault-open');
    await page.user.click(page.getByRole('button', { name: 'Lock the vault' }));
    expect((await page.findByRole('alert')).textContent).toBe('It is in use. Try again.');
  });
});
