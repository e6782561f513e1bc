// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import {
  Checkbox,
  NumberField,
  Select,
  TextArea,
  TextField,
} from '../../../../../src-renderer/ui/controls/field.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { HOSTILE_TEXTS } from '../../../../support/window/hostile-texts.ts';
import {
  describedBy,
  isChecked,
  isDisabled,
  isInvalid,
  live,
  valueOf,
  type Live,
} from '../../../../support/window/live.ts';

afterEach(teardown);

const nothing = (): void => undefined;
const ways = [
  { value: 'a', label: 'First' },
  { value: 'b', label: 'Second' },
] as const;
type Common = { readonly hint?: string; readonly error?: string | null; readonly disabled?: boolean };
const CONTROLS = [
  ['TextField', (common: Common) => <TextField label="Name" value="a" onChange={nothing} {...common} />],
  ['TextArea', (common: Common) => <TextArea label="Name" value="a" onChange={nothing} {...common} />],
  [
    'NumberField',
    (common: Common) => <NumberField label="Name" value="1" min={0} max={9} onChange={nothing} {...common} />,
  ],
  [
    'Select',
    (common: Common) => <Select label="Name" value="a" options={ways} onChange={nothing} {...common} />,
  ],
] as const;

describe.each(CONTROLS)('A %s', (_, draw) => {
  test('is found by its label, and is described by its hint', () => {
    const field = live(draw({ hint: 'Any text.' })).getByLabelText('Name');
    expect([describedBy(field), isInvalid(field)]).toEqual(['Any text.', false]);
  });

  test('says which rule is broken in the place of its hint', () => {
    const page = live(draw({ hint: 'Any text.', error: 'Too long.' }));
    const field = page.getByLabelText('Name');
    expect([describedBy(field), isInvalid(field)]).toEqual(['Too long.', true]);
    expect(page.queryByText('Any text.')).toBeNull();
  });

  test.each([null, ''])('with %j as what is broken is whole, and is described by nothing', (error) => {
    const field = live(draw({ error })).getByLabelText('Name');
    expect([field.getAttribute('aria-describedby'), isInvalid(field)]).toEqual([null, false]);
  });

  test('can be turned off', () => {
    expect(isDisabled(live(draw({ disabled: true })).getByLabelText('Name'))).toBe(true);
  });
});

describe('A field of text', () => {
  const open = (more: Partial<Parameters<typeof TextField>[0]> = {}) => {
    const Part = () => {
      const [value, setValue] = useState('');
      return <TextField label="Topic" value={value} onChange={setValue} {...more} />;
    };
    const page = live(<Part />);
    return { page, field: page.getByLabelText('Topic') as HTMLInputElement };
  };

  test('offers what it is given, and takes anything else as well', async () => {
    const { page, field } = open({ suggestions: ['plant/a', 'plant/b'] });
    expect([...(field.list?.options ?? [])].map(({ value }) => value)).toEqual(['plant/a', 'plant/b']);
    await page.user.type(field, 'other');
    expect(valueOf(field)).toBe('other');
  });

  test('may take what is pasted over; else it goes into the field', async () => {
    const taken: string[] = [];
    const { page, field } = open({ onPaste: (text) => taken.push(text) > 1 });
    await page.user.click(field);
    await page.user.paste('one');
    await page.user.paste('two');
    expect([taken, valueOf(field)]).toEqual([['one', 'two'], 'one']);
  });

  test('reports when it is left, and which keys are pressed in it', async () => {
    const left = vi.fn();
    const keys: string[] = [];
    const { page, field } = open({ onBlur: left, onKeyDown: ({ key }) => keys.push(key) });
    await page.user.click(field);
    await page.user.keyboard('{Enter}');
    expect([keys, left.mock.calls.length]).toEqual([['Enter'], 0]);
    await page.user.tab();
    expect(left).toHaveBeenCalledOnce();
  });

  test('is not helped along by the browser: addresses and topics are no words', () => {
    const { field } = open();
    const off = ['autocomplete', 'autocapitalize', 'autocorrect'].map((name) => field.getAttribute(name));
    expect([...off, field.getAttribute('spellcheck')]).toEqual(['off', 'off', 'off', 'false']);
  });

  test('of several lines grows with them up to a bound', () => {
    const rows = (value: string) =>
      live(<TextArea label="Key" value={value} onChange={nothing} maxLines={3} />)
        .getByLabelText('Key')
        .getAttribute('rows');
    expect([rows(''), rows('a\nb'), rows('a\nb\nc\nd')]).toEqual(['1', '2', '3']);
  });
});

