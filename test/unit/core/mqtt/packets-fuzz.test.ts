import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readControlPacket } from '../../../../src-main/core/mqtt/packets.ts';
import { RULES } from '../../../../src-main/core/mqtt/violations.ts';
import { encode } from '../../../support/brokers/mqtt-stream.ts';

const versions = fc.constantFrom(3 as const, 4 as const, 5 as const);

/** A packet of a broker's as it is on the wire, and where its body begins. */
const whole = fc.constantFrom(
  {
    cmd: 'connack',
    reasonCode: 0,
    sessionPresent: true,
    properties: { receiveMaximum: 9, reasonString: 'x' },
  },
  { cmd: 'suback', messageId: 7, granted: [0, 1, 128], properties: { reasonString: 'why' } },
  { cmd: 'unsuback', messageId: 7, granted: [0, 17] },
  { cmd: 'pubrec', messageId: 9, reasonCode: 16, properties: { userProperties: { a: ['b', 'c'] } } },
  { cmd: 'disconnect', reasonCode: 142, properties: { serverReference: 'other.example' } },
  { cmd: 'auth', reasonCode: 24, properties: { authenticationMethod: 'SCRAM-SHA-1' } },
);

test('Any bytes are a packet or break a rule that has a name, and nothing beyond their end is read.', () => {
  fc.assert(
    fc.property(versions, fc.nat(15), fc.uint8Array({ maxLength: 60 }), (version, type, body) => {
      const found = readControlPacket(body, type, 0, body.length, version);
      if (typeof found === 'string') expect(RULES).toHaveProperty([found]);
      // What follows in the same chunk is of the next packet.
      const chunk = new Uint8Array(body.length + 40).fill(0xff);
      chunk.set(body, 3);
      expect(readControlPacket(chunk, type, 3, 3 + body.length, version)).toEqual(found);
    }),
    { numRuns: 3_000, seed: 3 },
  );
});

test('A packet that is cut short, or has one byte changed, is never read beyond its end.', () => {
  fc.assert(
    fc.property(whole, fc.nat(200), fc.nat(200), fc.integer({ min: 0, max: 255 }), (one, cut, at, value) => {
      const bytes = encode(one as never, 5);
      const type = (bytes[0] ?? 0) >>> 4;
      expect(readControlPacket(bytes, type, 2, bytes.length, 5)).toMatchObject({ kind: one.cmd });
      const end = 2 + (cut % (bytes.length - 1));
      const changed = Uint8Array.from(bytes);
      changed[2 + (at % (bytes.length - 2))] = value;
      for (const [some, until] of [
        [bytes, end],
        [changed, changed.length],
      ] as const) {
        const alone = readControlPacket(some.slice(0, until), type, 2, until, 5);
        expect(readControlPacket(some, type, 2, until, 5)).toEqual(alone);
        if (typeof alone === 'string') expect(RULES).toHaveProperty([alone]);
      }
    }),
    { numRuns: 2_000, seed: 5 },
  );
});
