// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed, type Failure } from '../../../../../../src-main/contract/base/errors.ts';
import type { SavedFilter } from '../../../../../../src-main/contract/model/filters.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { SavedFiltersDialog } from '../../../../../../src-renderer/features/topics/filter/saved-filters-dialog.tsx';
import { teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { focusedName, isDisabled, live, valueOf, type Live } from '../../../../../support/window/live.ts';

const HOT: SavedFilter = { name: 'Hot', text: 'press json:t>70', colour: 'red' };
const OLD: SavedFilter = { name: 'Old', text: 'seen>1d' };
const BIG: SavedFilter = { name: 'Big', text: 'size>1k' };

/** The filters of the profile, as the engine keeps them. */
let filters: readonly SavedFilter[];
/** What saving answers; null: it was saved. */
let refusal: Failure | null;
let used: string[];
let closed: number;
let busy: ReadonlyMap<string, number>;
let page: Live;

beforeEach(() => {
  filters = [HOT, OLD, BIG];
  refusal = null;
  used = [];
  closed = 0;
  busy = new Map();
});
afterEach(teardown);

const dialog = (current: string) => (
  <SavedFiltersDialog
    filters={filters}
    current={current}
    busy={busy}
    onSave={(next) => {
      if (refusal === null) {
        filters = next;
        page.again(dialog(current));
      }
      return Promise.resolve(refusal);
    }}
    onUse={(text) => used.push(text)}
    onClose={() => (closed += 1)}
  />
);
const open = (current = '') => (page = live(dialog(current)));
const names = () => filters.map(({ name }) => name);
const button = (name: string) => page.getByRole('button', { name });

describe('The dialog of saved filters', () => {
  test('saves the filter that is set under a name, by Enter, and is ready for the next one', async () => {
    open('rate>5');
    const field = page.getByRole('textbox', { name: 'Name of the filter' });
    await page.user.type(field, ' Busy {Enter}');
    await expect.poll(names).toEqual(['Hot', 'Old', 'Big', 'Busy']);
    expect(filters[3]).toEqual({ name: 'Busy', text: 'rate>5' });
    await expect.poll(() => valueOf(field)).toBe('');
  });

  test('says why a filter cannot be saved, and keeps the name that was typed', async () => {
    open('rate>5');
    const field = page.getByRole('textbox', { name: 'Name of the filter' });
    await page.user.click(button('Save filter'));
    expect((await page.findByRole('alert')).textContent).toBe('Give the filter a name.');
    refusal = failed('disk-full', 'The disk is full.', 'Make room.');
    await page.user.type(field, 'Busy{Enter}');
    await expect.poll(() => page.getByRole('alert').textContent).toBe('The disk is full. Make room.');
    expect([valueOf(field), names()]).toEqual(['Busy', ['Hot', 'Old', 'Big']]);
  });

  test('without a filter that is set, and without any that is saved, says what to do', () => {
    filters = [];
    open();
    expect(page.getByText('Type a filter first to save it here.')).toBeTruthy();
    expect(page.getByText('No filter is saved with this profile yet.')).toBeTruthy();
    expect(page.queryByRole('textbox')).toBeNull();
    expect(page.queryByRole('list')).toBeNull();
  });

  test('uses a filter, and closes by its cross and by Escape', async () => {
    open();
    await page.user.click(button('Use Old'));
    expect(used).toEqual(['seen>1d']);
    await page.user.click(button('Close'));
    await page.user.keyboard('{Escape}');
    expect(closed).toBe(2);
  });

  test('renames by Enter or by leaving the field, and takes a name back that cannot be', async () => {
    open();
    const field = page.getByRole('textbox', { name: 'Name of Old' });
    await page.user.clear(field);
    await page.user.type(field, 'Silent{Enter}');
    await expect.poll(names).toEqual(['Hot', 'Silent', 'Big']);
    expect(document.activeElement).toBe(page.getByRole('textbox', { name: 'Name of Silent' }));
    await page.user.clear(field);
    await page.user.type(field, 'hot');
    await page.user.tab();
    expect((await page.findByRole('alert')).textContent).toBe('Another filter is named hot.');
    await expect.poll(() => valueOf(field)).toBe('Silent');
    expect(names()).toEqual(['Hot', 'Silent', 'Big']);
  });

  test('orders by buttons that take the focus along, and none beyond the ends', async () => {
    open();
    expect(isDisabled(button('Move Hot up'))).toBe(true);
    expect(isDisabled(button('Move Big down'))).toBe(true);
    await page.user.click(button('Move Old down'));
    await expect.poll(names).toEqual(['Hot', 'Big', 'Old']);
    // There is no further down: the way back has it.
    await expect.poll(focusedName).toBe('Move Old up');
    await page.user.keyboard('{Enter}');
    await expect.poll(names).toEqual(['Hot', 'Old', 'Big']);
    await expect.poll(focusedName).toBe('Move Old up');
  });

  test('colours, takes a colour away, and removes', async () => {
    open();
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Colour of Old' }), 'Green');
    await expect.poll(() => filters[1]).toEqual({ ...OLD, colour: 'green' });
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Colour of Hot' }), 'No colour');
    await expect.poll(() => filters[0]).toEqual({ name: 'Hot', text: HOT.text });
    await page.user.click(button('Remove Hot'));
    await expect.poll(names).toEqual(['Old', 'Big']);
  });

  test('makes of two changes one after the other, not one instead of the other', async () => {
    open();
    const field = page.getByRole('textbox', { name: 'Name of Old' });
    await page.user.clear(field);
    await page.user.type(field, 'Silent');
    // Leaving the field renames it, and the press removes what is named by then.
    await page.user.click(button('Remove Old'));
    await expect.poll(names).toEqual(['Hot', 'Big']);
  });

  test('says which colours cannot follow what comes', () => {
    busy = new Map([['Hot\u202e', 12_000]]);
    open();
    expect(page.getByRole('status').textContent).toBe(
      'Hot\\u{202e}: Met by about 12,000 messages a second in sight: a row changes colour once a second at most.',
    );
  });

  test.each(HOSTILE_TEXTS)('deceives no eye with a filter called and written %j', async (text) => {
    // A field for a name has one line.
    const name = text.replaceAll('\n', '');
    filters = [{ name, text }, OLD];
    open(text);
    const field = page.getByRole('textbox', { name: 'Name of Old' });
    fireEvent.change(field, { target: { value: name } });
    fireEvent.keyDown(field, { key: 'Enter' });
    expect((await page.findByRole('alert')).textContent).toMatch(/^Another filter is named /);
    // What a field holds is the name itself.
    const drawn = page.getByRole('dialog').outerHTML.replaceAll(/ value="[^"]*"/g, '');
    expect(isSafeText(drawn), drawn).toBe(true);
    expect(page.getByRole('dialog').querySelector('b')).toBeNull();
  });

  test('keeps a filter of any length out of what is said beside it', () => {
    filters = [{ name: 'Long', text: 'x'.repeat(60_000) }];
    open('y'.repeat(60_000));
    for (const one of page.getByRole('dialog').querySelectorAll('[title]'))
      expect(one.getAttribute('title')?.length).toBeLessThan(1_100);
  });
});
