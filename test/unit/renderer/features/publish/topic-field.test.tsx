// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { TopicField } from '../../../../../src-renderer/features/publish/topic-field.tsx';
import { completions } from '../../../../../src-renderer/state/publish/topic-completion.ts';
import { teardown } from '../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import { describedBy, live, valueOf, type Live } from '../../../../support/window/live.ts';

const KNOWN = ['plant/a/on', 'plant/a/speed', 'plant/b', 'other'];
/** Keys that reached what lies around the field. */
let passed: string[] = [];

beforeEach(() => {
  passed = [];
});
afterEach(teardown);

interface Start {
  readonly value?: string;
  readonly known?: readonly string[];
  readonly separator?: string;
}

function Field({ value = '', known = KNOWN, separator = '/' }: Start) {
  const [topic, setTopic] = useState(value);
  return (
    <div role="presentation" onKeyDown={({ key }) => passed.push(key)}>
      <p id="about">What became of it</p>
      <TopicField
        value={topic}
        onChange={setTopic}
        invalid={false}
        describedBy="about"
        readOnly={false}
        separator={separator}
        complete={(typed) => completions(known, typed, separator)}
      />
      <button>Behind</button>
    </div>
  );
}

const open = async (start: Start = {}) => {
  const page = live(<Field {...start} />);
  await page.user.click(field(page));
  return page;
};
const field = (page: Live) => page.getByRole('textbox', { name: 'Topic' });
const offered = (page: Live) => page.queryAllByRole('option').map(({ textContent }) => textContent);
const chosen = (page: Live) =>
  page
    .queryAllByRole('option')
    .filter((option) => option.getAttribute('aria-selected') === 'true')
    .map(({ id, textContent }) => [id === field(page).getAttribute('aria-activedescendant'), textContent]);

describe('While a topic is typed', () => {
  test('known topics are offered a level at a time, and none is chosen', async () => {
    const page = await open();
    await page.user.keyboard('pl');
    expect(offered(page)).toEqual(['plant/']);
    expect(chosen(page)).toEqual([]);
    expect(field(page).getAttribute('aria-controls')).toBe(page.getByRole('listbox').id);
    await page.user.keyboard('ant/');
    expect(offered(page)).toEqual(['plant/a/', 'plant/b']);
    await page.user.keyboard('x');
    expect(page.queryByRole('listbox')).toBeNull();
    expect(field(page).getAttribute('aria-controls')).toBeNull();
  });

  test('leaving the field never replaces what was typed', async () => {
    const page = await open();
    await page.user.keyboard('pl');
    await page.user.tab();
    expect(valueOf(field(page))).toBe('pl');
    expect(document.activeElement?.textContent).toBe('Behind');
    expect(page.queryByRole('listbox')).toBeNull();
  });

  test('Enter without a choice is left to the panel', async () => {
    const page = await open();
    await page.user.keyboard('pl{Enter}');
    expect(valueOf(field(page))).toBe('pl');
    expect(passed).toContain('Enter');
  });
});

describe('The arrow keys', () => {
  test('go through what is offered, past either end to what was typed, and the field says which it is', async () => {
    const page = await open();
    await page.user.keyboard('plant/{ArrowDown}');
    expect(chosen(page)).toEqual([[true, 'plant/a/']]);
    await page.user.keyboard('{ArrowDown}');
    expect(chosen(page)).toEqual([[true, 'plant/b']]);
    await page.user.keyboard('{ArrowDown}');
    expect(chosen(page)).toEqual([]);
    expect(field(page).getAttribute('aria-activedescendant')).toBeNull();
    await page.user.keyboard('{ArrowUp}');
    expect(chosen(page)).toEqual([[true, 'plant/b']]);
    expect(valueOf(field(page))).toBe('plant/');
  });

  test('open the list where it is closed; with Alt they do nothing', async () => {
    const page = await open({ value: 'plant/' });
    expect(offered(page)).toEqual([]);
    await page.user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(offered(page)).toEqual([]);
    await page.user.keyboard('{ArrowDown}');
    expect(offered(page)).toEqual(['plant/a/', 'plant/b']);
  });

  test.each(['{Enter}', '{Tab}'])(
    'and %s take the choice; behind a branch it goes on with what is in it',
    async (key) => {
      const page = await open();
      await page.user.keyboard(`plant/{ArrowDown}${key}`);
      expect([valueOf(field(page)), offered(page)]).toEqual(['plant/a/', ['plant/a/on', 'plant/a/speed']]);
      expect(chosen(page)).toEqual([]);
      await page.user.keyboard(`{ArrowDown}${key}`);
      expect([valueOf(field(page)), offered(page)]).toEqual(['plant/a/on', []]);
      expect(document.activeElement).toBe(field(page));
      expect(passed).not.toContain('Enter');
    },
  );

  test('choose nothing by the key that publishes, nor by the one that goes back', async () => {
    const page = await open();
    await page.user.keyboard('plant/{ArrowDown}{Control>}{Enter}{/Control}');
    expect(valueOf(field(page))).toBe('plant/');
    expect(passed).toContain('Enter');
    await page.user.tab({ shift: true });
    expect(valueOf(field(page))).toBe('plant/');
  });

  test('are left alone while characters are put together', async () => {
    const page = await open();
    await page.user.keyboard('plant/');
    fireEvent.keyDown(field(page), { key: 'ArrowDown', isComposing: true });
    expect(chosen(page)).toEqual([]);
  });
});

test('Escape closes the list first, and only then means what lies around the field.', async () => {
  const page = await open();
  await page.user.keyboard('pl{Escape}');
  expect(page.queryByRole('listbox')).toBeNull();
  expect(passed).not.toContain('Escape');
  await page.user.keyboard('{Escape}');
  expect(passed).toContain('Escape');
});

test('A press takes what it is on, and the focus stays in the field.', async () => {
  const page = await open();
  await page.user.keyboard('plant/');
  await page.user.click(page.getByRole('option', { name: 'plant/b' }));
  expect(valueOf(field(page))).toBe('plant/b');
  expect(document.activeElement).toBe(field(page));
});

test('Levels are those of the tree, whatever divides them there.', async () => {
  const page = await open({ separator: '.', known: ['plant.a.on', 'plant.b/c'] });
  await page.user.keyboard('plant.');
  expect(offered(page)).toEqual(['plant.a.', 'plant.b/c']);
  await page.user.keyboard('{ArrowDown}{Enter}');
  expect(offered(page)).toEqual(['plant.a.on']);
});

test('A character that one does not see is said, beside what the field is about.', async () => {
  const page = await open({ value: 'plant/a ' });
  expect(describedBy(field(page))).toBe('What became of it ends with a space');
});

test.each(HOSTILE_TEXTS)(
  'A known topic that holds %j is offered as what it is, and taken as it is.',
  async (text) => {
    const topic = `t/${text}`;
    const page = await open({ known: [topic] });
    await page.user.keyboard('t/{ArrowDown}');
    expect(offered(page)).toHaveLength(1);
    expect(isSafeText(offered(page).join(''))).toBe(true);
    expect(page.getByRole('listbox').querySelector('b')).toBeNull();
  },
);
