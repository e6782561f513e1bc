import { deflateRawSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintOf, readAvroSchema } from '../../../../src-main/decoding/schema/avro-schema.ts';
import { bytesOf, decoded, step, treeText } from '../../../support/decoding.ts';

const of = (schema: unknown, hex: string) =>
  decoded(bytesOf(hex), [step('avro', 'a.avsc')], {
    schemas: [{ name: 'a.avsc', text: JSON.stringify(schema) }],
  });
function one(schema: unknown, hex: string): string {
  const { failure, nodes } = of(schema, hex);
  if (failure !== null) return failure.message.replace(' Shown as bytes.', '');
  return [nodes[0]?.text, nodes[0]?.type, ...(nodes[0]?.note === '' ? [] : [nodes[0]?.note])].join(' | ');
}
const logical = (type: string, logicalType: string, more = {}) => ({ type, logicalType, ...more });
const long = (value: bigint) => {
  let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(left)]).toString('hex');
};
const text = (value: string) => long(BigInt(Buffer.byteLength(value))) + Buffer.from(value).toString('hex');

describe('A value of Avro', () => {
  test.each([
    ['null', '', 'null | null'],
    ['boolean', '01', 'true | boolean'],
    ['int', '01', '-1 | int'],
    ['long', 'ffffffffffffffffff01', '-9223372036854775808 | long | 64 bits, digits kept'],
    ['long', 'feffffffffffffffff01', '9223372036854775807 | long | 64 bits, digits kept'],
    ['float', '0ad74340', '3.06 | float'],
    ['double', '0000000000000080', '-0.0 | double'],
    ['double', '000000000000f87f', 'NaN | double'],
    ['bytes', '04 00ff', '00ff | 2 bytes'],
    ['string', '04 c3bc', 'ü | string'],
    ['string', '02 ff', '\\xff | string | not valid UTF-8'],
    [{ type: 'int' }, '02', '1 | int'],
    [{ type: { type: 'int' } }, '02', '1 | int'],
    [{ type: 'enum', name: 'E', symbols: ['A', 'B'] }, '02', 'B | E | 1'],
    [{ type: 'fixed', name: 'F', size: 2 }, '00ff', '00ff | F'],
    [['null', 'int'], '02 02', '1 | int'],
  ])('of %j in %s is %s', (schema, hex, words) => expect(one(schema, hex)).toBe(words));

  test.each([
    ['date', logical('int', 'date'), long(0n), '1970-01-01 | int | date: 0'],
    ['date before 1970', logical('int', 'date'), long(-1n), '1969-12-31 | int | date: -1'],
    [
      'date beyond the year 9999',
      logical('int', 'date'),
      long(2_932_897n),
      '+010000-01-01 | int | date: 2932897',
    ],
    [
      'date before the year 0',
      logical('int', 'date'),
      long(-719_529n),
      '-000001-12-31 | int | date: -719529',
    ],
    [
      'ms',
      logical('long', 'timestamp-millis'),
      long(-1n),
      '1969-12-31T23:59:59.999Z | long | timestamp-millis: -1',
    ],
    [
      'µs',
      logical('long', 'timestamp-micros'),
      long(1n),
      '1970-01-01T00:00:00.000001Z | long | timestamp-micros: 1',
    ],
    [
      'ns',
      logical('long', 'timestamp-nanos'),
      long(1n),
      '1970-01-01T00:00:00.000000001Z | long | timestamp-nanos: 1',
    ],
    // Where a clock shows it nobody says: it is no UTC.
    [
      'local ms',
      logical('long', 'local-timestamp-millis'),
      long(1n),
      '1970-01-01T00:00:00.001 | long | local-timestamp-millis: 1',
    ],
    [
      'local ns',
      logical('long', 'local-timestamp-nanos'),
      long(1n),
      '1970-01-01T00:00:00.000000001 | long | local-timestamp-nanos: 1',
    ],
    [
      'no date',
      logical('long', 'timestamp-millis'),
      long(2n ** 62n),
      `${2n ** 62n} | long | timestamp-millis, 64 bits, digits kept`,
    ],
    ['time', logical('int', 'time-millis'), long(5n), '5 | int | time-millis'],
    ['uuid', logical('string', 'uuid'), text('ab'), 'ab | string | uuid'],
    [
      'decimal',
      logical('bytes', 'decimal', { scale: 2, precision: 4 }),
      '04 ff85',
      '-1.23 | decimal | digits kept',
    ],
    ['decimal without a scale', logical('bytes', 'decimal'), '02 7f', '127 | decimal | digits kept'],
    ['decimal of nothing', logical('bytes', 'decimal'), '00', ' | 0 bytes | decimal'],
    [
      'decimal of half a digit',
      logical('bytes', 'decimal', { scale: 0.5 }),
      '02 7f',
      '7f | 1 byte | decimal',
    ],
    ['decimal of less', logical('bytes', 'decimal', { scale: -1 }), '02 7f', '7f | 1 byte | decimal'],
    [
      'decimal too long',
      logical('bytes', 'decimal'),
      long(5_000n) + '7f'.repeat(5_000),
      `${'7f'.repeat(512)} | 5,000 bytes | decimal`,
    ],
    ['a name of ours', logical('long', 'constructor'), long(7n), '7 | long | constructor'],
    ['another name of ours', logical('long', '__proto__'), long(7n), '7 | long | __proto__'],
    [
      'fixed',
      { type: 'fixed', name: 'D', size: 2, logicalType: 'decimal', scale: 1 },
      '000f',
      '1.5 | decimal | digits kept',
    ],
  ])('that is meant as %s is shown so', (_, schema, hex, words) => expect(one(schema, hex)).toBe(words));

  test.each([
    [
      'a record',
      {
        type: 'record',
        name: 'R',
        fields: [
          { name: 'a', type: 'int' },
          { name: 'b', type: 'string' },
        ],
      },
      '02 02 62',
      ['a=1', 'b=b'],
    ],
    ['a list', { type: 'array', items: 'int' }, '04 02 04 02 06 00', ['1', '2', '3']],
    ['a list with sizes', { type: 'array', items: 'int' }, '03 04 02 04 00', ['1', '2']],
    ['no list', { type: 'array', items: 'int' }, '00', []],
    ['a map', { type: 'map', values: 'int' }, '04 02 61 02 02 61 04 00', ['a=1', 'a=2']],
    [
      'a record that holds itself',
      {
        type: 'record',
        name: 'L',
        fields: [
          { name: 'v', type: 'int' },
          { name: 'next', type: ['null', 'L'] },
        ],
      },
      '02 02 04 00',
      ['v=1', 'next={}', '  v=2', '  next=null'],
    ],
    [
      'names in spaces',
      {
        type: 'record',
        name: 'R',
        namespace: 'n',
        fields: [
          { name: 'a', type: { type: 'enum', name: 'E', symbols: ['X'] } },
          { name: 'b', type: 'n.E' },
          { name: 'c', type: 'E' },
        ],
      },
      '00 00 00',
      ['a=X', 'b=X', 'c=X'],
    ],
  ])('that is %s is read', (_, schema, hex, lines) => expect(treeText(of(schema, hex))).toEqual(lines));

  test.each([
    ['boolean', '02', 'Avro has the boolean 2 at byte 0.'],
    ['string', '01 61', 'Avro has a length of -1 at byte 0.'],
    ['string', '04 61', 'Avro stops at byte 2: 1 byte is missing.'],
    ['int', '02 02', 'Avro has 1 byte left over.'],
    [['null'], '02', 'Avro has no branch 1 in a union at byte 0.'],
    [['null'], '01', 'Avro has a length of -1 at byte 0.'],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, '02', 'Avro has no symbol 1 of E at byte 0.'],
    [{ type: 'array', items: 'int' }, '02 02', 'Avro stops at byte 2: 1 byte is missing.'],
    [{ type: 'array', items: 'null' }, 'ffffffffffffffffff01 00', 'more than 10,000 values without bytes'],
    [{ type: 'record', name: 'R', fields: [{ name: 'r', type: 'R' }] }, '', 'nested deeper than 256 levels'],
    [{ type: 'fixed', name: 'F', size: 9_007_199_254_740_991 }, '00', 'far more bytes are missing'],
  ])('of %j in %s is refused: %s', (schema, hex, words) => expect(one(schema, hex)).toContain(words));

  test('of any long is that long', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(of('long', long(value)).nodes[0]?.text).toBe(String(value));
      }),
      { seed: 81, numRuns: 200 },
    );
  });
});

