import { isDeepStrictEqual } from 'node:util';
import { parser as makeParser, type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { Incoming, type IncomingOptions } from '../../../../src-main/connection/tap/incoming.ts';
import { TapSession } from '../../../../src-main/connection/tap/session.ts';
import type { ReceivedNote } from '../../../../src-main/connection/tap/events.ts';
import { KEPT_PAYLOAD } from '../../../../src-main/core/packet-capture/store/recorder.ts';
import { rawPacket } from '../../../../src-main/core/packet-capture/read/raw-packet.ts';
import {
  connack,
  cut,
  encode,
  generateOptions,
  randomFromBroker,
  RecordingIntake,
  type Taken,
} from '../../../support/brokers/mqtt-stream.ts';
import { random as seeded } from '../../../support/random.ts';
import { testRecorder } from '../../../support/recorder.ts';

type Version = 3 | 4 | 5;

interface Outcome {
  taken: Taken[];
  passed: string;
  acks: string;
  notes: ReceivedNote[];
  rule: string | null;
  evidence: string;
}

function open(version: Version, more: Partial<IncomingOptions> = {}) {
  const intake = new RecordingIntake();
  const notes: ReceivedNote[] = [];
  const incoming = new Incoming({
    version,
    maxPayloadBytes: 1_000_000,
    receiveMaximum: 65_535,
    maximumPacketSize: 0,
    intake,
    session: new TapSession(),
    received: (note) => notes.push(note),
    ...more,
  });
  return { incoming, intake, notes };
}

function run(version: Version, pieces: Iterable<Uint8Array>, more: Partial<IncomingOptions> = {}): Outcome {
  const { incoming, intake, notes } = open(version, more);
  const passed: Buffer[] = [];
  const acks: Buffer[] = [];
  // One buffer for all, as a socket with `onread` has: what is kept by reference shows.
  const shared = new Uint8Array(300_000);
  for (const piece of pieces) {
    const chunk = piece.length <= shared.length ? shared.subarray(0, piece.length) : new Uint8Array(piece);
    chunk.set(piece);
    const good = incoming.read(chunk, 1_000, 1_000);
    for (const bytes of incoming.takePassed()) passed.push(Buffer.from(bytes));
    acks.push(Buffer.from(incoming.acks.take()));
    chunk.fill(0xee);
    if (!good) break;
  }
  return {
    taken: intake.taken,
    passed: Buffer.concat(passed).toString('hex'),
    acks: Buffer.concat(acks).toString('hex'),
    notes,
    rule: incoming.violation?.rule ?? null,
    evidence: Buffer.from(incoming.violation?.evidence ?? []).toString('hex'),
  };
}

/** All packets of a stream as mqtt-packet sees them. */
function parseAll(bytes: Uint8Array, version: Version): Packet[] {
  const packets: Packet[] = [];
  const parser = makeParser(generateOptions(version));
  parser.on('packet', (packet) => packets.push(packet));
  parser.on('error', (error) => {
    throw error;
  });
  parser.parse(Buffer.from(bytes));
  return packets;
}

/** What has to come out, by plain means from mqtt-packet's reading of each packet alone. */
function oracle(packets: readonly Buffer[], version: Version): Omit<Outcome, 'notes' | 'rule' | 'evidence'> {
  const inProgress = new Set<number>();
  const taken: Taken[] = [];
  const passed: Buffer[] = [];
  const acks: Buffer[] = [];
  for (const raw of packets) {
    const packet = parseAll(raw, version)[0] as Packet;
    if (packet.cmd !== 'publish') {
      if (packet.cmd === 'pubrel') inProgress.delete(packet.messageId as number);
      passed.push(raw);
      continue;
    }
    const id = packet.messageId as number;
    if (packet.qos === 1) acks.push(encode({ cmd: 'puback', messageId: id }, 4));
    if (packet.qos === 2) {
      const { retain, dup } = packet;
      passed.push(
        encode({ cmd: 'publish', topic: '-', payload: '', qos: 2, retain, dup, messageId: id }, version),
      );
      if (inProgress.has(id)) continue;
      inProgress.add(id);
    }
    const payload = packet.payload as Buffer;
    const head = 2 + Buffer.byteLength(packet.topic) + (packet.qos > 0 ? 2 : 0);
    const rest = raw.subarray(raw.length - (packet.length as number) + head, raw.length - payload.length);
    const lengthBytes = version === 5 ? rest.findIndex((byte) => byte < 128) + 1 : 0;
    const identifier = packet.properties?.subscriptionIdentifier;
    taken.push({
      topic: packet.topic,
      properties: rest.subarray(lengthBytes).toString('hex'),
      payload: payload.toString('hex'),
      payloadSize: payload.length,
      flags: (raw[0] as number) & 15,
      subscription: (Array.isArray(identifier) ? identifier[0] : identifier) ?? 0,
      expiry: packet.properties?.messageExpiryInterval ?? -1,
      at: 1_000,
      packetId: packet.qos === 0 ? 0 : id,
    });
  }
  const hex = (parts: Buffer[]) => Buffer.concat(parts).toString('hex');
  return { taken, passed: hex(passed), acks: hex(acks) };
}

function feed(seed: number, version: Version, count: number): Buffer[] {
  const random = seeded(seed);
  const packets = [connack(version)];
  while (packets.length < count) packets.push(encode(randomFromBroker(random, version), version));
  return packets;
}

describe.each([3, 4, 5] as const)('on version %i', (version) => {
  test('a seeded stream is recorded as it was sent, in random pieces', () => {
    for (let seed = 21; seed <= 26; seed++) {
      const packets = feed(seed, version, 300);
      const stream = Buffer.concat(packets);
      const random = seeded(seed);
      for (const cuts of [0, 5, 300, 2_000]) {
        const { recorder } = testRecorder();
        recorder.set({ kind: 'all' }, undefined);
        const offsets = Array.from({ length: cuts }, () => random.int(stream.length));
        expect(run(version, cut(stream, offsets), { recorder }).rule).toBeNull();
        const kept = packets.map((raw) => {
          const packet = parseAll(raw, version)[0] as Packet;
          const payload = packet.cmd === 'publish' ? packet.payload.length : 0;
          return raw.subarray(0, raw.length - Math.max(0, payload - KEPT_PAYLOAD)).toString('hex');
        });
        const recorded = packets.map((_, i) => rawPacket(recorder.ring, i + 1));
        expect(recorded.map((raw) => Buffer.from(raw?.bytes ?? []).toString('hex'))).toEqual(kept);
        expect(recorded.map((raw) => raw?.size)).toEqual(packets.map((raw) => raw.length));
        expect(recorder.status().lastSeq).toBe(packets.length);
      }
    }
  });

  test('a seeded stream reads the same as by mqtt-packet, in random pieces', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const packets = feed(seed, version, 300);
      const expected = oracle(packets, version);
      const stream = Buffer.concat(packets);
      const random = seeded(seed * 7_919);
      for (const cuts of [0, 3, 40, 2_000]) {
        const offsets = Array.from({ length: cuts }, () => random.int(stream.length));
        const { taken, passed, acks, rule } = run(version, cut(stream, offsets));
        expect(rule).toBeNull();
        expect(taken).toEqual(expected.taken);
        expect(passed).toBe(expected.passed);
        expect(acks).toBe(expected.acks);
      }
    }
  });

  test('a stream cut in two at every byte, and into single bytes, reads the same', () => {
    const packets = feed(99, version, 60).filter((packet) => packet.length < 600);
    const expected = oracle(packets, version);
    const stream = Buffer.concat(packets);
    const wrong: number[] = [];
    for (let at = 1; at < stream.length; at++) {
      const { taken, passed, acks, rule } = run(version, cut(stream, [at]));
      const same =
        rule === null &&
        passed === expected.passed &&
        acks === expected.acks &&
        isDeepStrictEqual(taken, expected.taken);
      if (!same) wrong.push(at);
    }
    expect(wrong).toEqual([]);
    const single = run(
      version,
      Array.from(stream, (byte) => Uint8Array.of(byte)),
    );
    expect({ ...single, notes: [] }).toEqual({ ...expected, notes: [], rule: null, evidence: '' });
  });

  test('a payload over the limit keeps its first bytes, wherever it is cut, and is acknowledged', () => {
    for (const limit of [1, 50, 1_024]) {
      const random = seeded(limit);
      const packets = feed(5, version, 80);
      const expected = oracle(packets, version);
      for (const message of expected.taken) message.payload = message.payload.slice(0, limit * 2);
      const stream = Buffer.concat(packets);
      for (const cuts of [0, 10, 500, 20_000]) {
        const offsets = Array.from({ length: cuts }, () => random.int(stream.length));
        const { taken, passed, acks, rule } = run(version, cut(stream, offsets), { maxPayloadBytes: limit });
        expect(rule).toBeNull();
        expect(taken).toEqual(expected.taken);
        expect([passed, acks]).toEqual([expected.passed, expected.acks]);
      }
    }
  });
});
test('Every Subscription Identifier of a message is counted, the further ones just before it.', () => {
  const reported: string[] = [];
  const intake = {
    alsoFor: (id: number) => reported.push(`also ${id}`),
    message: (...call: Parameters<RecordingIntake['message']>) => reported.push(`message ${call[9]}`),
  };
  const publish = (subscriptionIdentifier: number[]) =>
    encode(
      {
        cmd: 'publish',
        topic: 'a',
        payload: 'x',
        qos: 0,
        retain: false,
        dup: false,
        properties: { subscriptionIdentifier },
      },
      5,
    );
  const bytes = Buffer.concat([connack(5), publish([3, 268_435_455, 7]), publish([4])]);
  run(5, [bytes], { intake });
  expect(reported).toEqual(['also 268435455', 'also 7', 'message 3', 'message 4']);
});

