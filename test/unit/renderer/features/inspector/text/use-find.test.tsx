// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { useRef, useState } from 'react';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chunksOf } from '../../../../../../src-renderer/features/inspector/text/chunks.ts';
import { FindBar } from '../../../../../../src-renderer/features/inspector/text/find-bar.tsx';
import { useFind } from '../../../../../../src-renderer/features/inspector/text/use-find.ts';
import { onTeardown, teardown } from '../../../../../support/teardown.ts';
import { layOut, scrolledBy, withMarks } from '../../../../../support/window/laid-out.ts';
import { describedBy, focusedName, isDisabled, live, valueOf } from '../../../../../support/window/live.ts';

afterEach(teardown);

interface TextProps {
  readonly text: string;
  /** What it is of; null: it is not here yet. */
  readonly of?: string | null;
}

function FoundText({ text, of = 'a' }: TextProps) {
  const pre = useRef<HTMLPreElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [query, setQuery] = useState('');
  const chunks = chunksOf(text, false);
  const finding = useFind(of, { text, chunks }, pre, query, setQuery);
  return (
    <div ref={panel} role="tabpanel" tabIndex={0} aria-label="Panel">
      <FindBar finding={finding} onLeave={() => panel.current?.focus()}>
        <button type="button">Wrap lines</button>
      </FindBar>
      <pre ref={pre}>
        {chunks.map((chunk, at) => (
          <span key={at}>{chunk.text}</span>
        ))}
      </pre>
    </div>
  );
}

/** A text on a page, where the browser reports the place of each piece: a line is 20 px. */
function open(text: string, of?: string | null) {
  const marks = withMarks();
  layOut('[role=tabpanel]', { height: 400, width: 300 });
  const page = live(<FoundText text={text} {...(of === undefined ? {} : { of })} />);
  const asked = scrolledBy(page.getByRole('tabpanel'));
  const rect = vi.spyOn(Range.prototype, 'getBoundingClientRect').mockImplementation(function (this: Range) {
    const before = (this.startContainer as Text).data.slice(0, this.startOffset);
    return new DOMRect(0, (before.split('\n').length - 1) * 20, 10, 20);
  });
  onTeardown(() => rect.mockRestore());
  const box = page.getByRole('searchbox', { name: 'Find in value' });
  const press = (name: string) => page.user.click(page.getByRole('button', { name }));
  return { page, box, marks, asked, press, said: () => describedBy(box) };
}

describe('Finding in a value', () => {
  test('marks what is typed at once, says which of how many is shown, and goes around', async () => {
    const { page, box, marks, said, press } = open('one two one\none');
    await page.user.type(box, 'ONE');
    expect(said()).toBe('1 of 3');
    expect(marks.texts('found')).toEqual(['one', 'one', 'one']);
    await page.user.keyboard('{Enter}{Enter}');
    expect(said()).toBe('3 of 3');
    await page.user.keyboard('{Enter}');
    expect(said()).toBe('1 of 3');
    await page.user.keyboard('{Shift>}{Enter}{/Shift}');
    expect(said()).toBe('3 of 3');
    await press('Previous match');
    await press('Next match');
    expect(said()).toBe('3 of 3');
  });

  test('says that there is none, and then nothing can be gone to', async () => {
    const { page, box, marks, said, press } = open('one two');
    expect([said(), page.queryByRole('button', { name: 'Next match' })]).toEqual(['', null]);
    await page.user.type(box, 'x.o');
    expect([said(), marks.names()]).toEqual(['none', []]);
    for (const name of ['Next match', 'Previous match'])
      expect(isDisabled(page.getByRole('button', { name }))).toBe(true);
    await press('Next match');
    await page.user.type(box, '{Enter}');
    expect(said()).toBe('none');
  });

  test('forgets it by Escape, and leaves the field by the next one', async () => {
    const { page, box, marks } = open('one two');
    await page.user.type(box, 'two{Escape}');
    expect([valueOf(box), marks.names()]).toEqual(['', []]);
    expect(document.activeElement).toBe(box);
    await page.user.keyboard('{Escape}');
    expect(focusedName()).toBe('Panel');
  });

  test('brings what is gone to into sight, and does not move the text when a new message comes', async () => {
    const lines = Array.from({ length: 90 }, (_, at) => `line ${at}`).join('\n');
    const { page, box, asked, said } = open(lines);
    await page.user.type(box, 'line 80');
    expect(asked.length).toBeGreaterThan(0);
    const before = asked.length;
    page.again(<FoundText text={`line 80\n${lines}`} />);
    expect(said()).toBe('1 of 2');
    expect(asked).toHaveLength(before);
    await page.user.keyboard('{Enter}');
    expect(asked.length).toBeGreaterThan(before);
  });

  test('begins again where something else is looked for, and where the value of another topic comes', async () => {
    const { page, box, said } = open('aa ab aa ab');
    await page.user.type(box, 'a{Enter}{Enter}');
    expect(said()).toBe('3 of 6');
    await page.user.type(box, 'b');
    expect(said()).toBe('1 of 2');
    await page.user.keyboard('{Enter}');
    expect(said()).toBe('2 of 2');
    page.again(<FoundText text="ab ab ab" of="b" />);
    expect(said()).toBe('1 of 3');
  });

  test('stays at what there is where a shorter text comes', async () => {
    const { page, box, said } = open('a a a a');
    await page.user.type(box, 'a{Enter}{Enter}{Enter}');
    expect(said()).toBe('4 of 4');
    page.again(<FoundText text="a a a" />);
    expect(said()).toBe('3 of 3');
    await page.user.keyboard('{Enter}');
    expect(said()).toBe('1 of 3');
    page.again(<FoundText text="" />);
    expect(said()).toBe('none');
  });

  test('says of very many that there may be more, and marks those around the current one', async () => {
    const { page, box, said, marks } = open('a '.repeat(20_000));
    await page.user.type(box, 'a');
    expect(said()).toBe('1 of 10,000+');
    expect(marks.texts('found').length).toBeLessThanOrEqual(500);
    await page.user.keyboard('{Shift>}{Enter}{/Shift}');
    expect(said()).toBe('10,000 of 10,000+');
    expect(marks.texts('found-current')).toEqual(['a']);
  });

  test('leaves no marks behind where the text goes', async () => {
    const { page, box, marks } = open('one');
    await page.user.type(box, 'one');
    expect(marks.names()).not.toEqual([]);
    page.unmount();
    expect(marks.names()).toEqual([]);
  });

  test('does not take an Enter that ends characters being put together', async () => {
    const { page, box, said } = open('あ あ');
    await page.user.type(box, 'あ');
    expect(fireEvent.keyDown(box, { key: 'Enter', isComposing: true })).toBe(true);
    expect(said()).toBe('1 of 2');
    expect(fireEvent.keyDown(box, { key: 'Enter' })).toBe(false);
    expect(said()).toBe('2 of 2');
  });
});
