import type { Packet } from 'mqtt';
import { expect, test } from 'vitest';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import { SessionMemory } from '../../../../src-main/connection/link/session-memory.ts';

const publish = (messageId: number): Packet =>
  ({
    cmd: 'publish',
    topic: 'a',
    payload: Buffer.from('x'),
    qos: 1,
    retain: false,
    dup: false,
    messageId,
  }) as Packet;
const nothing = (): void => undefined;

test('Packet ids are never given twice while they are under way, over clients and wrap-around.', () => {
  const { ids, stores } = new SessionMemory(0);
  const { outgoing } = stores;
  outgoing.put(publish(3), nothing);
  expect([ids.allocate(), ids.allocate(), ids.allocate()]).toEqual([1, 2, 4]);
  // A new client: what it forgot is free, what is stored is not.
  ids.clear();
  for (let i = 0; i < 65_531; i++) ids.allocate();
  expect(ids.full).toBe(false);
  const last = [ids.allocate(), ids.allocate(), ids.allocate()];
  expect(last).toEqual([1, 2, 4]);
  expect([ids.full, ids.allocate()]).toEqual([true, null]);
  ids.deallocate(2);
  expect([ids.full, ids.allocate()]).toEqual([false, 2]);
});

test('What is under way is listed in the order in which it was first sent, received ones as their release.', () => {
  const memory = new SessionMemory(0);
  const message = (topic: string): PublishMessage => ({
    topic,
    payload: new Uint8Array(1),
    qos: 2,
    retain: false,
  });
  for (const [id, topic] of [
    [9, 'a'],
    [3, 'b'],
    [5, 'c'],
  ] as const) {
    memory.sent(id, message(topic));
  }
  memory.stores.outgoing.put({ cmd: 'pubrel', messageId: 9 } as Packet, nothing);
  expect(memory.underWay()).toEqual([
    [9, null],
    [3, message('b')],
    [5, message('c')],
  ]);
  memory.stores.outgoing.del({ messageId: 3 }, nothing);
  memory.forget(9);
  expect(memory.underWay()).toEqual([[5, message('c')]]);
  expect(memory.ids.allocate()).toBe(1);
  memory.reset();
  expect(memory.underWay()).toEqual([]);
});

test('What is stored outlives the client and is never replayed by mqtt.js; a lost session forgets it.', async () => {
  const memory = new SessionMemory(0);
  memory.stores.outgoing.put(publish(1), nothing);
  memory.received.add(7);
  memory.stores.outgoing.close(nothing);
  const replayed: unknown[] = [];
  for await (const packet of memory.stores.outgoing.createStream()) replayed.push(packet);
  expect(replayed).toEqual([]);
  expect(memory.stores.outgoing.packets.size).toBe(1);
  memory.reset();
  expect([memory.stores.outgoing.packets.size, memory.received.size, memory.ids.allocate()]).toEqual([
    0, 0, 1,
  ]);
});

test('Of a QoS 2 message on its way in only the id is kept.', () => {
  const { incoming } = new SessionMemory(0).stores;
  incoming.put({ ...publish(5), payload: Buffer.alloc(1_000_000) } as Packet, nothing);
  let found: Packet | undefined;
  incoming.get({ messageId: 5 }, (_error, packet) => (found = packet));
  expect(found).toMatchObject({ messageId: 5, topic: '' });
  expect((found as { payload?: Buffer }).payload?.length).toBe(0);
  let missing: Error | undefined;
  incoming.del({ messageId: 6 }, (error) => (missing = error));
  expect(missing).toBeInstanceOf(Error);
});
