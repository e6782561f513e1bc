import { expect, test } from 'vitest';
import { encodeChosen } from '../../../../src-main/decoding/schema/encode-chosen.ts';
import { decoded, step, treeText } from '../../../support/decoding.ts';

const SCHEMA = `syntax = "proto3";
package p;
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/wrappers.proto";
enum Unit { option allow_alias = true; NONE = 0; BAR = 2; BARS = 2; LOW = -1; }
message M {
  string device_name = 1;
  int32 i32 = 2;
  uint64 u64 = 3;
  sint64 s64 = 4;
  fixed32 f32 = 5;
  sfixed64 sf64 = 6;
  float small = 7;
  double large = 8;
  bool ok = 9;
  bytes raw = 10;
  Unit unit = 11;
  repeated sint32 samples = 12;
  repeated uint32 loose = 13 [packed = false];
  repeated M parts = 14;
  map<string, Unit> units = 15;
  map<bool, M> flags = 16;
  map<int32, double> numbers = 17;
  oneof value { string text = 18; int64 number = 19; }
  google.protobuf.Timestamp at = 20;
  google.protobuf.Duration span = 21;
  google.protobuf.Int32Value maybe = 22;
}`;
const OLD = `syntax = "proto2";
package q;
message M { required int32 id = 1; repeated group Part = 2 { optional int32 n = 3; } }`;
const SCHEMAS = [
  { name: 'p.proto', text: SCHEMA },
  { name: 'q.proto', text: OLD },
];

function hex(text: string, message = 'p.M'): string {
  const made = encodeChosen(text, message, SCHEMAS);
  return made.kind === 'encoded' ? Buffer.from(made.bytes).toString('hex') : made.failure.message;
}

test.each([
  ['{}', ''],
  ['{"device_name": "ü"}', '0a02c3bc'],
  ['{"deviceName": "a"}', '0a0161'],
  ['{"i32": -1}', '10ffffffffffffffffff01'],
  ['{"i32": 1.0, "f32": 2e3}', '10012dd0070000'],
  ['{"u64": 18446744073709551615}', '18ffffffffffffffffff01'],
  ['{"u64": "9007199254740993"}', '188180808080808010'],
  ['{"s64": -9223372036854775808}', '20ffffffffffffffffff01'],
  ['{"s64": -3}', '2005'],
  ['{"sf64": -1}', '31ffffffffffffffff'],
  ['{"small": 1.5, "large": "-Infinity"}', '3d0000c03f41000000000000f0ff'],
  ['{"ok": true, "i32": 0}', '48011000'],
  ['{"raw": "AP8"}', '520200ff'],
  ['{"unit": "BAR"}', '5802'],
  ['{"unit": "BARS"}', '5802'],
  ['{"unit": -1}', '58ffffffffffffffffff01'],
  ['{"samples": [1, -1]}', '62020201'],
  ['{"samples": []}', ''],
  ['{"loose": [1, 2]}', '68016802'],
  ['{"parts": [{}, {"i32": 1}]}', '720072021001'],
  ['{"units": {"a": "BAR"}}', '7a050a01611002'],
  ['{"flags": {"true": {"i32": 1}}}', '820106080112021001'],
  ['{"numbers": {"-1": 0}}', '8a011408ffffffffffffffffff01110000000000000000'],
  ['{"text": null, "number": 7}', '980107'],
  ['{"at": "1970-01-01T01:00:01.5+01:00"}', 'a2010808011080cab5ee01'],
  ['{"at": "1969-12-31T23:59:59Z"}', 'a2010b08ffffffffffffffffff01'],
  ['{"at": {"seconds": 1}}', 'a201020801'],
  ['{"span": "-1.5s"}', 'aa011608ffffffffffffffffff011080b6ca91feffffffff01'],
  ['{"maybe": 0}', 'b201020800'],
  ['{"maybe": {"value": 5}}', 'b201020805'],
])('%s is sent as its message.', (text, expected) => {
  expect(hex(text)).toBe(expected);
});