describe('A schema of Avro', () => {
  test.each([
    ['"Nobody"', 'the type Nobody is not there'],
    ['5', '5 is no type'],
    ['{"type":"record","name":"R","fields":[5]}', 'a field is none'],
    ['{"type":"record","fields":[]}', 'a name is missing'],
    ['{"type":"fixed","name":"F","size":"2"}', 'a size is none'],
    ['{"type":"fixed","name":"F","size":{"valueOf":1,"toString":1}}', 'a size is none'],
    ['{"type":"enum","name":"E","symbols":[{"toString":1}]}', 'a symbol is no text'],
    ['{"type":"enum","name":"E","symbols":[1]}', 'a symbol is no text'],
    ['{"type":"map"}', 'null is no type'],
    ['[', 'cannot read the schema'],
  ])('%s is refused: %s', (schema, words) => expect(() => readAvroSchema(schema)).toThrow(words));

  // Fingerprints of the specification's own implementation.
  test.each([
    ['"null"', '63dd24e7cc258f8a'],
    ['"boolean"', '9f42fc78a4d4f764'],
    ['"int"', '7275d51a3f395c8f'],
    ['"long"', 'd054e14493f41db7'],
    ['"float"', '4d7c02cb3ea8d790'],
    ['"double"', '8e7535c032ab957e'],
    ['"bytes"', '4fc016dac3201965'],
    ['"string"', '8f014872634503c7'],
  ])('%s has the fingerprint of its canonical form', (schema, print) => {
    expect(readAvroSchema(schema).fingerprint.toString(16)).toBe(print);
  });

  test('of nothing has the fingerprint that the specification begins with', () => {
    expect(fingerprintOf('')).toBe(0xc15d213aa4d7a795n);
  });

  test('has the same fingerprint, however it is written', () => {
    const forms = [
      '{"type":"record","name":"n.R","fields":[{"name":"a","type":"int"}]}',
      '{"namespace":"n","name":"R","type":"record","doc":"d","aliases":["x"],"fields":[{"default":0,"type":{"type":"int","logicalType":"date"},"name":"a"}]}',
      ' { "type" : { "type":"record","name":"R","namespace":"n","fields":[{"name":"a","type":"int","order":"ignore"}] } } ',
    ].map((form) => readAvroSchema(form).fingerprint);
    expect(new Set(forms).size).toBe(1);
    const other = readAvroSchema('{"type":"record","name":"n.R","fields":[{"name":"b","type":"int"}]}');
    expect(forms).not.toContain(other.fingerprint);
  });
});

