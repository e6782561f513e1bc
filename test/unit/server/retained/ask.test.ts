import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ask } from '../../../../src-main/server/retained/ask.ts';

/** What is asked on a terminal, or on a pipe, and typed there. */
function asked(typed: (input: PassThrough) => void, isTerminal: boolean) {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { isTTY: isTerminal });
  const answer = ask('Type the count: ', input, output);
  typed(input);
  return { answer, output };
}

test.each<[string, boolean, (input: PassThrough) => void, string]>([
  ['a line', true, (input) => input.write('12\r'), '12'],
  ['a line on a pipe', false, (input) => input.write('12\n'), '12'],
  ['a line with blanks', false, (input) => input.write(' 12 \n'), ' 12 '],
  ['the first of two', false, (input) => input.write('12\n13\n'), '12'],
  ['a line that was not ended', false, (input) => input.end('12'), ''],
  ['nothing', true, (input) => input.write('\r'), ''],
  ['Ctrl+C', true, (input) => input.write('\x03'), ''],
  ['Ctrl+D', true, (input) => input.write('\x04'), ''],
  ['Ctrl+C in the middle of the right answer', true, (input) => input.write('12\x03'), ''],
  ['the end of the terminal', true, (input) => input.end(), ''],
  ['the end of a pipe', false, (input) => input.end(), ''],
])('%s (terminal: %s) is an answer, or none.', async (_, isTerminal, typed, answer) => {
  const { answer: given, output } = asked(typed, isTerminal);
  expect(await given).toBe(answer);
  expect(String(output.read())).toContain('Type the count: ');
});
