import { describe, expect, test } from 'vitest';
import {
  checkProperties,
  eachProperty,
  propertyAllowed,
  propertyKind,
  varintEnd,
  varintValue,
  type PublishProperties,
} from '../../../../src-main/core/mqtt/properties.ts';
import { encodeVarint } from '../../../../src-main/core/mqtt/encode.ts';
import { packetName } from '../../../../src-main/core/mqtt/packet-types.ts';
import { random as seeded } from '../../../support/random.ts';

/** Table 2-4 of the specification once more, as text: identifier, type, packets. */
const TABLE = `
1  byte   PUBLISH WILL
2  u32    PUBLISH WILL
3  text   PUBLISH WILL
8  text   PUBLISH WILL
9  binary PUBLISH WILL
11 varint PUBLISH SUBSCRIBE
17 u32    CONNECT CONNACK DISCONNECT
18 text   CONNACK
19 u16    CONNACK
21 text   CONNECT CONNACK AUTH
22 binary CONNECT CONNACK AUTH
23 byte   CONNECT
24 u32    WILL
25 byte   CONNECT
26 text   CONNACK
28 text   CONNACK DISCONNECT
31 text   CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH
33 u16    CONNECT CONNACK
34 u16    CONNECT CONNACK
35 u16    PUBLISH
36 byte   CONNACK
37 byte   CONNACK
38 pair   CONNECT CONNACK PUBLISH WILL PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK UNSUBSCRIBE UNSUBACK DISCONNECT AUTH
39 u32    CONNECT CONNACK
40 byte   CONNACK
41 byte   CONNACK
42 byte   CONNACK`
  .trim()
  .split('\n')
  .map((line) => line.split(/\s+/))
  .map(([id, kind, ...packets]) => ({ id: Number(id), kind: kind as keyof typeof SAMPLE, packets }));

/** A valid value of each type. */
const SAMPLE = {
  byte: [1],
  u16: [0, 7],
  u32: [0, 0, 1, 0],
  varint: [0x80, 1],
  text: [0, 2, 0x61, 0x62],
  binary: [0, 1, 0xff],
  pair: [0, 1, 0x61, 0, 2, 0x62, 0x63],
};
const KINDS = ['byte', 'u16', 'u32', 'varint', 'text', 'binary', 'pair'];

const sample = (id: number) => {
  const row = TABLE.find((one) => one.id === id);
  return Uint8Array.of(id, ...(row ? SAMPLE[row.kind] : [0]));
};
const check = (bytes: Uint8Array, type: number, into: PublishProperties | null = null) =>
  checkProperties(bytes, 0, bytes.length, type, into);
const typeName = (type: number) => (type === 16 ? 'WILL' : packetName(type));

describe('properties', () => {
  test('are known, typed and allowed as in table 2-4', () => {
    for (let id = 0; id < 256; id++) {
      const row = TABLE.find((one) => one.id === id);
      expect(propertyKind(id), `type of ${id}`).toBe(row ? KINDS.indexOf(row.kind) + 1 : 0);
      for (let type = 1; type <= 16; type++) {
        const allowed = row?.packets.includes(typeName(type)) ?? false;
        expect(propertyAllowed(id, type), `${id} in ${typeName(type)}`).toBe(allowed);
        const rule = check(sample(id), type);
        if (row === undefined) expect(rule).toBe('unknown-property');
        else if (!allowed) expect(rule).toBe('property-not-allowed');
        else expect(rule, `${id} in ${typeName(type)}`).toBeNull();
      }
    }
  });

  test('cut anywhere are truncated, and nothing else', () => {
    for (const { id } of TABLE) {
      const bytes = sample(id);
      const type = [...Array(17).keys()].find((one) => propertyAllowed(id, one)) ?? 0;
      for (let end = 1; end < bytes.length; end++) {
        expect(checkProperties(bytes, 0, end, type, null), `${id} cut at ${end}`).toBe('truncated');
      }
    }
  });

  test('repeat only where they may', () => {
    for (const { id } of TABLE) {
      for (let type = 1; type <= 16; type++) {
        if (!propertyAllowed(id, type)) continue;
        const rule = check(Uint8Array.of(...sample(id), ...sample(id)), type);
        const mayRepeat = id === 38 || (id === 11 && typeName(type) === 'PUBLISH');
        expect(rule, `${id} in ${typeName(type)}`).toBe(mayRepeat ? null : 'property-twice');
      }
    }
  });

  test('all that CONNACK may carry are read in any order', () => {
    const random = seeded(7);
    const ids = TABLE.filter(({ packets }) => packets.includes('CONNACK')).map(({ id }) => id);
    for (let run = 0; run < 50; run++) {
      const order = ids.map((id) => ({ id, key: random.next() })).sort((a, b) => a.key - b.key);
      const bytes = Uint8Array.from(order.flatMap(({ id }) => [...sample(id)]));
      expect(check(bytes, 2)).toBeNull();
      const seen: number[] = [];
      eachProperty(bytes, 0, bytes.length, (id, from, to) => {
        expect([id, ...bytes.subarray(from, to)]).toEqual([...sample(id)]);
        seen.push(id);
      });
      expect(seen).toEqual(order.map(({ id }) => id));
    }
  });

  test('of a message have the first identifier and the expiry', () => {
    const into = { subscription: 0, identifiers: 0, expiry: -1 };
    const bytes = Uint8Array.of(0x0b, ...encodeVarint(268_435_455), 0x0b, 2, 2, 0xff, 0xff, 0xff, 0xfe);
    expect(check(bytes, 3, into)).toBeNull();
    expect(into).toEqual({ subscription: 268_435_455, identifiers: 2, expiry: 4_294_967_294 });
  });

  test('random bytes never throw and never read beyond the end', () => {
    const random = seeded(11);
    for (let run = 0; run < 5_000; run++) {
      const bytes = Uint8Array.from({ length: random.int(40) }, () => random.int(random.pick([45, 256])));
      const end = random.int(bytes.length + 1);
      // What follows the end must not matter.
      const padded = Uint8Array.from([...bytes.subarray(0, end), 0, 0, 0, 0, 0, 0, 0]);
      const type = 1 + random.int(16);
      expect(checkProperties(padded, 0, end, type, null)).toBe(check(bytes.slice(0, end), type));
    }
  });
});

describe('variable byte integers', () => {
  test('read as they were written', () => {
    for (const value of [0, 1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455]) {
      const bytes = encodeVarint(value);
      expect(varintEnd(bytes, 0, bytes.length)).toBe(bytes.length);
      expect(varintValue(bytes, 0, bytes.length)).toBe(value);
      for (let end = 0; end < bytes.length; end++) expect(varintEnd(bytes, 0, end)).toBe(-1);
    }
    expect(varintEnd(Uint8Array.of(255, 255, 255, 255, 1), 0, 5)).toBe(-2);
    for (const value of [-1, 0.5, 268_435_456, Number.NaN])
      expect(() => encodeVarint(value)).toThrow(RangeError);
  });
});