describe('A field of a number', () => {
  const open = (start: string, more: Partial<Parameters<typeof NumberField>[0]> = {}) => {
    const Part = () => {
      const [value, setValue] = useState(start);
      return (
        <NumberField label="Port" value={value} onChange={setValue} min={1} max={100} step={2} {...more} />
      );
    };
    const page = live(<Part />);
    const field = page.getByRole('spinbutton', { name: 'Port' });
    field.focus();
    return { page, field };
  };
  const after = async (start: string, keys: string) => {
    const { page, field } = open(start);
    await page.user.keyboard(keys);
    return valueOf(field);
  };

  test.each([
    ['10', '{ArrowUp}', '12'],
    ['10', '{ArrowDown}', '8'],
    ['10', '{PageUp}', '30'],
    ['30', '{PageDown}', '10'],
    ['99', '{ArrowUp}', '100'],
    ['2', '{PageDown}', '1'],
    // What is out of bounds comes back into them.
    ['5000', '{ArrowUp}', '100'],
    // What is no number yet begins at the least.
    ['', '{ArrowUp}', '3'],
    ['soon', '{ArrowDown}', '1'],
  ])('goes from "%s" by %s to %s', async (start, keys, end) => {
    expect(await after(start, keys)).toBe(end);
  });

  test.each(['Control', 'Alt', 'Meta'])('leaves an arrow with %s to others', async (held) => {
    expect(await after('10', `{${held}>}{ArrowUp}{/${held}}`)).toBe('10');
  });

  test('keeps what is typed, also what is no number', async () => {
    const { page, field } = open('1');
    await page.user.clear(field);
    await page.user.type(field, '1e3 x');
    expect(valueOf(field)).toBe('1e3 x');
    expect(field.getAttribute('aria-valuenow')).toBeNull();
  });

  test('gives its value and bounds to a screen reader', () => {
    const { field } = open(' 42 ');
    const reported = ['aria-valuemin', 'aria-valuenow', 'aria-valuemax'].map((name) =>
      field.getAttribute(name),
    );
    expect(reported).toEqual(['1', '42', '100']);
  });
});

describe('A choice', () => {
  test('of a list answers the value of what is picked', async () => {
    const picked: string[] = [];
    const page = live(<Select label="Way" value="a" options={ways} onChange={(way) => picked.push(way)} />);
    await page.user.selectOptions(page.getByRole('combobox', { name: 'Way' }), 'Second');
    expect(picked).toEqual(['b']);
  });

  test('that is not among those there are is none', () => {
    const picked: string[] = [];
    const page = live(<Select label="Way" value="a" options={ways} onChange={(way) => picked.push(way)} />);
    fireEvent.change(page.getByRole('combobox', { name: 'Way' }), { target: { value: 'c' } });
    expect(picked).toEqual([]);
  });
});

describe('A box', () => {
  const box = (page: Live) => page.getByRole('checkbox') as HTMLInputElement;

  test('is ticked by a press on its words, and by the space bar', async () => {
    const turns: boolean[] = [];
    const Part = () => {
      const [checked, setChecked] = useState(false);
      return (
        <Checkbox
          label="Retain"
          checked={checked}
          onChange={(next) => {
            turns.push(next);
            setChecked(next);
          }}
        />
      );
    };
    const page = live(<Part />);
    await page.user.click(page.getByText('Retain'));
    expect(isChecked(box(page))).toBe(true);
    await page.user.keyboard(' ');
    expect([isChecked(box(page)), turns]).toEqual([false, [true, false]]);
  });

  test('may be neither, and that goes with what it stands for', () => {
    const part = (mixed: boolean) => (
      <Checkbox label="All" checked={false} mixed={mixed} onChange={nothing} />
    );
    const page = live(part(true));
    expect(box(page).indeterminate).toBe(true);
    page.again(part(false));
    expect(box(page).indeterminate).toBe(false);
  });

  test('says what it is about where that is only seen, and what it means', () => {
    const page = live(
      <Checkbox label="Not secret" about="username" hint="It is shown." checked={false} onChange={nothing} />,
    );
    expect(describedBy(page.getByRole('checkbox', { name: 'Not secret: username' }))).toBe('It is shown.');
  });
});

test.each(HOSTILE_TEXTS)('A field, its choices and a box that are called %j deceive no eye.', (text) => {
  const page = live(
    <>
      <TextField label={text} value="" onChange={nothing} />
      <Select label="Way" value="a" options={[{ value: 'a', label: text }]} onChange={nothing} />
      <Checkbox label={text} about={text} checked={false} onChange={nothing} />
    </>,
  );
  expect(isSafeText(document.body.textContent)).toBe(true);
  expect(isSafeText(page.getByRole('checkbox').getAttribute('aria-label') ?? '\0')).toBe(true);
});
