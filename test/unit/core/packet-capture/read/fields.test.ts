import { describe, expect, test } from 'vitest';
import type { PacketField } from '../../../../../src-main/contract/session/packets.ts';
import { packetFields } from '../../../../../src-main/core/packet-capture/read/fields.ts';
import { propertyFields } from '../../../../../src-main/core/packet-capture/read/property-fields.ts';
import { IN, OUT, type Way } from '../../../../../src-main/core/packet-capture/store/recorder.ts';
import { rawPacket } from '../../../../../src-main/core/packet-capture/read/raw-packet.ts';
import { rowOf } from '../../../../../src-main/core/packet-capture/read/rows.ts';
import { record, testRecorder } from '../../../../support/recorder.ts';

type Level = 3 | 4 | 5;

const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const field = (text: string): number[] => [utf8(text).length >> 8, utf8(text).length & 255, ...utf8(text)];

/** A packet of these bytes as it is read back. */
function raw(bytes: readonly number[], level: Level = 5, way: Way = IN, size = bytes.length) {
  const { recorder } = testRecorder();
  recorder.startLink(level);
  if ((bytes[0] ?? 0) >>> 4 === 3 || size !== bytes.length) {
    const whole = Uint8Array.from(bytes);
    recorder.publish(way, 0, whole, 0, whole.length, size, whole.length);
  } else record(recorder, way, Uint8Array.from(bytes), level);
  const packet = rawPacket(recorder.ring, 1);
  if (packet === null) throw new Error('not recorded');
  return packet;
}

/** Each field as `name: value`, set in by two blanks a level; the header is left out. */
function linesOf(bytes: readonly number[], level: Level = 5, way: Way = IN): string[] {
  const lines = (fields: readonly PacketField[], depth: string): string[] =>
    fields.flatMap(({ name, value, children }) => [
      `${depth}${name}: ${value}`,
      ...lines(children, `${depth}  `),
    ]);
  return lines(packetFields(raw(bytes, level, way)).slice(1), '');
}

/** [identifier, bytes of the value, name, text]: every property of MQTT 5, at an edge of its type. */
const PROPERTIES: readonly [number, number[], string, string][] = [
  [1, [1], 'Payload Format Indicator', '1'],
  [2, [0, 0, 1, 0], 'Message Expiry Interval', '256 s'],
  [3, field('text/plain'), 'Content Type', 'text/plain'],
  [8, field('a/\u200bb'), 'Response Topic', 'a/\\u{200b}b'],
  [9, [0, 3, 0, 255, 16], 'Correlation Data', '00 ff 10'],
  [11, [0xff, 0xff, 0xff, 0x7f], 'Subscription Identifier', '268435455'],
  [17, [255, 255, 255, 255], 'Session Expiry Interval', 'never'],
  [17, [255, 255, 255, 254], 'Session Expiry Interval', '4294967294 s'],
  [18, field(''), 'Assigned Client Identifier', ''],
  [19, [255, 255], 'Server Keep Alive', '65535 s'],
  [21, field('SCRAM-SHA-1'), 'Authentication Method', 'SCRAM-SHA-1'],
  [22, [0, 2, 1, 2], 'Authentication Data', '(blanked)'],
  [23, [0], 'Request Problem Information', '0'],
  [24, [0, 0, 0, 0], 'Will Delay Interval', '0 s'],
  [25, [1], 'Request Response Information', '1'],
  [26, field('reply/'), 'Response Information', 'reply/'],
  [28, field('other:1883'), 'Server Reference', 'other:1883'],
  [31, field('no\u202eon'), 'Reason String', 'no\\u{202e}on'],
  [33, [0, 1], 'Receive Maximum', '1'],
  [34, [255, 255], 'Topic Alias Maximum', '65535'],
  [35, [0, 0], 'Topic Alias', '0'],
  [36, [0], 'Maximum QoS', '0'],
  [37, [1], 'Retain Available', '1'],
  [38, [...field('who'), ...field('')], 'User Property', 'who = '],
  [39, [255, 255, 255, 255], 'Maximum Packet Size', '4294967295'],
  [40, [0], 'Wildcard Subscription Available', '0'],
  [41, [2], 'Subscription Identifiers Available', '2'],
  [42, [1], 'Shared Subscription Available', '1'],
];

