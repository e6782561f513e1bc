// @vitest-environment happy-dom
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NewPassphraseFields } from '../../../../../src-renderer/ui/controls/new-passphrase.tsx';
import { isUsable, NO_PASSPHRASE } from '../../../../../src-renderer/ui/controls/passphrase.ts';
import { SecretField } from '../../../../../src-renderer/ui/controls/secret-field.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { describedBy, isInvalid, live, put, type Live } from '../../../../support/window/live.ts';

let typed = NO_PASSPHRASE;

beforeEach(() => {
  typed = NO_PASSPHRASE;
});
afterEach(teardown);

const typeOf = (field: HTMLElement) => field.getAttribute('type');

test('What is typed as a secret is hidden until that is asked for, and hidden again.', async () => {
  const page = live(
    <SecretField label="Password" reveals="password" value="hunter2" onChange={() => undefined} />,
  );
  const field = page.getByLabelText('Password');
  expect(typeOf(field)).toBe('password');
  await page.user.click(page.getByRole('button', { name: 'Show password' }));
  expect(typeOf(field)).toBe('text');
  await page.user.click(page.getByRole('button', { name: 'Hide password' }));
  expect(typeOf(field)).toBe('password');
});

function Part({ judged }: { readonly judged: boolean }) {
  const [value, setValue] = useState(NO_PASSPHRASE);
  return <NewPassphraseFields value={value} judged={judged} onChange={(next) => setValue((typed = next))} />;
}
const first = (page: Live) => page.getByLabelText('Passphrase');
const second = (page: Live) => page.getByLabelText('Passphrase again');

describe('A new passphrase', () => {
  test('is not blamed for what is not typed yet, unless it is wanted now', () => {
    const page = live(<Part judged={false} />);
    expect(isInvalid(first(page))).toBe(false);
    expect(describedBy(first(page))).toBe('It cannot be recovered if it is forgotten.');
    page.again(<Part judged />);
    expect(describedBy(first(page))).toBe('Use at least 8 characters.');
  });

  test('shows how strong it is while it is typed', async () => {
    const page = live(<Part judged={false} />);
    await put(page, first(page), 'aaaaaaaaaaaaaaaaaaaa');
    expect(describedBy(first(page))).toMatch(/^Weak/);
    await put(page, first(page), 'correct horse battery staple');
    expect(describedBy(first(page))).toMatch(/^Strong/);
  });

  test('is typed twice, and compared once the second is as long as the first', async () => {
    const page = live(<Part judged={false} />);
    await put(page, first(page), 'long enough');
    await put(page, second(page), 'long enoug');
    expect(isInvalid(second(page))).toBe(false);
    await put(page, second(page), 'long enougH');
    expect(describedBy(second(page))).toBe('The two are not the same.');
    expect(isUsable(typed)).toBe(false);
    await put(page, second(page), 'long enough');
    expect([isInvalid(second(page)), isUsable(typed)]).toEqual([false, true]);
  });

  test('is shown one by one', async () => {
    const page = live(<Part judged={false} />);
    await page.user.click(page.getByRole('button', { name: 'Show passphrase' }));
    expect([typeOf(first(page)), typeOf(second(page))]).toEqual(['text', 'password']);
    expect(page.getByRole('button', { name: 'Show passphrase again' })).toBeTruthy();
  });
});
