import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { api } from '../../../../src-main/contract/api.ts';
import {
  BrokenRule,
  PacketDirection,
  PacketField,
  PacketFilter,
  PacketRow,
  PacketType,
  PublishRecording,
  RecorderStatus,
} from '../../../../src-main/contract/session/packets.ts';
import { RULES } from '../../../../src-main/core/mqtt/violations.ts';
import { packetFields } from '../../../../src-main/core/packet-capture/read/fields.ts';
import { isOpen, PacketMatcher } from '../../../../src-main/core/packet-capture/read/filter.ts';
import { packetFlow } from '../../../../src-main/core/packet-capture/read/flow.ts';
import { rawPacket } from '../../../../src-main/core/packet-capture/read/raw-packet.ts';
import { brokenRule, packetType, rowOf } from '../../../../src-main/core/packet-capture/read/rows.ts';
import { PacketSearch } from '../../../../src-main/core/packet-capture/read/search.ts';
import { record, testRecorder } from '../../../support/recorder.ts';
import { expectRefused, expectTaken, refusedAt } from '../../../support/schema.ts';

const connection = 'c';
const LEVELS = [3, 4, 5] as const;

/** Bytes that begin as a packet does: a type with flags, a length that is about right, anything behind it. */
const packet = fc
  .record({
    type: fc.nat(15),
    flags: fc.nat(15),
    body: fc.uint8Array({ maxLength: 90 }),
    off: fc.constantFrom(0, 0, 0, 1, -1, 40),
    topic: fc.constantFrom('', 'a/b', '\u202e', '</b>'),
  })
  .map(({ type, flags, body, off, topic }) => {
    const name = Buffer.from(topic);
    const inside = topic === '' ? body : Buffer.concat([Buffer.of(0, name.length), name, body]);
    const length = Math.max(0, Math.min(127, inside.length + off));
    return Uint8Array.from([(type << 4) | flags, length, ...inside]);
  });
const packets = fc.array(fc.tuple(packet, fc.constantFrom(0 as const, 1 as const)), {
  minLength: 1,
  maxLength: 8,
});

function recorded(given: readonly (readonly [Uint8Array, 0 | 1])[], level: 3 | 4 | 5) {
  const { recorder } = testRecorder();
  recorder.startLink(level);
  for (const [bytes, way] of given) record(recorder, way, bytes, level);
  return recorder;
}

/** A refused CONNECT has small codes before MQTT 5, which count as those of MQTT 5 that refuse. */
const reasonOf = ({ type, reason }: PacketRow): number =>
  type === 'CONNACK' && reason !== null && reason > 0 ? Math.max(reason, 128) : (reason ?? -1);

/** A field and all in it. */
const withAll = (field: PacketField): PacketField[] => [field, ...field.children.flatMap(withAll)];

