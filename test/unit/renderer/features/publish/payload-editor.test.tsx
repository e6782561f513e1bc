// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkPayload } from '../../../../../src-renderer/features/publish/payload-check.ts';
import { PayloadEditor } from '../../../../../src-renderer/features/publish/payload-editor.tsx';
import {
  edited,
  exactText,
  linedText,
  type LinedText,
  withLineEnd,
} from '../../../../../src-renderer/state/publish/line-ends.ts';
import { teardown } from '../../../../support/teardown.ts';
import { describedBy, live, put, valueOf, type Live } from '../../../../support/window/live.ts';

/** What would be sent. */
let exact = '';

beforeEach(() => {
  exact = '';
});
afterEach(teardown);

function Editor({ text, readOnly }: { readonly text: string; readonly readOnly: boolean }) {
  const [value, setValue] = useState(() => linedText(text));
  const change = (next: LinedText) => {
    exact = exactText(next);
    setValue(next);
  };
  return (
    <PayloadEditor
      value={value}
      readOnly={readOnly}
      onChange={(next, caret, pasted) => change(edited(value, next, caret, pasted))}
      onLineEnd={(end) => change(withLineEnd(value, end))}
      check={checkPayload(exactText(value), false)}
    />
  );
}
const open = (text = '', readOnly = false) => {
  exact = text;
  return live(<Editor text={text} readOnly={readOnly} />);
};
const field = (page: Live) => page.getByRole('textbox', { name: 'Payload' });
const ends = (page: Live) => page.queryByRole('combobox', { name: 'Line ends' });
const mirror = () => document.querySelector('.pub-mirror');

describe('The payload', () => {
  test('is typed as in any field, and the field says what it is', async () => {
    const page = open();
    await page.user.type(field(page), 'on');
    expect([exact, describedBy(field(page))]).toEqual(['on', 'Text, 2 B']);
    await put(page, field(page), '{"a":1}');
    expect(describedBy(field(page))).toBe('Valid JSON, 7 B');
  });

  test('that is not here yet cannot be typed over', async () => {
    const page = open('on', true);
    await page.user.type(field(page), 'x');
    expect(exact).toBe('on');
  });

  test('keeps the line ends that were pasted', () => {
    const page = open();
    // A browser's field turns every line end into a line feed.
    fireEvent.paste(field(page), { clipboardData: { getData: () => 'a\r\nb' } });
    fireEvent.change(field(page), { target: { value: 'a\nb' } });
    expect([valueOf(field(page)), exact]).toEqual(['a\nb', 'a\r\nb']);
  });

  test('is typed on with the line ends it has', async () => {
    const page = open('a\r\nb');
    const box = field(page) as HTMLTextAreaElement;
    await page.user.click(box);
    box.setSelectionRange(3, 3);
    await page.user.keyboard('{Enter}c');
    expect(exact).toBe('a\r\nb\r\nc');
  });
});

describe('Line ends', () => {
  test('are not said of one line', () => {
    expect(ends(open('one'))).toBeNull();
  });

  test.each([
    ['a\nb', 'LF', ['LF', 'CRLF']],
    ['a\r\nb', 'CRLF', ['LF', 'CRLF']],
    ['a\rb', 'CR', ['LF', 'CRLF', 'CR']],
    ['a\nb\r\nc', 'Mixed', ['LF', 'CRLF', 'Mixed']],
  ])('of %j are %s, and can be made others', (text, name, offered) => {
    const select = ends(open(text)) as HTMLSelectElement;
    expect(select.value).toBe(name);
    expect([...select.options].map(({ value }) => value)).toEqual(offered);
  });

  test('are changed in all lines, and nothing else is', async () => {
    const page = open('a\nb\r\nc ');
    await page.user.selectOptions(ends(page)!, 'CRLF');
    expect(exact).toBe('a\r\nb\r\nc ');
    expect([...(ends(page) as HTMLSelectElement).options].map(({ value }) => value)).not.toContain('Mixed');
    await page.user.selectOptions(ends(page)!, 'LF');
    expect(exact).toBe('a\nb\nc ');
  });
});

describe('JSON', () => {
  test('is coloured by a copy that is not read out and has exactly the text', () => {
    const text = '{\n "a": [1.0, true, "x"]\n} ';
    open(text);
    expect(mirror()?.getAttribute('aria-hidden')).toBe('true');
    expect(mirror()?.textContent).toBe(text);
    const kinds = [...mirror()!.querySelectorAll('span')].map(({ className }) => className);
    expect(new Set(kinds).size).toBeGreaterThan(3);
  });

  test('and no other text is', () => {
    open('on');
    expect(mirror()).toBeNull();
  });

  test('that is long is not coloured: it can still be typed into', async () => {
    const page = open(`[${'1,'.repeat(10_000)}1]`);
    expect(mirror()).toBeNull();
    fireEvent.change(field(page), { target: { value: '[1]' } });
    expect(mirror()?.textContent).toBe('[1]');
  });

  test('is coloured where the text is, wherever that was scrolled to', () => {
    const page = open('[1]');
    Object.assign(field(page), { scrollTop: 30, scrollLeft: 5 });
    fireEvent.scroll(field(page));
    expect((mirror() as HTMLElement).style.transform).toBe('translate(-5px, -30px)');
  });
});
