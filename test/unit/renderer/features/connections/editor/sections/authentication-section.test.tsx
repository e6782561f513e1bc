// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { keptSecret } from '../../../../../../../src-main/contract/profiles/profiles.ts';
import type { Draft } from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import { AuthenticationSection } from '../../../../../../../src-renderer/features/connections/editor/sections/authentication-section.tsx';
import { draftWith, editPart } from '../../../../../../support/window/edited-part.tsx';
import { eachWindow } from '../../../../../../support/window/fake-app.ts';
import {
  describedBy,
  isChecked,
  isDisabled,
  isInvalid,
  valueOf,
} from '../../../../../../support/window/live.ts';

const window = eachWindow();

const edit = (draft: Partial<Draft> = {}) => editPart(window.app, AuthenticationSection, { draft });
const { signing, notSecret } = draftWith();
const KEPT = keptSecret('password');

describe('A password', () => {
  test('is hidden until its button is pressed, and hidden again', async () => {
    const page = edit();
    const field = page.getByLabelText('Password');
    await page.user.type(field, 'hunter2');
    expect(page.draft().password).toBe('hunter2');
    expect(field.getAttribute('type')).toBe('password');
    await page.user.click(page.getByRole('button', { name: 'Show password' }));
    expect(page.getByLabelText('Password').getAttribute('type')).toBe('text');
    await page.user.click(page.getByRole('button', { name: 'Hide password' }));
    expect(page.getByLabelText('Password').getAttribute('type')).toBe('password');
    expect(document.body.textContent).not.toContain('hunter2');
  });

  test('that is saved is not there to be shown; it is replaced by typing', async () => {
    const page = edit({ username: 'ops', password: KEPT });
    const field = page.getByLabelText('Password');
    expect([valueOf(field), describedBy(field)]).toEqual(['', 'Saved. Type to replace it.']);
    expect(page.queryByRole('button', { name: 'Show password' })).toBeNull();
    expect(document.body.innerHTML).not.toContain(KEPT);
    await page.user.type(field, 'n');
    expect(page.draft().password).toBe('n');
  });

  test('that is saved is removed by its own button', async () => {
    const page = edit({ username: 'ops', password: KEPT });
    await page.user.click(page.getByRole('button', { name: 'Remove the saved password' }));
    expect(page.draft().password).toBe('');
  });

  test('without a username is said to be wrong where the version forbids it', async () => {
    const page = edit({ version: '3.1.1' });
    const field = page.getByLabelText('Password');
    await page.user.type(field, 'x');
    expect([isInvalid(field), describedBy(field)]).toEqual([
      true,
      'MQTT 3.1.1 allows a password only with a username.',
    ]);
    await page.user.type(page.getByRole('textbox', { name: 'Username' }), 'ops');
    expect(isInvalid(page.getByLabelText('Password'))).toBe(false);
  });

  test.each([
    ['a file', 'Password file', 'path', '/run/pw', 'Enter the path of a file.'],
    [
      'an environment variable',
      'Password variable',
      'name',
      'PW',
      'Enter the name of an environment variable',
    ],
  ] as const)(
    'may come from %s, and what was typed stays for another choice',
    async (from, name, field, text, rule) => {
      const page = edit({ username: 'ops', password: 'typed' });
      await page.user.selectOptions(page.getByRole('combobox', { name: 'Password from' }), from);
      const control = page.getByRole('textbox', { name });
      await page.user.click(control);
      await page.user.tab();
      expect([isInvalid(control), describedBy(control)]).toEqual([true, expect.stringContaining(rule)]);
      await page.user.type(control, text);
      expect(isInvalid(control)).toBe(false);
      expect(page.draft().passwordFrom[field]).toBe(text);
      await page.user.selectOptions(page.getByRole('combobox', { name: 'Password from' }), 'typed here');
      expect(valueOf(page.getByLabelText('Password'))).toBe('typed');
    },
  );
});

describe('A username', () => {
  test('without a password may be a token: it is kept as a secret until it is marked', async () => {
    const page = edit();
    const mark = page.getByRole('checkbox', { name: 'Not secret: username' });
    await page.user.type(page.getByRole('textbox', { name: 'Username' }), 'tok');
    expect(page.draft().username).toBe('tok');
    expect([isChecked(mark), isDisabled(mark)]).toEqual([false, false]);
    await page.user.click(mark);
    expect(page.draft().notSecret).toEqual({ ...notSecret, username: true });
  });

  test('beside a password is none, and nothing is asked', () => {
    const page = edit({ username: 'ops', password: 'x' });
    const mark = page.getByRole('checkbox', { name: 'Not secret: username' });
    expect([isChecked(mark), isDisabled(mark)]).toEqual([true, true]);
  });

  test('that is saved is not shown, can be removed, and a mark says from when on it counts', async () => {
    const kept = keptSecret('username');
    const page = edit({ username: kept, notSecret: { ...notSecret, username: true } });
    const field = page.getByRole('textbox', { name: 'Username' });
    expect([valueOf(field), field.getAttribute('placeholder')]).toEqual(['', 'saved, not shown']);
    expect(describedBy(page.getByRole('checkbox', { name: 'Not secret: username' }))).toBe(
      'Stays encrypted until it is entered again.',
    );
    expect(document.body.innerHTML).not.toContain(kept);
    await page.user.click(page.getByRole('button', { name: 'Remove the saved username' }));
    expect(page.draft().username).toBe('');
  });
});

