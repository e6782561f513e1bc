import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBirths } from '../../../../src-main/decoding/schema/sparkplug.ts';
import { bytesOf, decoded, step, treeText } from '../../../support/decoding.ts';

const hex = (bytes: readonly number[]) => Buffer.from(bytes).toString('hex');

/** Fields of a message as they go over the wire; the numbers are those of sparkplug_b.proto. */
function varint(value: bigint | number): number[] {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return [...bytes, Number(left)];
}
const int = (field: number, value: bigint | number) => [...varint(field << 3), ...varint(value)];
const part = (field: number, bytes: readonly number[]) => [
  ...varint((field << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
];
const text = (field: number, of: string) => part(field, [...new TextEncoder().encode(of)]);
function float(field: number, value: number, wide: boolean): number[] {
  const view = new DataView(new ArrayBuffer(wide ? 8 : 4));
  if (wide) view.setFloat64(0, value, true);
  else view.setFloat32(0, value, true);
  return [...varint((field << 3) | (wide ? 1 : 5)), ...new Uint8Array(view.buffer)];
}

const TYPE = { int8: 1, int16: 2, int32: 3, int64: 4, uint64: 8, float: 9, bool: 11, dateTime: 13 } as const;
const metric = (...fields: readonly number[][]) => part(2, fields.flat());
const payload = (...fields: readonly number[][]) => Uint8Array.from(fields.flat());
const read = (bytes: Uint8Array, births: Uint8Array[] = []) =>
  decoded(bytes, [step('sparkplug')], { births });

/** The one metric of a payload: its name, value, type and what is beside it. */
function only(...fields: readonly number[][]): string {
  const result = read(payload(metric(...fields)));
  if (result.failure !== null) return result.failure.message;
  const node = result.nodes[2];
  return [`${node?.key}=${node?.text}`, node?.type, ...(node?.note === '' ? [] : [node?.note])].join(' | ');
}

describe('A value of a metric', () => {
  test.each([
    ['Int8', TYPE.int8, -5, '-5', ''],
    ['Int8', TYPE.int8, 0xff_ff_ff_fb, '-5', ''],
    ['Int8 in its own bits', TYPE.int8, 0xfb, '-5', ''],
    ['Int8', TYPE.int8, 127, '127', ''],
    // 300 is no Int8, and nothing is made of it.
    ['Int8 that is none', TYPE.int8, 300, '300', 'out of the range of Int8'],
    ['Int16', TYPE.int16, 0xffff, '-1', ''],
    ['Int16 that is none', TYPE.int16, 70_000, '70000', 'out of the range of Int16'],
    ['Int32', TYPE.int32, 0x8000_0000, '-2147483648', ''],
    ['Int32 that is none', TYPE.int32, 2n ** 40n, '1099511627776', 'out of the range of Int32'],
    ['Int64', TYPE.int64, -1n, '-1', ''],
    ['Int64', TYPE.int64, 2n ** 63n, '-9223372036854775808', '64 bits, digits kept'],
    ['UInt64', TYPE.uint64, 2n ** 64n - 1n, '18446744073709551615', '64 bits, digits kept'],
    ['DateTime', TYPE.dateTime, 1_700_000_000_123, '2023-11-14T22:13:20.123Z', '1700000000123'],
    ['DateTime before 1970', TYPE.dateTime, -1n, '1969-12-31T23:59:59.999Z', '18446744073709551615'],
    ['DateTime that there is not', TYPE.dateTime, 2n ** 62n, String(2n ** 62n), '64 bits, digits kept'],
  ])('%s is read', (name, type, value, words, note) => {
    const [word] = name.split(' ');
    for (const field of [10, 11])
      expect(only(text(1, 'a'), int(4, type), int(field, value))).toBe(
        [`a=${words}`, word, ...(note === '' ? [] : [note])].join(' | '),
      );
  });

  test.each([
    ['float', float(12, 3.06, false), 9, '3.06 | Float'],
    ['double', float(13, -0, true), 10, '-0.0 | Double'],
    ['NaN', float(13, Number.NaN, true), 10, 'NaN | Double'],
    ['true', int(14, 1), 11, 'true | Boolean'],
    ['text', text(15, 'ü'), 12, 'ü | String'],
    ['text that is no UTF-8', part(15, [0xff]), 12, '\\xff | String | not valid UTF-8'],
    ['bytes', part(16, [0, 255]), 17, '00ff | 2 bytes | Bytes'],
    ['a type of tomorrow', int(10, 7), 99, '7 | type 99'],
  ])('%s is read', (_, value, type, words) => {
    expect(only(text(1, 'a'), int(4, type), value)).toBe(`a=${words}`);
  });

  test('is null where it is said so, and none where none was sent', () => {
    expect(only(text(1, 'a'), int(4, TYPE.int32), int(7, 1))).toBe('a=null | Int32');
    expect(only(text(1, 'a'), int(4, TYPE.int32), int(7, 1), int(10, 5))).toBe('a=null | Int32');
    expect(only(text(1, 'a'))).toBe('a=no value | type not sent');
    expect(only(int(2, 7), int(10, 5))).toBe('alias 7=5 | type not sent | alias 7');
    expect(only(int(10, 5))).toBe('no name=5 | type not sent');
  });

  test('has beside it its time, and whether it is of the past or passing', () => {
    const time = int(3, 1_000);
    expect(only(text(1, 'a'), time, int(5, 1), int(5, 1), int(6, 1), int(10, 1))).toBe(
      'a=1 | type not sent | 1970-01-01T00:00:01.000Z, historical, transient',
    );
    expect(only(text(1, 'a'), int(5, 0), int(10, 1))).toBe('a=1 | type not sent');
    expect(only(text(1, 'a'), int(3, 2n ** 62n), int(10, 1))).toContain(`${2n ** 62n} ms since 1970`);
  });

  test('has beside it its properties, such as its quality', () => {
    const value = (type: number, of: number[]) => part(2, [...int(1, type), ...of]);
    const properties = [
      ...text(1, 'Quality'),
      ...text(1, 'engUnit'),
      ...text(1, 'low'),
      ...text(1, 'none'),
      ...text(1, 'more'),
      ...value(3, int(3, 192)),
      ...value(12, text(8, 'RPM')),
      ...value(3, int(3, -1)),
      ...part(2, int(2, 1)),
      ...part(2, part(9, [])),
    ];
    expect(only(text(1, 'a'), part(9, properties), int(10, 5))).toBe(
      'a=5 | type not sent | Quality: 192, engUnit: RPM, low: -1, none: null, more: a set of properties',
    );
    const many = Array.from({ length: 12 }, (_, at) => [
      ...text(1, `p${at}`),
      ...value(3, int(3, at)),
    ]).flat();
    expect(only(text(1, 'a'), part(9, many), int(10, 5))).toMatch(/p7: 7, 4 more$/);
    const long = [...text(1, 'n'.repeat(5_000)), ...part(2, text(8, 'v'.repeat(5_000)))];
    expect(only(text(1, 'a'), part(9, long), int(10, 5)).length).toBeLessThan(300);
    // A name without a value has none.
    expect(only(text(1, 'a'), part(9, text(1, 'alone')), int(10, 5))).toContain('alone: no value');
  });

  test('has beside it what is said of a file', () => {
    const about = [...text(5, 'a.bin'), ...int(3, 2), ...text(7, 'd41d8'), ...int(1, 1)];
    expect(only(text(1, 'a'), part(8, about), int(4, 18), part(16, [1, 2]))).toBe(
      'a=0102 | 2 bytes | File, file: a.bin, size: 2, MD5: d41d8, multi-part: 1',
    );
  });
});

describe('An array in a metric', () => {
  const list = (type: number, bytes: string) =>
    treeText(read(payload(metric(text(1, 'a'), int(4, type), part(16, [...bytesOf(bytes)])))))
      .slice(2)
      .map((line) => line.trim());

  test.each([
    ['Int8', 22, '80 7f', ['-128', '127']],
    ['Int16', 23, '0080 ff7f', ['-32768', '32767']],
    ['Int32', 24, '00000080', ['-2147483648']],
    ['Int64', 25, '0000000000000080', ['-9223372036854775808']],
    ['UInt8', 26, '00ff', ['0', '255']],
    ['UInt16', 27, '0100', ['1']],
    ['UInt32', 28, 'ffffffff', ['4294967295']],
    ['UInt64', 29, 'ffffffffffffffff', ['18446744073709551615']],
    ['Float', 30, '0ad74340', ['3.06']],
    ['Double', 31, '000000000000f07f', ['Infinity']],
    [
      'Boolean',
      32,
      '0c000000 c0a0',
      ['true', 'true', ...Array<string>(6).fill('false'), 'true', 'false', 'true', 'false'],
    ],
    ['String', 33, '6100 00 c3bc00', ['a', '', 'ü']],
    ['String without its end', 33, '6100 62', ['a', 'b']],
    ['DateTime', 34, 'ffffffffffffffff', ['1969-12-31T23:59:59.999Z']],
    ['nothing', 24, '', []],
  ])('of %s is read', (_, type, bytes, values) => expect(list(type, bytes)).toEqual(values));

  test.each([
    ['Int16', 23, '00', 'stops at byte 1: 1 byte is missing'],
    ['Boolean', 32, '09000000 ff', 'fewer booleans than the 9'],
    ['Boolean', 32, 'ffffffff ff', 'fewer booleans than the 4294967295'],
  ])('of %s that is cut off is refused', (_, type, bytes, words) => {
    const { failure } = read(payload(metric(text(1, 'a'), int(4, type), part(16, [...bytesOf(bytes)]))));
    expect(failure?.message).toContain(words);
  });
});

describe('A payload of Sparkplug B', () => {
  test('has its time, its number, its kind and its rest before its metrics', () => {
    const result = read(payload(int(1, 1_000), int(3, 255), text(4, 'u'), part(5, [1, 2])));
    expect(treeText(result)).toEqual([
      'timestamp=1970-01-01T00:00:01.000Z',
      'seq=255',
      'uuid=u',
      'body=0102',
      'metrics={}',
    ]);
    expect(result.nodes[1]?.note).toBe('1000');
    expect(treeText(read(payload(int(1, 2n ** 62n))))[0]).toBe(`timestamp=${2n ** 62n}`);
  });

  test('names by aliases what a birth certificate has named, with its type', () => {
    const birth = payload(
      metric(text(1, 'Temp'), int(2, 7), int(4, TYPE.int8)),
      metric(text(1, 'Plain'), int(4, TYPE.int16)),
      metric(int(2, 9)),
    );
    const data = payload(
      metric(int(2, 7), int(10, 0xff)),
      metric(text(1, 'Plain'), int(10, 0xffff)),
      metric(int(2, 9), int(10, 1)),
    );
    const result = read(data, [birth]);
    expect(treeText(result).slice(1)).toEqual(['  Temp=-1', '  Plain=-1', '  alias 9=1']);
    expect(result.nodes[4]?.textKey).toBe(false);
    expect(result.notes).toEqual(['1 metric comes by alias only, and no birth certificate names it here.']);
  });

  test('takes of a birth certificate that is broken what stands before the fault', () => {
    const good = metric(text(1, 'Temp'), int(2, 7));
    expect(readBirths([payload(good, [0xff])]).names).toEqual(new Map([[7n, 'Temp']]));
    expect(readBirths([payload([0xff]), payload(good)]).names.size).toBe(1);
    expect(readBirths([]).names.size).toBe(0);
  });

  test('has data sets in rows, with the types of their columns', () => {
    const element = (...of: number[][]) => part(1, of.flat());
    const set = [
      ...int(1, 2),
      ...text(2, 'level'),
      ...text(2, 'name'),
      ...part(3, [TYPE.int8, 12]),
      ...part(4, [...element(int(1, 0xff)), ...element(text(6, 'a'))]),
      ...part(4, [...element(), ...element(text(6, 'b')), ...element(int(5, 1))]),
    ];
    const result = read(payload(metric(text(1, 'set'), int(4, 16), part(17, set))));
    expect(treeText(result).slice(1)).toEqual([
      '  set=[]',
      '    {}',
      '      level=-1',
      '      name=a',
      '    {}',
      '      level=null',
      '      name=b',
      '      2=true',
    ]);
    expect(result.nodes[2]?.type).toBe('DataSet, 2 rows');
  });

  test('has templates with their parameters and metrics, also in each other', () => {
    const inner = [
      ...text(4, 'motor'),
      ...int(5, 0),
      ...metric(text(1, 'rpm'), int(4, TYPE.int32), int(10, 5)),
    ];
    const outer = [
      ...text(1, 'v1'),
      ...int(5, 1),
      ...part(3, [...text(1, 'kp'), ...int(2, 9), ...float(5, 1.5, false)]),
      ...part(3, [...text(1, 'unset'), ...int(2, TYPE.int32)]),
      ...metric(text(1, 'drive'), int(4, 19), part(18, inner)),
    ];
    const result = read(payload(metric(text(1, 't'), int(4, 19), part(18, outer))));
    expect(treeText(result).slice(1)).toEqual([
      '  t={}',
      '    version=v1',
      '    parameters={}',
      '      kp=1.5',
      '      unset=no value',
      '    metrics={}',
      '      drive={}',
      '        template=motor',
      '        metrics={}',
      '          rpm=5',
    ]);
    expect(result.nodes[2]?.type).toBe('template definition');
  });

  test.each([
    ['a time that is a text', text(1, 'now'), 'has another type in the field 1 at byte 2'],
    ['a number that is a text', text(3, 'one'), 'has another type in the field 3'],
    ['metrics that are numbers', int(2, 1), 'has another type in the field 2'],
    ['a name that is a number', metric(int(1, 5)), 'has another type in the field 1'],
    ['an alias that is a text', metric(text(2, 'a')), 'has another type in the field 2'],
    ['a float of eight bytes', metric(float(12, 1, true)), 'has another type in the field 12'],
    ['a truth that is a text', metric(text(14, 'true')), 'has another type in the field 14'],
    ['a text that is a float', metric(float(15, 1, false)), 'has another type in the field 15'],
    ['a template that is a number', metric(int(18, 1)), 'has another type in the field 18'],
    ['a field that no payload has', int(6, 1), 'has the field 6, which no payload has'],
    ['the field 0', [0x00, 0x00], 'has no field at byte 0'],
    ['a group', [0x0b], 'has no field at byte 0'],
  ])('with %s is refused, and nothing is made up', (_, bytes, words) => {
    expect(read(payload(bytes)).failure?.message).toContain(words);
  });

  test('is refused when it is cut off within a field, anywhere', () => {
    const whole = payload(int(1, 1_700_000_000_000), metric(text(1, 'a'), int(4, 10), float(13, 1, true)));
    const ends = new Set([0, 7, whole.length]);
    for (let end = 0; end <= whole.length; end++) {
      const { failure } = read(whole.subarray(0, end));
      expect([end, failure === null]).toEqual([end, ends.has(end)]);
    }
  });

  test('of more metrics than are shown says so, and keeps no more than that', () => {
    const bytes = new Uint8Array(1_000_000);
    for (let at = 0; at < bytes.length; at += 2) bytes[at] = 0x12;
    const result = read(bytes);
    expect(result.total).toBe(300_000);
    expect(result.nodes[1]?.type).toBe('more than 300,000 metrics');
    expect(result.notes).toEqual(['The first 300,000 values are shown; there are more.']);
  }, 30_000);

  test('is found by its topic, but for the state of a host', () => {
    const bytes = payload(int(1, 1), metric(text(1, 'a'), int(10, 5)));
    const by = (topic: string) => decoded(bytes, null, { topic }).stages[0]?.decoder;
    expect(['spBv1.0/g/NDATA/n', 'spBv1.0/STATE/h', 'spBv1.0/g/STATE/h', 'other/spBv1.0/g'].map(by)).toEqual([
      'sparkplug',
      ...['bytes', 'bytes', 'bytes'],
    ]);
  });

  test('of any bytes is read or refused in words', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const { failure } = read(bytes);
        expect(failure === null || /^Sparkplug B (?:has|stops|is)/.test(failure.message)).toBe(true);
      }),
      { seed: 61, numRuns: 300 },
    );
    expect(hex([...payload(int(1, 300))])).toBe('08ac02');
  });
});
