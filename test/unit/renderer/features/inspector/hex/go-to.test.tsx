// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { GoTo } from '../../../../../../src-renderer/features/inspector/hex/go-to.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { describedBy, isInvalid, live, valueOf } from '../../../../../support/window/live.ts';

afterEach(teardown);

function open(size: number) {
  const gone: number[] = [];
  const page = live(<GoTo size={size} onGo={(at) => void gone.push(at)} />);
  const field = page.getByRole('textbox', { name: 'Go to' });
  const type = (text: string) => page.user.type(field, text);
  return { page, field, type, gone };
}

test('An offset is gone to by Enter, in hex as in the dump or in decimal.', async () => {
  const { page, field, type, gone } = open(2_000);
  for (const text of ['0x49', '49h', '$49', '73', '1,024']) {
    await type(`${text}{Enter}`);
    await page.user.clear(field);
  }
  expect(gone).toEqual([73, 73, 73, 73, 1_024]);
  expect(isInvalid(field)).toBe(false);
});

test('What is no offset is not gone to, says how one is written, and stays to be mended.', async () => {
  const { field, type, gone } = open(100);
  await type('zz{Enter}');
  expect([isInvalid(field), describedBy(field)]).toEqual([true, 'Write an offset such as 0x49 or 73.']);
  expect(valueOf(field)).toBe('zz');
  await type('{Backspace}');
  expect([isInvalid(field), describedBy(field)]).toEqual([false, '']);
  expect(gone).toEqual([]);
});

test('Beyond the end it says which byte is the last, and of nothing that there is none.', async () => {
  const { field, type, gone } = open(100);
  await type('100{Enter}');
  expect(describedBy(field)).toBe('The last byte is 0x0063.');
  await type('{Backspace}{Backspace}{Backspace}99{Enter}');
  expect([describedBy(field), gone]).toEqual(['', [99]]);
  const none = open(0);
  await none.type('0{Enter}');
  expect([describedBy(none.field), none.gone]).toEqual(['There are no bytes.', []]);
});

test('An Enter that ends characters being put together goes nowhere, nor does a blank field.', async () => {
  const { field, type, gone } = open(100);
  await type('7');
  expect(fireEvent.keyDown(field, { key: 'Enter', isComposing: true })).toBe(true);
  expect(gone).toEqual([]);
  await type('{Backspace}{Enter}');
  expect([isInvalid(field), gone]).toEqual([true, []]);
});
