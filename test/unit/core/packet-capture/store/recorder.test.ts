import { describe, expect, test } from 'vitest';
import {
  AUTO_RATE,
  IN,
  KEPT_PAYLOAD,
  OUT,
} from '../../../../../src-main/core/packet-capture/store/recorder.ts';
import { rawPacket } from '../../../../../src-main/core/packet-capture/read/raw-packet.ts';
import { packetFields } from '../../../../../src-main/core/packet-capture/read/fields.ts';
import { rowOf } from '../../../../../src-main/core/packet-capture/read/rows.ts';
import { record, testRecorder } from '../../../../support/recorder.ts';

const publish = (messageId: number, qos: 0 | 1 | 2 = 1) =>
  ({
    cmd: 'publish',
    topic: 'a',
    payload: 'x',
    qos,
    dup: false,
    retain: false,
    ...(qos > 0 ? { messageId } : {}),
  }) as const;
const puback = (messageId: number, reasonCode = 0) => ({ cmd: 'puback', messageId, reasonCode }) as const;

function types(recorder: ReturnType<typeof testRecorder>['recorder']): string[] {
  const { firstSeq, lastSeq } = recorder.status();
  const all: string[] = [];
  for (let seq = firstSeq; seq <= lastSeq; seq++) {
    const raw = rawPacket(recorder.ring, seq);
    if (raw) all.push(`${rowOf(raw).type} ${rowOf(raw).packetId ?? ''}`.trim());
  }
  return all;
}

describe('what is recorded', () => {
  test('Everything, until PUBLISH comes faster than the limit; then it says so, and goes on when it eased.', () => {
    const { recorder, pass } = testRecorder();
    for (let i = 0; i < AUTO_RATE + 500; i++) record(recorder, IN, publish(0, 0));
    expect(recorder.status()).toMatchObject({ lastSeq: AUTO_RATE, notRecordedIn: 500, leavingOut: true });
    pass(1_000);
    record(recorder, IN, publish(0, 0));
    expect(recorder.status()).toMatchObject({ lastSeq: AUTO_RATE, notRecordedIn: 501, leavingOut: true });
    pass(1_000);
    record(recorder, IN, publish(0, 0));
    expect(recorder.status()).toMatchObject({ lastSeq: AUTO_RATE + 1, leavingOut: false });
  });

  test('A flood that comes in does not take our own messages out of the record.', () => {
    const { recorder } = testRecorder();
    for (let i = 0; i < AUTO_RATE + 500; i++) record(recorder, IN, publish(0, 0));
    record(recorder, OUT, publish(7));
    record(recorder, IN, puback(7));
    expect(types(recorder).slice(-2)).toEqual(['PUBLISH 7', 'PUBACK 7']);
  });

  test('An acknowledgement goes with its PUBLISH, unless it reports a failure; other packets always stay.', () => {
    const { recorder } = testRecorder();
    recorder.set({ kind: 'excluded' }, undefined);
    record(recorder, OUT, publish(1));
    record(recorder, IN, puback(1));
    record(recorder, OUT, publish(2));
    record(recorder, IN, puback(2, 135));
    record(recorder, IN, publish(3, 2));
    record(recorder, OUT, { cmd: 'pubrec', messageId: 3 });
    record(recorder, IN, { cmd: 'pubrel', messageId: 3 });
    record(recorder, OUT, { cmd: 'pubcomp', messageId: 3 });
    record(recorder, OUT, { cmd: 'pingreq' });
    expect(types(recorder)).toEqual(['PUBACK 2', 'PINGREQ']);
    expect(recorder.status()).toMatchObject({ notRecordedOut: 4, notRecordedIn: 3 });
  });

  test('One in n is whole handshakes.', () => {
    const { recorder } = testRecorder();
    recorder.set({ kind: 'sampled', oneIn: 3 }, undefined);
    for (let id = 1; id <= 7; id++) {
      record(recorder, IN, publish(id));
      record(recorder, OUT, puback(id));
    }
    expect(types(recorder)).toEqual(['PUBLISH 3', 'PUBACK 3', 'PUBLISH 6', 'PUBACK 6']);
  });

  test('A payload is kept as its first bytes, with the whole size.', () => {
    const { recorder } = testRecorder();
    const bytes = record(recorder, IN, { ...publish(0, 0), payload: Buffer.alloc(5_000, 1) });
    const raw = rawPacket(recorder.ring, 1);
    expect(raw?.size).toBe(bytes.length);
    expect(raw?.bytes.length).toBe(bytes.length - 5_000 + KEPT_PAYLOAD);
    expect(raw && rowOf(raw).note).toBe('5,000 bytes of payload');
  });

  test('What breaks a rule is kept with its bytes and the rule.', () => {
    const { recorder } = testRecorder();
    const bad = Uint8Array.of(0x36, 5, 0, 1, 0x61, 0, 1, 0xc0, 0);
    recorder.broken('qos-3', bad, 0, bad.length);
    const raw = rawPacket(recorder.ring, 1);
    expect(raw && rowOf(raw)).toMatchObject({ broken: { rule: 'qos-3', code: 129 }, size: 7, kept: 7 });
    expect(raw && packetFields(raw)[0]).toMatchObject({ name: 'Broken rule', length: 7 });
    expect(recorder.status().malformed).toBe(1);
  });
});

