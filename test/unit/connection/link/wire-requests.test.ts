import { expect, test } from 'vitest';
import { SessionMemory } from '../../../../src-main/connection/link/session-memory.ts';
import { WireRequests, type Answer } from '../../../../src-main/connection/link/wire-requests.ts';
import type { ReceivedNote, SentNote } from '../../../../src-main/connection/tap/events.ts';
import { SUBSCRIBE } from '../../../../src-main/core/mqtt/packet-types.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const filter = (name: string) => ({
  filter: name,
  qos: 1 as const,
  noLocal: false,
  retainAsPublished: true,
  retainHandling: 0 as const,
});

function open(online = true) {
  const clock = new ManualClock();
  const { ids } = new SessionMemory(0);
  const written: Uint8Array[] = [];
  const tap = { writePacket: (packet: Uint8Array) => void written.push(packet) };
  const requests = new WireRequests({ level: 5, online, tap }, ids, clock);
  const packet = (kind: 'suback' | 'unsuback', packetId: number, codes: number[]): void =>
    requests.received({
      at: clock.now(),
      size: 5,
      packet: { kind, packetId, codes, reason: null } as unknown as ReceivedNote['packet'],
    });
  const sent = (packetId: number, type = SUBSCRIBE): void =>
    requests.sent({ at: clock.now(), type, flags: 2, size: 10, packetId, code: 0 } satisfies SentNote);
  return { clock, ids, written, requests, packet, sent };
}

/** The packet id of a SUBSCRIBE or UNSUBSCRIBE that is shorter than 128 bytes. */
const idOf = (bytes: Uint8Array | undefined): number => ((bytes?.[2] ?? 0) << 8) | (bytes?.[3] ?? 0);

test('An answer goes to the request of its packet id, in any order, and its id is free again.', async () => {
  const { requests, written, packet, ids } = open();
  const first = requests.subscribe([filter('a')], 0);
  const second = requests.unsubscribe(['b']);
  expect(written.map((bytes) => [(bytes[0] ?? 0) >> 4, idOf(bytes)])).toEqual([
    [8, 1],
    [10, 2],
  ]);
  packet('unsuback', 2, [17]);
  packet('suback', 1, [0]);
  expect(await second).toEqual({ kind: 'answered', codes: [17], reason: null });
  expect(await first).toEqual({ kind: 'answered', codes: [0], reason: null });
  ids.clear();
  expect(ids.allocate()).toBe(3);
});

test('An answer that nobody waits for, or a second one, changes nothing.', async () => {
  const { requests, packet, clock } = open();
  const answer = requests.subscribe([filter('a')], 0);
  packet('suback', 9, [0]);
  packet('suback', 1, [1]);
  packet('suback', 1, [128]);
  expect(await answer).toMatchObject({ codes: [1] });
  expect(clock.pending).toBe(0);
});

test('Without an answer it is over after 10 s, and the id stays taken, as the answer may still come.', async () => {
  const { requests, packet, clock, ids } = open();
  const answer = requests.unsubscribe(['a']);
  clock.advance(9_999);
  let settled: Answer | null = null;
  void answer.then((one) => (settled = one));
  await Promise.resolve();
  expect(settled).toBeNull();
  clock.advance(1);
  expect(await answer).toEqual({ kind: 'timeout' });
  for (let i = 0; i < 65_534; i++) ids.allocate();
  expect(ids.full).toBe(true);
  packet('unsuback', 1, [0]);
  expect(ids.full).toBe(true);
});

test('A subscription may wait as long as the link lives.', async () => {
  const { requests, packet, clock } = open();
  const answer = requests.subscribe([filter('#')], 3, undefined, null);
  clock.advance(3_600_000);
  packet('suback', 1, [2]);
  expect(await answer).toMatchObject({ codes: [2] });
});

test('The caller learns when its packet was handed to the socket, and of no other packet.', () => {
  const { requests, sent } = open();
  const reported: string[] = [];
  void requests.subscribe([filter('a')], 0, () => reported.push('a'));
  void requests.subscribe([filter('b')], 0, () => reported.push('b'));
  sent(1, 3);
  sent(7);
  expect(reported).toEqual([]);
  sent(2);
  sent(1);
  expect(reported).toEqual(['b', 'a']);
});

test('Whatever waits when the link ends fails with that, and no timer is left.', async () => {
  const { requests, clock } = open();
  const waiting = [requests.subscribe([filter('a')], 0), requests.unsubscribe(['b'])];
  requests.close();
  expect(await Promise.all(waiting)).toEqual([{ kind: 'closed' }, { kind: 'closed' }]);
  expect(clock.pending).toBe(0);
});

test('Nothing is written where there is no session, or no id.', async () => {
  const offline = open(false);
  expect(await offline.requests.subscribe([filter('a')], 0)).toEqual({ kind: 'closed' });
  const full = open();
  while (full.ids.allocate() !== null);
  expect(await full.requests.unsubscribe(['a'])).toEqual({ kind: 'timeout' });
  expect([offline.written, full.written]).toEqual([[], []]);
});
