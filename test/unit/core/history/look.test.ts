import { expect, test } from 'vitest';
import { RecordLook, RecordWalk } from '../../../../src-main/core/history/look.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

function storeOf(memoryBytes: number): TopicStore {
  return new TopicStore({ memoryBytes, topicCap: 1_000, seed: 1, startedAt: 1_700_000_000_000 });
}

test('A walk returns every record in the order of writing, across segments, and then those that came since.', () => {
  const store = storeOf(2 ** 22);
  const walk = new RecordWalk(store.log.end);
  const payloads: string[] = [];
  const look = new RecordLook();
  const read = (): string[] => {
    const found: string[] = [];
    do {
      store.log.walk(walk);
      for (let at = 0; at < walk.count; at++) {
        expect(store.log.look(walk.addresses[at] ?? 0, look)).toBe(true);
        expect(store.exists(walk.nodes[at] ?? -1)).toBe(true);
        found.push(new TextDecoder().decode(look.payload.subarray(look.payloadStart, look.payloadEnd)));
      }
    } while (walk.count > 0);
    return found;
  };
  for (let n = 0; n < 5_000; n++) {
    payloads.push(`${String(n)}${'x'.repeat(n % 90)}`);
    send(store, { topic: `t/${String(n % 7)}`, payload: payloads[n] ?? '' });
  }
  expect(read()).toEqual(payloads);
  expect(read()).toEqual([]);
  send(store, { topic: 'new', payload: 'last' });
  expect(read()).toEqual(['last']);
  expect(walk.missed).toBe(false);
});

test('A walk that was overtaken says so, and goes on with what comes next.', () => {
  const store = storeOf(2 ** 20);
  const walk = new RecordWalk(store.log.end);
  for (let n = 0; n < 40_000; n++) send(store, { topic: 't', payload: 'x'.repeat(40) });
  store.log.walk(walk);
  expect([walk.missed, walk.count]).toEqual([true, 0]);
  send(store, { topic: 't', payload: 'next' });
  store.log.walk(walk);
  expect(walk.count).toBe(1);
});

test('A record that is looked at says the same as one that is read.', () => {
  const store = storeOf(2 ** 22);
  send(store, { topic: 'a', payload: 'one' });
  send(store, { topic: 'a', payload: 'two', retain: true });
  const address = store.lastRecord(store.find(new TextEncoder().encode('a')));
  const seen = new RecordLook();
  const taken = new RecordLook();
  const record = store.log.look(address, seen) ? store.record(address) : null;
  if (record === null) throw new Error('there is no record');
  taken.take(record);
  for (const look of [seen, taken]) {
    const { seq, at, flags, size, shortened } = look;
    expect({ seq, at, flags, size, shortened }).toEqual({
      seq: 2,
      at: record.at,
      flags: 1,
      size: 3,
      shortened: false,
    });
    expect(look.previous).toBe(record.previous);
    expect([...look.payload.subarray(look.payloadStart, look.payloadEnd)]).toEqual([...record.payload]);
  }
  expect(store.log.look(4, seen)).toBe(false);
});

test('Pieces lead back through the log, and together hold every record once.', () => {
  const store = storeOf(2 ** 22);
  expect(store.log.pieceBefore(store.log.end)).toBeNull();
  const sent = 30_000;
  for (let n = 0; n < sent; n++) {
    send(store, { topic: `t/${String(n % 7)}`, payload: 'x'.repeat(n === 20_000 ? 300_000 : n % 200) });
  }
  const look = new RecordLook();
  const seqs: number[] = [];
  let pieces = 0;
  let piece = store.log.pieceBefore(store.log.end);
  for (; piece !== null; piece = store.log.pieceBefore(piece.from)) {
    pieces++;
    const own: number[] = [];
    const walk = new RecordWalk(piece.from);
    while (walk.next < piece.until) {
      store.log.walk(walk);
      for (let at = 0; at < walk.count; at++) {
        const address = walk.addresses[at] ?? 0;
        expect(store.birth(walk.nodes[at] ?? 0)).toBe(walk.births[at]);
        if (address < piece.until && store.log.look(address, look)) own.push(look.seq);
      }
    }
    seqs.unshift(...own);
  }
  expect(pieces).toBeGreaterThan(10);
  const { kept } = store.counters();
  expect(new Set(seqs).size).toBe(kept);
  expect(kept).toBeLessThan(sent);
  expect(seqs.at(-1)).toBe(sent);
});

test('Reading a record ahead has no effect, and one that was evicted does no harm.', () => {
  const store = storeOf(2 ** 20);
  send(store, { topic: 'a', payload: 'abcd' });
  const address = store.lastRecord(store.find(new TextEncoder().encode('a')));
  expect(store.log.touch(address)).toBe(0x64636261);
  expect([store.log.touch(4), store.log.touch(store.log.end), store.log.touch(0)]).toEqual([0, 0, 0]);
});
