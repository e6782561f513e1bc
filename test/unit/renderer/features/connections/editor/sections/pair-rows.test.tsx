// @vitest-environment happy-dom
import { describe, expect, test } from 'vitest';
import { keptSecret } from '../../../../../../../src-main/contract/profiles/profiles.ts';
import { AdvancedSection } from '../../../../../../../src-renderer/features/connections/editor/sections/advanced-section.tsx';
import { SessionSection } from '../../../../../../../src-renderer/features/connections/editor/sections/session-section.tsx';
import type { Draft } from '../../../../../../../src-renderer/features/connections/draft/editor-draft.ts';
import { editPart } from '../../../../../../support/window/edited-part.tsx';
import { eachWindow } from '../../../../../../support/window/fake-app.ts';
import {
  describedBy,
  focusedName,
  isChecked,
  isDisabled,
  isInvalid,
  valueOf,
} from '../../../../../../support/window/live.ts';

const window = eachWindow();

const A = { name: 'a', value: '1' };
const B = { name: 'b', value: '2' };
const C = { name: 'a', value: '3' };

const properties = (...userProperties: { name: string; value: string }[]) =>
  editPart(window.app, SessionSection, { draft: { userProperties } });
const headers = (rows: { name: string; value: string }[], more: Partial<Draft> = {}) =>
  editPart(window.app, AdvancedSection, { draft: { protocol: 'wss', headers: rows, ...more } });

describe('Rows of names and values', () => {
  test('are added at the end, with the name of the new one to type', async () => {
    const page = properties(A);
    await page.user.click(page.getByRole('button', { name: 'Add a user property' }));
    await expect.poll(focusedName).toBe('Name of user property 2');
    await page.user.keyboard('unit');
    await page.user.tab();
    await page.user.keyboard('°C');
    expect(page.draft().userProperties).toEqual([A, { name: 'unit', value: '°C' }]);
  });

  test('have the name of the new one to type also where each has a mark', async () => {
    const page = headers([A]);
    await page.user.click(page.getByRole('button', { name: 'Add a header' }));
    await expect.poll(focusedName).toBe('Name of header 2');
  });

  test('change one by one, also where two have the same name', async () => {
    const page = properties(A, B, C);
    await page.user.type(page.getByRole('textbox', { name: 'Value of user property 3' }), '0');
    await page.user.type(page.getByRole('textbox', { name: 'Name of user property 1' }), 'x');
    expect(page.draft().userProperties).toEqual([{ ...A, name: 'ax' }, B, { ...C, value: '30' }]);
  });

  test('move by one place, and not beyond the ends', async () => {
    const page = properties(A, B, C);
    await page.user.click(page.getByRole('button', { name: 'Move user property 2 up' }));
    expect(page.draft().userProperties).toEqual([B, A, C]);
    await page.user.click(page.getByRole('button', { name: 'Move user property 2 down' }));
    expect(page.draft().userProperties).toEqual([B, C, A]);
    expect(isDisabled(page.getByRole('button', { name: 'Move user property 1 up' }))).toBe(true);
    expect(isDisabled(page.getByRole('button', { name: 'Move user property 3 down' }))).toBe(true);
    expect(isDisabled(page.getByRole('button', { name: 'Move user property 1 down' }))).toBe(false);
  });

  test('are removed by the one whose button is pressed', async () => {
    const page = properties(A, B, C);
    await page.user.click(page.getByRole('button', { name: 'Remove user property 2' }));
    expect(page.draft().userProperties).toEqual([A, C]);
    expect(page.queryByRole('textbox', { name: 'Name of user property 3' })).toBeNull();
  });

  test('say at the very field what it may not be, once that was left', async () => {
    const page = properties({ name: 'a\0', value: '1' }, B);
    const field = page.getByRole('textbox', { name: 'Name of user property 1' });
    expect(isInvalid(field)).toBe(false);
    await page.user.click(field);
    await page.user.tab();
    expect(isInvalid(field)).toBe(true);
    expect(describedBy(field)).not.toBe('');
    expect(isInvalid(page.getByRole('textbox', { name: 'Name of user property 2' }))).toBe(false);
  });
});

describe('Headers of a WebSocket', () => {
  test('cannot be given where none is opened, and say so', () => {
    const page = headers([A], { protocol: 'mqtts' });
    expect(page.getByText('Sent with ws and wss only.')).toBeTruthy();
    for (const name of ['Move header 1 up', 'Remove header 1', 'Add a header'])
      expect([name, isDisabled(page.getByRole('button', { name }))]).toEqual([name, true]);
    expect(isDisabled(page.getByRole('textbox', { name: 'Value of header 1' }))).toBe(true);
    expect(isDisabled(page.getByRole('checkbox', { name: 'Not secret: header 1' }))).toBe(true);
  });

  test('show nothing of a value that is saved, and replace it by what is typed', async () => {
    const page = headers([{ name: 'X-Key', value: keptSecret('headers.0.value') }]);
    const field = page.getByRole('textbox', { name: 'Value of header 1' });
    expect([valueOf(field), field.getAttribute('placeholder')]).toEqual(['', 'saved, not shown']);
    expect(document.body.textContent).not.toContain(keptSecret('headers.0.value'));
    await page.user.type(field, 'n');
    expect(page.draft().headers).toEqual([{ name: 'X-Key', value: 'n' }]);
  });

  test('are secret until they are marked, each by its name whatever its case', async () => {
    const page = headers([
      { name: 'X-Tenant', value: 'north' },
      { name: '', value: '' },
    ]);
    const mark = page.getByRole('checkbox', { name: 'Not secret: header 1' });
    expect(isChecked(mark)).toBe(false);
    await page.user.click(mark);
    expect(page.draft().notSecret.headers).toContain('x-tenant');
    expect(isChecked(mark)).toBe(true);
    await page.user.click(mark);
    expect(page.draft().notSecret.headers).not.toContain('x-tenant');
    // Nobody can say that of a value without a name.
    expect(isDisabled(page.getByRole('checkbox', { name: 'Not secret: header 2' }))).toBe(true);
  });

  test('that are saved stay secret until they are entered again, and the mark says so', () => {
    const page = headers([{ name: 'X-Tenant', value: keptSecret('headers.0.value') }], {
      notSecret: { ...editDefaults, headers: ['x-tenant'] },
    });
    expect(describedBy(page.getByRole('checkbox', { name: 'Not secret: header 1' }))).toBe(
      'once entered again',
    );
  });
});

const editDefaults: Draft['notSecret'] = {
  username: false,
  proxyUsername: false,
  query: [],
  headers: [],
};
