import { expect, test } from 'vitest';
import { openCommand } from '../../../src-main/server/open-browser.ts';

const URL_WITH_MARKS = 'http://127.0.0.1:7883/?ticket=a&b=1';

test.each([
  ['darwin', ['open', [URL_WITH_MARKS]]],
  ['linux', ['xdg-open', [URL_WITH_MARKS]]],
  ['freebsd', ['xdg-open', [URL_WITH_MARKS]]],
] as const)('On %s the address goes to the program that opens addresses, as it is.', (platform, command) => {
  expect(openCommand(URL_WITH_MARKS, platform)).toEqual(command);
});

test('On Windows no character of the address is one of the shell.', () => {
  const [program, args] = openCommand(URL_WITH_MARKS, 'win32');
  expect(program).toBe('cmd.exe');
  // The first quoted argument of `start` is the title of a window.
  expect(args.slice(-3)).toEqual(['start', '""', 'http://127.0.0.1:7883/?ticket=a^&b=1']);
});