describe('A property', () => {
  test.each(PROPERTIES)('with identifier %i is shown by its name.', (id, value, name, text) => {
    const bytes = Uint8Array.from([0, id, ...value, 0]);
    const [only, ...more] = propertyFields(bytes, 1, bytes.length - 1);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ name, value: text, offset: 1, length: 1 + value.length });
    expect(only?.children[0]).toMatchObject({ name: 'Identifier', value: String(id), offset: 1, length: 1 });
  });

  test.each(PROPERTIES)(
    '%i that is cut at any byte is shown as bytes, and nothing is invented.',
    (id, value) => {
      for (let length = 0; length < value.length; length++) {
        const bytes = Uint8Array.from([id, ...value.slice(0, length)]);
        expect(propertyFields(bytes, 0, bytes.length)).toMatchObject([
          { name: 'Not readable', offset: 0, length: bytes.length },
        ]);
      }
    },
  );

  test('of the user shows its name and value as parts, and where they lie.', () => {
    const bytes = Uint8Array.from([38, ...field('größe'), ...field('3 = 4')]);
    expect(propertyFields(bytes, 0, bytes.length)[0]).toMatchObject({
      value: 'größe = 3 = 4',
      children: [
        { name: 'Identifier' },
        { name: 'Name', value: 'größe', offset: 1, length: 9 },
        { name: 'Value', value: '3 = 4', offset: 10, length: 7 },
      ],
    });
  });

  test.each([0, 4, 43, 127, 128, 255])('with the unknown identifier %i ends what is read.', (id) => {
    const bytes = Uint8Array.from([1, 0, id, 1, 1, 0]);
    expect(propertyFields(bytes, 0, bytes.length).map(({ name, offset }) => [name, offset])).toEqual([
      ['Payload Format Indicator', 0],
      ['Not readable', 2],
    ]);
  });

  test('is one of a thousand that are shown; what follows is one field of bytes.', () => {
    const bytes = new Uint8Array(2 * 1_003).fill(1);
    const all = propertyFields(bytes, 0, bytes.length);
    expect(all).toHaveLength(1_001);
    expect(all.at(-1)).toMatchObject({ name: 'Further properties', offset: 2_000, length: 6 });
  });
});

