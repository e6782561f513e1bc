import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PacketFilter, PacketType } from '../../../../../src-main/contract/session/packets.ts';
import { isOpen, PacketMatcher } from '../../../../../src-main/core/packet-capture/read/filter.ts';
import { PacketHead } from '../../../../../src-main/core/packet-capture/read/head.ts';
import { PacketSearch } from '../../../../../src-main/core/packet-capture/read/search.ts';
import {
  emptyEntry,
  PacketRing,
  SEGMENT_BYTES,
} from '../../../../../src-main/core/packet-capture/store/ring.ts';

const LEVEL = { 3: 1 << 2, 4: 2 << 2, 5: 3 << 2 } as const;

/** Ring of packets given as bytes, all of one level. */
function ringOf(packets: readonly (readonly number[])[], level: 3 | 4 | 5 = 5, segments = 8): PacketRing {
  const ring = new PacketRing(segments * SEGMENT_BYTES);
  for (const [i, bytes] of packets.entries())
    ring.append(i, bytes.length, 1, LEVEL[level] | (i & 1), 0, Uint8Array.from(bytes), 0, bytes.length);
  return ring;
}

function all(search: PacketSearch): number[] {
  return Array.from({ length: search.total }, (_, i) => search.seqAt(i));
}

function found(ring: PacketRing, part: object, topic: string | null = null): number[] {
  const visit = (bytes: Uint8Array, from: number, to: number) =>
    Buffer.from(bytes.subarray(from, to)).toString() === topic;
  const search = new PacketSearch(
    ring,
    new PacketMatcher(PacketFilter.parse(part), topic === null ? null : visit),
  );
  while (!search.work(() => true));
  return all(search);
}

describe('A search', () => {
  const filter = new PacketMatcher(PacketFilter.parse({ types: ['PINGREQ'] }), null);

  test('of an empty recording is done, finds nothing, and says so in numbers.', () => {
    for (const matcher of [null, filter]) {
      const search = new PacketSearch(ringOf([]), matcher);
      expect([search.total, search.searched, search.seqAt(0), search.indexOf(1)]).toEqual([0, 1, -1, 0]);
      expect(search.work(() => true)).toBe(true);
      expect([search.total, search.searched]).toEqual([0, 1]);
    }
  });

  test('over what was cleared has nothing either, and finds what comes after.', () => {
    const ring = ringOf([
      [0xc0, 0],
      [0xc0, 0],
    ]);
    const before = new PacketSearch(ring, filter);
    before.work(() => true);
    expect(all(before)).toEqual([1, 2]);
    ring.clear();
    const after = new PacketSearch(ring, filter);
    expect([before.total, before.searched, after.searched]).toEqual([0, 1, 1]);
    ring.append(3, 2, 1, LEVEL[5], 0, Uint8Array.of(0xc0, 0), 0, 2);
    for (const search of [before, after]) {
      expect(search.searched).toBeLessThan(1);
      search.work(() => true);
      expect(all(search)).toEqual([3]);
    }
  });

  test('stops when asked to, after each 256 records, and goes on from there.', () => {
    const ring = ringOf(Array.from({ length: 1_000 }, () => [0xc0, 0]));
    const search = new PacketSearch(ring, filter);
    const totals: number[] = [];
    do totals.push(search.total);
    while (!search.work(() => true));
    expect([...totals, search.total]).toEqual([0, 256, 512, 768, 1_000]);
  });

  test('finds places by number and back, whether or not it leaves out any.', () => {
    const ring = ringOf(Array.from({ length: 300 }, (_, i) => [i % 3 === 0 ? 0xc0 : 0xd0, 0]));
    const search = new PacketSearch(ring, filter);
    search.work(() => false);
    for (const [index, seq] of all(search).entries()) {
      expect(search.indexOf(seq)).toBe(index);
      // Between two of them: the next one.
      expect(search.indexOf(seq + 1)).toBe(index + 1);
      expect(search.indexOf(seq - 0.5)).toBe(index);
    }
    expect([search.seqAt(-1), search.seqAt(100), search.indexOf(-7), search.indexOf(9_999)]).toEqual([
      -1, -1, 0, 100,
    ]);
    const open = new PacketSearch(ring, null);
    expect([open.seqAt(299), open.seqAt(300), open.indexOf(-7), open.indexOf(9_999)]).toEqual([
      300, -1, 0, 300,
    ]);
  });
});

