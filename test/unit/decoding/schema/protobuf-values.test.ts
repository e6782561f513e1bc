import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonNode } from '../../../../src-main/core/payload/json-nodes.ts';
import type { ProtoEnum, ProtoScalar } from '../../../../src-main/decoding/schema/protobuf-types.ts';
import {
  durationParts,
  enumBytes,
  kindOf,
  scalarBytes,
  timestampParts,
  varint,
} from '../../../../src-main/decoding/schema/protobuf-values.ts';

const number = (text: string): JsonNode => ({ kind: 'number', text });
const string = (text: string): JsonNode => ({ kind: 'string', text: JSON.stringify(text) });
const literal = (text: 'true' | 'false' | 'null'): JsonNode => ({ kind: 'literal', text });
const hex = (made: Uint8Array | string) =>
  typeof made === 'string' ? made : Buffer.from(made).toString('hex');

describe('A whole number', () => {
  // The least and the most of each type, and the first on either side that is none of it.
  test.each<[ProtoScalar, bigint, bigint]>([
    ['int32', -(2n ** 31n), 2n ** 31n - 1n],
    ['sint32', -(2n ** 31n), 2n ** 31n - 1n],
    ['sfixed32', -(2n ** 31n), 2n ** 31n - 1n],
    ['uint32', 0n, 2n ** 32n - 1n],
    ['fixed32', 0n, 2n ** 32n - 1n],
    ['int64', -(2n ** 63n), 2n ** 63n - 1n],
    ['sint64', -(2n ** 63n), 2n ** 63n - 1n],
    ['sfixed64', -(2n ** 63n), 2n ** 63n - 1n],
    ['uint64', 0n, 2n ** 64n - 1n],
    ['fixed64', 0n, 2n ** 64n - 1n],
  ])('of %s is from %d to %d', (type, least, most) => {
    for (const value of [least, most]) {
      expect(scalarBytes(number(String(value)), type)).toBeInstanceOf(Uint8Array);
      // As a string as well, as JSON of Protobuf writes what is wide.
      expect(hex(scalarBytes(string(String(value)), type))).toBe(
        hex(scalarBytes(number(String(value)), type)),
      );
    }
    for (const value of [least - 1n, most + 1n])
      expect(scalarBytes(number(String(value)), type)).toBe(
        `is out of the range of ${type}, ${least} to ${most}`,
      );
  });

  test.each([
    ['1.0', '01'],
    ['2e1', '14'],
    ['-0', '00'],
    ['150', '9601'],
    ['9007199254740993', '8180808080808010'],
  ])('%s is sent as %s', (text, bytes) => expect(hex(scalarBytes(number(text), 'int64'))).toBe(bytes));

  test.each(['1.5', '1e-1', '9007199254740993.0', '1e30', '9'.repeat(41)])('is not %s', (text) => {
    expect(scalarBytes(number(text), 'int64')).toContain('has a fraction, or too many digits');
  });

  test.each([
    [string(''), 'is a string'],
    [string('0x10'), 'is a string'],
    [literal('true'), 'is true'],
    [literal('null'), 'is null'],
    [{ kind: 'list', values: [] } as JsonNode, 'is a list'],
    [{ kind: 'object', keys: [], values: [] } as JsonNode, 'is an object'],
  ])('is not %j', (node, words) => {
    expect(scalarBytes(node, 'int32')).toBe(`${words}; int32 takes a whole number`);
    expect(words).toBe(`is ${kindOf(node)}`);
  });

  test('is as many bytes as it needs, and never more than ten', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        const bytes = varint(value);
        const back = bytes.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n);
        expect(back).toBe(BigInt.asUintN(64, value));
        expect(bytes.length).toBeLessThanOrEqual(10);
        expect(Array.from(bytes, (byte) => byte >= 0x80)).toEqual(
          Array.from(bytes, (_, at) => at < bytes.length - 1),
        );
      }),
      { seed: 121, numRuns: 200 },
    );
  });
});

describe('A float', () => {
  test.each<[JsonNode, 'float' | 'double', string]>([
    [number('1.5'), 'float', '0000c03f'],
    [number('1e39'), 'float', 'is out of the range of float'],
    [number('1e39'), 'double', '1d4a9cf487820748'],
    [number('1e400'), 'double', 'is out of the range of double'],
    [number('-0.0'), 'double', '0000000000000080'],
    [string('NaN'), 'float', '0000c07f'],
    [string('-Infinity'), 'float', '000080ff'],
    [string('2.5'), 'double', '0000000000000440'],
    [string('infinity'), 'double', 'is a string; double takes a number'],
    [literal('false'), 'float', 'is false; float takes a number'],
  ])('%j as %s is %s', (node, type, bytes) => {
    expect(hex(scalarBytes(node, type))).toBe(bytes);
  });
});

