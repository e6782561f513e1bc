import { describe, expect, test } from 'vitest';
import { HistoryLog } from '../../../../src-main/core/history/log.ts';
import { Fate, type RecordOwner } from '../../../../src-main/core/history/owner.ts';
import { segmentBytesFor } from '../../../../src-main/core/history/segments.ts';
import { random } from '../../../support/random.ts';

interface Kept {
  readonly seq: number;
  readonly payload: Uint8Array;
  address: number;
}

/** Owns records the plain way: a map of live addresses. */
class Owner implements RecordOwner {
  readonly live = new Map<number, Kept>();
  readonly dead = new Set<number>();
  log!: HistoryLog;
  looked = 0;

  fate(_node: number, _birth: number, address: number, words: number): number {
    this.looked += words * 4;
    const kept = this.live.get(address);
    if (kept === undefined) return Fate.dead;
    if (!this.log.crowded) return Fate.rescue;
    this.live.delete(address);
    this.dead.add(address);
    this.log.liveBytes -= words * 4;
    return Fate.evict;
  }

  touch(): number {
    return 0;
  }

  moved(_node: number, from: number, to: number): void {
    const kept = this.live.get(from)!;
    this.live.delete(from);
    this.dead.add(from);
    kept.address = to;
    this.live.set(to, kept);
  }
}

function setUp(capacity: number, segmentBytes: number): { owner: Owner; log: HistoryLog } {
  const owner = new Owner();
  const log = new HistoryLog(capacity, segmentBytes, owner);
  owner.log = log;
  return { owner, log };
}

function append(log: HistoryLog, owner: Owner, payload: Uint8Array, live: boolean, previous = 0): Kept {
  const words = HistoryLog.wordsOf(0, payload.length, 0);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  log.makeRoom(words * 4);
  log.nextSeq();
  const address = log.reserve(words);
  log.write(address, words, 1, 1, previous, 0, payload.length, view, 0, 0, 0, payload.length);
  const kept = { seq: log.seq, payload: payload.slice(), address };
  if (live) {
    owner.live.set(address, kept);
    log.liveBytes += words * 4;
  }
  log.pace();
  return kept;
}

describe('The history log', () => {
  test('returns the size of a payload at an address, and none for an evicted one', () => {
    const { owner, log } = setUp(2 ** 16, 2 ** 14);
    const first = append(log, owner, new Uint8Array(7), false);
    expect(log.sizeAt(first.address)).toBe(7);
    const empty = append(log, owner, new Uint8Array(0), false);
    expect(log.sizeAt(empty.address)).toBe(0);
    for (let n = 0; n < 100 || log.tail <= first.address; n++) append(log, owner, new Uint8Array(900), false);
    expect(log.sizeAt(first.address)).toBe(0);
  });

  test('keeps every live record byte for byte within its budget, whatever the sizes', () => {
    const rng = random(11);
    const capacity = 1 << 20;
    const { owner, log } = setUp(capacity, 32_768);
    const live: Kept[] = [];
    let most = 0;
    for (let i = 0; i < 30_000; i++) {
      const size = rng.int(500) === 0 ? rng.int(60_000) : rng.int(300);
      const payload = Uint8Array.from({ length: size }, () => rng.int(256));
      const keep = rng.int(20) === 0;
      const kept = append(log, owner, payload, keep);
      if (keep) live.push(kept);
      if (live.length > 400) {
        const [gone] = live.splice(rng.int(live.length), 1);
        if (owner.live.delete(gone!.address))
          log.liveBytes -= HistoryLog.wordsOf(0, gone!.payload.length, 0) * 4;
      }
      most = Math.max(most, log.bytes);
    }
    expect(most).toBeLessThanOrEqual(capacity * 1.0625);
    expect(owner.live.size).toBeGreaterThan(300);
    for (const [address, kept] of owner.live) {
      const record = log.read(address);
      expect(record?.seq).toBe(kept.seq);
      expect(record?.payload).toEqual(kept.payload);
    }
    for (const address of owner.dead) expect(log.read(address)).toBeNull();
  });

  test('evicts the oldest live values when they exceed three quarters of it', () => {
    const { owner, log } = setUp(1 << 20, 16_384);
    const all: Kept[] = [];
    for (let i = 0; i < 12_000; i++) all.push(append(log, owner, new Uint8Array(88), true));
    expect(log.liveBytes).toBeLessThanOrEqual(0.95 * (1 << 20));
    const gone = all.filter((kept) => log.read(kept.address) === null);
    expect(gone.length).toBeGreaterThan(2_000);
    // The oldest went: none of the younger half.
    expect(Math.max(...gone.map((kept) => kept.seq))).toBeLessThan(6_000);
  });

  test('never looks at more than a bounded part of the log for one message, even if all of it is live first', () => {
    const capacity = 4 << 20;
    const { owner, log } = setUp(capacity, 32_768);
    // Two thirds are live and lie together, as after a scan of retained messages.
    for (let i = 0; i < 20_000; i++) append(log, owner, new Uint8Array(88), true);
    const before = owner.live.size;
    let most = 0;
    for (let i = 0; i < 100_000; i++) {
      owner.looked = 0;
      append(log, owner, new Uint8Array(88), false);
      most = Math.max(most, owner.looked);
    }
    expect(most).toBeLessThanOrEqual(256 * 1_024 + 65_536);
    expect(owner.live.size).toBe(before);
    expect(log.bytes).toBeLessThanOrEqual(capacity);
  });

  test('reuses its segments: nothing is allocated once it is full', () => {
    const { owner, log } = setUp(1 << 20, 16_384);
    for (let i = 0; i < 10_000; i++) append(log, owner, new Uint8Array(200), false);
    const buffers = new Set<ArrayBufferLike>();
    for (let i = 0; i < 20_000; i++) {
      const kept = append(log, owner, new Uint8Array(200), false);
      buffers.add(log.read(kept.address)!.payload.buffer);
    }
    expect(buffers.size).toBeLessThanOrEqual((1 << 20) / 16_384);
  });

  test('shrinks when the index takes more of the budget', () => {
    const { owner, log } = setUp(4 << 20, 32_768);
    for (let i = 0; i < 40_000; i++) append(log, owner, new Uint8Array(100), i % 50 === 0);
    log.resize(1 << 20, 32_768);
    while (log.reclaim()) continue;
    expect(log.bytes).toBeLessThanOrEqual(1 << 20);
    for (const [address, kept] of owner.live) expect(log.read(address)?.seq).toBe(kept.seq);
  });

  test('chains a topic by addresses that only grow, and reads times and numbers beyond 32 bits', () => {
    const { owner, log } = setUp(1 << 20, 32_768);
    const at = 1_900_000_000_123;
    log.setTime(at);
    const first = append(log, owner, new Uint8Array(3), false);
    const second = append(log, owner, new Uint8Array(5), false, first.address);
    expect(second.address).toBeGreaterThan(first.address);
    expect(log.read(second.address)).toMatchObject({ at, seq: 2, previous: first.address, size: 5 });
    expect(log.read(first.address)).toMatchObject({ at, seq: 1, previous: 0, size: 3 });
    expect(log.read(0)).toBeNull();
  });

  test('has small segments where the budget is small', () => {
    expect(segmentBytesFor(512 * 2 ** 20)).toBe(4 * 2 ** 20);
    expect(segmentBytesFor(64 * 2 ** 20)).toBe(512 * 1_024);
    expect(segmentBytesFor(2 ** 20)).toBe(16_384);
    expect(segmentBytesFor(2 ** 40)).toBe(4 * 2 ** 20);
  });
});
