// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { Profile } from '../../../../../../src-main/contract/model/model.ts';
import type { ImportEntry, ReadImport } from '../../../../../../src-main/contract/profiles/transfer.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { ImportDialog } from '../../../../../../src-renderer/features/connections/transfer/import-dialog.tsx';
import { eachWindow } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  answer,
  describedBy,
  isChecked,
  isDisabled,
  isInvalid,
  live,
  type Live,
} from '../../../../../support/window/live.ts';

const window = eachWindow();

const entry = (index: number, more: Partial<ImportEntry> = {}): ImportEntry => ({
  ...{ index, name: `p${index}`, folder: '', colour: 'none', protocol: 'mqtts', address: 'h:8883' },
  ...{ version: '5', username: null, hasPassword: false, subscriptions: 1, notes: [], confirmations: [] },
  same: null,
  ...more,
});
const found = (...entries: ImportEntry[]): ReadImport => ({
  ...{ kind: 'import', id: 'import-1', format: 'addresses', notes: [] },
  entries,
});
const box = (page: Live) => page.getByRole('textbox', { name: 'Addresses, commands or the text of a file' });
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The dialog with a text in it that reads as these. */
async function pasted(...entries: ImportEntry[]): Promise<Live> {
  answer(window.engine, 'readImport', () => found(...entries));
  const page = live(<ImportDialog app={window.app} />);
  await page.user.click(box(page));
  await page.user.paste('x');
  await page.findByRole('status', { name: 'Import' });
  return page;
}
const save = (page: Live) => page.getByRole('button', { name: /^Save / });

describe('What is put into the dialog of imports', () => {
  test('is nothing at first, and nothing can be saved', () => {
    const page = live(<ImportDialog app={window.app} />);
    expect(page.getByRole('dialog', { name: 'Import connections' })).toBeTruthy();
    expect(isDisabled(page.getByRole('button', { name: 'Save profiles' }))).toBe(true);
    expect(page.queryByRole('status')).toBeNull();
  });

  test('is read as it was pasted, and described by what it is and how many', async () => {
    const asked = answer(window.engine, 'readImport', () => found(entry(0), entry(1)));
    const page = live(<ImportDialog app={window.app} />);
    await page.user.click(box(page));
    await page.user.paste('mqtt://a\nmqtt://b');
    const status = await page.findByRole('status', { name: 'Import' });
    expect(status.textContent).toBe('Read as broker addresses: 2 profiles.');
    expect(asked.map(({ bytes, fileName, passphrase }) => [textOf(bytes), fileName, passphrase])).toEqual([
      ['mqtt://a\nmqtt://b', null, null],
    ]);
  });

  test('that cannot be read stops a person as an alert', async () => {
    answer(window.engine, 'readImport', () => failed('unreadable', 'It is a picture.', 'Choose another.'));
    const page = live(<ImportDialog app={window.app} />);
    await page.user.type(box(page), 'x');
    expect((await page.findByRole('alert')).textContent).toBe('It is a picture. Choose another.');
    expect(isDisabled(save(page))).toBe(true);
  });

  test('is a file, whose name goes with it; and it can be pasted again instead', async () => {
    const asked = answer(window.engine, 'readImport', () => found(entry(0)));
    const page = live(<ImportDialog app={window.app} />);
    const input = document.querySelector<HTMLInputElement>('input[type=file]')!;
    await page.user.upload(input, new File(['{}'], '\u202enosj.settings'));
    expect(await page.findByText('2 B')).toBeTruthy();
    expect(isSafeText(page.getByRole('dialog').textContent)).toBe(true);
    await expect
      .poll(() => asked.map(({ bytes, fileName }) => [textOf(bytes), fileName]))
      .toEqual([['{}', '\u202enosj.settings']]);
    await page.user.click(page.getByRole('button', { name: 'Paste text instead' }));
    expect(box(page)).toBeTruthy();
    expect(page.queryByRole('status', { name: 'Import' })).toBeNull();
  });

  test('may be a file that is let go anywhere, which takes no page away', async () => {
    const asked = answer(window.engine, 'readImport', () => found(entry(0)));
    const page = live(<ImportDialog app={window.app} />);
    const files = [new File(['mqtt://a'], 'a.txt')];
    // False: the page prevented what a browser does with a file.
    expect(fireEvent.dragOver(document.body, { dataTransfer: { files } })).toBe(false);
    expect(fireEvent.drop(document.body, { dataTransfer: { files } })).toBe(false);
    await expect.poll(() => asked.map(({ fileName }) => fileName)).toEqual(['a.txt']);
    expect(await page.findByRole('status', { name: 'Import' })).toBeTruthy();
  });
});

describe('A file with secrets', () => {
  const locked = async () => {
    const asked = answer(window.engine, 'readImport', ({ passphrase }) => {
      if (passphrase === null) return { kind: 'needs-passphrase' };
      return passphrase === 'right'
        ? found(entry(0, { hasPassword: true }))
        : failed('wrong-passphrase', 'The passphrase is wrong.', 'Type it again.');
    });
    const page = live(<ImportDialog app={window.app} />);
    await page.user.click(box(page));
    await page.user.paste('{}');
    return { page, asked, field: await page.findByLabelText('Passphrase') };
  };

  test('asks for its passphrase in a field that is hidden and has the focus', async () => {
    const { page, field } = await locked();
    await expect.poll(() => document.activeElement === field).toBe(true);
    expect(field.getAttribute('type')).toBe('password');
    expect(isDisabled(page.getByRole('button', { name: 'Open' }))).toBe(true);
  });

  test('says at the field that it is wrong, and opens with the right one', async () => {
    const { page, asked, field } = await locked();
    await page.user.type(field, 'wrong{Enter}');
    await expect.poll(() => isInvalid(page.getByLabelText('Passphrase'))).toBe(true);
    const again = page.getByLabelText('Passphrase');
    expect(describedBy(again)).toBe('The passphrase is wrong. Type it again.');
    await expect.poll(() => document.activeElement === again).toBe(true);
    await page.user.clear(again);
    await page.user.type(again, 'right{Enter}');
    expect((await page.findByRole('status', { name: 'Import' })).textContent).toContain('1 profile');
    expect(asked.map(({ passphrase }) => passphrase)).toEqual([null, 'wrong', 'right']);
  });
});

