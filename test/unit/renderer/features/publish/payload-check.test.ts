import { expect, test } from 'vitest';
import { linedText } from '../../../../../src-renderer/state/publish/line-ends.ts';
import { checkDraft, checkPayload } from '../../../../../src-renderer/features/publish/payload-check.ts';

test.each([
  ['', false, 'mut', 'Empty, 0 B'],
  ['{"a":1}', false, 'ok', 'Valid JSON, 7 B'],
  ['\ufeff{"a":1}', false, 'warn', 'JSON behind a byte order mark, 10 B'],
  ['{"a":1,}', false, 'warn', 'Not valid JSON'],
  ['running', false, 'mut', 'Text, 7 B'],
  ['x'.repeat(3_000), false, 'mut', 'Text, 3.0 kB'],
  ['\ud800', false, 'warn', 'Half a character'],
] as const)('%j is described as %s', (payload, retain, tone, words) => {
  const check = checkPayload(payload, retain);
  expect(check.tone).toBe(tone);
  expect(check.words).toContain(words);
});

test('an empty payload to be retained says what it does', () => {
  expect(checkPayload('', true).words).toContain('clears the retained message');
});

test.each([
  ['{"n":${counter},"at":"${iso}"}', 'ok', 'Valid JSON, 2 variables'],
  ['{"n":${counter}', 'warn', 'Not valid JSON'],
  ['at ${now}', 'mut', 'Text, 1 variable'],
] as const)('%j is checked with its variables filled in: %s.', (text, tone, words) => {
  const typed = { format: 'text' as const, payload: linedText(text), file: null };
  expect(checkDraft(typed, false, true)).toMatchObject({ tone });
  expect(checkDraft(typed, false, true).words).toContain(words);
  expect(checkDraft(typed, false).words).not.toContain('variable');
});

test.each([
  ['hex', 'ab cd', '2 B', 'mut'],
  ['hex', 'abc', 'Not hex yet', 'warn'],
  ['base64', 'aGk=', '2 B', 'mut'],
  ['base64', 'a', 'Not Base64 yet', 'warn'],
  ['file', '', 'No file yet', 'warn'],
  ['json', 'on', 'Not valid JSON', 'warn'],
  ['json', '21.5', 'Valid JSON, 4 B', 'ok'],
  ['text', 'on', 'Text, 2 B', 'mut'],
  ['text', '[1]', 'Valid JSON, 3 B', 'ok'],
  ['hex', '', 'Empty, 0 B', 'mut'],
] as const)('In %s, %j is said to be %s.', (format, text, words, tone) => {
  const check = checkDraft({ format, payload: linedText(text), file: null }, false);
  expect(check.words).toContain(words);
  expect(check.tone).toBe(tone);
});

test.each([
  ['cbor', '{"a":1}', 'ok', 'Valid JSON, 4 B of CBOR'],
  ['msgpack', '[1]', 'ok', 'Valid JSON, 2 B of MessagePack'],
  ['msgpack', ' ', 'warn', 'No JSON for MessagePack yet'],
  ['cbor', '{"a":1,\n"b" 2}', 'warn', 'at line 2, column 5: a colon is missing'],
  [
    'msgpack',
    '18446744073709551616',
    'warn',
    'at line 1, column 1: MessagePack has no integers over 64 bits',
  ],
] as const)(
  'JSON for %s says what it becomes, or what is wrong and where: %s',
  (format, text, tone, words) => {
    const check = checkDraft({ format, payload: linedText(text), file: null }, false);
    expect(check.tone).toBe(tone);
    expect(check.words).toContain(words);
  },
);

test('With variables JSON for CBOR is checked as other JSON is.', () => {
  const typed = { format: 'cbor', payload: linedText('{"n":${counter}}'), file: null } as const;
  expect(checkDraft(typed, false, true)).toMatchObject({ tone: 'ok', words: 'Valid JSON, 1 variable' });
});

test('JSON for Protobuf is checked as JSON; whether it fits its message is found when it is made.', () => {
  const typed = { format: 'protobuf', message: 'p.M', payload: linedText('{"a":1}'), file: null } as const;
  expect(checkDraft(typed, false)).toMatchObject({ tone: 'ok', words: 'Valid JSON' });
  expect(checkDraft({ ...typed, payload: linedText('{"a"}') }, false).words).toContain('line 1, column 5');
  expect(checkDraft({ ...typed, message: '' }, false)).toMatchObject({
    tone: 'warn',
    words: 'No Protobuf message is chosen for the payload.',
  });
});
