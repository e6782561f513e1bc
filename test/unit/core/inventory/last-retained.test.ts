import { expect, test } from 'vitest';
import type { RetainedFact } from '../../../../src-main/contract/model/retained.ts';
import { RecordLook } from '../../../../src-main/core/history/look.ts';
import {
  heldRecord,
  heldSize,
  isLastRetained,
  lastRetainedSize,
} from '../../../../src-main/core/inventory/last-retained.ts';
import { NO_NODE } from '../../../../src-main/core/topics/columns/nodes.ts';
import { keyBytes } from '../../../../src-main/core/topics/names.ts';
import { TopicStore } from '../../../../src-main/core/topics/store/store.ts';
import { send } from '../../../support/store/messages.ts';

const text = (payload: string) => new TextEncoder().encode(payload);

function open() {
  const store = new TopicStore({ memoryBytes: 2 ** 22, topicCap: 100, seed: 1, startedAt: 1_000 });
  send(store, { topic: 'a', payload: 'v', at: 1_000 });
  const node = store.find(keyBytes('a'));
  const keep = (payload: string, properties: readonly number[], size = payload.length) =>
    store.stored(node, message(payload, properties, size));
  return { store, node, keep };
}

const message = (payload: string, properties: readonly number[] = [], size = payload.length) => ({
  payload: text(payload),
  size,
  qos: 0 as const,
  properties: Uint8Array.from(properties),
  at: 1_000,
});

test('A message is the one that is kept if payload, size and all that a person gave it are the same.', () => {
  const { store, node, keep } = open();
  const isKept = (...given: Parameters<typeof message>) => isLastRetained(store, node, message(...given));
  // What came live is not what is stored, though it may look the same.
  expect(isKept('v')).toBe(false);
  keep('v', []);
  expect(isKept('v')).toBe(true);
  expect([isKept('w'), isKept('vv'), isKept(''), isKept('v', [], 2)]).toEqual([false, false, false, false]);
  // A content type [MQTT5-3.3.2.3.9] was not there before, a Subscription Identifier means nothing.
  expect([isKept('v', [3, 0, 1, 0x61]), isKept('v', [0x0b, 7])]).toEqual([false, true]);
  keep('v', [2, 0, 0, 0, 60, 0x0b, 7]);
  // Of an expiry less may be left.
  expect([isKept('v', [2, 0, 0, 0, 9]), isKept('v')]).toEqual([true, false]);
});

test('Of a message that found no room the size decides, and what a person gave it.', () => {
  const { store, node, keep } = open();
  const isKept = (size: number, properties: readonly number[] = []) =>
    isLastRetained(store, node, { ...message('', properties, size), isCrowded: true });
  keep('value', []);
  expect([isKept(5), isKept(4), isKept(5, [3, 0, 1, 0x61])]).toEqual([true, false, false]);
  expect(lastRetainedSize(store, node, new RecordLook())).toBe(5);
  expect(lastRetainedSize(store, NO_NODE, new RecordLook())).toBe(0);
});

test('After our own publish a message that was stored before is not what the broker holds.', () => {
  const { store, node, keep } = open();
  const by = (one: RetainedFact['by'], at: number): RetainedFact => ({
    state: 'retained',
    by: one,
    at,
    stale: false,
  });
  expect(heldRecord(store, node, by('us', 2_000))).toBe(0);
  keep('v', []);
  const address = store.lastRetainedRecord(node);
  expect(address).toBeGreaterThan(0);
  for (const one of ['subscribe', 'probe', 'live'] as const)
    expect(heldRecord(store, node, by(one, 2_000))).toBe(address);
  expect([heldRecord(store, node, by('us', 2_000)), heldRecord(store, node, by('us', 1_000))]).toEqual([
    0,
    address,
  ]);
});

test('What came back as retained, live, is our own message, also where it came before the acknowledgement.', () => {
  const { store, node } = open();
  send(store, { topic: 'a', payload: 'echo', retain: true, at: 1_500 });
  const address = store.lastRetainedRecord(node);
  expect(store.record(address)?.stored).toBe(false);
  expect(heldRecord(store, node, { state: 'retained', by: 'us', at: 1_600, stale: false })).toBe(address);
});

test('How large the last retained message was is known after it was evicted.', () => {
  const { store, node } = open();
  const look = new RecordLook();
  const fact = (by: RetainedFact['by']): RetainedFact => ({ state: 'retained', by, at: 9_000, stale: false });
  const sizes = () => [lastRetainedSize(store, node, look), heldSize(store, node, fact('subscribe'), look)];
  expect(sizes()).toEqual([0, null]);
  send(store, { topic: 'a', payload: 'x'.repeat(700_000), retain: true, at: 2_000 });
  expect(sizes()).toEqual([700_000, 700_000]);
  for (let i = 0; i < 20; i++)
    send(store, { topic: `b/${i}`, payload: 'y'.repeat(600_000), retain: true, at: 3_000 });
  expect(store.record(store.lastRetainedRecord(node))).toBeNull();
  expect(sizes()).toEqual([700_000, 700_000]);
  // What we published since may be of another size, and nobody knows which came first.
  expect(heldSize(store, node, fact('us'), look)).toBeNull();
});

test('So it is of one that is larger than the whole budget, however it came.', () => {
  const { store, node } = open();
  const look = new RecordLook();
  send(store, { topic: 'a', payload: 'x'.repeat(4_000_000), size: 5_000_000, retain: true, at: 2_000 });
  expect(lastRetainedSize(store, node, look)).toBe(5_000_000);
  store.stored(node, message('x'.repeat(4_500_000)));
  expect(lastRetainedSize(store, node, look)).toBe(4_500_000);
  expect(store.record(store.lastRetainedRecord(node))).toBeNull();
});