describe('A single object of Avro', () => {
  const schema =
    '{"type":"record","name":"R","fields":[{"name":"a","type":"long"},{"name":"b","type":"string"}]}';
  const print = (print: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(print);
    return bytes.toString('hex');
  };
  const { fingerprint } = readAvroSchema(schema);
  const value = `02 ${text('b')}`;
  const good = { name: 'good.avsc', text: schema };
  const read = (hex: string, option: string, schemas = [good]) => {
    const result = decoded(bytesOf(hex), [step('avro', option)], { schemas });
    return result.failure?.message ?? treeText(result);
  };

  test('finds its schema by its fingerprint, also beside files that cannot be read', () => {
    const broken = { name: 'broken.avsc', text: '{' };
    const proto = { name: 'other.proto', text: 'nonsense' };
    for (const schemas of [[good], [broken, good], [proto, broken, good]])
      expect(read(`c301 ${print(fingerprint)} ${value}`, '', schemas)).toEqual(['a=1', 'b=b']);
    expect(read(`c301 ${print(1n)} ${value}`, '', [broken, good])).toContain(
      '0000000000000001, which is not among',
    );
    expect(read(value, '')).toContain('needs a schema');
    expect(read(value, 'none.avsc')).toContain('knows no schema none.avsc');
  });

  test('is known by its fingerprint, and a value that begins like one is that value', () => {
    // The long -98 in two bytes, and a text of nine.
    const chance = `c301 ${text('ninebytes')}`;
    expect(read(chance, 'good.avsc')).toEqual(['a=-98', 'b=ninebytes']);
    expect(read(`c301 ${print(fingerprint)} ${value}`, 'good.avsc')).toEqual(['a=1', 'b=b']);
    // Of a schema with other names, which a person takes for this one.
    expect(read(`c301 ${print(fingerprint ^ 1n)} ${value}`, 'good.avsc')).toEqual(['a=1', 'b=b']);
  });
});

