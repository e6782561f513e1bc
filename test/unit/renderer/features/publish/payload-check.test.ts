import { expect, test } from 'vitest';
import { checkPayload } from '../../../../../src-renderer/features/publish/payload-check.ts';

test.each([
  ['', false, 'mut', 'Empty, 0 B'],
  ['{"a":1}', false, 'ok', 'Valid JSON, 7 B'],
  ['\ufeff{"a":1}', false, 'warn', 'JSON behind a byte order mark, 10 B'],
  ['{"a":1,}', false, 'warn', 'Not valid JSON'],
  ['running', false, 'mut', 'Text, 7 B'],
  ['x'.repeat(3_000), false, 'mut', 'Text, 3.0 kB'],
  ['\ud800', false, 'warn', 'Half a character'],
] as const)('%j is told as %s', (payload, retain, tone, words) => {
  const check = checkPayload(payload, retain);
  expect(check.tone).toBe(tone);
  expect(check.words).toContain(words);
});

test('an empty payload to be retained says what it does', () => {
  expect(checkPayload('', true).words).toContain('clears the retained message');
});
