import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { encodeChosen } from '../../../../src-main/decoding/schema/encode-chosen.ts';
import { bytesOf, decoded, step, treeText } from '../../../support/decoding.ts';

const PROTO3 = `syntax = "proto3";
package t;
import "google/protobuf/timestamp.proto";
enum Unit { NONE = 0; BAR = 2; LOW = -1; }
message M {
  double d = 1; float f = 2; int32 i32 = 3; int64 i64 = 4; uint32 u32 = 5; uint64 u64 = 6;
  sint32 s32 = 7; sint64 s64 = 8; fixed32 f32 = 9; fixed64 f64 = 10; sfixed32 sf32 = 11; sfixed64 sf64 = 12;
  bool b = 13; string s = 14; bytes y = 15; Unit unit = 16; M sub = 17;
  repeated int32 list = 18; repeated string texts = 19; map<string, int32> counts = 20;
  map<int64, M> parts = 21; google.protobuf.Timestamp at = 22; map<bool, Unit> units = 23;
}`;
const PROTO2 = `syntax = "proto2"; package q;
message Old { optional int32 a = 1; optional group Part = 2 { optional int32 n = 1; } repeated group More = 3 { optional string s = 1; } }`;
const schemas = [
  { name: 't.proto', text: PROTO3 },
  { name: 'q.proto', text: PROTO2 },
];
const read = (hex: string, message = 't.M') =>
  decoded(bytesOf(hex), [step('protobuf', message)], { schemas });
const lines = (hex: string, message?: string) => {
  const result = read(hex, message);
  return result.failure?.message.replace(' Shown as bytes.', '') ?? treeText(result);
};
/** Of a single field: its value, its type and what is beside it. */
function one(hex: string, message?: string): string {
  const { failure, nodes } = read(hex, message);
  if (failure !== null) return failure.message;
  return [`${nodes[1]?.key}=${nodes[1]?.text}`, nodes[1]?.type, nodes[1]?.note]
    .filter((of) => of !== '')
    .join(' | ');
}

