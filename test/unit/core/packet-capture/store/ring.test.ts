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

  test('Keeps the first 65,535 bytes of what is larger, and its size.', () => {
    const ring = new PacketRing(2 * SEGMENT_BYTES);
    ring.append(1, 200_000, 1, 0, 0, new Uint8Array(200_000).fill(7), 0, 200_000);
    const entry = emptyEntry();
    ring.read(1, entry);
    expect([entry.size, entry.end - entry.start]).toEqual([200_000, MOST_KEPT]);
  });

  test('A smaller budget lets the oldest go at once; a clear keeps counting.', () => {
    const ring = new PacketRing(8 * SEGMENT_BYTES);
    for (let i = 0; i < 40; i++) ring.append(i, 60_000, 1, 0, 0, new Uint8Array(60_000), 0, 60_000);
    expect(ring.firstSeq).toBe(9);
    ring.setBudget(2 * SEGMENT_BYTES);
    expect([ring.firstSeq, ring.lastSeq]).toEqual([33, 40]);
    ring.clear();
    expect([ring.firstSeq, ring.lastSeq, ring.evicted, ring.used]).toEqual([41, 40, 40, 0]);
    ring.append(1, 2, 1, 0, 0, new Uint8Array(2), 0, 2);
    expect([ring.firstSeq, ring.lastSeq]).toEqual([41, 41]);
  });
});
