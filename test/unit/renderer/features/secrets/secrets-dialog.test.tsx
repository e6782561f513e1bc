// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import type { SecretsState } from '../../../../../src-main/contract/profiles/profiles.ts';
import { SecretsDialog } from '../../../../../src-renderer/features/secrets/secrets-dialog.tsx';
import type { SecretsQuestion } from '../../../../../src-renderer/state/app/over-dialogs.ts';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { answer, isDisabled, isInvalid, live, watch, type Live } from '../../../../support/window/live.ts';

let window: FakeApp;
let afterwards = 0;

beforeEach(() => {
  window = fakeApp();
  afterwards = 0;
});
afterEach(teardown);

const GOOD = 'correct horse battery staple';
const why = failed('no', 'It cannot be written.', 'Make room.');

async function open(ask: SecretsQuestion['ask'], state: Partial<SecretsState> = {}): Promise<Live> {
  const { app, engine } = window;
  engine.secrets.set({ ...engine.secrets.value, ...state });
  await expect.poll(() => app.secrets.store.getState().state).toEqual(engine.secrets.value);
  const question = { kind: 'secrets' as const, ask, after: () => void (afterwards += 1) };
  app.shell.openOver(question);
  return live(<SecretsDialog app={app} question={question} />);
}
const title = (page: Live) => page.getByRole('dialog').querySelector('h2')?.textContent;
const button = (page: Live, name: string) => page.getByRole('button', { name });
const press = (page: Live, name: string) => page.user.click(button(page, name));
const over = () => window.app.shell.store.getState().over;
const put = async (page: Live, name: string, text: string) => {
  await page.user.click(page.getByLabelText(name));
  await page.user.paste(text);
};

describe('Unlocking the vault', () => {
  test('takes a passphrase that is hidden, and does what was asked for afterwards once', async () => {
    const asked = watch(window.engine, 'unlockVault');
    const page = await open('unlock', { kind: 'vault-locked' });
    expect(isDisabled(button(page, 'Unlock the vault'))).toBe(true);
    expect(page.getByLabelText('Passphrase').getAttribute('type')).toBe('password');
    await put(page, 'Passphrase', 'pp');
    await press(page, 'Unlock the vault');
    await expect.poll(over).toBeNull();
    expect([asked, afterwards]).toEqual([[{ passphrase: 'pp' }], 1]);
  });

  test.each([
    [[], 'Profiles without secrets connect without it.'],
    [['a'], '1 profile waits for it to connect.'],
    [['a', 'b'], '2 profiles wait for it to connect.'],
  ])('says who waits for it: %j', async (waiting, words) => {
    expect(
      (await open('unlock', { kind: 'vault-locked', waiting })).getByText(new RegExp(words)),
    ).toBeTruthy();
  });

  test('that fails says why, keeps what was typed, and nothing follows', async () => {
    answer(window.engine, 'unlockVault', () => failed('wrong', 'The passphrase is wrong.', 'Type it again.'));
    const page = await open('unlock', { kind: 'vault-locked' });
    await put(page, 'Passphrase', 'wrong');
    await press(page, 'Unlock the vault');
    expect((await page.findByRole('alert')).textContent).toBe('The passphrase is wrong. Type it again.');
    expect([(page.getByLabelText('Passphrase') as HTMLInputElement).value, afterwards]).toEqual(['wrong', 0]);
    expect(isDisabled(button(page, 'Unlock the vault'))).toBe(false);
  });

  test('is tried again without what was wrong the time before', async () => {
    let tries = 0;
    let done = (): void => undefined;
    const wait = new Promise<void>((resolve) => (done = resolve));
    answer(window.engine, 'unlockVault', async () => {
      if (tries++ > 0) await wait;
      return failed('wrong', 'The passphrase is wrong.', 'Type it again.');
    });
    const page = await open('unlock', { kind: 'vault-locked' });
    await put(page, 'Passphrase', 'wrong');
    await press(page, 'Unlock the vault');
    await page.findByRole('alert');
    await press(page, 'Unlock the vault');
    expect([tries, page.queryByRole('alert')]).toEqual([2, null]);
    done();
    await page.findByRole('alert');
  });

  test('that was left before it was done leads to nothing more', async () => {
    let done = (): void => undefined;
    const wait = new Promise<void>((resolve) => (done = resolve));
    answer(window.engine, 'unlockVault', async () => {
      await wait;
      return { kind: 'done' };
    });
    const page = await open('unlock', { kind: 'vault-locked' });
    await put(page, 'Passphrase', 'pp');
    await press(page, 'Unlock the vault');
    await press(page, 'Not now');
    expect(over()).toBeNull();
    done();
    await expect.poll(() => isDisabled(button(page, 'Unlock the vault'))).toBe(false);
    expect(afterwards).toBe(0);
  });

  test('has a way for who forgot the passphrase, and back', async () => {
    const page = await open('unlock', { kind: 'vault-locked' });
    await press(page, 'Forgot the passphrase…');
    expect(title(page)).toBe('Begin a new vault');
    expect(page.getByText(/Its passwords and keys are given up/)).toBeTruthy();
    await press(page, 'Back');
    expect(title(page)).toBe('Unlock the vault');
  });
});