describe('A filter', () => {
  const topic = (text: string): number[] => [0, text.length, ...new TextEncoder().encode(text)];
  const subscribe = (...filters: string[]) => {
    const body = [0, 9, 0, ...filters.flatMap((one) => [...topic(one), 0])];
    return [0x82, body.length, ...body];
  };

  test('finds each of several filters of one packet, none that was cut, and a topic as far as it is there.', () => {
    const ring = ringOf([
      subscribe('a', 'b', 'c'),
      subscribe('b').slice(0, -2),
      [0xa2, 9, 0, 9, 0, ...topic('x'), ...topic('b')],
      [0x30, 5, ...topic('b'), 0],
      [0x30, 3, 0, 9, 98],
    ]);
    expect(found(ring, { topicFilter: 'b' }, 'b')).toEqual([1, 3, 4, 5]);
    expect(found(ring, { topicFilter: 'b', types: ['UNSUBSCRIBE'] }, 'b')).toEqual([3]);
    expect(found(ring, { topicFilter: 'b', packetId: 9 }, 'b')).toEqual([1, 3]);
  });

  test('takes a length of properties that lies as the end of the packet.', () => {
    const ring = ringOf([
      [0x82, 8, 0, 9, 100, ...topic('b'), 0, 0],
      [0x82, 3, 0, 9, 255],
    ]);
    expect(found(ring, { topicFilter: 'b' }, 'b')).toEqual([]);
    expect(found(ring, { packetId: 9 })).toEqual([1, 2]);
  });

  test.each<[string, number[], 3 | 4 | 5, number]>([
    ['CONNACK 1 of 3.1.1', [0x20, 2, 0, 1], 4, 128],
    ['CONNACK 135 of 5', [0x20, 3, 0, 135, 0], 5, 135],
    ['CONNACK 0', [0x20, 3, 0, 0, 0], 5, 0],
    ['PUBACK 16', [0x40, 3, 0, 1, 16], 5, 16],
    ['PUBACK that leaves it out', [0x40, 2, 0, 1], 5, 0],
    ['PUBACK of 3.1.1', [0x40, 2, 0, 1], 4, -1],
    ['SUBACK with the worst in the middle', [0x90, 6, 0, 1, 0, 1, 135, 2], 5, 135],
    ['SUBACK behind properties', [0x90, 8, 0, 1, 4, 31, 0, 1, 200, 1], 5, 1],
    ['UNSUBACK 17', [0xb0, 4, 0, 1, 0, 17], 5, 17],
    ['UNSUBACK of 3.1.1', [0xb0, 2, 0, 1], 4, -1],
    ['DISCONNECT 142', [0xe0, 1, 142], 5, 142],
    ['DISCONNECT of 3.1.1', [0xe0, 0], 4, -1],
    ['PINGRESP', [0xd0, 0], 5, -1],
  ])('by reason takes %s for what it is.', (_, bytes, level, reason) => {
    const ring = ringOf([bytes], level);
    const least = [0, 1, 16, 17, 128, 135, 142, 255];
    expect(least.filter((reasonAtLeast) => found(ring, { reasonAtLeast }).length > 0)).toEqual(
      least.filter((one) => one <= reason),
    );
  });

  test.each(PacketType.options)('by type finds %s and no other.', (type) => {
    const ring = ringOf(PacketType.options.map((_, i) => [i << 4, 0]));
    expect(found(ring, { types: [type] })).toEqual([PacketType.options.indexOf(type) + 1]);
  });

  test('that lets everything pass is known as such, and any one wish makes it narrow.', () => {
    expect(isOpen(PacketFilter.parse({}))).toBe(true);
    for (const part of [
      { types: ['PUBACK'] },
      { direction: 'in' },
      { packetId: 1 },
      { topicFilter: 'a' },
      { reasonAtLeast: 1 },
      { brokenOnly: true },
    ])
      expect(isOpen(PacketFilter.parse(part)), JSON.stringify(part)).toBe(false);
  });
});

test('The head of any bytes, at any place, is read within them and as it is alone.', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.constantFrom(3, 4, 5),
      fc.nat(5),
      (bytes, level, before) => {
        const alone = new PacketHead().read(bytes, 0, bytes.length, level);
        const around = new Uint8Array(before + bytes.length + 9).fill(0x41);
        around.set(bytes, before);
        const within = new PacketHead().read(around, before, before + bytes.length, level);
        const topics = (head: PacketHead, shift: number) => {
          const spans: number[][] = [];
          head.someTopic((_, from, to) => {
            spans.push([from - shift, to - shift]);
            return false;
          });
          return spans;
        };
        expect([within.type, within.flags, within.packetId, within.reason, within.body - before]).toEqual([
          alone.type,
          alone.flags,
          alone.packetId,
          alone.reason,
          alone.body,
        ]);
        const spans = topics(within, before);
        expect(spans).toEqual(topics(alone, 0));
        for (const [from = -1, to = -1] of spans) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(bytes.length);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test('The entry of a ring that holds nothing of that number stays as it was.', () => {
  const ring = ringOf([[0xc0, 0]]);
  const entry = emptyEntry();
  expect(ring.read(1, entry)).toBe(true);
  const before = { ...entry };
  for (const seq of [0, 2, -1]) expect(ring.read(seq, entry), String(seq)).toBe(false);
  expect(entry).toEqual(before);
});
