import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PacketIdSet } from '../../../../src-main/core/mqtt/packet-ids.ts';
import {
  AUTH,
  DISCONNECT,
  packetName,
  PUBACK,
  PUBCOMP,
  PUBREC,
  PUBREL,
  SUBACK,
  UNSUBACK,
} from '../../../../src-main/core/mqtt/packet-types.ts';
import { isOddRefusal, isReasonCode } from '../../../../src-main/core/mqtt/reason-codes.ts';

const ID = fc.oneof(fc.constantFrom(0, 1, 31, 32, 33, 63, 64, 65_504, 65_534, 65_535), fc.nat(65_535));
const CALL = fc.oneof(
  fc.record({ kind: fc.constantFrom('add', 'delete', 'has'), id: ID }),
  fc.record({ kind: fc.constant('clear'), id: fc.constant(0) }),
);

test('A set of packet identifiers is a set, whatever is done to it.', () => {
  fc.assert(
    fc.property(fc.array(CALL, { maxLength: 60 }), fc.nat(20), (calls, most) => {
      const ids = new PacketIdSet();
      const model = new Set<number>();
      for (const { kind, id } of calls) {
        if (kind === 'add') {
          expect(ids.add(id)).toBe(!model.has(id));
          model.add(id);
        } else if (kind === 'delete') expect(ids.delete(id)).toBe(model.delete(id));
        else if (kind === 'has') expect(ids.has(id)).toBe(model.has(id));
        else {
          ids.clear();
          model.clear();
        }
        expect(ids.size).toBe(model.size);
      }
      expect(ids.first(most)).toEqual([...model].sort((a, b) => a - b).slice(0, most));
    }),
    { numRuns: 200 },
  );
});

/** Table 2-6 of MQTT 5: code, and the packets a broker may send with it. */
const TABLE: readonly (readonly [number, string])[] = [
  [0, 'PUBACK PUBREC PUBREL PUBCOMP UNSUBACK AUTH SUBACK DISCONNECT'],
  [1, 'SUBACK'],
  [2, 'SUBACK'],
  [4, 'DISCONNECT'],
  [16, 'PUBACK PUBREC'],
  [17, 'UNSUBACK'],
  [24, 'AUTH'],
  [25, 'AUTH'],
  [128, 'PUBACK PUBREC SUBACK UNSUBACK DISCONNECT'],
  [129, 'DISCONNECT'],
  [130, 'DISCONNECT'],
  [131, 'PUBACK PUBREC SUBACK UNSUBACK DISCONNECT'],
  [135, 'PUBACK PUBREC SUBACK UNSUBACK DISCONNECT'],
  [137, 'DISCONNECT'],
  [139, 'DISCONNECT'],
  [141, 'DISCONNECT'],
  [142, 'DISCONNECT'],
  [143, 'SUBACK UNSUBACK DISCONNECT'],
  [144, 'PUBACK PUBREC DISCONNECT'],
  [145, 'PUBACK PUBREC SUBACK UNSUBACK'],
  [146, 'PUBREL PUBCOMP'],
  [147, 'DISCONNECT'],
  [148, 'DISCONNECT'],
  [149, 'DISCONNECT'],
  [150, 'DISCONNECT'],
  [151, 'PUBACK PUBREC SUBACK DISCONNECT'],
  [152, 'DISCONNECT'],
  [153, 'PUBACK PUBREC DISCONNECT'],
  [154, 'DISCONNECT'],
  [155, 'DISCONNECT'],
  [156, 'DISCONNECT'],
  [157, 'DISCONNECT'],
  [158, 'SUBACK DISCONNECT'],
  [159, 'DISCONNECT'],
  [160, 'DISCONNECT'],
  [161, 'SUBACK DISCONNECT'],
  [162, 'SUBACK DISCONNECT'],
];
const TYPES = [PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH].map(
  (type) => [packetName(type), type] as const,
);

describe.each(TYPES)('The codes of %s', (name, type) => {
  const allowed = TABLE.filter(([, packets]) => packets.split(' ').includes(name)).map(([code]) => code);
  const codes = Array.from({ length: 256 }, (_, code) => code);

  test('are those of table 2-6.', () => {
    expect(codes.filter((code) => isReasonCode(type, code))).toEqual(allowed);
  });

  test('refuse a message where they are 128 or more, defined there or not, and it is the answer to one.', () => {
    const isAnswer = type === PUBACK || type === PUBREC;
    expect(codes.filter((code) => isOddRefusal(type, code))).toEqual(
      isAnswer ? codes.slice(128).filter((code) => !allowed.includes(code)) : [],
    );
  });
});

test('The type of a packet has its name, and one that does not exist says so.', () => {
  expect(Array.from({ length: 16 }, (_, type) => packetName(type))).toEqual([
    'reserved packet type 0',
    ...['CONNECT', 'CONNACK', 'PUBLISH', 'PUBACK', 'PUBREC', 'PUBREL', 'PUBCOMP', 'SUBSCRIBE', 'SUBACK'],
    ...['UNSUBSCRIBE', 'UNSUBACK', 'PINGREQ', 'PINGRESP', 'DISCONNECT', 'AUTH'],
  ]);
});
