import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeConnect,
  encodeAuth,
  type ConnectFields,
} from '../../../../../src-main/core/mqtt/encode-connect.ts';
import { connectParts } from '../../../../../src-main/core/packet-capture/store/connect-parts.ts';
import { FLAG_BLANKED, OUT } from '../../../../../src-main/core/packet-capture/store/recorder.ts';
import { packetFields } from '../../../../../src-main/core/packet-capture/read/fields.ts';
import { rawPacket } from '../../../../../src-main/core/packet-capture/read/raw-packet.ts';
import { testRecorder } from '../../../../support/recorder.ts';
import { BARE_CONNECT } from '../../../../support/connect-fields.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const CONNECT: ConnectFields = { ...BARE_CONNECT, clientId: 'me', keepAlive: 60 };

/** What is kept of a packet of ours, as Latin-1, and whether it says that something was taken out. */
function kept(bytes: Uint8Array, size = bytes.length): { text: string; blanked: boolean } {
  const { recorder } = testRecorder();
  recorder.control(OUT, bytes, 0, bytes.length, size);
  const raw = rawPacket(recorder.ring, 1);
  if (raw === null) throw new Error('not recorded');
  return {
    text: Buffer.from(raw.bytes).toString('latin1'),
    blanked: (raw.flags & FLAG_BLANKED) !== 0,
  };
}

const WILL = {
  topic: 'gone/TOKEN-1',
  payload: utf8('not a secret TOKEN-1'),
  qos: 2,
  retain: true,
  delayInterval: 5,
  messageExpiry: 6,
  utf8: true,
  contentType: 'text/plain',
  responseTopic: 'r',
  correlationData: utf8('cc'),
  userProperties: [{ name: 'a', value: 'b' }],
} as const;

describe('What is kept of a CONNECT', () => {
  test.each<[string, Partial<ConnectFields>, string, string]>([
    ['a password', { username: 'ann', password: utf8('TOKEN-9') }, 'ann', 'TOKEN-9'],
    ['a password without a username', { password: utf8('TOKEN-9') }, 'me', 'TOKEN-9'],
    ['a username alone', { username: 'TOKEN-9' }, 'me', 'TOKEN-9'],
    ['a username with an empty password', { username: 'TOKEN-9', password: utf8('') }, 'me', 'TOKEN-9'],
    ['what follows a ?', { username: 'hub?sig=TOKEN-9', password: utf8('x') }, 'hub?', 'sig=TOKEN-9'],
    [
      'data of an authentication',
      { authentication: { method: 'K-1', data: utf8('TOKEN-9') } },
      'K-1',
      'TOKEN-9',
    ],
  ])('has not %s, whatever the version and with a will before it.', (_, part, stays, secret) => {
    for (const level of [3, 4, 5] as const) {
      if (level !== 5 && part.authentication) continue;
      for (const will of [null, WILL]) {
        const bytes = encodeConnect({ ...CONNECT, level, will, ...part });
        const { text, blanked } = kept(bytes);
        expect(text).not.toContain(secret);
        expect(text).toContain(stays);
        expect(text).toHaveLength(bytes.length);
        expect(blanked).toBe(true);
        // The will is no secret, and its text must not be taken for one.
        if (will) expect(text).toContain('not a secret TOKEN-1');
      }
    }
  });

  test('says nothing of blanks where there is no secret.', () => {
    expect(kept(encodeConnect(CONNECT)).blanked).toBe(false);
    expect(kept(encodeConnect({ ...CONNECT, username: '' })).blanked).toBe(false);
  });

  test('has no byte of a secret, wherever it was cut.', () => {
    const whole = encodeConnect({
      ...CONNECT,
      will: WILL,
      username: 'name',
      password: utf8('§§§§§§§§'),
      authentication: { method: 'M', data: utf8('§§§§§§§§') },
    });
    for (let length = 2; length <= whole.length; length++) {
      expect(kept(whole.subarray(0, length), whole.length).text).not.toContain('§');
    }
  });

  test('has its parts where they were written, for any names, wills and passwords.', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const bytes = fc.uint8Array({ maxLength: 20 });
    const fields = fc.record({
      level: fc.constantFrom(3, 4, 5),
      clientId: text,
      cleanStart: fc.boolean(),
      keepAlive: fc.nat(65_535),
      username: fc.option(text),
      password: fc.option(bytes),
      sessionExpiry: fc.option(fc.nat(0xffff_ffff)),
      will: fc.option(fc.record({ topic: text, payload: bytes, qos: fc.constantFrom(0, 1, 2) })),
    });
    fc.assert(
      fc.property(fields, ({ will, level, ...rest }) => {
        const packet = encodeConnect({
          ...CONNECT,
          ...rest,
          level: level as 3 | 4 | 5,
          will: will && { ...WILL, ...will, qos: will.qos as 0 | 1 | 2 },
        });
        const body = packet.findIndex((byte, at) => at > 0 && byte < 128) + 1;
        const parts = connectParts(packet, body, packet.length);
        const at = (span: { start: number; end: number } | null | undefined) =>
          span && Buffer.from(packet.subarray(span.start, span.end));
        expect(parts?.level).toBe(level);
        expect(at(parts?.name)?.toString()).toBe(level === 3 ? 'MQIsdp' : 'MQTT');
        expect(at(parts?.clientId)).toEqual(Buffer.from(rest.clientId));
        expect(at(parts?.username)).toEqual(rest.username === null ? null : Buffer.from(rest.username));
        expect(at(parts?.password)).toEqual(rest.password && Buffer.from(rest.password));
        expect(at(parts?.willTopic)).toEqual(will && Buffer.from(will.topic));
        expect(at(parts?.willPayload)).toEqual(will && Buffer.from(will.payload));
        expect(parts && Buffer.from(packet).readUInt16BE(parts.keepAliveAt)).toBe(rest.keepAlive);
        const last = parts?.password ?? parts?.username ?? parts?.willPayload ?? parts?.clientId;
        expect(last?.end).toBe(packet.length);
      }),
      { numRuns: 300 },
    );
  });
});

