import { expect, test } from 'vitest';
import {
  edited,
  EMPTY_TEXT,
  exactText,
  linedText,
  lineEndOf,
  withLineEnd,
} from '../../../../../src-renderer/state/publish/line-ends.ts';
import { random } from '../../../../support/random.ts';

test.each(['', 'a', 'a\nb', 'AT+CSQ\r\nAT\r\n', 'a\rb', '\r\n\n\r\r\n', '\n\r', 'no end\r'])(
  'The text %j comes back to the character.',
  (exact) => {
    const lined = linedText(exact);
    expect(lined.text).not.toContain('\r');
    expect(exactText(lined)).toBe(exact);
  },
);

test('What all lines end with is shown, and can be changed for all of them.', () => {
  expect(lineEndOf(linedText('one line'))).toBeNull();
  expect(lineEndOf(linedText('a\nb\n'))).toBe('\n');
  expect(lineEndOf(linedText('a\r\nb\r\n'))).toBe('\r\n');
  expect(lineEndOf(linedText('a\rb'))).toBe('\r');
  expect(lineEndOf(linedText('a\r\nb\n'))).toBe('mixed');
  expect(exactText(withLineEnd(linedText('a\r\nb\nc\rd'), '\r\n'))).toBe('a\r\nb\r\nc\r\nd');
  expect(exactText(withLineEnd(linedText('a\r\nb'), '\n'))).toBe('a\nb');
});

test('What is pasted keeps its line ends, and what is typed after it goes on with them.', () => {
  const pasted = 'AT+CSQ\r\nAT\r\n';
  const first = edited(EMPTY_TEXT, 'AT+CSQ\nAT\n', 10, pasted);
  expect(exactText(first)).toBe(pasted);
  const typed = edited(first, 'AT+CSQ\nAT\nATZ\n', 14, null);
  expect(exactText(typed)).toBe('AT+CSQ\r\nAT\r\nATZ\r\n');
  expect(exactText(edited(typed, 'AT+CSQATZ\n', 6, null))).toBe('AT+CSQATZ\r\n');
});

test('After everything was removed the chosen line end stays chosen, until something else is pasted.', () => {
  const chosen = withLineEnd(linedText('a\nb'), '\r\n');
  const empty = edited(chosen, '', 0, null);
  expect(exactText(edited(empty, 'x\ny', 3, null))).toBe('x\r\ny');
  expect(exactText(edited(empty, 'x\ny', 3, 'x\ny'))).toBe('x\ny');
});

test('Of two line ends that are neighbours the caret shows which one is new.', () => {
  const before = linedText('\n');
  expect(exactText(edited(before, '\n\n', 1, '\r\n'))).toBe('\r\n\n');
  expect(exactText(edited(before, '\n\n', 2, '\r\n'))).toBe('\n\r\n');
});

test('Random pastes and deletions give what a field that knows all line ends would hold.', () => {
  const { int, pick } = random(21);
  for (let round = 0; round < 300; round++) {
    let exact = '';
    let lined = linedText('');
    for (let step = 0; step < 12; step++) {
      // Positions between whole line ends only: a caret cannot stand inside of one.
      const tokens = exact.match(/\r\n|[^]/g) ?? [];
      const from = int(tokens.length + 1);
      const to = from + int(Math.min(4, tokens.length - from + 1));
      const put = pick(['', 'x', '\r\n', '\n', '\r', 'a\r\nb', '\n\r\nc', 'ab']);
      const head = tokens.slice(0, from).join('');
      const tail = tokens.slice(to).join('');
      // A lone CR before a lone LF would become one line end: no field could distinguish them.
      if (
        (head.endsWith('\r') && (put + tail).startsWith('\n')) ||
        (put.endsWith('\r') && tail.startsWith('\n'))
      )
        continue;
      exact = head + put + tail;
      const next = linedText(exact).text;
      const caret = next.length - linedText(tail).text.length;
      lined = edited(lined, next, caret, put);
      expect(exactText(lined)).toBe(exact);
    }
  }
});
