// @vitest-environment happy-dom
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PropertyFields } from '../../../../../src-renderer/features/publish/property-fields.tsx';
import {
  NO_PROPERTIES,
  type DraftProperties,
} from '../../../../../src-renderer/state/publish/draft-properties.ts';
import { teardown } from '../../../../support/teardown.ts';
import { describedBy, live, put, valueOf, type Live } from '../../../../support/window/live.ts';

let typed: DraftProperties = NO_PROPERTIES;

beforeEach(() => {
  typed = NO_PROPERTIES;
});
afterEach(teardown);

function Form({ start }: { readonly start: DraftProperties }) {
  const [value, setValue] = useState(start);
  return (
    <PropertyFields
      value={value}
      onChange={(change) => setValue((typed = { ...value, ...change }))}
      note={null}
      aliasMaximum={null}
    />
  );
}
const open = (start: Partial<DraftProperties> = {}) =>
  live(<Form start={(typed = { ...NO_PROPERTIES, ...start })} />);
const text = (page: Live, name: string) => page.getByRole('textbox', { name });
const rows = (page: Live) =>
  page.getAllByRole('textbox', { name: /^User property/ }).map((field) => valueOf(field));
const user = (...names: string[]) => names.map((name) => ({ name, value: `of ${name}` }));

describe('The properties of a message', () => {
  test.each([
    ['textbox', 'Content type', 'contentType', 'text/plain'],
    ['textbox', 'Response topic', 'responseTopic', 'answers/1'],
    ['textbox', 'Correlation data', 'correlation', 'a1'],
    ['spinbutton', 'Expires after (s)', 'expiry', '60'],
    ['spinbutton', 'Topic alias', 'alias', '7'],
  ])('have a %s "%s", which changes nothing else', async (role, name, key, value) => {
    const page = open({ user: user('a') });
    await put(page, page.getByRole(role, { name }), value);
    expect(typed).toEqual({ ...NO_PROPERTIES, user: user('a'), [key]: value });
  });

  test('are a named group', () => {
    const page = open();
    expect(page.getByRole('group', { name: 'MQTT 5 properties' }).contains(text(page, 'Content type'))).toBe(
      true,
    );
  });

  test('say how the payload and the correlation data are meant', async () => {
    const page = open();
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Payload format' }), 'UTF-8 text (1)');
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Correlation data as' }), 'Hex');
    expect(typed).toEqual({ ...NO_PROPERTIES, payloadFormat: '1', correlationAs: 'hex' });
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Payload format' }), 'Not set');
    expect(typed.payloadFormat).toBe('');
  });

  test('step by the arrow keys within what MQTT allows', async () => {
    const page = open({ alias: '65534', expiry: '0' });
    await page.user.click(page.getByRole('spinbutton', { name: 'Topic alias' }));
    await page.user.keyboard('{PageUp}');
    expect(typed.alias).toBe('65535');
    await page.user.click(page.getByRole('spinbutton', { name: 'Expires after (s)' }));
    await page.user.keyboard('{ArrowDown}');
    expect(typed.expiry).toBe('0');
  });
});

describe('User properties', () => {
  test('begin with one empty row, which is one as soon as something is typed', async () => {
    const page = open();
    expect(rows(page)).toEqual(['', '']);
    await put(page, text(page, 'User property value'), '1');
    expect(typed.user).toEqual([{ name: '', value: '1' }]);
    expect(page.getByRole('button', { name: 'Remove user property' })).toBeTruthy();
  });

  test('get another row behind the last', async () => {
    const page = open({ user: user('a') });
    await page.user.click(page.getByRole('button', { name: 'Add user property' }));
    expect(rows(page)).toEqual(['a', 'of a', '', '']);
    expect(page.getAllByRole('button', { name: 'Add user property' })).toHaveLength(1);
  });

  test('are changed and removed one by one, also where a name comes twice', async () => {
    const page = open({ user: user('a', 'a', 'b') });
    await put(page, page.getAllByRole('textbox', { name: 'User property value' })[1]!, 'x');
    expect(typed.user).toEqual([user('a')[0], { name: 'a', value: 'x' }, user('b')[0]]);
    await page.user.click(page.getAllByRole('button', { name: 'Remove user property' })[0]!);
    expect(rows(page)).toEqual(['a', 'x', 'b', 'of b']);
  });

  test('of bytes stay bytes until they are typed over', async () => {
    const bytes = Uint8Array.of(0x61, 0xff);
    const page = open({ user: [{ name: bytes, value: 'v' }] });
    const name = text(page, 'User property name');
    expect(describedBy(name)).toBe('Not UTF-8: sent as it was received.');
    await put(page, text(page, 'User property value'), 'w');
    expect(typed.user).toEqual([{ name: bytes, value: 'w' }]);
    await put(page, name, 'n');
    expect(typed.user).toEqual([{ name: 'n', value: 'w' }]);
    expect(describedBy(name)).not.toContain('Not UTF-8');
  });
});