describe('Enhanced authentication', () => {
  test('says that the password is not sent, and needs a username', async () => {
    const page = edit();
    const select = page.getByRole('combobox', { name: 'Enhanced authentication' });
    expect(describedBy(select)).toBe('');
    await page.user.selectOptions(select, 'SCRAM-SHA-256');
    expect(page.draft().authentication).toBe('SCRAM-SHA-256');
    expect(describedBy(select)).toContain('The password itself is not sent');
    const user = page.getByRole('textbox', { name: 'Username' });
    await page.user.click(user);
    await page.user.tab();
    expect([isInvalid(user), describedBy(user)]).toEqual([true, 'SCRAM-SHA-256 needs a username.']);
  });

  test('is not to be had before MQTT 5', () => {
    const select = edit({ version: '3.1' }).getByRole('combobox', { name: 'Enhanced authentication' });
    expect([isDisabled(select), describedBy(select)]).toEqual([true, 'Not in MQTT 3.1; MQTT 5 only.']);
  });
});

describe('Generated credentials', () => {
  const choose = async (kind: string, draft: Partial<Draft> = {}) => {
    const page = edit(draft);
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Generated credentials' }), kind);
    return page;
  };

  test('of AWS write to their fields and need a WebSocket', async () => {
    const page = await choose('AWS Signature Version 4 (WebSocket)');
    expect(page.getByText(/it needs the protocol wss/)).toBeTruthy();
    for (const [name, text] of [
      ['Region', 'eu-1'],
      ['Access key ID', 'AK'],
      ['Secret access key', 's3'],
      ['Session token', 'tk'],
    ] as const)
      await page.user.type(page.getByLabelText(name), text);
    expect(page.draft().signing).toEqual({
      ...signing,
      kind: 'aws-sigv4',
      region: 'eu-1',
      accessKeyId: 'AK',
      secretAccessKey: 's3',
      sessionToken: 'tk',
    });
    for (const name of ['Secret access key', 'Session token'])
      expect([name, page.getByLabelText(name).getAttribute('type')]).toEqual([name, 'password']);
    expect(
      (await choose('AWS Signature Version 4 (WebSocket)', { protocol: 'wss' })).queryByText(/it needs/),
    ).toBeNull();
  });

  test('of Azure write to their fields, and a lifetime of less than a minute is refused while it is typed', async () => {
    const page = await choose('Azure shared access signature');
    await page.user.type(page.getByLabelText('Shared access key'), 'a2V5');
    await page.user.type(page.getByRole('textbox', { name: 'Policy' }), 'device');
    const lasts = page.getByRole('spinbutton', { name: 'Signature lasts (s)' });
    expect(valueOf(lasts)).toBe('3600');
    await page.user.clear(lasts);
    await page.user.type(lasts, '59');
    expect(isInvalid(lasts)).toBe(true);
    expect(page.draft().signing).toEqual({
      ...signing,
      kind: 'azure-sas',
      key: 'a2V5',
      policy: 'device',
      ttlSeconds: '59',
    });
    expect(page.getByLabelText('Shared access key').getAttribute('type')).toBe('password');
  });

  test('that are none have no fields', () => {
    const page = edit();
    for (const name of ['Region', 'Policy', 'Secret access key'])
      expect(page.queryByLabelText(name)).toBeNull();
  });
});

describe('How secrets are kept', () => {
  const WORDS = /Secrets are kept in memory only, until Topicscope ends/;

  test('is said where there is one, with what can be done about it, and not before', async () => {
    const page = edit();
    expect(page.queryByText(WORDS)).toBeNull();
    await page.user.type(page.getByLabelText('Password'), 'x');
    expect(await page.findByText(WORDS)).toBeTruthy();
    await page.user.click(page.getByRole('button', { name: 'Create a vault…' }));
    expect(window.app.shell.store.getState().over).toEqual({ kind: 'secrets', ask: 'create' });
  });

  test('is said of each state in which something can be decided, and of no other', async () => {
    const page = edit({ password: 'x' });
    const { secrets } = window.engine;
    for (const [kind, action] of [
      ['weak-keychain', 'Decide…'],
      ['vault-none', 'Decide…'],
      ['vault-locked', 'Unlock the vault…'],
    ] as const) {
      secrets.set({ ...secrets.value, kind });
      expect(await page.findByRole('button', { name: action })).toBeTruthy();
    }
    for (const kind of ['keychain', 'vault-open'] as const) {
      secrets.set({ ...secrets.value, kind });
      await expect.poll(() => page.queryByText(/^Secrets are kept|The vault is locked/)).toBeNull();
    }
  });
});