test('AUTH of ours keeps its method only, cut or not.', () => {
  const whole = encodeAuth(24, 'SCRAM-SHA-1', utf8('§§§§§§§§§§'));
  for (let length = 2; length <= whole.length; length++) {
    expect(kept(whole.subarray(0, length), whole.length).text).not.toContain('§');
  }
  expect(kept(whole).text).toContain('SCRAM-SHA-1');
});

/** A CONNACK or AUTH with data of an authentication, and after it what breaks a rule. */
const BROKEN: readonly [string, 'trailing-bytes' | 'property-value' | 'auth-without-method', number[]][] = [
  ['CONNACK', 'trailing-bytes', [0x20, 16, 0, 0, 9, 22, 0, 6, ...utf8('SECRET'), 1, 2, 3, 4]],
  ['CONNACK', 'property-value', [0x20, 14, 0, 0, 11, 22, 0, 6, ...utf8('SECRET'), 36, 7]],
  ['AUTH', 'auth-without-method', [0xf0, 11, 24, 9, 22, 0, 6, ...utf8('SECRET')]],
  ['CONNACK', 'trailing-bytes', [0x20, 12, 0, 0, 99, 22, 0, 40, ...utf8('SECRET')]],
];

test.each(BROKEN)('%s that breaks “%s” is kept without what is secret in it.', (_, rule, numbers) => {
  const bytes = Uint8Array.from(numbers);
  const { recorder } = testRecorder();
  recorder.broken(rule, bytes, 0, bytes.length);
  const raw = rawPacket(recorder.ring, 1);
  expect(raw && Buffer.from(raw.bytes).includes('SECRET')).toBe(false);
  expect(raw && raw.flags & FLAG_BLANKED).toBe(FLAG_BLANKED);
  expect(JSON.stringify(raw && packetFields(raw))).not.toContain('53 45 43');
  // What was received stays as it is: the link still needs it.
  expect(Buffer.from(bytes).includes('SECRET')).toBe(true);
});
