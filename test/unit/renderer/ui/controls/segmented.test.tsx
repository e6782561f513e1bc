// @vitest-environment happy-dom
import { useState } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import { QosSelect, Segmented } from '../../../../../src-renderer/ui/controls/segmented.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { isDisabled, live, valueOf, type Live } from '../../../../support/window/live.ts';

afterEach(teardown);

const WAYS = [
  { value: 'tree', label: 'Tree' },
  { value: 'list', label: 'Flat list', short: 'List' },
] as const;

const open = (more: { readonly disabled?: boolean } = {}) => {
  const picked: string[] = [];
  const Part = () => {
    const [value, setValue] = useState<'tree' | 'list'>('tree');
    return (
      <Segmented
        label="Shown as"
        value={value}
        options={WAYS}
        onChange={(next) => {
          picked.push(next);
          setValue(next);
        }}
        {...more}
      />
    );
  };
  return { page: live(<Part />), picked };
};
const select = (page: Live) => page.getByRole('combobox', { name: 'Shown as' });

describe('A few choices side by side', () => {
  test('are one named choice to a screen reader, with all words', () => {
    const { page } = open();
    expect(page.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['Tree', 'Flat list']);
    expect(valueOf(select(page))).toBe('tree');
  });

  test('are picked by a press on what is seen, and the focus goes along', async () => {
    const { page, picked } = open();
    await page.user.click(page.getByText('List'));
    expect([picked, valueOf(select(page))]).toEqual([['list'], 'list']);
    expect(document.activeElement).toBe(select(page));
  });

  test('are picked by the keyboard as in any list', async () => {
    const { page, picked } = open();
    await page.user.selectOptions(select(page), 'Flat list');
    expect(picked).toEqual(['list']);
  });

  test('say in a tooltip what is shortened', () => {
    const { page } = open();
    expect(page.getByText('List').title).toBe('Flat list');
  });

  test('are not picked while they are off', async () => {
    const { page, picked } = open({ disabled: true });
    expect(isDisabled(select(page))).toBe(true);
    await page.user.click(page.getByText('List'));
    expect(picked).toEqual([]);
  });
});

test('QoS is picked as a number, by each of its names.', async () => {
  const picked: number[] = [];
  const page = live(<QosSelect value={0} onChange={(qos) => picked.push(qos)} />);
  const qos = page.getByRole('combobox', { name: 'QoS' });
  for (const name of ['1: at least once', '2: exactly once', '0: at most once'])
    await page.user.selectOptions(qos, name);
  await page.user.click(page.getByText('2'));
  expect(picked).toEqual([1, 2, 0, 2]);
});
