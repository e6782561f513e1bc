import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fate, HistoryLog, type RecordOwner } from '../../../../src-main/core/history/log.ts';
import { RecordLook, RecordWalk } from '../../../../src-main/core/history/look.ts';
import { Segment, SegmentRing, SLOT } from '../../../../src-main/core/history/segments.ts';
import { copyWords } from '../../../../src-main/core/history/words.ts';

/** A log in which everything is dead as soon as it is reclaimed. */
function open(capacity = 1 << 20, segmentBytes = SLOT): HistoryLog {
  const owner: RecordOwner = { fate: () => Fate.dead, touch: () => 0, moved: () => undefined };
  return new HistoryLog(capacity, segmentBytes, owner);
}

interface Written {
  readonly node: number;
  readonly flags: number;
  readonly size: number;
  readonly properties: Uint8Array;
  readonly payload: Uint8Array;
}

/** As the store appends: properties and payload lie in one chunk, with or without a gap between them. */
function append(log: HistoryLog, chain: Float64Array, one: Written, gap: number): number {
  const { node, flags, size, properties, payload } = one;
  const chunk = new Uint8Array(1 + properties.length + gap + payload.length);
  chunk.set(properties, 1);
  chunk.set(payload, 1 + properties.length + gap);
  const from = 1 + properties.length + gap;
  const words = HistoryLog.wordsOf(properties.length, payload.length);
  log.makeRoom(words * 4);
  log.nextSeq();
  log.append(
    words,
    node,
    1,
    chain,
    node,
    flags,
    size,
    new DataView(chunk.buffer),
    1,
    1 + properties.length,
    from,
    from + payload.length,
  );
  return chain[node] ?? 0;
}

const written = fc.record({
  node: fc.integer({ min: 1, max: 5 }),
  // QoS 3 breaks the protocol and gets no further than the tap.
  flags: fc.nat(15).filter((flags) => (flags & 6) !== 6),
  more: fc.nat(10),
  properties: fc.uint8Array({ maxLength: 30 }),
  payload: fc.oneof(
    { weight: 9, arbitrary: fc.uint8Array({ maxLength: 80 }) },
    // Beyond the length from which blocks are copied at once.
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 600, maxLength: 1_400, size: 'max' }) },
  ),
  gap: fc.constantFrom(0, 0, 3),
});

describe('what was written', () => {
  test('is read and looked at byte for byte, chained by topic, in the order of writing', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 120 }), (all) => {
        const log = open();
        const chain = new Float64Array(8);
        const walk = new RecordWalk(log.end);
        const addresses: number[] = [];
        all.forEach(({ more, gap, ...one }, i) => {
          log.setTime(1_900_000_000_000 + i);
          const size = one.payload.length + more;
          const previous = chain[one.node] ?? 0;
          const address = append(log, chain, { ...one, size }, gap);
          addresses.push(address);
          expect(log.previousOf(address)).toBe(previous);
        });
        const look = new RecordLook();
        all.forEach(({ more, flags, properties, payload }, i) => {
          const address = addresses[i] ?? 0;
          const record = log.read(address);
          expect(record).toMatchObject({
            seq: i + 1,
            at: 1_900_000_000_000 + i,
            qos: (flags >> 1) & 3,
            retain: (flags & 1) === 1,
            dup: (flags & 8) !== 0,
            size: payload.length + more,
            payload,
            properties,
          });
          expect(log.look(address, look)).toBe(true);
          expect([look.seq, look.at, look.shortened]).toEqual([i + 1, 1_900_000_000_000 + i, more > 0]);
          expect(look.payload.subarray(look.payloadStart, look.payloadEnd)).toEqual(payload);
          expect(look.properties.subarray(look.propertiesStart, look.propertiesEnd)).toEqual(properties);
          const copy = new RecordLook();
          if (record !== null) copy.take(record);
          expect(copy.payload.subarray(copy.payloadStart, copy.payloadEnd)).toEqual(payload);
        });
        const found: [number, number][] = [];
        do {
          log.walk(walk);
          for (let i = 0; i < walk.count; i++) found.push([walk.nodes[i] ?? 0, walk.addresses[i] ?? 0]);
        } while (walk.count > 0);
        expect(found).toEqual(all.map(({ node }, i) => [node, addresses[i]]));
        expect(walk.lost).toBe(false);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  test('is marked as stored in its place, and nothing else of it or beside it', () => {
    const log = open();
    const chain = new Float64Array(8);
    const one = {
      node: 1,
      flags: 1,
      size: 3,
      properties: new Uint8Array(2),
      payload: Uint8Array.of(1, 2, 3),
    };
    const first = append(log, chain, one, 0);
    const second = append(log, chain, one, 0);
    const before = structuredClone(log.read(first));
    log.markStored(first);
    expect(log.read(first)).toEqual({ ...before, stored: true });
    expect(log.read(second)?.stored).toBe(false);
    // An address that is gone, or was none, is no matter.
    log.markStored(0);
    expect(log.wordsAt(0)).toBe(0);
    expect(log.previousOf(0)).toBe(0);
  });
});

