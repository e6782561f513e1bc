import { generate, parser as makeParser, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { PacketFilter, type PacketField } from '../../../../../src-main/contract/session/packets.ts';
import { packetFields } from '../../../../../src-main/core/packet-capture/read/fields.ts';
import { PacketMatcher } from '../../../../../src-main/core/packet-capture/read/filter.ts';
import { packetFlow } from '../../../../../src-main/core/packet-capture/read/flow.ts';
import { rawPacket } from '../../../../../src-main/core/packet-capture/read/raw-packet.ts';
import { IN, OUT } from '../../../../../src-main/core/packet-capture/store/recorder.ts';
import { rowOf } from '../../../../../src-main/core/packet-capture/read/rows.ts';
import { PacketSearch } from '../../../../../src-main/core/packet-capture/read/search.ts';
import { randomBytes, randomFromBroker } from '../../../../support/brokers/mqtt-stream.ts';
import { random as seeded } from '../../../../support/random.ts';
import { displayTopic } from '../../../../../src-main/core/topics/names.ts';
import { record, testRecorder } from '../../../../support/recorder.ts';

function flat(fields: readonly PacketField[]): PacketField[] {
  return fields.flatMap((field) => [field, ...flat(field.children)]);
}

function value(fields: readonly PacketField[], name: string): string | undefined {
  return flat(fields).find((field) => field.name === name)?.value;
}

describe('fields', () => {
  test('The fields of random packets lie side by side and cover every byte that is kept.', () => {
    const random = seeded(5);
    for (const level of [3, 4, 5] as const) {
      for (let i = 0; i < 300; i++) {
        const { recorder } = testRecorder();
        recorder.startLink(level);
        record(recorder, IN, randomFromBroker(random, level), level);
        const raw = rawPacket(recorder.ring, 1);
        if (!raw) throw new Error('not recorded');
        const fields = packetFields(raw).filter(({ length }) => length > 0);
        let at = 0;
        for (const field of fields) {
          expect(field.offset).toBe(at);
          at += field.length;
          for (const child of flat(field.children)) {
            expect(child.offset).toBeGreaterThanOrEqual(field.offset);
            expect(child.offset + child.length).toBeLessThanOrEqual(at);
          }
        }
        expect(at).toBe(raw.bytes.length);
        expect(flat(fields).some(({ name }) => /Not readable|Further|\(cut\)/.test(name))).toBe(false);
      }
    }
  });

  test('Packet ids, topics and reason codes of a list agree with mqtt-packet.', () => {
    const random = seeded(6);
    for (const level of [4, 5] as const) {
      for (let i = 0; i < 500; i++) {
        const bytes = generate(randomFromBroker(random, level), { protocolVersion: level });
        let packet: Packet | null = null;
        const parser = makeParser({ protocolVersion: level });
        parser.on('packet', (one) => (packet = one));
        parser.parse(bytes);
        const parsed = packet as
          | (Packet & { messageId?: number; topic?: string; reasonCode?: number })
          | null;
        const { recorder } = testRecorder();
        recorder.startLink(level);
        record(recorder, IN, bytes, level);
        const raw = rawPacket(recorder.ring, 1);
        const row = raw && rowOf(raw);
        expect(row?.type).toBe(parsed?.cmd.toUpperCase());
        expect(row?.packetId ?? undefined).toBe(parsed?.messageId || undefined);
        if (parsed?.cmd === 'puback' && level === 5) expect(row?.reason).toBe(parsed.reasonCode ?? 0);
        if (parsed?.cmd === 'publish' && row && (row.topic?.length ?? 0) < 290) {
          expect(row.topic).toBe(displayTopic(parsed.topic ?? ''));
        }
      }
    }
  });

  test('Any bytes are read without an error, and in bounded time.', () => {
    const random = seeded(7);
    const { recorder } = testRecorder();
    for (let i = 0; i < 3_000; i++) {
      const bytes = randomBytes(random, 1 + random.int(60));
      recorder.startLink(random.pick([3, 4, 5] as const));
      recorder.broken('truncated', bytes, 0, bytes.length);
      const raw = rawPacket(recorder.ring, recorder.ring.lastSeq);
      if (!raw) throw new Error('not recorded');
      rowOf(raw);
      for (const field of flat(packetFields(raw))) {
        expect(field.offset + field.length).toBeLessThanOrEqual(raw.bytes.length + 5);
      }
    }
  });

  test('Properties of MQTT 5 and options are shown by their names, with the bytes they lie in.', () => {
    const { recorder } = testRecorder();
    const bytes = record(recorder, OUT, {
      cmd: 'subscribe',
      messageId: 9,
      subscriptions: [{ topic: 'plant/#', qos: 1, nl: true, rap: true, rh: 2 }],
      properties: { subscriptionIdentifier: 300, userProperties: { who: 'me' } },
    });
    const raw = rawPacket(recorder.ring, 1);
    const fields = raw ? packetFields(raw) : [];
    expect(value(fields, 'Subscription Identifier')).toBe('300');
    expect(value(fields, 'User Property')).toBe('who = me');
    expect(value(fields, 'Retain handling')).toBe('2');
    const topic = flat(fields).find(({ name }) => name === 'Topic filter 1');
    const at = topic?.offset ?? 0;
    expect(Buffer.from(bytes.subarray(at + 2, at + (topic?.length ?? 0))).toString()).toBe('plant/#');
  });
});

const filter = (part: object) => PacketFilter.parse(part);

function fill(recorder: ReturnType<typeof testRecorder>['recorder'], count: number): void {
  recorder.set({ kind: 'all' }, undefined);
  for (let i = 1; i <= count; i++) {
    record(recorder, IN, {
      cmd: 'publish',
      topic: `plant/${i % 10}`,
      payload: 'x',
      qos: 1,
      messageId: (i % 1_000) + 1,
      dup: false,
      retain: false,
    });
    record(recorder, OUT, { cmd: 'puback', messageId: (i % 1_000) + 1, reasonCode: i % 100 === 0 ? 135 : 0 });
  }
}

describe('filters', () => {
  test('Every filter finds what a look at each row finds.', () => {
    const { recorder } = testRecorder();
    fill(recorder, 1_500);
    record(recorder, OUT, { cmd: 'subscribe', messageId: 5, subscriptions: [{ topic: 'plant/3', qos: 0 }] });
    recorder.broken('qos-3', Uint8Array.of(0x36, 0), 0, 2);
    const rows = Array.from({ length: recorder.ring.lastSeq }, (_, i) => rawPacket(recorder.ring, i + 1)).map(
      (raw) => {
        if (!raw) throw new Error('evicted');
        return rowOf(raw);
      },
    );
    const cases: [PacketFilter, (row: (typeof rows)[number]) => boolean][] = [
      [filter({ types: ['PUBACK', 'SUBSCRIBE'] }), ({ type }) => type === 'PUBACK' || type === 'SUBSCRIBE'],
      [filter({ direction: 'out' }), ({ direction }) => direction === 'out'],
      [filter({ packetId: 5 }), ({ packetId }) => packetId === 5],
      [filter({ reasonAtLeast: 128 }), ({ reason }) => (reason ?? 0) >= 128],
      [filter({ topicFilter: 'plant/3' }), ({ topic }) => topic === 'plant/3'],
      [filter({ brokenOnly: true }), ({ broken }) => broken !== null],
      [
        filter({ direction: 'in', packetId: 7 }),
        ({ direction, packetId }) => direction === 'in' && packetId === 7,
      ],
    ];
    for (const [wanted, holds] of cases) {
      const visit = (bytes: Uint8Array, a: number, b: number) =>
        Buffer.from(bytes.subarray(a, b)).toString() === 'plant/3';
      const search = new PacketSearch(
        recorder.ring,
        new PacketMatcher(wanted, wanted.topicFilter === '' ? null : visit),
      );
      while (!search.work(() => true));
      const found = Array.from({ length: search.total }, (_, i) => search.seqAt(i));
      expect(found).toEqual(rows.filter(holds).map(({ seq }) => seq));
      expect(found.length).toBeGreaterThan(0);
    }
  });

  test('A refusal before MQTT 5 is among what went wrong, a success is not.', () => {
    const { recorder } = testRecorder();
    recorder.startLink(4);
    record(recorder, IN, { cmd: 'connack', sessionPresent: false, returnCode: 5 }, 4);
    record(recorder, IN, { cmd: 'connack', sessionPresent: false, returnCode: 0 }, 4);
    record(recorder, IN, { cmd: 'suback', messageId: 1, granted: [0, 128] }, 4);
    const search = new PacketSearch(recorder.ring, new PacketMatcher(filter({ reasonAtLeast: 128 }), null));
    search.work(() => false);
    expect(Array.from({ length: search.total }, (_, i) => search.seqAt(i))).toEqual([1, 3]);
  });

  test('A search goes on from where it was, and forgets with the ring.', () => {
    const { recorder } = testRecorder(2 ** 20);
    const search = new PacketSearch(recorder.ring, new PacketMatcher(filter({ types: ['PUBACK'] }), null));
    fill(recorder, 9_000);
    expect(search.work(() => true)).toBe(false);
    expect(search.searched).toBeGreaterThan(0);
    expect(search.searched).toBeLessThan(1);
    while (!search.work(() => true));
    const first = search.seqAt(0);
    fill(recorder, 9_000);
    expect(recorder.ring.firstSeq).toBeGreaterThan(first);
    while (!search.work(() => true));
    expect(search.seqAt(0)).toBeGreaterThanOrEqual(recorder.ring.firstSeq);
    expect(search.indexOf(search.seqAt(3))).toBe(3);
    expect(search.indexOf(recorder.ring.lastSeq + 1)).toBe(search.total);
    expect(search.total).toBe(Math.floor((recorder.ring.lastSeq - search.seqAt(0)) / 2) + 1);
  });
});

describe('one packet id through its handshake', () => {
  test('A QoS 2 message is followed from any of its packets, with latencies, and apart from the other side’s ids.', () => {
    const { recorder, pass } = testRecorder();
    const publish = {
      cmd: 'publish',
      topic: 'a',
      payload: 'x',
      qos: 2,
      messageId: 5,
      dup: false,
      retain: false,
    } as const;
    record(recorder, OUT, publish);
    pass(1.5);
    record(recorder, IN, { ...publish, topic: 'theirs', qos: 1 });
    record(recorder, IN, { cmd: 'pubrec', messageId: 5 });
    pass(2);
    record(recorder, OUT, { cmd: 'puback', messageId: 5 });
    record(recorder, OUT, { cmd: 'pubrel', messageId: 5 });
    pass(0.25);
    record(recorder, IN, { cmd: 'pubcomp', messageId: 5 });
    for (const near of [1, 3, 5, 6]) {
      const flow = packetFlow(recorder.ring, 5, near);
      expect(flow).toMatchObject({ what: 'publish', startedBy: 'client', complete: true, missing: '' });
      expect(
        flow?.steps.map(({ packet, sinceFirst, sincePrevious }) => [packet.type, sinceFirst, sincePrevious]),
      ).toEqual([
        ['PUBLISH', 0, 0],
        ['PUBREC', 1.5, 1.5],
        ['PUBREL', 3.5, 2],
        ['PUBCOMP', 3.75, 0.25],
      ]);
    }
    expect(packetFlow(recorder.ring, 5, 2)?.steps.map(({ packet }) => packet.type)).toEqual([
      'PUBLISH',
      'PUBACK',
    ]);
    expect(packetFlow(recorder.ring, 6, 3)).toBeNull();
  });

  test('An id that is used again is another handshake, and what is missing is named.', () => {
    const { recorder } = testRecorder();
    const publish = {
      cmd: 'publish',
      topic: 'a',
      payload: 'x',
      qos: 1,
      messageId: 5,
      dup: false,
      retain: false,
    } as const;
    record(recorder, OUT, publish);
    record(recorder, IN, { cmd: 'puback', messageId: 5 });
    record(recorder, OUT, publish);
    recorder.startLink(5);
    record(recorder, OUT, { ...publish, dup: true });
    expect(packetFlow(recorder.ring, 5, 2)?.steps).toHaveLength(2);
    const second = packetFlow(recorder.ring, 5, 4);
    expect(second?.steps.map(({ packet }) => packet.seq)).toEqual([3, 4]);
    expect(second).toMatchObject({ complete: false, missing: 'PUBACK did not come, or was not recorded.' });
  });
});