describe('with handshakes of its own', () => {
  const qos2 = (messageId: number, dup = false) =>
    encode({ cmd: 'publish', topic: 't', payload: 'x', qos: 2, retain: true, dup, messageId }, 5);
  const pubrel = (messageId: number) => encode({ cmd: 'pubrel', messageId }, 5);
  const cmds = (acks: string) => parseAll(Buffer.from(acks, 'hex'), 5).map((p) => `${p.cmd} ${p.messageId}`);

  test('QoS 2 is answered at once, in order, taken in once, and mqtt.js sees nothing of it.', () => {
    const stream = [connack(5), qos2(1), qos2(2), qos2(1, true), pubrel(1), qos2(1), pubrel(2), pubrel(1)];
    for (const at of Array.from({ length: Buffer.concat(stream).length }, (_, i) => i)) {
      const { taken, passed, acks, rule } = run(5, cut(Buffer.concat(stream), [at]), { handshakes: 'tap' });
      expect(rule).toBeNull();
      expect(taken).toHaveLength(3);
      expect(passed).toBe(connack(5).toString('hex'));
      expect(cmds(acks)).toEqual([
        'pubrec 1',
        'pubrec 2',
        'pubrec 1',
        'pubcomp 1',
        'pubrec 1',
        'pubcomp 2',
        'pubcomp 1',
      ]);
    }
  });

  test('A release with a reason is answered as well, and one of packet id 0 breaks a rule.', () => {
    const reason = Buffer.from('6203000792', 'hex');
    const found = run(5, [Buffer.concat([connack(5), reason, pubrel(8)])], { handshakes: 'tap' });
    expect([found.rule, cmds(found.acks)]).toEqual([null, ['pubcomp 7', 'pubcomp 8']]);
    const zero = Buffer.from('62020000', 'hex');
    for (const handshakes of ['tap', undefined] as const)
      expect(run(5, [Buffer.concat([connack(5), zero])], { handshakes }).rule).toBe('packet-id-zero');
  });

  test('As many may be open as were announced, however many answers wait to leave, and no more.', () => {
    const three = [connack(5), qos2(1), qos2(2), qos2(3)];
    const more = { handshakes: 'tap', receiveMaximum: 3 } as const;
    expect(run(5, [Buffer.concat(three)], more).rule).toBeNull();
    expect(run(5, [Buffer.concat([...three, pubrel(2), qos2(2)])], more).rule).toBeNull();
    expect(run(5, [Buffer.concat([...three, qos2(4)])], more).rule).toBe('receive-maximum');
  });

  test('An acknowledgement without a reason is reported by its packet ID where that is asked for, wherever it is cut.', () => {
    const pubacks = [1, 65_535].map((messageId) => encode({ cmd: 'puback', messageId }, 4));
    const refused = encode({ cmd: 'puback', messageId: 9, reasonCode: 0x87 }, 5);
    const stream = Buffer.concat([connack(5), ...pubacks, refused, Buffer.from('40020000', 'hex')]);
    for (let at = 0; at <= stream.length; at++) {
      const reported: number[] = [];
      const puback = (packetId: number): void => void reported.push(packetId);
      const { notes, passed, rule } = run(5, cut(stream, [at]), { handshakes: 'tap', puback });
      expect(reported).toEqual([1, 65_535]);
      expect(notes.map(({ packet }) => packet.kind)).toEqual(['connack', 'puback']);
      expect([passed, rule]).toEqual([connack(5).toString('hex'), 'packet-id-zero']);
    }
    // Where mqtt.js has the handshakes it has to see them.
    const both = run(5, [stream.subarray(0, -4)], { puback: () => expect.unreachable() });
    expect(both.notes).toHaveLength(4);
  });

  test('Of other packets mqtt.js sees CONNACK and DISCONNECT; all are reported to listeners.', () => {
    const puback = encode({ cmd: 'puback', messageId: 7 }, 5);
    const suback = encode({ cmd: 'suback', messageId: 8, granted: [0] }, 5);
    const disconnect = encode({ cmd: 'disconnect', reasonCode: 0x8b }, 5);
    const { passed, notes } = run(5, [Buffer.concat([connack(5), puback, suback, disconnect])], {
      handshakes: 'tap',
    });
    expect(passed).toBe(Buffer.concat([connack(5), disconnect]).toString('hex'));
    expect(notes.map(({ packet }) => packet.kind)).toEqual(['connack', 'puback', 'suback', 'disconnect']);
  });
});