describe('A new vault', () => {
  test('needs a passphrase typed twice, and is asked for with it', async () => {
    const asked = watch(window.engine, 'createVault');
    const page = await open('create');
    await press(page, 'Create the vault');
    expect(isInvalid(page.getByLabelText('Passphrase'))).toBe(true);
    await put(page, 'Passphrase', GOOD);
    await put(page, 'Passphrase again', 'something else');
    await press(page, 'Create the vault');
    expect(isInvalid(page.getByLabelText('Passphrase again'))).toBe(true);
    expect(asked).toEqual([]);
    await page.user.clear(page.getByLabelText('Passphrase again'));
    await put(page, 'Passphrase again', GOOD);
    await press(page, 'Create the vault');
    await expect.poll(over).toBeNull();
    expect(asked).toEqual([{ passphrase: GOOD, replace: false }]);
  });

  test('replaces an old one only where that was said', async () => {
    const asked = watch(window.engine, 'createVault');
    const page = await open('replace', { kind: 'vault-locked' });
    await put(page, 'Passphrase', GOOD);
    await put(page, 'Passphrase again', GOOD);
    await press(page, 'Give up the old secrets');
    await expect.poll(() => asked).toEqual([{ passphrase: GOOD, replace: true }]);
  });

  test('leads to the one that is there already', async () => {
    answer(window.engine, 'createVault', () => failed('vault-exists', 'There is a vault.', 'Unlock it.'));
    const page = await open('create');
    expect(page.queryByRole('button', { name: 'Unlock the vault…' })).toBeNull();
    await put(page, 'Passphrase', GOOD);
    await put(page, 'Passphrase again', GOOD);
    await press(page, 'Create the vault');
    await page.user.click(await page.findByRole('button', { name: 'Unlock the vault…' }));
    expect(title(page)).toBe('Unlock the vault');
    // What was wrong with the other question is not wrong with this one.
    expect(page.queryByRole('alert')).toBeNull();
  });
});

test('A passphrase is changed by who knows the one before.', async () => {
  const asked = watch(window.engine, 'changeVaultPassphrase');
  const page = await open('change', { kind: 'vault-open' });
  await put(page, 'New passphrase', GOOD);
  await put(page, 'New passphrase again', GOOD);
  expect(isDisabled(button(page, 'Change the passphrase'))).toBe(true);
  await put(page, 'Passphrase now', 'before');
  await press(page, 'Change the passphrase');
  await expect.poll(over).toBeNull();
  expect(asked).toEqual([{ passphrase: 'before', next: GOOD }]);
  for (const name of ['Passphrase now', 'New passphrase', 'New passphrase again'])
    expect([name, page.getByLabelText(name).getAttribute('type')]).toEqual([name, 'password']);
});