describe('What was found', () => {
  test('is all taken but for what is saved already, which says so', async () => {
    const options = { name: 'Mine', protocol: 'mqtts', host: 'h', port: 8883 };
    window.engine.profiles.set([Profile.parse({ id: 'mine', options })]);
    await expect.poll(() => window.app.profiles.find('mine')).not.toBeNull();
    const page = await pasted(entry(0), entry(1, { same: 'mine' }));
    expect(isChecked(page.getByRole('checkbox', { name: 'p0' }))).toBe(true);
    expect(isChecked(page.getByRole('checkbox', { name: 'p1' }))).toBe(false);
    expect(page.getByText(/^The same as the saved profile/).textContent).toContain('Mine');
    expect(save(page).textContent).toBe('Save 1 profile');
  });

  test('is chosen one by one or all at once, with a word for some of them', async () => {
    const page = await pasted(entry(0), entry(1), entry(2));
    const all = page.getByRole('checkbox', { name: 'All 3 profiles' }) as HTMLInputElement;
    expect([all.checked, all.indeterminate, save(page).textContent]).toEqual([
      true,
      false,
      'Save 3 profiles',
    ]);
    await page.user.click(page.getByRole('checkbox', { name: 'p1' }));
    expect([all.checked, all.indeterminate, save(page).textContent]).toEqual([
      false,
      true,
      'Save 2 profiles',
    ]);
    await page.user.click(all);
    expect(save(page).textContent).toBe('Save 3 profiles');
    await page.user.click(all);
    expect([all.indeterminate, isDisabled(save(page)), save(page).textContent]).toEqual([
      false,
      true,
      'Save profiles',
    ]);
  });

  test('describes each with what matters of it, and nothing of its password', async () => {
    const page = await pasted(
      entry(0, { username: 'ops', hasPassword: true, subscriptions: 3, folder: 'oslo' }),
    );
    expect(describedBy(page.getByRole('checkbox', { name: 'p0' }))).toBe(
      'mqtts, h:8883, MQTT 5, user ops, password included, 3 topic filters, in oslo',
    );
  });

  test('is saved with what was allowed and only that, into the folder that was typed', async () => {
    const confirmations = [
      { field: 'ca' as const, what: '/ca', broker: 'h', text: 'Read /ca for h?' },
      { field: 'key' as const, what: '/key', broker: 'h', text: 'Read /key for h?' },
    ];
    const asked = answer(window.engine, 'importProfiles', () => ({ kind: 'imported', ids: ['n1'] }));
    const page = await pasted(entry(0, { confirmations }), entry(1));
    expect(isChecked(page.getByRole('checkbox', { name: 'Read /ca for h?' }))).toBe(false);
    await page.user.click(page.getByRole('checkbox', { name: 'Read /ca for h?' }));
    await page.user.click(page.getByRole('checkbox', { name: 'Read /key for h?' }));
    await page.user.click(page.getByRole('checkbox', { name: 'Read /key for h?' }));
    await page.user.click(page.getByRole('checkbox', { name: 'p1' }));
    await page.user.type(page.getByRole('textbox', { name: 'Put them into the folder' }), 'oslo');
    await page.user.click(save(page));
    expect((await page.findByRole('status', { name: 'Import' })).textContent).toBe(
      'Saved 1 profile, left out 1. Nothing is connected, and none connects by itself.',
    );
    expect(asked).toEqual([{ id: 'import-1', entries: [{ index: 0, folder: 'oslo', confirmed: ['ca'] }] }]);
    expect(window.app.connections.store.getState().selection).toEqual({ kind: 'profile', id: 'n1' });
  });

  test('stays with its choices where it could not be saved', async () => {
    answer(window.engine, 'importProfiles', () => failed('full', 'The disk is full.', 'Make room.'));
    const page = await pasted(entry(0), entry(1));
    await page.user.click(page.getByRole('checkbox', { name: 'p1' }));
    await page.user.click(save(page));
    expect((await page.findByRole('alert')).textContent).toBe('The disk is full. Make room.');
    expect([isDisabled(save(page)), save(page).textContent]).toEqual([false, 'Save 1 profile']);
  });

  test.each([
    [true, 1],
    [false, 0],
  ])('says how secrets are kept where passwords came with it (%s)', async (hasPassword, notes) => {
    answer(window.engine, 'importProfiles', () => ({ kind: 'imported', ids: ['n1'] }));
    const page = await pasted(entry(0, { hasPassword }));
    await page.user.click(save(page));
    await page.findByText(/^Saved 1 profile\./);
    expect(page.queryAllByText(/^Secrets are kept in memory only/)).toHaveLength(notes);
  });

  test.each(HOSTILE_TEXTS)('of a file of somebody else with %j deceives nobody', async (text) => {
    answer(
      window.engine,
      'readImport',
      () => ({ ...found(entry(0, { name: text, notes: [text] })), notes: [text] }) as ReadImport,
    );
    const page = live(<ImportDialog app={window.app} />);
    await page.user.type(box(page), 'x');
    await page.findByRole('status', { name: 'Import' });
    expect(isSafeText(page.getByRole('dialog').textContent)).toBe(true);
  });
});
