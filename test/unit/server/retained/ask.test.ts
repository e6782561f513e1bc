import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { ask } from '../../../../src-main/server/retained/ask.ts';

/** What is asked on a terminal, or on a pipe, and typed there. */
function asked(typed: (input: PassThrough) => void, isTerminal: boolean, stopping = new AbortController()) {
  const input = new PassThrough();
  const output = Object.assign(new PassThrough(), { isTTY: isTerminal });
  const answer = ask('Type the count: ', stopping.signal, input, output);
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

test.each(['\x03', '\x04'])('What is said after %j begins a line of its own.', async (key) => {
  const { answer, output } = asked((input) => input.write(key), true);
  await answer;
  expect(String(output.read())).toMatch(/\n$/);
});

test.each([true, false])(
  'A signal ends the wait for an answer at once (before it: %s).',
  async (isBefore) => {
    const stopping = new AbortController();
    if (isBefore) stopping.abort();
    const { answer, output } = asked(() => stopping.abort(), true, stopping);
    expect(await answer).toBe('');
    expect(String(output.read())).toMatch(/\n$/);
  },
);

test('An answer is read also after the command was stopped by Ctrl+Z and continued.', async () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const { answer } = asked((input) => {
    input.write('\x1a');
    process.emit('SIGCONT', 'SIGCONT');
    input.write('12\r');
  }, true);
  expect(await answer).toBe('12');
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGTSTP');
  kill.mockRestore();
});
