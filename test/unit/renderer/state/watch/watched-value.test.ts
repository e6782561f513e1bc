import { expect, test } from 'vitest';
import type { DecodedNode } from '../../../../../src-main/contract/decoding/decoded.ts';
import { decodedValue, watchedValue } from '../../../../../src-renderer/state/watch/watched-value.ts';

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

test('a whole message is shown as in the tree: a time comes last, and no number is cut', () => {
  const json = '{"ts":1796055652943,"temperature":23.99,"pressure":104.5,"state":"running","line":12345678}';
  expect(value(json).text).toBe('{temperature:23.99, pressure:104.5, state:"running", 2 more}');
  expect(value('[1,2]').text).toBe('[1, 2]');
  expect(value('"a  b"').text).toBe('"a  b"');
  expect(watchedValue(Uint8Array.of(0xff, 0), 2_468_217, null).text).toBe('binary, 2.5 MB');
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

test('of a field that is there twice the last one is watched, of JSON and of what was decoded', () => {
  expect(value('{"t":1,"t":2}', ['t'])).toMatchObject({ kind: 'number', text: '2' });
  expect(decodedValue([map(2), field('t', '1'), field('t', '2')], ['t'])).toMatchObject({ text: '2' });
});

test('of decoded values a field says why it is missing', () => {
  expect(decodedValue([map(1), field('t', '1')], ['u'])).toEqual({ kind: 'missing', text: 'no such field' });
  expect(decodedValue([], ['u'])).toEqual({ kind: 'missing', text: 'not decoded' });
});

test('a byte order mark is no part of the JSON behind it', () => {
  expect(value('\ufeff{"t":0.274}', ['t'], 14)).toMatchObject({ kind: 'number', text: '0.274' });
});

test('a field of JSON that is nested too deep is not called missing from what is no JSON', () => {
  const deep = '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000);
  expect(value(deep, ['a'])).toEqual({ kind: 'missing', text: 'nested too deep' });
});

const node: DecodedNode = {
  depth: 0,
  key: null,
  textKey: true,
  shape: 'object',
  text: '',
  left: 0,
  type: 'map',
  note: '',
  at: null,
  length: null,
  children: 0,
  descendants: 0,
};

function map(members: number): DecodedNode {
  return { ...node, children: members, descendants: members };
}

function field(key: string, text: string): DecodedNode {
  return { ...node, depth: 1, key, shape: 'number', text };
}