test('A message that is refused by a code that is not defined there is refused for mqtt.js as well.', () => {
  const { passed, notes, rule } = run(5, [connack(5), Buffer.from('4003012d95' + '5003012e95', 'hex')]);
  expect(rule).toBeNull();
  expect(passed.slice(connack(5).length * 2)).toBe('4003012d80' + '5003012e80');
  expect(notes.slice(1).map(({ packet }) => packet)).toMatchObject([
    { kind: 'puback', packetId: 301, code: 149 },
    { kind: 'pubrec', packetId: 302, code: 149 },
  ]);
});

test('what was received before a fault of ours is recorded as it was', () => {
  const { recorder } = testRecorder();
  recorder.set({ kind: 'all' }, undefined);
  const message = (payload: string) =>
    encode({ cmd: 'publish', topic: 'a', payload, qos: 0, dup: false, retain: false }, 4);
  const chunk = Buffer.concat([connack(4), message('one'), message('two')]);
  const intake = {
    message: () => {
      if (recorder.status().lastSeq === 3) throw new Error('ours');
    },
  };
  const { incoming } = open(4, { recorder, intake });
  expect(() => incoming.read(chunk, 1_000, 1_000)).toThrow('ours');
  chunk.fill(0);
  const payloads = [2, 3].map((seq) => Buffer.from(rawPacket(recorder.ring, seq)?.bytes ?? []).toString());
  expect(payloads.map((text) => text.slice(-3))).toEqual(['one', 'two']);
});
