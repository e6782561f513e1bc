// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { Profile } from '../../../../../../src-main/contract/model/model.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { ExportDialog } from '../../../../../../src-renderer/features/connections/transfer/export-dialog.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  answer,
  describedBy,
  isChecked,
  isDisabled,
  isInvalid,
  live,
  valueOf,
} from '../../../../../support/window/live.ts';

let window: FakeApp;

beforeEach(() => {
  window = fakeApp();
  // The file goes to the browser, which is not here.
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:x');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

const profile = (id: string, name = id) =>
  Profile.parse({ id, options: { name, protocol: 'mqtt', host: `${id}.test`, port: 1883 } });

async function open(ids: string[] | null, ...profiles: Profile[]) {
  window.engine.profiles.set(profiles);
  await expect.poll(() => window.app.profiles.store.getState().profiles.length).toBe(profiles.length);
  return live(<ExportDialog app={window.app} ids={ids} />);
}
type Page = Awaited<ReturnType<typeof open>>;
const exported = (notes: string[] = []) =>
  answer(window.engine, 'exportProfiles', ({ ids }) => ({
    ...{ kind: 'export', fileName: 'topicscope.json', bytes: new Uint8Array([123, 125]), notes },
    profiles: ids?.length ?? 2,
  }));
const button = (page: Page) => page.getByRole('button', { name: /^Export / });
const box = (page: Page, name: string) => page.getByRole('checkbox', { name }) as HTMLInputElement;
const SECRETS = 'With passwords, keys and passphrases';

describe('Which profiles become a file', () => {
  test('is all of them, or those it was opened for', async () => {
    const all = await open(null, profile('a'), profile('b'));
    expect([box(all, 'All 2 profiles').checked, button(all).textContent]).toEqual([
      true,
      'Export 2 profiles',
    ]);
    const one = await open(['b'], profile('a'), profile('b'));
    expect([box(one, 'a').checked, box(one, 'b').checked, box(one, 'All 2 profiles').indeterminate]).toEqual([
      false,
      true,
      true,
    ]);
    expect(button(one).textContent).toBe('Export 1 profile');
  });

  test('becomes one by Enter in a field of the form', async () => {
    const asked = exported();
    const page = await open(null, profile('a'));
    await page.user.click(box(page, SECRETS));
    await page.user.type(page.getByLabelText('Passphrase'), 'copper lantern ninety');
    const again = page.getByLabelText('Passphrase again');
    await page.user.type(again, 'copper lantern ninety');
    const { form } = again as HTMLInputElement;
    expect(button(page).getAttribute('form')).toBe(form?.id);
    // A browser does so by Enter; this page only where the button is within the form.
    fireEvent.submit(form!);
    await expect.poll(() => asked.map(({ passphrase }) => passphrase)).toEqual(['copper lantern ninety']);
  });

  test('is chosen one by one, or all and none at once', async () => {
    const asked = exported();
    const page = await open(null, profile('a'), profile('b'));
    await page.user.click(box(page, 'a'));
    await page.user.click(button(page));
    await expect.poll(() => asked).toEqual([{ ids: ['b'], passphrase: null, vaultPassphrase: null }]);
    await page.user.click(box(page, 'All 2 profiles'));
    await page.user.click(box(page, 'All 2 profiles'));
    expect([box(page, 'a').checked, box(page, 'b').checked]).toEqual([false, false]);
    expect([isDisabled(button(page)), button(page).textContent]).toEqual([true, 'Export profiles']);
  });

  test('names a profile without a name by its host', async () => {
    const page = await open(null, profile('a', ''));
    expect(isChecked(box(page, 'a.test'))).toBe(true);
  });

  test.each(HOSTILE_TEXTS)('names one called %j so that it deceives nobody', async (name) => {
    const page = await open(null, profile('a', name));
    expect(isSafeText(page.getByRole('dialog').textContent)).toBe(true);
  });
});

describe('A file without secrets', () => {
  test('says so before and after, and what of it is to be known', async () => {
    const asked = exported(['The key of \u202eb is not in it.']);
    const page = await open(null, profile('a'), profile('b'));
    expect(describedBy(box(page, SECRETS))).toContain('they have to be entered again');
    expect(page.queryByLabelText('Passphrase')).toBeNull();
    await page.user.click(button(page));
    const status = page.getByRole('status', { name: 'Export' });
    await expect
      .poll(() => status.textContent)
      .toContain('2 profiles saved as topicscope.json, without secrets.');
    expect(status.textContent).toContain('The key of \\u{202e}b is not in it.');
    expect(asked).toEqual([{ ids: null, passphrase: null, vaultPassphrase: null }]);
    expect(page.getAllByRole('button', { name: 'Close' })).toHaveLength(2);
  });

  test('that could not be made says why, and can be tried again', async () => {
    answer(window.engine, 'exportProfiles', () => failed('x', 'It cannot be read.', 'Try again.'));
    const page = await open(null, profile('a'));
    await page.user.click(button(page));
    expect((await page.findByRole('alert')).textContent).toBe('It cannot be read. Try again.');
    exported();
    await page.user.click(button(page));
    await expect.poll(() => page.queryByRole('alert')).toBeNull();
  });
});

describe('A file with secrets', () => {
  const GOOD = 'correct horse battery staple';

  test('is not made without a passphrase typed twice; what is wrong stands at its field', async () => {
    const asked = exported();
    const page = await open(null, profile('a'));
    await page.user.click(box(page, SECRETS));
    expect(describedBy(box(page, SECRETS))).toContain('give it to the other person by another way');
    expect(isInvalid(page.getByLabelText('Passphrase'))).toBe(false);
    await page.user.click(button(page));
    expect(isInvalid(page.getByLabelText('Passphrase'))).toBe(true);
    await page.user.click(page.getByLabelText('Passphrase'));
    await page.user.paste(GOOD);
    await page.user.click(page.getByLabelText('Passphrase again'));
    await page.user.paste(`${GOOD}!`);
    await page.user.click(button(page));
    expect(isInvalid(page.getByLabelText('Passphrase again'))).toBe(true);
    expect(asked).toEqual([]);
    await page.user.type(page.getByLabelText('Passphrase again'), '{Backspace}');
    await page.user.click(button(page));
    await expect.poll(() => asked).toEqual([{ ids: null, passphrase: GOOD, vaultPassphrase: null }]);
    expect(document.body.textContent).not.toContain(GOOD);
    for (const name of ['Passphrase', 'Passphrase again'])
      expect([name, page.getByLabelText(name).getAttribute('type')]).toEqual([name, 'password']);
  });

  test('asks for the passphrase of the vault where secrets are in one, and only then', async () => {
    const asked = exported();
    const page = await open(null, profile('a'));
    await page.user.click(box(page, SECRETS));
    expect(page.queryByLabelText('Passphrase of the vault')).toBeNull();
    window.engine.secrets.set({ ...window.engine.secrets.value, kind: 'vault-open' });
    const field = await page.findByLabelText('Passphrase of the vault');
    for (const [name, text] of [
      ['Passphrase', GOOD],
      ['Passphrase again', GOOD],
    ] as const) {
      await page.user.click(page.getByLabelText(name));
      await page.user.paste(text);
    }
    await page.user.type(field, 'vault');
    await page.user.click(button(page));
    await expect.poll(() => asked).toEqual([{ ids: null, passphrase: GOOD, vaultPassphrase: 'vault' }]);
  });

  test('gives none of them away once it is to be without secrets after all', async () => {
    const asked = exported();
    const page = await open(null, profile('a'));
    await page.user.click(box(page, SECRETS));
    await page.user.type(page.getByLabelText('Passphrase'), 'x');
    await page.user.click(box(page, SECRETS));
    await page.user.click(button(page));
    await expect.poll(() => asked).toEqual([{ ids: null, passphrase: null, vaultPassphrase: null }]);
  });

  test('shows a passphrase only while its button says so', async () => {
    const page = await open(null, profile('a'));
    await page.user.click(box(page, SECRETS));
    await page.user.type(page.getByLabelText('Passphrase'), 'abc');
    await page.user.click(page.getByRole('button', { name: 'Show passphrase' }));
    expect([
      page.getByLabelText('Passphrase').getAttribute('type'),
      valueOf(page.getByLabelText('Passphrase')),
    ]).toEqual(['text', 'abc']);
    expect(page.getByLabelText('Passphrase again').getAttribute('type')).toBe('password');
  });
});

test('The dialog is left by its button, and nothing is made.', async () => {
  const asked = exported();
  const page = await open(null, profile('a'));
  window.app.shell.openOver({ kind: 'export', ids: null });
  await page.user.click(page.getByRole('button', { name: 'Cancel' }));
  expect([window.app.shell.store.getState().over, asked]).toEqual([null, []]);
});
