import { expect, test } from 'vitest';
import { StoredQos } from '../../../../src-main/connection/retained/stored-qos.ts';
import type { Qos, SubscriptionStatus } from '../../../../src-main/contract/model/model.ts';
import type {
  RetainedBy,
  RetainedFact,
  RetainedState,
} from '../../../../src-main/contract/model/retained.ts';
import { RecordLook } from '../../../../src-main/core/history/look.ts';

const NODE = 7;

const fact = (by: RetainedBy, at = 1_000, state: RetainedState = 'retained'): RetainedFact => ({
  state,
  by,
  at,
  stale: false,
});

function came(qos: number, at = 1_000): RecordLook {
  const look = new RecordLook();
  look.flags = (qos << 1) | 1;
  look.at = at;
  return look;
}

const status = (...results: SubscriptionStatus['result'][]): SubscriptionStatus[] =>
  results.map((result, i) => ({
    filter: `f${i}`,
    qos: 2,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
    enabled: true,
    identifier: null,
    notes: [],
    result,
    messages: 0,
    countedBy: 'matches',
  }));
const granted = (...all: Qos[]) => status(...all.map((qos) => ({ kind: 'granted', qos }) as const));

test('What came below the QoS that was granted is stored at that; what came at it may be stored higher.', () => {
  const known = new StoredQos();
  known.subscriptionsChanged(granted(1));
  expect(known.of(NODE, came(0), fact('subscribe'))).toBe(0);
  expect(known.of(NODE, came(1), fact('subscribe'))).toBeNull();
  expect(known.of(NODE, came(2), fact('subscribe'))).toBe(2);
});

test('Of several subscriptions the lowest one may have brought it; those that are not granted bring nothing.', () => {
  const known = new StoredQos();
  known.subscriptionsChanged(granted(2, 1));
  expect(known.of(NODE, came(1), fact('live'))).toBeNull();
  known.subscriptionsChanged(status({ kind: 'granted', qos: 2 }, { kind: 'off' }, { kind: 'pending' }));
  expect(known.of(NODE, came(1), fact('live'))).toBe(1);
  known.subscriptionsChanged([]);
  expect(known.of(NODE, came(0), fact('live'))).toBeNull();
});

test('After a subscription was raised, what came through the lower one proves nothing any more.', () => {
  const known = new StoredQos();
  known.asked(500);
  known.subscriptionsChanged(granted(0));
  expect(known.of(NODE, came(0, 1_000), fact('subscribe'))).toBeNull();
  // With Retain Handling 1 or 2 the broker does not send it again.
  known.asked(2_000);
  known.subscriptionsChanged(granted(2));
  expect(known.of(NODE, came(0, 1_000), fact('subscribe'))).toBeNull();
  expect(known.of(NODE, came(0, 2_000), fact('subscribe'))).toBe(0);
  // Another SUBSCRIBE that raises nothing takes nothing away.
  known.asked(3_000);
  known.subscriptionsChanged(granted(2, 2));
  expect(known.of(NODE, came(0, 2_000), fact('subscribe'))).toBe(0);
});

test('A flag that says QoS 3 is taken for 2, as no message has it.', () => {
  const known = new StoredQos();
  expect(known.of(NODE, came(3), fact('subscribe'))).toBe(2);
});

test('What is not retained, was published by us or is not kept has no known QoS.', () => {
  const known = new StoredQos();
  known.subscriptionsChanged(granted(2));
  for (const state of ['unknown', 'cleared', 'not-retained'] as const)
    expect(known.of(NODE, came(0), fact('subscribe', 1_000, state))).toBeNull();
  expect(known.of(NODE, came(0), fact('us'))).toBeNull();
  expect(known.of(NODE, null, fact('subscribe'))).toBeNull();
});

test('A probe knows it where it was granted more than came, or the highest; and only for its own fact.', () => {
  const known = new StoredQos();
  known.probed(NODE, 1, 2, 1_000);
  expect(known.of(NODE, null, fact('probe', 1_000))).toBe(1);
  // Another probe since, of which the QoS is not known.
  expect(known.of(NODE, null, fact('probe', 1_001))).toBeNull();
  // A later fact by a subscription goes by what that brought.
  expect(known.of(NODE, null, fact('subscribe', 1_000))).toBeNull();
  known.probed(NODE, 2, 2, 2_000);
  expect(known.of(NODE, null, fact('probe', 2_000))).toBe(2);
});

test('A broker that grants the probe less than it asked for hides at which QoS the message is stored.', () => {
  const known = new StoredQos();
  known.probed(NODE, 1, 1, 1_000);
  expect(known.of(NODE, null, fact('probe', 1_000))).toBeNull();
  known.probed(NODE, 0, 0, 2_000);
  expect(known.of(NODE, null, fact('probe', 2_000))).toBeNull();
  known.probed(NODE, 0, 1, 3_000);
  expect(known.of(NODE, null, fact('probe', 3_000))).toBe(0);
});

test('A node that was forgotten may be another topic, of which nothing is known.', () => {
  const known = new StoredQos();
  known.probed(NODE, 1, 2, 1_000);
  known.forget(NODE);
  expect(known.of(NODE, null, fact('probe', 1_000))).toBeNull();
});

test('Each of many nodes has its own, wherever they lie, and what was forgotten makes room for others.', () => {
  const known = new StoredQos();
  const nodes = [0, 1, 4_095, 4_096, 4_097, 1_000_000];
  nodes.forEach((node, i) => known.probed(node, (i % 2) as Qos, 2, 1_000 + i));
  const all = () => nodes.map((node, i) => known.of(node, null, fact('probe', 1_000 + i)));
  expect(all()).toEqual([0, 1, 0, 1, 0, 1]);
  // It is as of the last probe, and a number that nobody was asked about was never known.
  known.forget(4_096);
  known.forget(5_000_000);
  expect(all()).toEqual([0, 1, 0, null, 0, 1]);
  expect(known.of(2, null, fact('probe', 0))).toBeNull();
});

test('Of half a million topics the QoS is kept; of one more it is not known, until another is forgotten.', () => {
  const known = new StoredQos();
  for (let node = 0; node < 500_000; node++) known.probed(node, 1, 2, 1_000);
  known.probed(500_000, 1, 2, 1_000);
  expect(known.of(500_000, null, fact('probe', 1_000))).toBeNull();
  // Those that are known are known anew.
  known.probed(7, 0, 2, 2_000);
  expect(known.of(7, null, fact('probe', 2_000))).toBe(0);
  known.forget(7);
  known.forget(7);
  known.probed(500_000, 1, 2, 3_000);
  known.probed(500_001, 1, 2, 3_000);
  const late = [500_000, 500_001].map((node) => known.of(node, null, fact('probe', 3_000)));
  expect(late).toEqual([1, null]);
});