describe('A field of a schema', () => {
  test.each([
    ['09 0000000000000080', 'd=-0.0 | double'],
    ['09 000000000000f87f', 'd=NaN | double'],
    ['15 0ad74340', 'f=3.06 | float'],
    ['15 000080ff', 'f=-Infinity | float'],
    ['18 7f', 'i32=127 | int32'],
    ['18 ffffffffffffffffff01', 'i32=-1 | int32'],
    // Written in five bytes, as some do, it is the same.
    ['18 ffffffff0f', 'i32=-1 | int32'],
    ['20 ffffffffffffffffff01', 'i64=-1 | int64'],
    ['20 80808080808080808001', 'i64=-9223372036854775808 | int64 | 64 bits, digits kept'],
    ['28 ffffffff0f', 'u32=4294967295 | uint32'],
    ['30 ffffffffffffffffff01', 'u64=18446744073709551615 | uint64 | 64 bits, digits kept'],
    ['30 8180808080808010', 'u64=9007199254740993 | uint64 | 64 bits, digits kept'],
    ['38 01', 's32=-1 | sint32'],
    ['38 ffffffff0f', 's32=-2147483648 | sint32'],
    ['38 feffffffff01', 's32=2147483647 | sint32'],
    ['40 ffffffffffffffffff01', 's64=-9223372036854775808 | sint64 | 64 bits, digits kept'],
    ['4d ffffffff', 'f32=4294967295 | fixed32'],
    ['51 ffffffffffffffff', 'f64=18446744073709551615 | fixed64 | 64 bits, digits kept'],
    ['5d ffffffff', 'sf32=-1 | sfixed32'],
    ['61 ffffffffffffffff', 'sf64=-1 | sfixed64'],
    ['68 00', 'b=false | bool'],
    ['68 02', 'b=true | bool'],
    ['72 02 c3bc', 's=ü | string'],
    ['72 01 ff', 's=\\xff | string | not valid UTF-8'],
    ['7a 00', 'y= | 0 bytes'],
    ['7a 02 00ff', 'y=00ff | 2 bytes'],
    ['8001 02', 'unit=BAR | t.Unit | 2'],
    ['8001 ffffffffffffffffff01', 'unit=LOW | t.Unit | -1'],
    ['8001 07', 'unit=7 | t.Unit | unknown in the schema'],
  ])('%s is %s', (hex, words) => expect(one(hex)).toBe(words));

  test.each([
    ['b201 00', '1970-01-01T00:00:00Z'],
    ['b201 02 08 01', '1970-01-01T00:00:01Z'],
    ['b201 11 08 ffffffffffffffffff01 10 80cab5ee01', '1969-12-31T23:59:59.5Z'],
  ])('%s is a time', (hex, iso) => {
    expect(lines(hex)).toEqual([`at=${iso}`]);
  });

  test.each([
    // Nanoseconds of more than a second, and before it, which no time has.
    ['b201 06 10 80 a8 d6 b9 07', ['at={}', '  nanos=2000000000']],
    ['b201 0b 10 ffffffffffffffffff01', ['at={}', '  nanos=-1']],
    ['b201 0a 08 ffffffffffffffff7f', ['at={}', '  seconds=9223372036854775807']],
    ['b201 04 08 01 18 05', ['at={}', '  seconds=1', '  3=5']],
  ])('%s is shown by its fields where it is no time', (hex, shown) => expect(lines(hex)).toEqual(shown));

  test.each([
    ['9201 03 01 02 03', ['list=[]', '  1', '  2', '  3']],
    ['9001 01 9001 02', ['list=[]', '  1', '  2']],
    ['9201 00', ['list=[]']],
    // Packed and not packed, and in parts: a list for each.
    ['9201 01 01 9001 02', ['list=[]', '  1', 'list=[]', '  2']],
    ['9a01 01 61 9a01 00', ['texts=[]', '  a', '  ']],
    ['8a01 02 18 05', ['sub={}', '  i32=5']],
    ['18 01 18 02', ['i32=1', 'i32=2']],
    ['a201 05 0a 01 61 10 05', ['counts={}', '  a=5']],
    // The key behind its value, no key, and no value.
    ['a201 05 10 05 0a 01 61', ['counts={}', '  a=5']],
    ['a201 02 10 05', ['counts={}', '  =5']],
    ['a201 03 0a 01 61', ['counts={}', '  a=not sent']],
    ['a201 05 0a 01 61 10 05 a201 05 0a 01 61 10 06', ['counts={}', '  a=5', '  a=6']],
    ['aa01 06 08 07 12 02 18 05', ['parts={}', '  7={}', '    i32=5']],
    ['ba01 04 08 01 10 02', ['units={}', '  true=BAR']],
    ['c03e 05', ['1000=5']],
  ])('%s is read as what it holds', (hex, shown) => expect(lines(hex)).toEqual(shown));

  test('that is a group is read as one, with its schema', () => {
    expect(lines('08 01 13 08 05 14', 'q.Old')).toEqual(['a=1', 'part={}', '  n=5']);
    expect(lines('1b 0a 01 61 1c 1b 1c', 'q.Old')).toEqual(['more=[]', '  {}', '    s=a', '  {}']);
    expect(read('13 08 05 14', 'q.Old').nodes[1]).toMatchObject({
      type: 'q.Old.Part',
      note: 'group',
      at: 1,
      length: 3,
    });
    expect(lines('13 08 05 1c', 'q.Old')).toBe('Protobuf ends a group that was not begun at byte 3.');
    expect(lines('13 08 05', 'q.Old')).toBe('Protobuf stops at byte 3: 1 byte is missing.');
    // A message may be sent as a group in proto3 as well.
    expect(lines('8b01 18 05 8c01')).toEqual(['sub={}', '  i32=5']);
  });

  test.each([
    ['18', 'stops at byte 1: 1 byte is missing'],
    ['1a 01 05', 'has another type in i32 at byte 1'],
    ['72', 'stops at byte 1: 1 byte is missing'],
    ['72 05 61', 'stops at byte 3: 4 bytes are missing'],
    ['70 01', 'has another type in s at byte 1'],
    ['8501 00000000', 'has another type in t.Unit'],
    ['8801 01', 'has another type in sub'],
    ['8a01 02 18', 'is missing'],
    ['9201 02 80', 'is missing'],
    ['a001 01', 'has another type in counts'],
    // A key of another type is not read as one of its own.
    ['a201 04 08 05 10 05', 'has another type in counts'],
    ['aa01 05 0a 01 61 12 00', 'has another type in parts'],
    ['a201 04 0a 00 13 14', 'has a group in a map'],
    ['a201 04 0a 00 12 00', 'has another type in counts'],
    ['00 00', 'has no field at byte 0'],
    ['1e 00', 'has no field at byte 0'],
    ['b201 01 0a', 'has another type in seconds at byte 4'],
  ])('%s is refused: %s', (hex, words) => expect(lines(hex)).toContain(words));
});

