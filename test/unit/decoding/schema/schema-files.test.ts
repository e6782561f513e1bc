import { describe, expect, test } from 'vitest';
import { readProtoFiles } from '../../../../src-main/decoding/schema/protobuf-schema.ts';
import type { ProtoField, ProtoMessage } from '../../../../src-main/decoding/schema/protobuf-types.ts';
import {
  chosenAvro,
  chosenMessage,
  protoMessages,
  typesIn,
} from '../../../../src-main/decoding/schema/schemas.ts';

const proto3 = (text: string, name = 'a.proto') => ({ name, text: `syntax = "proto3"; ${text}` });

function message(text: string, name: string): ProtoMessage {
  const found = readProtoFiles([{ name: 'a.proto', text }]).get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

/** What its bytes need of each field, in a line. */
function lines(of: ProtoMessage): string[] {
  return [...of.fields].map(([number, field]) => `${number} ${words(field)}`);
}

function words({ name, type, repeated, packed, required, delimited, oneof, mapKey }: ProtoField): string {
  const flags = Object.entries({ repeated, packed: packed && repeated, required, delimited }).flatMap(
    ([flag, is]) => (is ? [flag] : []),
  );
  const kind = typeof type === 'string' ? type : `${type().kind} ${type().name}`;
  return [
    name,
    kind,
    ...flags,
    ...(oneof === null ? [] : [`of ${oneof}`]),
    ...(mapKey === null ? [] : [`by ${mapKey}`]),
  ].join(' ');
}

describe('A message of a .proto file', () => {
  test('has its fields by their numbers, with what their bytes need', () => {
    const text = `syntax = "proto3"; package p;
      enum E { A = 0; }
      message M {
        int32 one = 1; repeated sint64 packed = 2; repeated int32 loose = 3 [packed = false]; repeated string texts = 4;
        M self = 5; E e = 6; map<string, E> by_name = 7; map<int64, M> by_id = 8;
        oneof choice { string a = 9; Inner b = 10; }
        optional bool maybe = 11;
        message Inner { bytes raw = 1; }
      }`;
    expect(lines(message(text, 'p.M'))).toEqual([
      '1 one int32',
      '2 packed sint64 repeated packed',
      '3 loose int32 repeated',
      expect.stringMatching(/^4 texts string repeated/),
      '5 self message p.M',
      '6 e enum p.E',
      '7 by_name enum p.E by string',
      '8 by_id message p.M by int64',
      '9 a string of choice',
      '10 b message p.M.Inner of choice',
      // What may be missing is one of one.
      '11 maybe bool of _maybe',
    ]);
  });

  test('of proto2 packs nothing by itself, and has groups and required fields', () => {
    const text = `syntax = "proto2"; message M { required int32 id = 1; repeated int32 list = 2;
      repeated int32 tight = 3 [packed = true]; optional group Part = 4 { optional int32 n = 1; } }`;
    expect(lines(message(text, 'M'))).toEqual([
      '1 id int32 required',
      '2 list int32 repeated',
      '3 tight int32 repeated packed',
      '4 part message M.Part delimited',
    ]);
  });

  test('has of several names of a number the first, and each name its number', () => {
    const text =
      'syntax = "proto3"; enum E { option allow_alias = true; A = 0; B = 0; C = -1; } message M { E e = 1; }';
    const type = message(text, 'M').fields.get(1)?.type;
    const made = typeof type === 'function' ? type() : null;
    if (made?.kind !== 'enum') throw new Error('no enum');
    expect([...made.values]).toEqual([
      [0, 'A'],
      [-1, 'C'],
    ]);
    expect([...made.numbers]).toEqual([
      ['A', 0],
      ['B', 0],
      ['C', -1],
    ]);
  });

  test('may use messages of other files, by their paths or names, and those of Google', () => {
    const files = [
      proto3(
        'package p; import "shared/unit.proto"; import "google/protobuf/timestamp.proto"; message R { Unit u = 1; google.protobuf.Timestamp at = 2; }',
        'r.proto',
      ),
      proto3('package p; message Unit { string name = 1; }', 'unit.proto'),
    ];
    for (const order of [files, files.toReversed()]) {
      const messages = readProtoFiles(order);
      expect([...messages.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual([
        'google.protobuf.Timestamp',
        'p.R',
        'p.Unit',
      ]);
      expect(messages.get('p.R')?.fields.get(1)?.name).toBe('u');
    }
  });

  test.each([
    ['a fault of grammar', 'message A { int32 }', /^cannot read a\.proto: /],
    ['a number twice', 'message A { int32 a = 1; int32 b = 1; }', /^cannot read a\.proto: /],
    ['a type that is not there', 'message A { Missing m = 1; }', /^cannot read the schema: .*Missing/],
    [
      'an import that is not there',
      'import "x.proto"; message A { X x = 1; }',
      /; x\.proto is imported and not here$/,
    ],
  ])('with %s is refused, and it is said where', (_, text, words_) => {
    expect(() => readProtoFiles([proto3(text)])).toThrow(words_);
  });

  test('whose import is not used is read without it', () => {
    expect(readProtoFiles([proto3('import "x.proto"; message A { int32 a = 1; }')]).has('A')).toBe(true);
  });

  test('is read once for many payloads with the very same files', () => {
    const files = [proto3('message A { int32 a = 1; }')];
    expect(protoMessages(files)).toBe(protoMessages(files));
    // Of the same texts as well, as the files come over a pipe.
    expect(protoMessages(structuredClone(files))).toBe(protoMessages(files));
    expect(protoMessages([proto3('message A { int32 b = 1; }')])).not.toBe(protoMessages(files));
  });
});

describe('What an option names', () => {
  const avro = (name: string, text: string) => ({ name, text });
  const files = [
    proto3('package a; message Reading { int32 a = 1; }'),
    avro('int.avsc', '"int"'),
    avro('enum.json', '{"type":"enum","name":"n.E","symbols":["A"]}'),
    avro('broken.avsc', '{"type":"record"}'),
  ];

  test('is a message, and never a schema of Avro', () => {
    expect(chosenMessage('a.Reading', files)?.name).toBe('a.Reading');
    expect(chosenMessage('Reading', files)?.name).toBe('a.Reading');
    expect(() => chosenMessage('int.avsc', files)).toThrow('knows no message int.avsc: add its .proto file');
    expect(() => chosenMessage('eading', files)).toThrow('knows no message eading');
    expect(() => chosenMessage('__proto__', files)).toThrow('knows no message __proto__');
  });

  test('is a file of Avro, by its name', () => {
    expect(chosenAvro('int.avsc', null, files).type).toMatchObject({ kind: 'primitive', name: 'int' });
    expect(chosenAvro(' enum.json ', 1n, files).type).toMatchObject({ kind: 'enum', name: 'n.E' });
    expect(() => chosenAvro('a.proto', null, files)).toThrow('knows no schema a.proto: add its file');
    expect(() => chosenAvro('broken.avsc', null, files)).toThrow('a name is missing');
    expect(() => chosenAvro('', null, files)).toThrow('needs a schema: the bytes do not say which one');
  });

  test('is found by its fingerprint, past a file that cannot be read', () => {
    const { fingerprint } = chosenAvro('enum.json', null, files);
    expect(chosenAvro('', fingerprint, files.toReversed()).type).toMatchObject({ name: 'n.E' });
    expect(() => chosenAvro('', 5n, files)).toThrow(
      'has the schema 0000000000000005, which is not among the files',
    );
  });

  test('can be chosen out of what each file has', () => {
    const [proto, int, named, broken] = files;
    const types = (file: typeof proto) => (file === undefined ? [] : typesIn(file, files));
    expect([types(proto), types(int), types(named)]).toEqual([['a.Reading'], ['int'], ['n.E']]);
    expect(() => types(broken)).toThrow('a name is missing');
    // A comment that mentions a message has none.
    const comment = proto3('// message Ghost {}\nmessage Real { int32 a = 1; }', 'c.proto');
    expect(typesIn(comment, [comment])).toEqual(['Real']);
  });
});
