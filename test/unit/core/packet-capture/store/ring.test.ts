import { describe, expect, test } from 'vitest';
import {
  emptyEntry,
  MOST_KEPT,
  PacketRing,
  SEGMENT_BYTES,
} from '../../../../../src-main/core/packet-capture/store/ring.ts';
import { random as seeded } from '../../../../support/random.ts';
import { randomBytes } from '../../../../support/brokers/mqtt-stream.ts';

describe('the ring of packets', () => {
  test('Holds the newest records of a random stream byte for byte, and counts what it let go.', () => {
    const random = seeded(11);
    const ring = new PacketRing(4 * SEGMENT_BYTES);
    const all: { at: number; size: number; link: number; flags: number; rule: number; hex: string }[] = [];
    for (let i = 0; i < 9_000; i++) {
      const bytes = randomBytes(random, random.int(10) === 0 ? random.int(3_000) : random.int(200));
      const start = random.int(bytes.length + 1);
      const one = {
        at: 1_700_000_000_000.25 + i,
        size: bytes.length + i,
        link: i % 70_000,
        flags: i % 16,
        rule: i % 5,
      };
      ring.append(one.at, one.size, one.link, one.flags, one.rule, bytes, start, bytes.length);
      ring.settle();
      all.push({ ...one, hex: bytes.subarray(start).toString('hex') });
      bytes.fill(0);
    }
    expect(ring.lastSeq).toBe(9_000);
    expect(ring.used).toBeLessThanOrEqual(4 * SEGMENT_BYTES);
    expect(ring.evicted).toBe(ring.firstSeq - 1);
    expect(ring.evicted).toBeGreaterThan(1_000);
    const entry = emptyEntry();
    for (let seq = ring.firstSeq; seq <= ring.lastSeq; seq++) {
      expect(ring.read(seq, entry)).toBe(true);
      const { at, size, link, flags, rule } = entry;
      const hex = Buffer.from(entry.bytes.subarray(entry.start, entry.end)).toString('hex');
      expect({ at, size, link, flags, rule, hex }).toEqual(all[seq - 1]);
    }
    expect(ring.read(ring.firstSeq - 1, entry)).toBe(false);
    expect(ring.read(ring.lastSeq + 1, entry)).toBe(false);
  });

  test('Packets of a read are what they were when they are copied together, wherever they lie in it.', () => {
    const random = seeded(12);
    const ring = new PacketRing(3 * SEGMENT_BYTES);
    const entry = emptyEntry();
    const hexOf = (seq: number): string | null =>
      ring.read(seq, entry)
        ? Buffer.from(entry.bytes.subarray(entry.start, entry.end)).toString('hex')
        : null;
    const all: string[] = [];
    for (let round = 0; round < 400; round++) {
      // A part of a buffer, as a read is.
      const read = randomBytes(random, 8_000).subarray(random.int(16));
      for (let at = random.int(9); at < 7_000;) {
        const end = at + random.int(random.int(6) === 0 ? 900 : 150);
        const isAlone = random.int(12) === 0;
        ring.append(round, end - at, 1, 0, 0, read, at, end);
        if (isAlone) ring.settle();
        all.push(read.subarray(at, end).toString('hex'));
        // Looked at while it waits to be copied.
        if (random.int(60) === 0) expect(hexOf(all.length)).toBe(all.at(-1));
        // Part of it is left out, or comes from elsewhere.
        at = random.int(5) === 0 ? end + random.int(40) : end;
        if (random.int(40) === 0) ring.append(0, 1, 1, 0, 0, Uint8Array.of(all.push('07') && 7), 0, 1);
      }
      ring.settle();
      read.fill(0);
    }
    expect(ring.lastSeq).toBe(all.length);
    expect(ring.evicted).toBeGreaterThan(10_000);
    expect(ring.used).toBe(3 * SEGMENT_BYTES);
    for (let seq = ring.firstSeq; seq <= ring.lastSeq; seq++) expect(hexOf(seq)).toBe(all[seq - 1]);
  });

  test('What was not copied yet when all is cleared is cleared as well.', () => {
    const ring = new PacketRing(2 * SEGMENT_BYTES);
    const bytes = Uint8Array.of(1, 2, 3, 4);
    ring.append(1, 2, 1, 0, 0, bytes, 0, 2);
    ring.clear();
    ring.append(2, 2, 1, 0, 0, bytes, 2, 4);
    const entry = emptyEntry();
    expect([ring.read(1, entry), ring.read(2, entry), ring.deleted]).toEqual([false, true, 1]);
    expect([...entry.bytes.subarray(entry.start, entry.end)]).toEqual([3, 4]);
    // A smaller budget keeps what waits, as the newest.
    ring.append(3, 4, 1, 0, 0, bytes, 0, 4);
    ring.setBudget(0);
    bytes.fill(9);
    ring.settle();
    expect(ring.read(3, entry)).toBe(true);
    expect([...entry.bytes.subarray(entry.start, entry.end)]).toEqual([9, 9, 9, 9]);
  });

  test('Sizes, flags, links and rules at their bounds come back as they were.', () => {
    const ring = new PacketRing(2 * SEGMENT_BYTES);
    ring.append(
      1_893_456_000_123.75,
      268_435_460,
      65_536 + 65_535,
      255,
      255,
      new Uint8Array(65_535),
      0,
      65_535,
    );
    ring.append(0, 0, 0, 0, 0, new Uint8Array(1), 1, 1);
    const entry = emptyEntry();
    ring.read(1, entry);
    expect(entry).toMatchObject({
      at: 1_893_456_000_123.75,
      size: 268_435_460,
      link: 65_535,
      flags: 255,
      rule: 255,
    });
    expect(entry.end - entry.start).toBe(65_535);
    ring.read(2, entry);
    expect(entry).toMatchObject({ at: 0, size: 0, link: 0, flags: 0, rule: 0 });
    expect(entry.end).toBe(entry.start);
  });

  test('Keeps the first 65,535 bytes of what is larger, and its size.', () => {
    const ring = new PacketRing(2 * SEGMENT_BYTES);
    ring.append(1, 200_000, 1, 0, 0, new Uint8Array(200_000).fill(7), 0, 200_000);
    const entry = emptyEntry();
    ring.read(1, entry);
    expect([entry.size, entry.end - entry.start]).toEqual([200_000, MOST_KEPT]);
  });

  test('A smaller budget lets the oldest go at once; a clear counts apart.', () => {
    const ring = new PacketRing(8 * SEGMENT_BYTES);
    for (let i = 0; i < 40; i++) ring.append(i, 60_000, 1, 0, 0, new Uint8Array(60_000), 0, 60_000);
    expect(ring.firstSeq).toBe(9);
    ring.setBudget(2 * SEGMENT_BYTES);
    expect([ring.firstSeq, ring.lastSeq]).toEqual([33, 40]);
    ring.clear();
    expect([ring.firstSeq, ring.lastSeq, ring.used]).toEqual([41, 40, 0]);
    expect([ring.evicted, ring.deleted]).toEqual([32, 8]);
    ring.append(1, 2, 1, 0, 0, new Uint8Array(2), 0, 2);
    expect([ring.firstSeq, ring.lastSeq]).toEqual([41, 41]);
  });
});