describe('A packet is shown in its parts', () => {
  test.each<[string, number[], Level, string[]]>([
    ['CONNACK of 3.1', [0x20, 2, 0, 0], 3, ['Acknowledge flags: 0', 'Reason code: 0 (Success)']],
    [
      'CONNACK of 3.1.1 that refuses',
      [0x20, 2, 0, 4],
      4,
      ['Acknowledge flags: 0', 'Reason code: 4 (Bad username or password)'],
    ],
    [
      'CONNACK of 5',
      [0x20, 6, 1, 0, 3, 33, 0, 9],
      5,
      [
        'Acknowledge flags: session present',
        'Reason code: 0 (Success)',
        'Properties: 1',
        '  Length: 3',
        '  Receive Maximum: 9',
        '    Identifier: 33',
      ],
    ],
    [
      'CONNACK with flags nobody knows',
      [0x20, 2, 6, 0],
      4,
      ['Acknowledge flags: 6', 'Reason code: 0 (Success)'],
    ],
    ['PUBACK without a reason', [0x40, 2, 1, 0], 5, ['Packet identifier: 256']],
    [
      'PUBACK with a reason only',
      [0x40, 3, 0, 7, 16],
      5,
      ['Packet identifier: 7', 'Reason code: 16 (No matching subscribers)'],
    ],
    [
      'PUBREC with no properties',
      [0x50, 4, 0, 7, 151, 0],
      5,
      ['Packet identifier: 7', 'Reason code: 151 (Quota exceeded)', 'Properties: none', '  Length: 0'],
    ],
    [
      'PUBREL of 3.1.1 with bytes too many',
      [0x62, 3, 0, 7, 9],
      4,
      ['Packet identifier: 7', 'Further bytes: 09'],
    ],
    ['PUBCOMP that is cut', [0x70, 1, 7], 5, ['Packet identifier (cut): 07']],
    [
      'SUBACK of 3.1.1',
      [0x90, 6, 0, 1, 0, 1, 2, 128],
      4,
      [
        'Packet identifier: 1',
        'Reason code 1: 0 (Granted QoS 0)',
        'Reason code 2: 1 (Granted QoS 1)',
        'Reason code 3: 2 (Granted QoS 2)',
        'Reason code 4: 128 (Failure)',
      ],
    ],
    [
      'UNSUBACK of 5',
      [0xb0, 5, 0, 1, 0, 0, 17],
      5,
      [
        'Packet identifier: 1',
        'Properties: none',
        '  Length: 0',
        'Reason code 1: 0 (Success)',
        'Reason code 2: 17 (No subscription existed)',
      ],
    ],
    ['UNSUBACK of 3.1.1', [0xb0, 2, 0, 1], 4, ['Packet identifier: 1']],
    ['PINGRESP', [0xd0, 0], 5, []],
    ['PINGRESP with a byte', [0xd0, 1, 66], 5, ['Further bytes: 42']],
    ['DISCONNECT without anything', [0xe0, 0], 5, []],
    ['DISCONNECT with code 0', [0xe0, 1, 0], 5, ['Reason code: 0 (Normal disconnection)']],
    ['DISCONNECT with a will', [0xe0, 1, 4], 5, ['Reason code: 4 (Disconnect with will message)']],
    ['DISCONNECT with an unknown code', [0xe0, 1, 255], 5, ['Reason code: 255 (Reason 255)']],
    ['AUTH that goes on', [0xf0, 1, 24], 5, ['Reason code: 24 (Continue authentication)']],
    ['AUTH again', [0xf0, 1, 25], 5, ['Reason code: 25 (Re-authenticate)']],
    ['type 0', [0x00, 1, 1], 5, ['Further bytes: 01']],
  ])('%s', (_, bytes, level, lines) => {
    expect(linesOf(bytes, level)).toEqual(lines);
  });

  test('A CONNECT with all it may have, and what is blanked said to be.', () => {
    const body = [
      ...field('MQTT'),
      ...[5, 0xf6, 1, 44],
      ...[5, 17, 0, 0, 0, 9],
      ...field('me'),
      ...[5, 24, 0, 0, 0, 3],
      ...field('gone'),
      ...[0, 2, 7, 8],
      ...field('ann'),
      ...field('hunter2'),
    ];
    const lines = linesOf([0x10, body.length, ...body], 5, OUT);
    expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
      'Protocol name: MQTT',
      'Protocol version: 5',
      'Connect flags: 11110110',
      'Keep alive: 300 s',
      'Properties: 1',
      'Client identifier: me',
      'Will properties: 1',
      'Will topic: gone',
      'Will payload: 07 08',
      'Username: ann',
      'Password: (blanked)',
    ]);
    expect(lines.filter((line) => /^ {2}(Will|Clean|Username|Password)/.test(line))).toEqual([
      '  Username: yes',
      '  Password: yes',
      '  Will retain: yes',
      '  Will QoS: 2',
      '  Will: yes',
      '  Clean start: yes',
      '  Will Delay Interval: 3 s',
    ]);
  });

  test('A SUBSCRIBE before MQTT 5 has no options but the QoS.', () => {
    const body = [0, 1, ...field('a/#'), 1, ...field('b'), 2];
    expect(linesOf([0x82, body.length, ...body], 4, OUT)).toEqual([
      'Packet identifier: 1',
      'Topic filter 1: a/#',
      'Options: QoS 1',
      'Topic filter 2: b',
      'Options: QoS 2',
    ]);
  });

  test('An UNSUBSCRIBE whose last filter is cut says so.', () => {
    const body = [0, 1, 0, ...field('a/#'), 0, 9, ...utf8('xy')];
    expect(linesOf([0xa2, body.length, ...body], 5, OUT)).toEqual([
      'Packet identifier: 1',
      'Properties: none',
      '  Length: 0',
      'Topic filter 1: a/#',
      'Topic filter 2: xy (cut)',
    ]);
  });

  test('Codes and filters beyond a thousand are one field of bytes.', () => {
    const codes = Array.from({ length: 1_500 }, () => 1);
    const lines = linesOf([0x90, 0x80 | (1_503 & 127), 1_503 >> 7, 0, 1, 0, ...codes], 5);
    expect(lines.filter((line) => line.startsWith('Reason code'))).toHaveLength(1_000);
    expect(lines.at(-1)).toMatch(/^Further bytes: (01 ){32}…$/);
  });
});

describe('The payload of a PUBLISH', () => {
  const publish = (payload: readonly number[], whole = payload.length): string | undefined => {
    const size = 3 + whole;
    const head = size < 128 ? [0x30, size] : [0x30, (size & 127) | 128, size >> 7];
    const bytes = [...head, ...field('a'), ...payload];
    const packet = raw(bytes, 4, IN, bytes.length - payload.length + whole);
    return packetFields(packet).find(({ name }) => name === 'Payload')?.value;
  };

  test.each<[string, number[], string]>([
    ['text', utf8('21.5'), '4 bytes: 21.5'],
    ['one byte', utf8('1'), '1 byte: 1'],
    ['a path of Windows, which is text', utf8('C:\\xampp\\x41'), '12 bytes: C:\\xampp\\x41'],
    ['bytes', [0, 255], '2 bytes: 00 ff'],
    ['text with a control character', utf8('a\u0007'), '2 bytes: a\\u{7}'],
    ['long bytes', Array.from({ length: 40 }, () => 255), `40 bytes: ${'ff '.repeat(32)}…`],
    ['long text', utf8('x'.repeat(250)), `250 bytes: ${'x'.repeat(200)}…`],
  ])('is shown as %s', (_, payload, value) => {
    expect(publish(payload)).toBe(value);
  });

  test('that was cut within a character is text all the same, and marked as cut.', () => {
    const cut = utf8('ö'.repeat(40)).slice(0, 79);
    expect(publish(cut, 90)).toBe(`90 bytes: ${'ö'.repeat(39)}…`);
    expect(publish([...utf8('abc'), 0xc3], 4)).toBe('4 bytes: 61 62 63 c3');
  });

  test('that is empty is no field.', () => {
    expect(publish([])).toBeUndefined();
  });
});