describe('Packets as they were recorded, whatever their bytes are,', () => {
  test('are rows and fields of the contract, and each field lies within its packet', () => {
    let fields = 0;
    fc.assert(
      fc.property(packets, fc.constantFrom(...LEVELS), (given, level) => {
        const { ring } = recorded(given, level);
        expect(ring.lastSeq).toBe(given.length);
        for (let seq = 1; seq <= ring.lastSeq; seq++) {
          const raw = rawPacket(ring, seq);
          expect(raw).not.toBeNull();
          if (!raw) continue;
          expectTaken(PacketRow, rowOf(raw));
          for (const field of packetFields(raw).flatMap(withAll)) {
            fields++;
            expectTaken(PacketField, { ...field, children: [] });
            expect(field.value.length).toBeLessThanOrEqual(1_000);
            expect(field.offset).toBeGreaterThanOrEqual(0);
            expect(field.offset + field.length).toBeLessThanOrEqual(raw.bytes.length);
          }
        }
      }),
      { seed: 181, numRuns: 200 },
    );
    expect(fields).toBeGreaterThan(2_000);
  });

  test('have handshakes of the contract, from each of them and from where there is none', () => {
    let flows = 0;
    fc.assert(
      fc.property(packets, fc.integer({ min: 1, max: 65_535 }), fc.integer(), (given, id, near) => {
        const numbered = given.map(([bytes, way]) => {
          const copy = bytes.slice();
          // Acknowledgements and SUBSCRIBE have it first.
          if (copy.length > 3) copy.set([id >> 8, id & 255], 2);
          return [copy, way] as const;
        });
        const { ring } = recorded(numbered, 5);
        for (const from of [1, ring.lastSeq, near]) {
          const flow = packetFlow(ring, id, from);
          if (flow === null) continue;
          flows++;
          expect(refusedAt(api.packetFlow.result, { kind: 'flow', ...flow })).toEqual([]);
        }
      }),
      { seed: 182, numRuns: 200 },
    );
    expect(flows).toBeGreaterThan(20);
  });

  test('are found by every filter that the contract takes', () => {
    const filter = fc.record(
      {
        types: fc.uniqueArray(fc.constantFrom(...PacketType.options), { maxLength: 16 }),
        direction: fc.constantFrom(null, ...PacketDirection.options),
        packetId: fc.option(fc.integer({ min: 1, max: 65_535 })),
        reasonAtLeast: fc.option(fc.nat(255)),
        brokenOnly: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(packets, filter, (given, asked) => {
        const read = PacketFilter.parse(asked);
        expectTaken(PacketFilter, read);
        const { ring } = recorded(given, 5);
        const search = new PacketSearch(ring, new PacketMatcher(read, null));
        while (!search.work(() => false));
        // A naive reading of what the contract says of each field, of the rows as they are shown.
        const rows = given.flatMap((_, at) => rawPacket(ring, at + 1) ?? []).map(rowOf);
        const expected = rows.filter(
          (row) =>
            (read.types.length === 0 || read.types.includes(row.type)) &&
            (read.direction === null || row.direction === read.direction) &&
            (read.packetId === null || row.packetId === read.packetId) &&
            (!read.brokenOnly || row.broken !== null) &&
            (read.reasonAtLeast === null || reasonOf(row) >= read.reasonAtLeast),
        );
        const found = Array.from({ length: search.total }, (_, at) => search.seqAt(at));
        expect(found).toEqual(expected.map(({ seq }) => seq));
      }),
      { seed: 183, numRuns: 200 },
    );
    expect(isOpen(PacketFilter.parse({}))).toBe(true);
  });
});

test('Every type of packet and every rule has its name in the contract.', () => {
  expect(Array.from({ length: 16 }, (_, type) => packetType(type))).toEqual(PacketType.options);
  for (const [at, rule] of Object.keys(RULES).entries()) {
    const broken = brokenRule(at + 1);
    expectTaken(BrokenRule, broken);
    expect(broken?.rule).toBe(rule);
  }
  expect([brokenRule(0), brokenRule(Object.keys(RULES).length + 1)]).toEqual([null, null]);
});

describe('What is recorded', () => {
  const params = api.setRecorder.params;

  test('fits the contract in each of its modes', () => {
    const modes = [
      { kind: 'auto' },
      { kind: 'all' },
      { kind: 'sampled', oneIn: 2 },
      { kind: 'sampled', oneIn: 1_000_000 },
      { kind: 'excluded' },
    ].map((mode) => PublishRecording.parse(mode));
    for (const publish of modes) {
      const { recorder } = testRecorder();
      recorder.set(publish, undefined);
      record(recorder, 0, Uint8Array.of(0x30, 3, 0, 1, 97));
      const status = recorder.status();
      expectTaken(RecorderStatus, status);
      expect(status.publish).toEqual(publish);
      expect(status.notRecordedIn).toBe(publish.kind === 'all' || publish.kind === 'auto' ? 0 : 1);
    }
  });

  test('is left as it is where nothing is said, and is not made another by half a wish', () => {
    expect(params.parse({ connection })).toEqual({ connection });
    expectRefused(params, { connection, publish: { kind: 'sampled', oneIn: 2 } }, 'publish.oneIn', undefined);
    expectRefused(params, { connection, bytes: 1_000_000 }, 'bytes', 1_000_000.5);
  });
});
