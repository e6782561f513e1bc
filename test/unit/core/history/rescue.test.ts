import { describe, expect, test } from 'vitest';
import { HistoryLog } from '../../../../src-main/core/history/log.ts';
import { Fate, type RecordOwner } from '../../../../src-main/core/history/owner.ts';
import type { HistoryRecord } from '../../../../src-main/core/history/record.ts';
import { SLOT } from '../../../../src-main/core/history/segments.ts';

const TIME = 1_900_000_000_000;

/** A log whose owner keeps the latest record of node 1 and the last retained one of node 2. */
function open(capacity = 1 << 18) {
  const kept = new Map<number, number>();
  const moves: { node: number; from: number; to: number; retained: boolean }[] = [];
  const touched = new Set<number>();
  const asked = new Set<number>();
  const owner: RecordOwner = {
    fate(node, birth, address) {
      asked.add(node);
      expect(birth).toBe(node + 100);
      return kept.get(node) === address ? Fate.rescue : Fate.dead;
    },
    touch(node) {
      // Beforehand: what `fate` needs is on its way by then.
      expect(touched.has(node) || !asked.has(node)).toBe(true);
      touched.add(node);
      return node;
    },
    moved(node, from, to, retained) {
      moves.push({ node, from, to, retained });
      kept.set(node, to);
    },
  };
  const log = new HistoryLog(capacity, SLOT, owner);
  const chain = new Float64Array(8);
  const append = (node: number, payload: Uint8Array, flags = 0, properties = new Uint8Array(0)): number => {
    const chunk = new Uint8Array([...properties, ...payload]);
    const words = HistoryLog.wordsOf(properties.length, payload.length, flags);
    log.makeRoom(words * 4);
    log.setTime(TIME + node);
    log.nextSeq();
    const split = properties.length;
    const view = new DataView(chunk.buffer);
    log.append(
      words,
      node,
      node + 100,
      chain,
      node,
      flags,
      payload.length,
      view,
      0,
      split,
      split,
      chunk.length,
    );
    log.pace();
    return chain[node] ?? 0;
  };
  /** So many messages of a topic that nobody keeps, that everything before them is reclaimed. */
  const flood = (bytes: number): void => {
    for (let left = bytes; left > 0; left -= 400) append(3, new Uint8Array(400));
  };
  return { log, kept, moves, touched, append, flood };
}

/** As it is now: what a record reads is memory of the log, which is used again. */
function copyOf(log: HistoryLog, address: number): HistoryRecord {
  const record = log.read(address);
  if (record === null) throw new Error('it is gone');
  return { ...record, payload: record.payload.slice(), properties: record.properties.slice() };
}

describe('the packet identifier of a record', () => {
  test.each([0, 1, 2, 3, 4, 5, 700])(
    'is kept beside a payload of %i bytes, which does not change',
    (size) => {
      const { log, append } = open();
      const payload = Uint8Array.from({ length: size }, (_, i) => 255 - (i % 251));
      // As the memory is used again: what lies there is something else.
      const addresses = [0b0010, 0b0100, 0b1011].map((flags) => {
        const address = append(1, payload, flags, Uint8Array.of(7, 8));
        log.markPacketId(address, 0xabcd + flags);
        return address;
      });
      for (const [i, flags] of [0b0010, 0b0100, 0b1011].entries())
        expect(copyOf(log, addresses[i] ?? 0)).toMatchObject({
          packetId: 0xabcd + flags,
          payload,
          properties: Uint8Array.of(7, 8),
        });
    },
  );

  test('costs nothing at QoS 0, and at most one word at QoS 1 and 2', () => {
    for (let bytes = 0; bytes < 9; bytes++) {
      const without = HistoryLog.wordsOf(0, bytes, 0b0001);
      expect(without).toBe(10 + Math.ceil(bytes / 4));
      for (const flags of [0b0010, 0b0100]) {
        const room = 4 * (HistoryLog.wordsOf(0, bytes, flags) - 10);
        expect(room - bytes).toBeGreaterThanOrEqual(2);
        expect(room - bytes).toBeLessThan(6);
      }
    }
  });

  test('is none at QoS 0, whatever the payload ends with', () => {
    const { log, append } = open();
    expect(copyOf(log, append(1, Uint8Array.of(1, 2, 3, 4), 0b0001)).packetId).toBe(0);
  });

  test('is not written if the record was evicted', () => {
    const { log, append, flood } = open();
    const address = append(3, Uint8Array.of(1), 0b0010);
    flood(1 << 21);
    const now = log.end;
    log.markPacketId(address, 7);
    expect([log.read(address), log.end]).toEqual([null, now]);
  });
});

describe('a record that is kept while all around it goes', () => {
  test.each([
    ['small', 20],
    ['large enough to be copied as a block', 3_000],
  ])('is the same byte for byte at its new address: %s', (_what, size) => {
    const { log, kept, moves, append, flood, touched } = open();
    append(1, Uint8Array.of(9));
    const payload = Uint8Array.from({ length: size }, (_, i) => i % 251);
    const address = append(1, payload, 0b1010, Uint8Array.of(1, 2, 3));
    log.markPacketId(address, 65_535);
    kept.set(1, address);
    const before = copyOf(log, address);
    expect(before.previous).toBeGreaterThan(0);
    flood(1 << 20);
    expect(moves.length).toBeGreaterThan(1);
    const now = kept.get(1) ?? 0;
    expect(now).toBeGreaterThan(address);
    // What was before it is older than the oldest that is left.
    expect(log.read(now)).toEqual({ ...before, previous: 0 });
    expect(log.read(now)).toMatchObject({
      seq: 2,
      at: TIME + 1,
      dup: true,
      qos: 1,
      packetId: 65_535,
      payload,
    });
    expect(log.read(address)).toBeNull();
    expect(log.previousOf(now)).toBe(0);
    for (const [i, { from }] of moves.entries()) expect(from).toBe(i === 0 ? address : moves[i - 1]?.to);
    expect(touched).toContain(3);
  });

  test('stays marked as stored, and is listed as retained only with a payload', () => {
    const { log, kept, moves, append, flood } = open();
    kept.set(2, append(2, Uint8Array.of(1, 2), 1));
    kept.set(4, append(4, new Uint8Array(0), 1));
    kept.set(5, append(5, Uint8Array.of(7), 0));
    log.markStored(kept.get(2) ?? 0);
    flood(1 << 19);
    const of = (node: number) => new Set(moves.filter((one) => one.node === node).map((one) => one.retained));
    expect([of(2), of(4), of(5)]).toEqual([new Set([true]), new Set([false]), new Set([false])]);
    expect(log.read(kept.get(2) ?? 0)).toMatchObject({ retain: true, stored: true });
    expect(log.read(kept.get(5) ?? 0)).toMatchObject({ retain: false, stored: false });
  });
});

test('A record larger than a segment has one of its own, and gives it back when it is reclaimed.', () => {
  const { log, append, flood } = open(1 << 20);
  const before = log.bytes;
  const address = append(3, new Uint8Array(5 * SLOT));
  expect(log.bytes - before).toBeGreaterThanOrEqual(5 * SLOT);
  expect(log.read(address)?.payload.length).toBe(5 * SLOT);
  flood(1 << 21);
  expect(log.read(address)).toBeNull();
  expect(log.bytes).toBeLessThanOrEqual(1 << 20);
});

test('A log that only has its newest segment has nothing to reclaim.', () => {
  const { log, append } = open();
  append(3, new Uint8Array(10));
  expect([log.behind, log.reclaim()]).toEqual([false, false]);
});
