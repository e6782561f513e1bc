// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { afterEach, describe, expect, test } from 'vitest';
import { topicParts } from '../../../../../src-main/core/topics/names.ts';
import { MarkedInput } from '../../../../../src-renderer/ui/controls/marked-input.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { describedBy, live } from '../../../../support/window/live.ts';

afterEach(teardown);

const open = (value: string, note: string | null = null, about?: string) => {
  const page = live(
    <>
      <p id="about">About it</p>
      <MarkedInput
        aria-label="Topic"
        aria-describedby={about}
        value={value}
        parts={topicParts(value)}
        note={note}
        onChange={() => undefined}
      />
    </>,
  );
  return { page, field: page.getByRole('textbox', { name: 'Topic' }) };
};
const marks = () => [...document.querySelectorAll('mark')].map(({ textContent }) => textContent);
const copy = () => document.querySelector('[aria-hidden]');

describe('A text with characters that one does not see', () => {
  test('has them marked in a copy that is not read out and has the very text', () => {
    open('plant/ a\u200b');
    expect(marks()).not.toEqual([]);
    expect(copy()?.textContent).toBe('plant/ a\u200b');
  });

  test('has no copy where there are none', () => {
    open('plant/a');
    expect([copy(), marks()]).toEqual([null, []]);
  });

  test('says what it has, beside what else describes it', () => {
    expect(describedBy(open('a ', 'ends with a space', 'about').field)).toBe('About it ends with a space');
    expect(describedBy(open('a ', 'ends with a space').field)).toBe('ends with a space');
    expect(describedBy(open('a', null, 'about').field)).toBe('About it');
    expect(open('a').field.getAttribute('aria-describedby')).toBeNull();
  });

  test('has its marks over the characters, wherever it was scrolled to', () => {
    const { field } = open('a\u200b');
    Object.assign(field, { scrollLeft: 12 });
    fireEvent.scroll(field);
    const text = document.querySelector<HTMLElement>('[aria-hidden] > *');
    expect(text?.style.transform).toBe('translateX(-12px)');
  });
});