describe('A container of Avro', () => {
  const SYNC = 'ab'.repeat(16);
  const meta = (entries: Record<string, string>) =>
    `${long(BigInt(Object.keys(entries).length))}${Object.entries(entries)
      .map(([key, of_]) => text(key) + text(of_))
      .join('')}00`;
  const container = (entries: Record<string, string>, ...blocks: readonly (readonly [number, string])[]) =>
    `4f626a01${meta(entries)}${SYNC}${blocks
      .map(([count, hex]) => {
        const bytes = hex.replace(/\s+/g, '');
        return long(BigInt(count)) + long(BigInt(bytes.length / 2)) + bytes + SYNC;
      })
      .join('')}`;
  const read = (hex: string) => {
    const result = decoded(bytesOf(hex));
    return (
      result.failure?.message ??
      (result.view === 'bytes' ? (result.ruledOut[0]?.why ?? '') : treeText(result))
    );
  };
  const INT = { 'avro.schema': '"int"' };

  test('has its records, in as many blocks as there are', () => {
    expect(read(container(INT, [2, '02 04'], [1, '06']))).toEqual(['1', '2', '3']);
    expect(read(container(INT))).toEqual([]);
    expect(decoded(bytesOf(container(INT, [1, '02']))).nodes.every(({ at }) => at === null)).toBe(true);
  });

  test.each([
    ['deflate', deflateRawSync(Buffer.from('0204', 'hex'))],
    ['zstandard', zstdCompressSync(Buffer.from('0204', 'hex'))],
    ['null', Buffer.from('0204', 'hex')],
  ])('is unpacked from %s', (codec, block) => {
    expect(read(container({ ...INT, 'avro.codec': codec }, [2, block.toString('hex')]))).toEqual(['1', '2']);
  });

  test.each([
    ['a block with more in it than its records', container(INT, [1, '02 04']), 'has 1 byte left over'],
    ['a block with less', container(INT, [2, '02']), 'stops at byte 1: 1 byte is missing'],
    [
      'a codec that is not known',
      container({ ...INT, 'avro.codec': 'snappy' }, [1, '02']),
      'packed with snappy',
    ],
    ['no schema', container({}, [1, '02']), 'cannot read the schema'],
    ['another mark behind a block', `${container(INT, [1, '02']).slice(0, -2)}00`, 'has no sync marker'],
    ['an end too early', container(INT, [1, '02']).slice(0, -2), 'is missing'],
  ])('with %s is refused', (_, hex, words) => expect(read(hex)).toContain(words));

  test('of blocks that unpack to more than fits is stopped', () => {
    const block = deflateRawSync(Buffer.alloc(40_000_004, 0)).toString('hex');
    const schema = '{"type":"fixed","name":"F","size":40000004}';
    const hex = container({ 'avro.schema': schema, 'avro.codec': 'deflate' }, [1, block], [1, block]);
    expect(read(hex)).toBe(
      'Avro unpacks to more than the 67 MB that are unpacked here: it was stopped there, and more follows. Shown as bytes.',
    );
  }, 30_000);

  test('with a name as long as itself keeps what is said of it short', () => {
    const name = 'N'.repeat(200_000);
    const symbol = container({ 'avro.schema': `{"type":"enum","name":"${name}","symbols":["A"]}` }, [
      1,
      '02',
    ]);
    expect(read(symbol).length).toBeLessThan(600);
    const good = decoded(
      bytesOf(container({ 'avro.schema': `{"type":"enum","name":"${name}","symbols":["A"]}` }, [1, '00'])),
    );
    expect(good.nodes[1]?.text).toBe('A');
    expect(good.nodes[1]?.type.length).toBeLessThan(1_100);
  });
});