describe('A message without a schema', () => {
  const guess = (hex: string) => {
    const result = decoded(bytesOf(hex), [step('protobuf')]);
    return result.failure?.message ?? treeText(result);
  };
  const notes = (hex: string) =>
    decoded(bytesOf(hex), [step('protobuf')])
      .nodes.slice(1)
      .map(({ type, note }) => [type, note]);

  test.each([
    ['08 05', ['1=5']],
    ['08 05 08 06', ['1=[]', '  5', '  6']],
    ['0a 03 616263', ['1=abc']],
    ['0a 02 08 05', ['1={}', '  1=5']],
    ['0a 02 ff01', ['1=ff01']],
    ['0a 00', ['1=']],
    ['0b 08 05 0c', ['1={}', '  1=5']],
    ['0a 04 0a 02 08 05', ['1={}', '  1={}', '    1=5']],
    // Half a message is bytes.
    ['0a 03 08 05 10', ['1=080510']],
  ])('%s is shown by numbers', (hex, shown) => expect(guess(hex)).toEqual(shown));

  test('says what else its numbers may be', () => {
    expect(notes('08 ffffffffffffffffff01')).toEqual([['varint', 'or -1']]);
    expect(notes('0d 0ad74340')).toEqual([['32 bits', 'or float 3.06']]);
    expect(notes('09 000000000000f83f')).toEqual([['64 bits', 'or double 1.5']]);
    expect(notes('0a 01 61')).toEqual([['text, as it seems', '']]);
  });

  test('knows where each value lies', () => {
    const { nodes } = decoded(bytesOf('0a 04 0a 02 08 05 10 07'), [step('protobuf')]);
    expect(nodes.map(({ at, length }) => [at, length])).toEqual([
      [0, 8],
      [1, 5],
      [3, 3],
      [5, 1],
      [7, 1],
    ]);
  });

  test('is looked into so far, and in time that grows with its bytes', () => {
    let bytes: Uint8Array = new Uint8Array(200_000).fill(0xff);
    for (let level = 0; level < 40; level++) {
      const size = bytes.length;
      const head = [0x0a, (size & 0x7f) | 0x80, ((size >> 7) & 0x7f) | 0x80, size >> 14];
      bytes = Uint8Array.from(Buffer.concat([Uint8Array.from(head), bytes]));
    }
    const result = decoded(bytes, [step('protobuf')]);
    expect(Math.max(...result.nodes.map(({ depth }) => depth))).toBe(24);
    expect(result.nodes.at(-1)?.shape).toBe('bytes');
  });

  test('is none without fields', () => expect(guess('')).toContain('has no fields'));
});

/** Values that the parser's own encoder writes, and ours reads. */
const root = protobuf.parse(
  PROTO3.replace(/import.*\n/, '').replace(/google\.protobuf\.Timestamp at = 22;/, ''),
  {
    keepCase: true,
  },
).root;
const M = root.lookupType('t.M');
const bits = (width: number, isSigned: boolean) =>
  fc.bigInt({
    min: isSigned ? -(2n ** BigInt(width - 1)) : 0n,
    max: 2n ** BigInt(isSigned ? width - 1 : width) - 1n,
  });
const message = fc.record(
  {
    i32: bits(32, true),
    i64: bits(64, true),
    u32: bits(32, false),
    u64: bits(64, false),
    s32: bits(32, true),
    s64: bits(64, true),
    f32: bits(32, false),
    f64: bits(64, false),
    sf32: bits(32, true),
    sf64: bits(64, true),
    b: fc.boolean(),
    s: fc.string({ unit: 'grapheme', maxLength: 8 }),
    list: fc.array(bits(32, true).map(Number), { minLength: 1, maxLength: 5 }),
  },
  { requiredKeys: [] },
);
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

const WIDE = new Set(['i64', 'u64', 's64', 'f64', 'sf64']);

/** For its encoder, which has no big integers. */
function given(of: Message): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(of).map(([key, value]) => {
      if (typeof value !== 'bigint') return [key, value];
      if (!WIDE.has(key)) return [key, Number(value)];
      const raw = BigInt.asUintN(64, value);
      return [
        key,
        { low: Number(raw & 0xffff_ffffn) | 0, high: Number(raw >> 32n) | 0, unsigned: value >= 0n },
      ];
    }),
  );
}

describe('What protobufjs writes', () => {
  test('is read as it was given', () => {
    fc.assert(
      fc.property(message, (of) => {
        const bytes = Uint8Array.from(M.encode(given(of)).finish());
        if (bytes.length === 0) return;
        const result = decoded(bytes, [step('protobuf', 't.M')], { schemas });
        const shown = new Map(
          result.nodes
            .filter(({ depth, shape }) => depth === 1 && shape !== 'list')
            .map(({ key, text }) => [key, text]),
        );
        const expected = new Map(
          Object.entries(of)
            // What is nothing is not sent.
            .filter(([key, value]) => key !== 'list' && ![0n, '', false].includes(value as bigint))
            .map(([key, value]) => [key, String(value)]),
        );
        expect(shown).toEqual(expected);
        const items = result.nodes
          .filter(({ depth, key }) => depth === 2 && key === null)
          .map(({ text }) => Number(text));
        expect(items).toEqual(of.list ?? []);
      }),
      { seed: 71, numRuns: 200 },
    );
  });

  test('is what ours writes of the same JSON', () => {
    fc.assert(
      fc.property(message, (of) => {
        const json = JSON.stringify(of, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one));
        const made = encodeChosen(json, 't.M', schemas);
        if (made.kind !== 'encoded') throw new Error(made.failure.message);
        // In its own order; ours is that of the JSON.
        const back = M.toObject(M.decode(made.bytes), { longs: String });
        const want = M.toObject(M.decode(M.encode(given(of)).finish()), { longs: String });
        expect(back).toEqual(want);
      }),
      { seed: 72, numRuns: 100 },
    );
  });
});
