// @vitest-environment happy-dom
import { act, fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed, type Failure } from '../../../../../../src-main/contract/base/errors.ts';
import { SavedPlace } from '../../../../../../src-main/contract/session/sending.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { SaveDialog } from '../../../../../../src-renderer/features/publish/kept/save-dialog.tsx';
import { savedHead } from '../../../../../support/session/sent-and-saved.ts';
import { deferred } from '../../../../../support/deferred.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  describedBy,
  isDisabled,
  isInvalid,
  live,
  press,
  put,
  valueOf,
  type Live,
} from '../../../../../support/window/live.ts';

let saved: (readonly [string | null, SavedPlace])[];
let answers: Promise<Failure | null>;
let closed: number;

beforeEach(() => {
  saved = [];
  answers = Promise.resolve(null);
  closed = 0;
});
afterEach(teardown);

const P = { id: 'p', name: 'Plant' };
type Props = Partial<Parameters<typeof SaveDialog>[0]>;
const open = async (more: Props = {}) => {
  const page = live(
    <SaveDialog
      saved={[savedHead('a', { profile: 'p', folder: 'Presses/Old', name: 'Start' })]}
      profile={P}
      topic="plant/press/set"
      onClose={() => closed++}
      onSave={(id, place) => {
        saved.push([id, place]);
        return answers;
      }}
      {...more}
    />,
  );
  await page.findByRole('dialog', { name: 'Save message' });
  return page;
};
const name = (page: Live) => page.getByRole('textbox', { name: 'Name' });
const folder = (page: Live) => page.getByRole('textbox', { name: 'Folder' });

describe('Saving a message', () => {
  test('begins with the last level of its topic, with the profile', async () => {
    const page = await open();
    expect(valueOf(name(page))).toBe('set');
    await press(page, 'Save');
    expect(saved).toEqual([[null, { profile: 'p', folder: '', name: 'set' }]]);
  });

  test('keeps it for all, which is the only place where there is no profile', async () => {
    const page = await open();
    await page.user.selectOptions(page.getByRole('combobox', { name: 'For' }), 'Everywhere');
    await press(page, 'Save');
    expect(saved[0]?.[1].profile).toBeNull();
    const without = await open({ profile: null });
    expect(without.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['Everywhere']);
    await press(without, 'Save');
    expect(saved[1]?.[1].profile).toBeNull();
  });

  test('keeps it without blanks around its name and the levels of its folder, and without empty levels', async () => {
    const page = await open();
    await put(page, name(page), '  On ');
    await put(page, folder(page), '/ Presses // Old /');
    await press(page, 'Save');
    expect(saved[0]?.[1]).toEqual({ profile: 'p', folder: 'Presses/Old', name: 'On' });
  });

  test('takes the place of one of the same name in the same folder, and says so before', async () => {
    const page = await open();
    await put(page, name(page), 'Start');
    expect(page.getByRole('button', { name: 'Save' })).toBeTruthy();
    await put(page, folder(page), 'Presses/Old');
    expect(describedBy(name(page))).toBe('There is one of this name here; it is replaced.');
    await press(page, 'Replace');
    expect(saved[0]?.[0]).toBe('a');
  });

  test('is done by Enter in each of its fields', async () => {
    const page = await open();
    const forms = [name(page), folder(page)].map((field) => (field as HTMLInputElement).form);
    expect(forms[1]).toBe(forms[0]);
    expect(page.getByRole('button', { name: 'Save' }).getAttribute('form')).toBe(forms[0]?.id);
    // A browser does so by Enter; this page only where the button is within the form.
    fireEvent.submit(forms[0]!);
    expect(saved).toHaveLength(1);
  });

  test('is done once, however often that is pressed until it is', async () => {
    const { promise, resolve } = deferred<Failure | null>();
    answers = promise;
    const page = await open();
    await page.user.dblClick(page.getByRole('button', { name: 'Save' }));
    expect(saved).toHaveLength(1);
    await act(async () => resolve(failed('disk-full', 'The disk is full.', 'Make room.')));
    expect(describedBy(name(page))).toBe('The disk is full. Make room.');
    expect(isInvalid(name(page))).toBe(true);
    answers = Promise.resolve(null);
    await press(page, 'Save');
    expect(saved).toHaveLength(2);
    await expect.poll(() => isInvalid(name(page))).toBe(false);
  });

  test('needs a name', async () => {
    const page = await open();
    await put(page, name(page), ' ');
    expect(isDisabled(page.getByRole('button', { name: 'Save' }))).toBe(true);
    fireEvent.submit((name(page) as HTMLInputElement).form!);
    expect(saved).toEqual([]);
  });

  test('is given up by Cancel and by Escape', async () => {
    const page = await open();
    await press(page, 'Cancel');
    await page.user.keyboard('{Escape}');
    expect(closed).toBe(2);
    expect(saved).toEqual([]);
  });
});

describe('The name that is offered', () => {
  test('fits, however long the topic is', async () => {
    const page = await open({ topic: `plant/${'\u202ex'.repeat(3_000)}` });
    await press(page, 'Save');
    expect(SavedPlace.safeParse(saved[0]?.[1]).success).toBe(true);
  });

  test.each(HOSTILE_TEXTS)('of a topic that ends with %j deceives no eye', async (text) => {
    const page = await open({ topic: `plant/${text}`, profile: { id: 'p', name: text } });
    expect(isSafeText(valueOf(name(page)))).toBe(true);
    expect(isSafeText(page.getByRole('dialog').textContent)).toBe(true);
  });
});