test.each([
  ['{"a": 1}', 'line 1, column 7: a is no field of p.M.'],
  [
    '{\n  "parts": [{},\n    {"i32": "x"}]}',
    'line 3, column 13: parts[1].i32 is a string; int32 takes a whole number.',
  ],
  ['{"i32": 1.5}', 'line 1, column 9: i32 has a fraction, or too many digits; int32 takes a whole number.'],
  ['{"i32": 2147483648}', 'line 1, column 9: i32 is out of the range of int32, -2147483648 to 2147483647.'],
  ['{"u64": -1}', 'column 9: u64 is out of the range of uint64, 0 to 18446744073709551615.'],
  ['{"u64": true}', 'column 9: u64 is true; uint64 takes a whole number.'],
  ['{"small": 1e39}', 'column 11: small is out of the range of float.'],
  ['{"small": "1,5"}', 'column 11: small is a string; float takes a number.'],
  ['{"ok": 1}', 'column 8: ok is a number; bool takes true or false.'],
  ['{"raw": "%"}', 'column 9: raw is not Base64, which bytes takes.'],
  ['{"raw": []}', 'column 9: raw is a list; bytes takes a string of Base64.'],
  ['{"deviceName": 5}', 'column 16: deviceName is a number; string takes a string.'],
  ['{"deviceName": "\\ud800"}', 'column 16: deviceName has half a character, which cannot be sent.'],
  ['{"unit": "FOO"}', 'column 10: unit is no value of p.Unit, which has NONE, BAR, BARS, LOW.'],
  ['{"samples": 1}', 'column 13: samples is a number; the schema has a list.'],
  ['{"samples": [1, null]}', 'column 17: samples[1] is null, which cannot be sent there.'],
  ['{"units": []}', 'column 11: units is a list; the schema has a map.'],
  [
    '{"units": {"a b": 1.5}}',
    'column 19: units["a b"] has a fraction, or too many digits; p.Unit takes a whole number.',
  ],
  ['{"units": {"a": 1, "a": 2}}', 'column 25: units["a"] is there twice.'],
  ['{"numbers": {"x": 1}}', 'column 19: numbers["x"] is a string; int32 takes a whole number.'],
  ['{"flags": {"yes": {}}}', 'column 19: flags["yes"] is a string; bool takes true or false.'],
  ['{"i32": 1, "i32": 2}', 'column 19: i32 is there twice.'],
  ['{"deviceName": "a", "device_name": "b"}', 'column 36: device_name is there twice.'],
  ['{"text": "a", "number": 1}', 'column 25: number cannot stand beside text: value is one of them.'],
  ['{"parts": [1]}', 'column 12: parts[0] is a number; p.M takes an object.'],
  ['{"at": "2026-02-30T00:00:00Z"}', 'column 8: at is no time such as 2026-01-31T12:00:00Z.'],
  ['{"at": "yesterday"}', 'column 8: at is no time such as'],
  ['{"span": 1}', 'column 10: span is no span of time such as 1.5s.'],
  ['[1]', 'line 1, column 1: the payload is a list; p.M takes an object.'],
  ['null', 'line 1, column 1: the payload is null; p.M takes an object.'],
  ['{"a":}', 'The payload is not valid JSON at line 1, column 6'],
])('%s is refused with field and place.', (text, words) => {
  expect(hex(text)).toContain(words);
});

test('A message of proto2 needs its required fields, and groups are not written.', () => {
  expect(hex('{"id": 1}', 'q.M')).toBe('0801');
  expect(hex('{}', 'q.M')).toContain('line 1, column 1: the payload needs the field id.');
  expect(hex('{"id": 1, "part": [{"n": 1}]}', 'q.M')).toContain('part is a group');
});

test('A message that is not chosen, not known or not readable is reported.', () => {
  expect(hex('{}', ' ')).toBe('No Protobuf message is chosen for the payload.');
  expect(hex('{}', 'p.None')).toContain('knows no message p.None');
  const made = encodeChosen('{}', 'A', [{ name: 'a.proto', text: 'message A {' }]);
  expect(made).toMatchObject({ kind: 'not-encoded', failure: { code: 'no-proto-message' } });
  expect(JSON.stringify(made)).toContain('cannot read a.proto');
});

test('What is sent is read back as it was written.', () => {
  const text = '{"unit": "LOW", "samples": [-5, 7], "numbers": {"3": 0.1}, "at": "2026-11-20T14:31:06.912Z"}';
  const made = encodeChosen(text, 'p.M', SCHEMAS);
  if (made.kind !== 'encoded') throw new Error(made.failure.message);
  expect(treeText(decoded(made.bytes, [step('protobuf', 'p.M')], { schemas: SCHEMAS }))).toEqual([
    'unit=LOW',
    'samples=[]',
    '  -5',
    '  7',
    'numbers={}',
    '  3=0.1',
    'at=2026-11-20T14:31:06.912Z',
  ]);
});