describe('A text, bytes or a truth', () => {
  test.each<[JsonNode, ProtoScalar, string]>([
    [string('ü😀'), 'string', 'c3bcf09f9880'],
    [string(''), 'string', ''],
    [{ kind: 'string', text: '"\\ud83d"' }, 'string', 'has half a character, which cannot be sent'],
    [number('1'), 'string', 'is a number; string takes a string'],
    [string('AP8='), 'bytes', '00ff'],
    [string('AP8'), 'bytes', '00ff'],
    [string('-_8'), 'bytes', 'fbff'],
    [string('A'), 'bytes', 'is not Base64, which bytes takes'],
    [literal('null'), 'bytes', 'is null; bytes takes a string of Base64'],
    [literal('true'), 'bool', '01'],
    [literal('false'), 'bool', '00'],
    [string('true'), 'bool', 'is a string; bool takes true or false'],
  ])('%j as %s is %s', (node, type, bytes) => expect(hex(scalarBytes(node, type))).toBe(bytes));
});

describe('A value of an enum', () => {
  const names = Array.from({ length: 10 }, (_, at) => [`N${at}`, at] as const);
  const of: ProtoEnum = {
    kind: 'enum',
    name: 'p.E',
    values: new Map(),
    numbers: new Map([...names, ['LOW', -1]]),
  };

  test('is its name, or any number of 32 bits', () => {
    expect(hex(enumBytes(string('N7'), of))).toBe('07');
    expect(hex(enumBytes(string('LOW'), of))).toBe('ffffffffffffffffff01');
    expect(hex(enumBytes(number('99'), of))).toBe('63');
    expect(enumBytes(number('2147483648'), of)).toContain('is out of the range of p.E');
  });

  test('is none of another name, and eight of its own are listed', () => {
    expect(enumBytes(string('n7'), of)).toBe(
      'is no value of p.E, which has N0, N1, N2, N3, N4, N5, N6, N7, …',
    );
    expect(enumBytes(literal('null'), of)).toContain('is no value of p.E');
  });
});

describe('A time', () => {
  test.each<[string, readonly [bigint, bigint]]>([
    ['1970-01-01T00:00:00Z', [0n, 0n]],
    ['1969-12-31T23:59:59.25Z', [-1n, 250_000_000n]],
    ['2026-01-31T12:00:00.123456789+01:00', [1_769_857_200n, 123_456_789n]],
    ['0001-01-01T00:00:00Z', [-62_135_596_800n, 0n]],
    ['9999-12-31T23:59:59.999999999Z', [253_402_300_799n, 999_999_999n]],
    ['2024-02-29T00:00:00Z', [1_709_164_800n, 0n]],
  ])('%s is its seconds, and nanoseconds that count forward', (text, parts) => {
    expect(timestampParts(string(text))).toEqual(parts);
  });

  test.each([
    '2026-02-29T00:00:00Z',
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31T24:00:00Z',
    '2026-01-31T12:00:00.1234567890Z',
    'now',
    '',
  ])('%s is none', (text) =>
    expect(timestampParts(string(text))).toBe('is no time such as 2026-01-31T12:00:00Z'),
  );

  test.each(['0000-12-31T00:00:00Z', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00'])(
    '%s lies outside of what Protobuf has',
    (text) => expect(timestampParts(string(text))).toBe('is a time outside of the years 1 to 9999, in UTC'),
  );
});

describe('A span of time', () => {
  test.each<[string, readonly [bigint, bigint]]>([
    ['0s', [0n, 0n]],
    ['1.5s', [1n, 500_000_000n]],
    // Both have the sign.
    ['-1.5s', [-1n, -500_000_000n]],
    ['-0.000000001s', [0n, -1n]],
    ['315576000000s', [315_576_000_000n, 0n]],
    ['-315576000000s', [-315_576_000_000n, 0n]],
  ])('%s is its seconds and nanoseconds', (text, parts) =>
    expect(durationParts(string(text))).toEqual(parts),
  );

  test.each(['1.5', '1,5s', '1m', '.5s', '1e3s', '-s', '1.0000000000s'])('%s is none', (text) => {
    expect(durationParts(string(text))).toBe('is no span of time such as 1.5s');
  });

  test.each(['315576000000.000000001s', '315576000001s', '-999999999999s'])(
    '%s is longer than any',
    (text) => {
      expect(durationParts(string(text))).toBe('is a longer span of time than 315576000000s');
    },
  );
});
