import { BasicConstraints, Certificate } from '@peculiar/asn1-x509';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countOf,
  countOfBytes,
  decode,
  decodeElement,
  DerError,
  encode,
  hex,
  octetsOf,
  oidOf,
  orNull,
  partsOf,
  readDer,
  tagOf,
} from '../../../../src-main/core/tls/der.ts';
import { certificateDer } from '../../../support/tls/built-certificate.ts';
import {
  context,
  integer,
  NULL,
  octets,
  oid,
  sequence,
  set,
  text,
  tlv,
} from '../../../support/tls/der-writer.ts';

const nodeOf = (bytes: Uint8Array) => readDer(bytes).node;

describe('An element', () => {
  test('is read with exactly its own bytes, whatever follows it.', () => {
    const element = sequence(integer(7), octets(Buffer.from('abc')));
    const { node, whole } = readDer(Buffer.concat([element, Buffer.from('more')]));
    expect(Buffer.from(whole)).toEqual(element);
    expect(partsOf(node)).toHaveLength(2);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a tag alone', Buffer.of(0x30)],
    ['a length beyond the end', Buffer.of(0x04, 5, 1, 2)],
    [
      'more than a megabyte',
      Buffer.concat([Buffer.of(0x04, 0x83, 0x0f, 0x42, 0x41), Buffer.alloc(1_000_001)]),
    ],
    [
      'a hundred sequences in each other',
      Array.from({ length: 100 }).reduce<Buffer>((in_) => sequence(in_), NULL),
    ],
    ['30,000 elements', tlv(0x30, ...Array.from({ length: 30_000 }, () => NULL))],
  ])('is refused as one kind of error: %s.', (_, bytes) => {
    expect(() => readDer(bytes)).toThrow(DerError);
    expect(() => decode(bytes, Certificate)).toThrow(DerError);
  });

  test('of 30 levels and some thousand parts is read.', () => {
    const deep = Array.from({ length: 29 }).reduce<Buffer>((inner) => sequence(inner), NULL);
    expect(() => readDer(deep)).not.toThrow();
    expect(partsOf(nodeOf(sequence(...Array.from({ length: 5_000 }, () => NULL))))).toHaveLength(5_000);
  });

  test('has the tag of its first byte.', () => {
    for (const bytes of [
      sequence(),
      set(),
      octets(Buffer.of(1)),
      integer(1),
      context(3, NULL),
      NULL,
      text('a'),
    ])
      expect(tagOf(nodeOf(bytes))).toBe(bytes[0]);
  });

  test('is never taken for another kind.', () => {
    const [number, bytes, name] = [nodeOf(integer(1)), nodeOf(octets(Buffer.of(1))), nodeOf(oid('1.2.3'))];
    for (const wrong of [
      () => partsOf(number),
      () => partsOf(nodeOf(set())),
      () => oidOf(bytes),
      () => countOf(bytes),
      () => octetsOf(name),
    ])
      expect(wrong).toThrow(DerError);
    for (const read of [partsOf, oidOf, countOf, octetsOf]) expect(() => read(undefined)).toThrow(DerError);
  });
});

describe('A number', () => {
  test('is read as it was written, up to six bytes.', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 - 1 }), (n) => {
        expect(countOf(nodeOf(integer(n)))).toBe(n);
      }),
      { seed: 1 },
    );
  });

  test('that is negative or too large is endless, so that no bound lets it pass.', () => {
    for (const bytes of [Buffer.of(0xff), Buffer.of(0x80, 0, 0), Buffer.alloc(7, 1), Buffer.alloc(200, 0x7f)])
      expect(countOf(nodeOf(tlv(2, bytes)))).toBe(Infinity);
    expect(countOfBytes(Buffer.of(0x7f, 0xff))).toBe(0x7fff);
    expect(countOfBytes(Buffer.of(0, 0xff))).toBe(255);
  });
});

test('An object identifier is shown in its dotted form, and never at full length.', () => {
  const arcs = fc.array(fc.integer({ min: 0, max: 2 ** 28 - 1 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.nat(39), arcs, (second, rest) => {
      const dotted = ['1', second, ...rest].join('.');
      expect(oidOf(nodeOf(oid(dotted)))).toBe(dotted);
    }),
    { seed: 2 },
  );
  const long = oid(`1.2.${Array.from({ length: 200 }, () => '123456').join('.')}`);
  expect(oidOf(nodeOf(long))).toHaveLength(256);
});

test('Bytes that were written in pieces are one, as BER allows.', () => {
  const pieces = tlv(0x24, octets(Buffer.from('ab')), octets(Buffer.from('c')));
  expect(Buffer.from(octetsOf(nodeOf(pieces))).toString()).toBe('abc');
  expect(octetsOf(nodeOf(octets(Buffer.alloc(0))))).toHaveLength(0);
});

test('A structure that is read and written again is the same bytes.', () => {
  const bytes = sequence(Buffer.of(1, 1, 0xff), integer(3));
  const read = decode(bytes, BasicConstraints);
  expect(read).toMatchObject({ cA: true, pathLenConstraint: 3 });
  expect(Buffer.from(encode(read))).toEqual(bytes);
  expect(decodeElement(nodeOf(bytes), BasicConstraints)).toEqual(read);
  expect(() => decodeElement(nodeOf(integer(1)), BasicConstraints)).toThrow(DerError);
  const certificate = certificateDer();
  expect(Buffer.from(encode(decode(certificate, Certificate)))).toEqual(certificate);
});

test('What makes no sense is null, and a fault of the program stays one.', () => {
  expect(orNull(() => readDer(Buffer.from('no')))).toBeNull();
  expect(orNull(() => 5)).toBe(5);
  expect(() =>
    orNull(() => {
      throw new TypeError('ours');
    }),
  ).toThrow('ours');
});

test('Hex digits are upper case, two for each byte.', () => {
  expect(hex(Uint8Array.of(0, 0x0a, 0xff))).toBe('000AFF');
  expect(hex(new Uint8Array())).toBe('');
});
