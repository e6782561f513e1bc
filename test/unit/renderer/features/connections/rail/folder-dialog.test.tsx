// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { FolderDialog } from '../../../../../../src-renderer/features/connections/rail/folder-dialog.tsx';
import type { AppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import type { FakeEngine } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import {
  answer,
  describedBy,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  watch,
} from '../../../../../support/window/live.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';

let engine: FakeEngine;
let app: AppState;
let closed = 0;

beforeEach(() => {
  ({ engine, app } = fakeApp());
  closed = 0;
});
afterEach(teardown);

const open = (path = 'customers/oslo') =>
  live(<FolderDialog app={app} path={path} onClose={() => (closed += 1)} />);

describe('The dialog that renames a folder', () => {
  test('is named by what it does, and proposes the name to type over', async () => {
    const page = open();
    expect(page.getByRole('dialog', { name: 'Rename folder' })).toBeTruthy();
    const field = page.getByRole('textbox', { name: 'Folder' });
    await expect.poll(() => document.activeElement).toBe(field);
    await page.user.keyboard('x');
    expect(valueOf(field)).toBe('x');
  });

  test('gives the engine the name without blanks and empty levels, by Enter, and closes', async () => {
    const asked = watch(engine, 'renameFolder');
    const page = open();
    const field = page.getByRole('textbox', { name: 'Folder' });
    await page.user.clear(field);
    await page.user.type(field, ' / plants // north / {Enter}');
    await expect.poll(() => closed).toBe(1);
    expect(asked).toEqual([{ from: 'customers/oslo', to: 'plants/north' }]);
  });

  test('cannot be given a name of slashes and blanks, by no way', async () => {
    const asked = watch(engine, 'renameFolder');
    const page = open();
    const field = page.getByRole('textbox', { name: 'Folder' });
    await page.user.clear(field);
    await page.user.type(field, ' / /');
    expect(isDisabled(page.getByRole('button', { name: 'Rename' }))).toBe(true);
    await page.user.type(field, '{Enter}');
    expect([asked, closed]).toEqual([[], 0]);
  });

  test('asks nothing of the engine where the name stayed', async () => {
    const asked = watch(engine, 'renameFolder');
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Rename' }));
    await expect.poll(() => closed).toBe(1);
    expect(asked).toEqual([]);
  });

  test('stays and says at the field why it could not', async () => {
    answer(engine, 'renameFolder', () => failed('locked', 'The file is locked.', 'Try again.'));
    const page = open();
    const field = page.getByRole('textbox', { name: 'Folder' });
    expect([isInvalid(field), describedBy(field)]).toEqual([
      false,
      'Its profiles come along. A / makes a folder within a folder.',
    ]);
    await page.user.type(field, '2{Enter}');
    await expect.poll(() => describedBy(field)).toBe('The file is locked. Try again.');
    expect([isInvalid(field), closed, valueOf(field)]).toEqual([true, 0, 'customers/oslo2']);
  });

  test('closes by Cancel, Escape and its cross, and changes nothing', async () => {
    const asked = watch(engine, 'renameFolder');
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Cancel' }));
    await page.user.click(page.getByRole('button', { name: 'Close' }));
    await page.user.keyboard('{Escape}');
    expect([closed, asked]).toEqual([3, []]);
  });
});
