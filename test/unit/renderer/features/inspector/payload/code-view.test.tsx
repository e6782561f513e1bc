// @vitest-environment happy-dom
import { useRef } from 'react';
import { afterEach, describe, expect, test } from 'vitest';
import {
  CodeView,
  type CodeViewProps,
} from '../../../../../../src-renderer/features/inspector/payload/code-view.tsx';
import { chunksOf } from '../../../../../../src-renderer/features/inspector/text/chunks.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { layOut, scrollDown, selectIn, withMarks } from '../../../../../support/window/laid-out.ts';
import { live } from '../../../../../support/window/live.ts';

afterEach(teardown);

let selected = 0;
let drawn = 0;

function View({ text, ...more }: { readonly text: string } & Partial<CodeViewProps>) {
  const pre = useRef<HTMLPreElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  return (
    <div role="tabpanel">
      <p>Beside it</p>
      <CodeView
        {...{ pre, gutter, text, folds: null, json: true, hex: false, wrap: false, before: null }}
        {...{ bytesShown: text.length, bytesTotal: text.length, isAway: false }}
        chunks={chunksOf(text, false)}
        onSelect={onSelect}
        onDrawn={onDrawn}
        {...more}
      />
    </div>
  );
}
const onSelect = () => void selected++;
const onDrawn = () => void drawn++;
const numbers = () => [...document.querySelectorAll('.code-line')];
const lines = (count: number) => Array.from({ length: count }, (_, at) => `"${at}",`).join('\n');

function open(text: string, more: Partial<CodeViewProps> = {}) {
  selected = 0;
  drawn = 0;
  layOut('[role=tabpanel]', { height: 200 });
  return live(<View text={text} {...more} />);
}

describe('A text', () => {
  test('is all there, in parts, however long it is, and only lines in sight are numbered', () => {
    const text = lines(10_000);
    const page = open(text);
    expect(document.querySelector('pre')?.textContent === text).toBe(true);
    expect(document.querySelectorAll('.code-part').length).toBeGreaterThan(90);
    expect(numbers().length).toBeLessThan(60);
    scrollDown(page.getByRole('tabpanel'), 100_000);
    expect(numbers()[0]?.textContent).toBe('4981');
  });

  test('whose numbers stay the same keeps them, and its parts, for the next message', () => {
    const page = open(lines(300));
    const [first] = numbers();
    const parts = [...document.querySelectorAll('.code-part')];
    page.again(<View text={lines(300).replace('"299"', '"x"')} before={lines(300)} />);
    expect(numbers()[0]).toBe(first);
    expect([...document.querySelectorAll('.code-part')][0]).toBe(parts[0]);
    page.again(<View text={lines(300).replace('"2"', '"x"')} before={lines(300)} />);
    expect(numbers().filter((line) => line.classList.contains('code-changed')).length).toBe(1);
  });

  test('that is no JSON has neither numbers nor colours', () => {
    const marks = withMarks();
    open('{"a": 1}', { json: false });
    expect([numbers(), marks.names()]).toEqual([[], []]);
  });

  test('that is wrapped has colours, but no numbers: a line may be several high', () => {
    const marks = withMarks();
    const page = open('{"a": 1}', { wrap: true });
    expect([numbers(), marks.texts('json-number')]).toEqual([[], ['1']]);
    page.unmount();
    expect(marks.names()).toEqual([]);
  });

  test('says how much of the payload it is, but of another topic nothing', () => {
    const page = open('12345', { bytesTotal: 9 });
    const reported = () => document.querySelector<HTMLElement>('[data-payload]')?.dataset;
    expect({ ...reported() }).toMatchObject({ bytesShown: '5', bytesTotal: '9' });
    page.again(<View text="12345" isAway />);
    expect(reported()).toBeUndefined();
  });

  test('reports when it is drawn, once for each other text', () => {
    const page = open('"a"');
    expect(drawn).toBe(1);
    page.again(<View text={'"b"'} />);
    expect(drawn).toBe(2);
  });

  test('reports that somebody selects in it, not beside it', () => {
    const page = open('"a"');
    selectIn(page.getByText('Beside it'));
    expect(selected).toBe(0);
    selectIn(document.querySelector('pre')!);
    expect(selected).toBeGreaterThan(0);
    const before = selected;
    page.unmount();
    document.dispatchEvent(new Event('selectionchange'));
    expect(selected).toBe(before);
  });
});
