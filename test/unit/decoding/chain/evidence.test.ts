import { describe, expect, test } from 'vitest';
import { evidence, isTextual, textTrials } from '../../../../src-main/decoding/chain/evidence.ts';
import { StageBytes } from '../../../../src-main/decoding/chain/leaves.ts';
import type { Surroundings } from '../../../../src-main/decoding/chain/reading.ts';
import { bytesOf, chainText, decoded, NOTHING_AROUND } from '../../../support/decoding.ts';

const of = (hex: string, around: Partial<Surroundings> = {}, isFirst = true) => [
  ...evidence(new StageBytes(bytesOf(hex), { ...NOTHING_AROUND, ...around }), isFirst),
];
const byType = (contentType: string) => of('00', { contentType })[0]?.decoder ?? null;
const trials = (text: string, saysText = false) =>
  [...textTrials(text, saysText)].map(({ decoder }) => decoder).join(' ');

describe('A content type', () => {
  test.each([
    ['application/json', 'json'],
    [' Application/JSON; charset=utf-8', 'json'],
    ['application/senml+json', 'json'],
    ['application/x-ndjson', 'json'],
    ['application/json-seq', 'json'],
    ['application/cbor', 'cbor'],
    ['application/senml+cbor', 'cbor'],
    ['application/cbor-seq', 'cbor'],
    ['application/vnd.msgpack', 'msgpack'],
    ['application/x-msgpack', 'msgpack'],
    ['application/bson', 'bson'],
    ['application/x-protobuf', 'protobuf'],
    ['application/vnd.google.protobuf', 'protobuf'],
    ['avro/binary', 'avro'],
    ['application/vnd.apache.avro+json', 'json'],
    ['image/png', 'image'],
    ['image/svg+xml', 'image'],
    ['application/xml', 'xml'],
    ['text/xml', 'xml'],
    ['application/soap+xml', 'xml'],
    ['text/yaml', 'yaml'],
    ['application/jwt', 'jwt'],
    ['application/gzip', 'gzip'],
    ['application/zstd', 'zstd'],
    ['application/zlib', 'zlib'],
    ['text/plain', 'text'],
    ['text/csv', 'text'],
    ['application/octet-stream', null],
    ['application/jsonx', null],
    ['imagepng', null],
    ['', null],
  ])('%j speaks for %s', (type, decoder) => expect(byType(type)).toBe(decoder));

  test('is shown as far as a line has room, and only as it was sent', () => {
    const contentType = `application/json;${'x'.repeat(500)}`;
    expect(of('00', { contentType })[0]?.why).toHaveLength('content type '.length + 80);
    expect(of('00', { contentType }, false)).toEqual([]);
  });

  test('has a charset for text where it is one that is known', () => {
    const option = (contentType: string) => of('00', { contentType })[0]?.option;
    expect(option('text/plain; charset=ISO-8859-1')).toBe('iso-8859-1');
    expect(option('text/plain;charset="utf-16le"')).toBe('utf-16le');
    expect(option('text/plain; charset=ebcdic')).toBe('');
    expect(option('application/json; charset=latin1')).toBe('');
  });

  test('that is wrong is ruled out with the reason, and what the bytes are is found', () => {
    const result = decoded(bytesOf('text:{"a":1}'), null, { contentType: 'application/cbor' });
    expect(chainText(result)).toBe('JSON');
    expect(result.ruledOut).toMatchObject([{ decoder: 'cbor', detail: 'content type application/cbor' }]);
  });
});

describe('The first bytes', () => {
  test.each([
    ['1f8b08', 'gzip', 'starts with 1f 8b 08'],
    ['28b52ffd', 'zstd', 'starts with 28 b5 2f fd'],
    ['789c0000000000', 'zlib', 'starts with 78 9c'],
    ['78010000000000', 'zlib', 'starts with 78 01'],
    ['ffd8ff', 'image', 'starts with ff d8 ff'],
    ['89504e470d0a1a0a', 'image', 'starts with 89 50 4e 47'],
    ['d9d9f7', 'cbor', 'starts with d9 d9 f7'],
    ['4f626a01', 'avro', 'starts with 4f 62 6a 01'],
    ['c30100000000000000000000', 'avro', 'starts with c3 01'],
  ])('%s speak for %s', (hex, decoder, why) => expect(of(hex)).toMatchObject([{ decoder, why }]));

  test.each([
    '',
    '1f',
    '1f8b',
    '1f8b07',
    '789c',
    '789d0000000000',
    'f81d0000000000',
    'c301',
    'ffd8',
    '4f626a02',
  ])('%s speak for nothing', (hex) => expect(of(hex)).toEqual([]));

  test('come behind what the topic and the content type say', () => {
    const around = { topic: 'spBv1.0/g/DDATA/n/d', contentType: 'application/gzip' };
    expect(of('1f8b08', around).map(({ decoder }) => decoder)).toEqual(['sparkplug', 'gzip', 'gzip']);
  });
});

describe('A text', () => {
  test.each([
    ['{"a":1}', 'json'],
    ['[1]', 'json'],
    ['"a long enough text"', 'json'],
    ['true', 'json switch'],
    ['null', 'json'],
    ['12.5', 'json'],
    // A number that may be a time is one for that first.
    ['1700000000', 'json json'],
    ['-1e9', 'json'],
    ['1.', ''],
    ['<svg width="1">', 'image xml'],
    ['<?xml version="1.0"?><svg>', 'image xml'],
    ['<a/>', 'xml'],
    ['eyJhbGciOiJub25lIn0.e30.', 'jwt'],
    ['2026-11-20T14:31:06Z', 'timestamp'],
    ['2026-02-30', ''],
    ['on', 'switch'],
    ['0', 'json'],
    ['---\na: 1', 'yaml'],
    ['a: 1\nb: 2', 'yaml'],
    ['a:\n  - 1', 'yaml'],
    ['a: 1\r\nb: 2', 'yaml'],
    ['well: this is it', ''],
    ['just words', ''],
    ['', ''],
  ])('%j may be %s', (text, decoders) => expect(trials(text)).toBe(decoders));

  test.each([
    ['deadbeefdeadbeef', 'hex base64'],
    ['0xdeadbeefdeadbeef', 'hex base64'],
    ['de ad be ef de ad be ef', 'hex'],
    ['de:ad:be:ef:de:ad:be:ef', 'hex'],
    ['de-ad-be-ef-de-ad-be-ef', 'hex base64'],
    ['dea dbe efd ead bee fde', ''],
    ['de  ad be ef de ad be ef', ''],
    ['deadbeef', ''],
    ['1234567890123456', 'json json base64'],
    ['QUJDREVGR0hJSktMTU5PUA==', 'base64'],
    ['QUJDREVGR0hJ\nSktMTU5PUA==', 'base64'],
    ['-_-_QUJDREVGR0hJ', 'base64'],
    ['QUJDREVGR0hJSktMTU5PUA===', ''],
    ['QUJD REVGR0hJSktMTU5PUA', ''],
  ])('%j may have something in it: %s', (text, decoders) => expect(trials(text)).toBe(decoders));

  test('of a sender that says it is text has nothing in it', () => {
    expect(trials('deadbeefdeadbeef', true)).toBe('');
  });

  test('is one where its bytes are, and controls are not all over it', () => {
    const textual = (hex: string) => isTextual(new StageBytes(bytesOf(hex), NOTHING_AROUND));
    expect(['61', 'c3bc', '1b5b33316d'].map(textual)).toEqual([true, true, true]);
    expect(['', '00', 'ff', '0102'].map(textual)).toEqual([false, false, false, false]);
  });
});