describe('Secrets in memory only, or in the keychain', () => {
  test.each([
    ['memory', 'Keep them in memory only', 'keepSecretsInMemory'],
    ['keychain', 'Keep them in the keychain', 'acceptWeakKeychain'],
  ] as const)('%s: need the passphrase of a vault that is open', async (ask, action, call) => {
    const asked = watch(window.engine, call);
    const page = await open(ask, { kind: 'vault-open' });
    expect(isDisabled(button(page, action))).toBe(true);
    await put(page, 'Passphrase of the vault', 'pp');
    await press(page, action);
    await expect.poll(() => asked).toEqual([{ vaultPassphrase: 'pp' }]);
  });

  test.each([
    ['memory', 'Keep them in memory only', 'keepSecretsInMemory'],
    ['keychain', 'Keep them in the keychain', 'acceptWeakKeychain'],
  ] as const)('%s: need none without one', async (ask, action, call) => {
    const asked = watch(window.engine, call);
    const page = await open(ask, { kind: 'vault-none' });
    expect(page.queryByLabelText('Passphrase of the vault')).toBeNull();
    await press(page, action);
    await expect.poll(() => asked).toEqual([{ vaultPassphrase: null }]);
    await expect.poll(() => [over(), afterwards]).toEqual([null, 1]);
  });

  test('say what becomes of what is on the disk', async () => {
    expect((await open('memory', { kind: 'vault-locked' })).getByText(/The locked vault stays/)).toBeTruthy();
    expect(
      (await open('memory', { kind: 'vault-none' })).getByText(/are removed from the disk/),
    ).toBeTruthy();
  });

  test('say why it could not be done', async () => {
    answer(window.engine, 'keepSecretsInMemory', () => why);
    const page = await open('memory');
    await press(page, 'Keep them in memory only');
    expect((await page.findByRole('alert')).textContent).toBe('It cannot be written. Make room.');
    expect(over()).not.toBeNull();
  });
});

describe('The first question of how to keep secrets', () => {
  test('leads to a vault or to memory only, and may be left for later', async () => {
    const page = await open('decide', { kind: 'vault-none' });
    expect(title(page)).toBe('How to keep secrets');
    await press(page, 'Create a vault…');
    expect(title(page)).toBe('Create a vault');
    const other = await open('decide');
    await press(other, 'Keep them in memory only…');
    expect(title(other)).toBe('Keep secrets in memory only');
    const later = await open('decide');
    await press(later, 'Decide later');
    expect([over(), afterwards]).toEqual([null, 0]);
  });

  test('says of a keychain that protects nothing what that means, and saves all the same where that is wanted', async () => {
    const asked = watch(window.engine, 'acceptWeakKeychain');
    const page = await open('decide', { kind: 'weak-keychain' });
    expect(title(page)).toBe('This system does not protect secrets');
    await press(page, 'Save them anyway');
    await expect.poll(over).toBeNull();
    expect([asked, afterwards]).toEqual([[{ vaultPassphrase: null }], 1]);
    const other = await open('decide', { kind: 'weak-keychain' });
    await press(other, 'Memory only…');
    expect(title(other)).toBe('Keep secrets in memory only');
  });
});

describe('Each question', () => {
  test.each([
    ['unlock', 'Unlock the vault'],
    ['create', 'Create a vault'],
    ['replace', 'Begin a new vault'],
    ['change', 'Change the passphrase of the vault'],
    ['memory', 'Keep secrets in memory only'],
    ['keychain', 'Keep secrets in the keychain'],
  ] as const)(
    '%s: is a dialog of its own name, and Escape leaves it without doing anything',
    async (ask, name) => {
      const page = await open(ask, { kind: 'vault-none' });
      expect(page.getByRole('dialog', { name })).toBeTruthy();
      await expect.poll(() => page.getByRole('dialog').contains(document.activeElement)).toBe(true);
      await page.user.keyboard('{Escape}');
      expect([over(), afterwards]).toEqual([null, 0]);
    },
  );

  test('does one thing at a time', async () => {
    let done = (): void => undefined;
    const wait = new Promise<void>((resolve) => (done = resolve));
    const asked = answer(window.engine, 'keepSecretsInMemory', async () => {
      await wait;
      return { kind: 'done' };
    });
    const page = await open('memory', { kind: 'vault-none' });
    await press(page, 'Keep them in memory only');
    expect(isDisabled(button(page, 'Keep them in memory only'))).toBe(true);
    await press(page, 'Keep them in memory only');
    done();
    await expect.poll(over).toBeNull();
    expect([asked.length, afterwards]).toEqual([1, 1]);
  });
});
