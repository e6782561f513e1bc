import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecoderId } from '../../../src-main/contract/model/decoder-rule.ts';
import { bytesOf, decoded, step, treeText } from '../../support/decoding.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/payloads');
const PAYLOADS = readdirSync(FOLDER).flatMap((name) => {
  const { fixtures } = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as {
    fixtures: { hex: string }[];
  };
  return fixtures.map(({ hex }) => bytesOf(hex));
});
const OPTIONS: Partial<Record<DecoderId, string>> = { number: 'uint8', bits: 'a:1 b:3', text: 'UTF-16LE' };
/** Faults of ours, and not of a payload; YAML may have an invalid escape sequence. */
const OURS = /undefined|not a function|Cannot |Invalid (?!escape)|is not iterable|Nothing is open/;

function tryAll(bytes: Uint8Array): void {
  for (const decoder of [null, ...DecoderId.options]) {
    const result = decoded(bytes, decoder === null ? null : [step(decoder, OPTIONS[decoder])]);
    const said = [result.failure?.message ?? '', ...result.ruledOut.map(({ why }) => why)].join('\n');
    expect(OURS.test(said) ? `${decoder}: ${said}` : '').toBe('');
    const [root] = result.nodes;
    if (root !== undefined) expect(root.descendants).toBe(result.total - 1);
  }
}

describe('Hostile payloads', () => {
  test('of random bytes crash no decoder', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), tryAll), { numRuns: 120, seed: 12 });
  });

  test('that were good until some bytes were changed or cut off crash no decoder', () => {
    const changed = fc
      .tuple(
        fc.constantFrom(...PAYLOADS),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(), { nil: null }),
      )
      .map(([payload, changes, cut]) => {
        const bytes = payload.slice(0, cut === null ? payload.length : cut % (payload.length + 1));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        return bytes;
      });
    fc.assert(fc.property(changed, tryAll), { numRuns: 120, seed: 13 });
  });

  test.each([
    ['CBOR', 'cbor', '81'.repeat(100_000)],
    ['CBOR keys', 'cbor', 'a1'.repeat(100_000)],
    ['CBOR tags', 'cbor', 'c1'.repeat(100_000)],
    ['MessagePack', 'msgpack', '91'.repeat(100_000)],
    ['MessagePack keys', 'msgpack', '81'.repeat(100_000)],
    ['JSON', 'json', Buffer.from('['.repeat(100_000)).toString('hex')],
    ['XML', 'xml', Buffer.from('<a>'.repeat(50_000)).toString('hex')],
    ['YAML', 'yaml', Buffer.from('['.repeat(20_000)).toString('hex')],
    ['Protobuf', 'protobuf', '0b'.repeat(100_000)],
  ] as const)('nested deep in %s are refused in words', (_, decoder, hex) => {
    const { failure } = decoded(bytesOf(hex), [step(decoder)]);
    expect(failure?.message).toMatch(/nested|too many tags|missing|not readable/);
  });

  test.each([
    ['CBOR text', 'cbor', '7b ffffffffffffffff 61', 'CBOR stops at byte 10: far more bytes are missing.'],
    ['CBOR list', 'cbor', '9a ffffffff', 'CBOR stops at byte 5: far more bytes are missing.'],
    ['CBOR map', 'cbor', 'ba 00000010', 'CBOR stops at byte 5: 32 bytes are missing.'],
    [
      'MessagePack list',
      'msgpack',
      'dd 7fffffff',
      'MessagePack stops at byte 5: 2,147,483,647 bytes are missing.',
    ],
    ['MessagePack text', 'msgpack', 'db 00000002 61', 'MessagePack stops at byte 6: 1 byte is missing.'],
    ['BSON document', 'bson', '40000000 02', 'BSON stops at byte 5: 59 bytes are missing.'],
    [
      'Protobuf bytes',
      'protobuf',
      '0a ff ff ff ff 07',
      'Protobuf stops at byte 6: 2,147,483,647 bytes are missing.',
    ],
  ] as const)('with a huge length in %s end where their bytes end', (_, decoder, hex, words) => {
    expect(decoded(bytesOf(hex), [step(decoder)]).failure?.message).toBe(`${words} Shown as bytes.`);
  });

  test('are shown up to a number of values', () => {
    const list = new Uint8Array(400_005);
    list.set(bytesOf('9a 00061a80'));
    const result = decoded(list, [step('cbor')]);
    expect(result.total).toBe(300_000);
    expect(result.notes).toEqual(['The first 300,000 values are shown; there are more.']);
  });

  test('in YAML do not grow by aliases', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let at = 0; at < 9; at++) {
      const [from, to] = ['abcdefghij'[at] ?? '', 'abcdefghij'[at + 1] ?? ''];
      lines.push(`${to}: &${to} [${Array.from({ length: 10 }, () => `*${from}`).join(',')}]`);
    }
    const result = decoded(bytesOf(`text:${lines.join('\n')}\n`), [step('yaml')]);
    expect(result.total).toBe(1 + 10 * 11);
    expect(treeText(result)).toContain('  *a');
  });

  test('in XML expand no entities but those of XML itself', () => {
    const text =
      '<!DOCTYPE a [<!ENTITY x "boom"><!ENTITY y SYSTEM "file:///etc/passwd">]><a>&x;&y;&lt;&#65;</a>';
    expect(treeText(decoded(bytesOf(`text:${text}`), [step('xml')]))).toEqual(['a=&x;&y;<A']);
  });

  test('in SVG that declare entities, or are too large, are not drawn', () => {
    const svg = (head: string, attributes = '') => bytesOf(`text:${head}<svg${attributes}></svg>`);
    expect(decoded(svg('', ' width="4" height="3"'), [step('image')])).toMatchObject({
      view: 'image',
      image: { type: 'image/svg+xml', width: 4, height: 3 },
    });
    expect(decoded(svg('<!DOCTYPE svg [<!ENTITY a "a">]>'), [step('image')]).failure?.message).toContain(
      'entities',
    );
    expect(decoded(svg('', ' width="99999" height="99999"'), [step('image')]).failure?.message).toContain(
      'larger',
    );
  });

  test('of a picture with more pixels than fit are not drawn', () => {
    const png = bytesOf('89504e470d0a1a0a 0000000d 49484452 00010000 00010000 0806000000');
    expect(decoded(png, [step('image')]).failure?.message).toContain('65536 × 65536 pixels');
  });
});

