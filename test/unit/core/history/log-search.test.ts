import { expect, test } from 'vitest';
import { RecordLook, type RecordSearch } from '../../../../src-main/core/history/look.ts';
import { BytesFinder } from '../../../../src-main/core/query/match/text-finder.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { random } from '../../../support/random.ts';
import { send } from '../../../support/store/messages.ts';

const encoder = new TextEncoder();

function storeOf(memoryBytes: number): TopicStore {
  return new TopicStore({ memoryBytes, topicCap: 10_000, seed: 1, startedAt: 1_700_000_000_000 });
}

const finder = (text: string): BytesFinder => new BytesFinder(encoder.encode(text), true);

function allFound(search: RecordSearch, between: () => void = () => undefined): Set<number> {
  const found = new Set<number>();
  let before = -1;
  while (search.step((node) => found.add(node))) {
    expect(search.searched).toBeGreaterThan(before);
    before = search.searched;
    between();
  }
  expect(search.searched).toBe(search.all);
  return found;
}

/** Topics whose latest record holds it, with where that lies. */
function holding(store: TopicStore, text: string): Map<number, number> {
  const look = new RecordLook();
  const holding = new Map<number, number>();
  for (let node = 1; node < store.end; node++) {
    const address = store.exists(node) ? store.lastRecord(node) : 0;
    if (address === 0 || !store.log.look(address, look)) continue;
    const payload = new TextDecoder().decode(look.payload.subarray(look.payloadStart, look.payloadEnd));
    if (payload.toLowerCase().includes(text)) holding.set(node, address);
  }
  return holding;
}

test('Records that hold one of some texts are found, across segments and slices, and hardly any others.', () => {
  const store = storeOf(2 ** 25);
  const chance = random(5);
  for (let n = 0; n < 6_000; n++) {
    const payload = `${'x'.repeat(chance.int(200))}${chance.pick(['Pressed', 'pres', 'sed', 'halt', ''])}`;
    send(store, { topic: `t/${String(chance.int(2_000))}`, payload });
  }
  const found = allFound(store.log.search([finder('pressed'), finder('HALT')]));
  const wanted = [...holding(store, 'pressed').keys(), ...holding(store, 'halt').keys()];
  expect(wanted.length).toBeGreaterThan(500);
  expect(wanted.filter((node) => !found.has(node))).toEqual([]);
  expect(found.size).toBeLessThan(2_000);
  expect(allFound(store.log.search([finder('nowhere')]))).toEqual(new Set());
});

test('Without a text, or without a record, nothing is found.', () => {
  expect(allFound(storeOf(2 ** 20).log.search([finder('a')]))).toEqual(new Set());
  const store = storeOf(2 ** 20);
  send(store, { topic: 't', payload: 'a' });
  expect(allFound(store.log.search([]))).toEqual(new Set());
});

test('What is written or moved meanwhile lies behind all that was there; nothing else is missed.', () => {
  const store = storeOf(2 ** 21);
  const chance = random(6);
  const write = (count: number): void => {
    for (let n = 0; n < count; n++) {
      const payload = `${chance.pick(['needle', 'other'])}${'y'.repeat(chance.int(90))}`;
      send(store, { topic: `t/${String(chance.int(3_000))}`, payload });
    }
  };
  write(12_000);
  const { end, tail } = store.log;
  const found = allFound(store.log.search([finder('needle')]), () => write(1_500));
  expect(store.log.tail).toBeGreaterThan(tail);
  const missed = [...holding(store, 'needle')].filter(([node]) => !found.has(node));
  expect(missed.filter(([, address]) => address < end)).toEqual([]);
  expect(found.size).toBeGreaterThan(200);
});
