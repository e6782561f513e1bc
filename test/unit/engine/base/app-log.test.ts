import { expect, test } from 'vitest';
import { LogRing } from '../../../../src-main/connection/base/log-ring.ts';
import { AppLog } from '../../../../src-main/engine/base/app-log.ts';

const HOSTILE = 'red \u001b[31m\u001b]0;title\u0007 turned \u202Etxt.exe end\u2028of\u0085it';

test('An exported log of the program carries no control, and no line that looks like one of ours.', () => {
  const log = new AppLog(() => 0);
  log.add(`${HOSTILE}\n1970-01-01T00:00:00.000Z  Connection x is opened.`);
  const text = log.text();
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  expect(text).toContain('\\u{1b}[31m');
  expect(text.split('\n').filter((line) => line.startsWith('1970'))).toHaveLength(1);
});

test('An exported log of a connection carries no control either.', () => {
  const log = new LogRing(() => 0);
  log.add('warn', HOSTILE, `${HOSTILE}\n1970-01-01T00:00:00.000Z  info  Connected.`);
  const text = log.text();
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  expect(text).toContain('\\u{202e}');
  expect(text.trimEnd().split('\n')).toHaveLength(1);
});