describe('secrets', () => {
  const secret = 'hunter2-öß';
  const connect = {
    cmd: 'connect',
    protocolId: 'MQTT',
    clean: true,
    clientId: 'me',
    keepalive: 60,
    username: 'ann',
    password: Buffer.from(secret),
    will: { topic: 'gone', payload: Buffer.from('bye'), qos: 1, retain: false },
  } as const;

  test.each([4, 5] as const)('A password never gets into the record (version %i).', (protocolVersion) => {
    const { recorder } = testRecorder();
    const bytes = record(recorder, OUT, { ...connect, protocolVersion }, protocolVersion);
    const raw = rawPacket(recorder.ring, 1);
    const kept = Buffer.from(raw?.bytes ?? []);
    expect(kept.length).toBe(bytes.length);
    expect(kept.includes(secret)).toBe(false);
    expect(kept.includes('ann')).toBe(true);
    const shown = JSON.stringify(raw && [rowOf(raw), packetFields(raw)]);
    expect(shown).not.toContain('hunter2');
    expect(shown).toContain('(blanked)');
  });

  test('A username that comes alone may be a token, and is treated as one.', () => {
    const { recorder } = testRecorder();
    const { password: _, ...rest } = connect;
    record(recorder, OUT, { ...rest, protocolVersion: 4, username: 'A1_TEST_TOKEN' }, 4);
    expect(Buffer.from(rawPacket(recorder.ring, 1)?.bytes ?? []).includes('A1_TEST_TOKEN')).toBe(false);
  });

  test('What follows a ? in a username may be a signature.', () => {
    const { recorder } = testRecorder();
    record(recorder, OUT, { ...connect, protocolVersion: 4, username: 'thing?signature=abc123' }, 4);
    const kept = Buffer.from(rawPacket(recorder.ring, 1)?.bytes ?? []);
    expect(kept.includes('thing?')).toBe(true);
    expect(kept.includes('abc123')).toBe(false);
    expect(kept.includes(secret)).toBe(false);
  });

  test('The data of enhanced authentication is blanked in CONNECT, AUTH and CONNACK.', () => {
    const { recorder } = testRecorder();
    const properties = {
      authenticationMethod: 'SCRAM-SHA-256',
      authenticationData: Buffer.from('n,,n=secret'),
    };
    record(recorder, OUT, { ...connect, protocolVersion: 5, properties });
    record(recorder, IN, { cmd: 'auth', reasonCode: 24, properties });
    record(recorder, IN, { cmd: 'connack', sessionPresent: false, reasonCode: 0, properties });
    for (const seq of [1, 2, 3]) {
      const kept = Buffer.from(rawPacket(recorder.ring, seq)?.bytes ?? []);
      expect(kept.includes('secret')).toBe(false);
      expect(kept.includes('SCRAM-SHA-256')).toBe(true);
    }
  });

  test('A CONNECT cut at any byte is read without a fault.', () => {
    const { recorder } = testRecorder();
    const whole = record(recorder, OUT, { ...connect, protocolVersion: 5 });
    for (let length = 1; length < whole.length; length++) {
      recorder.control(OUT, whole, 0, length, whole.length);
      const raw = rawPacket(recorder.ring, recorder.ring.lastSeq);
      expect(raw && packetFields(raw).at(-1)?.name).toBe('Not kept');
      expect(Buffer.from(raw?.bytes ?? []).includes('hunter')).toBe(false);
    }
  });
});
