import { expect, test } from 'vitest';
import { watchedValue } from '../../../../../src-renderer/state/watch/watched-value.ts';

const value = (text: string, path: readonly (string | number)[] | null = null, size = text.length) =>
  watchedValue(new TextEncoder().encode(text), size, path);

test('a plain value is a number with its digits as they were sent, or text in one line', () => {
  expect(value('71.40')).toEqual({ kind: 'number', text: '71.40', number: 71.4 });
  expect(value(' 1e3\n')).toEqual({ kind: 'number', text: '1e3', number: 1_000 });
  expect(value('running\n fast')).toEqual({ kind: 'text', text: 'running fast' });
  expect(value('007')).toEqual({ kind: 'text', text: '007' });
  expect(value('')).toEqual({ kind: 'missing', text: 'empty' });
  expect(value('x'.repeat(500)).text.length).toBe(60);
});

test('a field keeps all its digits, however deep it lies', () => {
  const json = '{"a":{"b":[1,90071992547409931.5,{"c":"x"}]},"n":null,"__proto__":3}';
  expect(value(json, ['a', 'b', 1])).toMatchObject({ kind: 'number', text: '90071992547409931.5' });
  expect(value(json, ['a', 'b', 2, 'c'])).toEqual({ kind: 'text', text: 'x' });
  expect(value(json, ['a', 'b'])).toEqual({ kind: 'text', text: 'list of 3' });
  expect(value(json, ['a'])).toEqual({ kind: 'text', text: '{…}' });
  expect(value(json, ['n'])).toEqual({ kind: 'text', text: 'null' });
  expect(value('[5]', [0])).toMatchObject({ kind: 'number', text: '5' });
});

test('what has no such field says why', () => {
  expect(value('{"a":1}', ['b'])).toEqual({ kind: 'missing', text: 'no such field' });
  expect(value('{"a":1}', ['a', 'source'])).toEqual({ kind: 'missing', text: 'no such field' });
  expect(value('{"a":1}', ['toString'])).toEqual({ kind: 'missing', text: 'no such field' });
  expect(value('{"a":', ['a'])).toEqual({ kind: 'missing', text: 'no JSON' });
  expect(watchedValue(Uint8Array.of(0xff), 1, ['a'])).toEqual({ kind: 'missing', text: 'no JSON' });
  expect(value('{"a":1}', ['a'], 70_000)).toEqual({ kind: 'missing', text: 'too large' });
  expect(watchedValue(Uint8Array.of(0xff, 0), 2, null)).toEqual({ kind: 'text', text: 'binary, 2 B' });
});