describe('A row of the list', () => {
  const row = (bytes: readonly number[], level: Level = 5) => rowOf(raw(bytes, level));

  test.each<[string, number[], Level, string | null, string]>([
    ['CONNACK', [0x20, 2, 0, 0], 3, 'Success', ''],
    ['CONNACK', [0x20, 2, 0, 0], 4, 'Success', 'new session'],
    ['CONNACK', [0x20, 3, 1, 0, 0], 5, 'Success', 'session present'],
    ['CONNACK', [0x20, 2, 0, 1], 5, 'Unacceptable protocol version', ''],
    ['CONNACK', [0x20, 2, 0, 5], 4, 'Not authorized', ''],
    ['PUBACK', [0x40, 3, 0, 1, 5], 5, 'Reason 5', ''],
    ['PUBACK', [0x40, 2, 0, 1], 5, 'Success', ''],
    ['PUBACK', [0x40, 2, 0, 1], 4, null, ''],
    ['SUBACK', [0x90, 4, 0, 1, 0, 3], 5, 'Reason 3', ''],
    ['SUBACK', [0x90, 5, 0, 1, 0, 2, 135], 5, 'Not authorized', '2 filters'],
    ['DISCONNECT', [0xe0, 0], 5, 'Normal disconnection', ''],
    ['DISCONNECT', [0xe0, 0], 4, null, ''],
    ['DISCONNECT', [0xe0, 1, 3], 5, 'Reason 3', ''],
    ['AUTH', [0xf0, 0], 5, 'Success', ''],
    ['INVALID', [0x0f, 0], 5, null, ''],
  ])('%s of %j on level %i', (type, bytes, level, reasonName, note) => {
    expect(row(bytes, level)).toMatchObject({ type, reasonName, note });
  });

  test.each<[string, number[], Level, object]>([
    [
      'QoS 2, DUP and Retain',
      [0x3d, 6, ...field('a'), 0, 9, 0],
      5,
      { qos: 2, dup: true, retain: true, packetId: 9 },
    ],
    ['QoS 0', [0x30, 4, ...field('a'), 0], 5, { qos: 0, dup: false, retain: false, packetId: null }],
    ['QoS 3, which does not exist', [0x36, 5, ...field('a'), 0, 9], 4, { qos: 0, packetId: 9 }],
    ['an empty topic', [0x30, 3, 0, 0, 0], 5, { topic: '' }],
    ['a topic cut off', [0x30, 4, 0, 9, 97, 98], 5, { topic: 'ab', note: '' }],
    ['no body', [0x30, 0], 5, { topic: null, note: '' }],
    ['a topic that is not UTF-8', [0x30, 4, 0, 2, 255, 97], 4, { topic: '\\xffa' }],
  ])('a PUBLISH with %s', (_, bytes, level, part) => {
    expect(row(bytes, level)).toMatchObject({ type: 'PUBLISH', ...part });
  });

  test('A CONNECT says who, for how long, and what becomes of the session.', () => {
    const connect = (name: string, level: number, flags: number, id: string) => {
      const body = [...field(name), level, flags, 0, 30, ...(level === 5 ? [0] : []), ...field(id)];
      return row([0x10, body.length, ...body], level as Level).note;
    };
    expect(connect('MQTT', 5, 2, 'me')).toBe('MQTT 5, client ID me, keep-alive 30 s, clean start');
    expect(connect('MQTT', 4, 2, '')).toBe('MQTT 3.1.1, client ID (empty), keep-alive 30 s, clean session');
    expect(connect('MQIsdp', 3, 0, 'a\u200bb')).toBe(
      'MQTT 3.1, client ID a\\u{200b}b, keep-alive 30 s, session kept',
    );
    expect(row([0x10, 4, 0, 4, 77, 81]).note).toBe('');
  });
});