describe('Hostile schemas', () => {
  const proto = (text: string, name = 'A') =>
    decoded(bytesOf('08 01'), [step('protobuf', name)], { schemas: [{ name: 'a.proto', text }] });

  test.each([
    ['no language', 'syntax = "proto3"; message A {', 'cannot read a.proto'],
    [
      'a missing import',
      'syntax = "proto3"; import "b.proto"; message A { B b = 1; }',
      'b.proto is imported',
    ],
    ['a missing message', 'syntax = "proto3"; message B {}', 'knows no message A'],
    ['a prototype', 'syntax = "proto3"; message __proto__ { int32 constructor = 1; }', 'knows no message A'],
  ])('of Protobuf with %s are refused in words', (_, text, words) => {
    expect(proto(text).failure?.message).toContain(words);
  });

  test('of Protobuf may hold themselves, and run nothing', () => {
    const text = 'syntax = "proto3"; message A { int32 constructor = 1; A __proto__ = 2; }';
    expect(treeText(proto(text))).toEqual(['constructor=1']);
  });

  test.each([
    ['no JSON', '{', 'cannot read the schema'],
    ['an unknown name', '"Nobody"', 'the type Nobody is not there'],
    ['depth', `${'{"type":"array","items":'.repeat(100)}"int"${'}'.repeat(100)}`, 'nested too deep'],
    ['a size that is none', '{"type":"fixed","name":"f","size":-1}', 'a size is none'],
  ])('of Avro with %s are refused in words', (_, text, words) => {
    const schemas = [{ name: 'a.avsc', text }];
    const result = decoded(bytesOf('02'), [step('avro', 'a.avsc')], { schemas });
    expect(result.failure?.message).toContain(words);
  });

  test('of Avro make no million of values out of some bytes', () => {
    const schemas = [{ name: 'a.avsc', text: '{"type":"array","items":"null"}' }];
    const result = decoded(bytesOf('80 89 7a 00'), [step('avro', 'a.avsc')], { schemas });
    expect(result.failure?.message).toContain('more than 10,000 values without bytes');
  });
});
