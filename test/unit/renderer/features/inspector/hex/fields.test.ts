import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  fieldOfBytes,
  fieldRow,
  firstField,
  pathOfField,
  placesInLists,
  rangeOf,
  stageChoices,
} from '../../../../../../src-renderer/features/inspector/hex/fields.ts';
import { bytesOf, decoded, step } from '../../../../../support/decoding.ts';

/** {"a": 1, "b": [16, {"c": 1.5 (float 32)}], "d": h'00ff'} */
const CBOR = bytesOf('a3 6161 01 6162 82 10 a1 6163 fa3fc00000 6164 42 00ff');
const { nodes } = decoded(CBOR);
const places = placesInLists(nodes);
const rows = nodes.map((node, at) => fieldRow(node, places[at] ?? ''));
const named = (name: string) => rows.findIndex((row) => row.name === name);

describe('The fields of a payload', () => {
  test('have their names, values in the notation of the format, and their bytes', () => {
    expect(firstField(nodes)).toBe(1);
    expect(rows.slice(1).map(({ name, value, level, bytes }) => [level, name, value, bytes?.from])).toEqual([
      [1, 'a', '1', 3],
      [1, 'b', '[ 2 ]', 6],
      [2, '0', '16', 7],
      [2, '1', '{ 1 }', 8],
      [3, 'c', '1.5', 11],
      [1, 'd', "h'00ff'", 18],
    ]);
    expect(rows[named('c')]?.type).toContain('float 32');
    expect(rows[named('c')]?.bytes).toEqual({ from: 11, to: 16 });
  });

  test('are found by their bytes: the smallest that has all of them', () => {
    expect(fieldOfBytes(nodes, { from: 12, to: 13 })).toBe(named('c'));
    expect(fieldOfBytes(nodes, { from: 7, to: 12 })).toBe(named('b'));
    expect(fieldOfBytes(nodes, { from: 20, to: 21 })).toBe(named('d'));
    expect(fieldOfBytes(nodes, { from: 0, to: 1 })).toBeNull();
    expect(fieldOfBytes(nodes, { from: 2, to: 20 })).toBeNull();
  });

  test('have a way to them that leads to the same line of the value', () => {
    expect(pathOfField(nodes, places, named('c'))).toEqual(['b', 1, 'c']);
    expect(pathOfField(nodes, places, named('a'))).toEqual(['a']);
    expect(pathOfField(nodes, places, 0)).toEqual([]);
  });

  test('of a single value are that value', () => {
    const single = decoded(bytesOf('19 0102'), [step('cbor')]).nodes;
    expect(firstField(single)).toBe(0);
    expect(fieldOfBytes(single, { from: 1, to: 2 })).toBe(0);
  });

  test('show nothing that would reorder a row, and long values cut', () => {
    const long = decoded(bytesOf(`text:["${'x'.repeat(500)}","\u202e"]`)).nodes;
    expect(fieldRow(long[1]!, '0').value.length).toBeLessThan(130);
    expect(fieldRow(long[2]!, '1').value).not.toContain('\u202e');
    // Wherever the cut falls: half a character would be shown as what it is not.
    for (const before of ['', 'x']) {
      const symbols = decoded(bytesOf(`text:["${before}${'😀'.repeat(200)}"]`)).nodes;
      expect(fieldRow(symbols[1]!, '0').value).toMatch(/^"x?(?:😀)+…"?$/u);
    }
  });
});

describe('Fields with their bytes are known of', () => {
  const cases: readonly (readonly [string, ReturnType<typeof decoded>])[] = [
    ['CBOR', decoded(CBOR)],
    ['MessagePack', decoded(bytesOf('82 a161 01 a162 ca3fc00000'), [step('msgpack')])],
    ['Protobuf without a schema', decoded(bytesOf('08 05 12 03 616263'), [step('protobuf')])],
    ['Sparkplug B', decoded(bytesOf('08 01 12 09 0a 03 52504d 20 03 50 05'), [step('sparkplug')])],
    ['numbers', decoded(bytesOf('0001 0002'), [step('number', 'uint16 big')])],
    ['JSON', decoded(bytesOf('text:{"a": 1, "b": [2]}'))],
    ['BSON', decoded(bytesOf('0c000000 10 6100 05000000 00'), [step('bson')])],
  ];
  test.each(cases)('%s', (_, { nodes: found }) => {
    const scalars = found.filter(({ shape }) => shape !== 'object' && shape !== 'list');
    expect(scalars.length).toBeGreaterThan(0);
    for (const node of scalars) expect(rangeOf(node)).not.toBeNull();
  });
});

test('What came out of each stage can be looked at, by the name of what it came out of', () => {
  expect(stageChoices(decoded(CBOR))).toEqual(['As received']);
  expect(stageChoices(decoded(Uint8Array.from(gzipSync(CBOR))))).toEqual(['As received', 'After gzip']);
});