describe('who follows the log', () => {
  const filler = {
    node: 1,
    flags: 0,
    size: 1_000,
    properties: new Uint8Array(0),
    payload: new Uint8Array(1_000),
  };

  test('is told when records were reclaimed before they were reached, and goes on with the newest', () => {
    const log = open(1 << 18);
    const chain = new Float64Array(8);
    const walk = new RecordWalk(log.end);
    append(log, chain, filler, 0);
    log.walk(walk);
    expect([walk.count, walk.lost]).toEqual([1, false]);
    for (let i = 0; i < 2_000; i++) {
      append(log, chain, filler, 0);
      log.pace();
    }
    log.walk(walk);
    expect([walk.count, walk.lost, walk.next]).toEqual([0, true, log.end]);
    const address = append(log, chain, filler, 0);
    log.walk(walk);
    expect([walk.count, walk.addresses[0]]).toEqual([1, address]);
  });

  test('gets at most 256 records at a time, over the ends of segments', () => {
    const log = open();
    const chain = new Float64Array(8);
    const walk = new RecordWalk(log.end);
    for (let i = 0; i < 600; i++) append(log, chain, filler, 0);
    const counts: number[] = [];
    do {
      log.walk(walk);
      counts.push(walk.count);
    } while (walk.count > 0);
    expect(counts).toEqual([256, 256, 88, 0]);
  });
});

test('Bytes are copied to words from any place and of any length, the rest of the last word is zero.', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 1_500, size: 'max' }),
      fc.nat(40),
      fc.nat(7),
      (bytes, skip, at) => {
        const start = Math.min(skip, bytes.length);
        const to = new Int32Array(at + Math.ceil((bytes.length - start) / 4) + 2);
        copyWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), start, bytes.length, to, at);
        const got = new Uint8Array(to.buffer);
        const want = new Uint8Array(got.length);
        want.set(bytes.subarray(start), at * 4);
        expect(got).toEqual(want);
      },
    ),
    { numRuns: 400, seed: 13 },
  );
});

test('An address leads to its segment, however many there were and however large they are.', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 150 }), (sizes) => {
      const ring = new SegmentRing();
      const held: Segment[] = [];
      // Past the ring's first size, so that it has to grow and to go round.
      sizes.forEach((slots, i) => {
        const segment = new Segment(ring.nextBase, new ArrayBuffer(slots * SLOT));
        ring.add(segment);
        held.push(segment);
        if (i % 3 === 2) ring.drop(held.shift() as Segment);
      });
      expect(ring.oldest).toBe(held[0] ?? null);
      for (const segment of held) {
        expect(ring.at(segment.base)).toBe(segment);
        expect(ring.at(segment.base + segment.capacity - 1)).toBe(segment);
      }
      expect(ring.at(ring.nextBase)).toBeNull();
    }),
    { numRuns: 20, seed: 17 },
  );
});
