import { formatCount, formatCounted } from '../../text/amounts.ts';
import type { PacketField } from '../../../contract/session/packets.ts';
import * as T from '../../mqtt/packet-types.ts';
import { RULES } from '../../mqtt/violations.ts';
import { decodeUtf8 } from '../../payload/utf8.ts';
import { reasonIn } from '../../session/failures/reasons.ts';
import { bits, FieldReader } from './field-reader.ts';
import { PacketHead } from './head.ts';
import type { RawPacket } from './raw-packet.ts';
import { levelOf, ruleName } from '../store/recorder.ts';
import { packetType } from './rows.ts';
import { shownHex, shownText } from './text.ts';

/** All that a packet says, as a tree of its parts, each with the bytes it lies in. */
export function packetFields(packet: RawPacket): PacketField[] {
  const { bytes, size, flags } = packet;
  const level = levelOf(flags);
  const head = new PacketHead().read(bytes, 0, bytes.length, level);
  // Of a cut payload nothing is claimed that is not there.
  const reader = new FieldReader(bytes, head.body, Math.min(bytes.length, Math.max(size, head.body)));
  BODIES[head.type]?.(reader, head, level, size);
  const rest = packet.rule > 0 ? 'Not read' : 'Further bytes';
  reader.rest(rest);
  if (bytes.length < size) {
    const missing = size - bytes.length;
    reader.add('Not kept', 0, `${formatCount(missing)} of ${formatCounted(size, 'byte')}`);
  }
  const rule = ruleName(packet.rule);
  const broken =
    rule === null ? [] : [{ ...headField('Broken rule', RULES[rule].text, 0), length: bytes.length }];
  return [...broken, fixedHeader(packet, head), ...reader.fields];
}

function headField(name: string, value: string, length: number, children: PacketField[] = []): PacketField {
  return { name, value, offset: 0, length, children };
}

function fixedHeader({ bytes, size }: RawPacket, head: PacketHead): PacketField {
  const { type, flags, body } = head;
  const publish =
    type === T.PUBLISH
      ? [
          bits('DUP', 0, yes((flags & 8) !== 0)),
          bits('QoS', 0, String((flags >>> 1) & 3)),
          bits('Retain', 0, yes((flags & 1) !== 0)),
        ]
      : [bits('Reserved bits', 0, flags.toString(2).padStart(4, '0'))];
  const length = Math.min(body, bytes.length);
  return headField('Header', packetType(type), length, [
    bits('Packet type', 0, `${packetType(type)} (${type})`),
    ...publish,
    {
      name: 'Remaining length',
      value: String(Math.max(0, size - body)),
      offset: 1,
      length: length - 1,
      children: [],
    },
  ]);
}

type BodyReader = (reader: FieldReader, head: PacketHead, level: T.ProtocolLevel, size: number) => void;

const confirmation: BodyReader = (reader, { type }, level) => {
  reader.u16('Packet identifier');
  readReason(reader, type, level);
};
const filters: BodyReader = (reader, { type }, level) => readFilters(reader, type, level);
const codes: BodyReader = (reader, { type }, level) => {
  reader.u16('Packet identifier');
  if (level === 5) reader.properties();
  readCodes(reader, type);
};
const reason: BodyReader = (reader, { type }, level) => readReason(reader, type, level);

const BODIES: Readonly<Record<number, BodyReader>> = {
  [T.CONNECT]: (reader) => readConnect(reader),
  [T.CONNACK]: (reader, { type }, level) => {
    reader.u8('Acknowledge flags', (value) => (value === 1 ? 'session present' : String(value)));
    reader.u8('Reason code', (code) => reasonText(type, code));
    if (level === 5) reader.properties();
  },
  [T.PUBLISH]: readPublish,
  [T.PUBACK]: confirmation,
  [T.PUBREC]: confirmation,
  [T.PUBREL]: confirmation,
  [T.PUBCOMP]: confirmation,
  [T.SUBSCRIBE]: filters,
  [T.UNSUBSCRIBE]: filters,
  [T.SUBACK]: codes,
  [T.UNSUBACK]: codes,
  [T.DISCONNECT]: reason,
  [T.AUTH]: reason,
};

function readReason(reader: FieldReader, type: number, level: T.ProtocolLevel): void {
  if (level !== 5 || reader.done) return;
  reader.u8('Reason code', (code) => reasonText(type, code));
  if (!reader.done) reader.properties();
}

/** Filters and codes shown one by one; the rest is one field. */
const MOST_ITEMS = 1_000;

function readCodes(reader: FieldReader, type: number): void {
  for (let i = 1; !reader.done && i <= MOST_ITEMS; i++) {
    reader.u8(`Reason code ${i}`, (code) => reasonText(type, code));
  }
}

function readFilters(reader: FieldReader, type: number, level: T.ProtocolLevel): void {
  reader.u16('Packet identifier');
  if (level === 5) reader.properties();
  for (let i = 1; !reader.done && i <= MOST_ITEMS; i++) {
    reader.topic(`Topic filter ${i}`);
    if (type === T.SUBSCRIBE && !reader.done) {
      reader.u8(
        'Options',
        (value) => `QoS ${value & 3}`,
        (at) => subscriptionOptions(reader.bytes[at] ?? 0, at, level),
      );
    }
  }
}

function subscriptionOptions(value: number, at: number, level: T.ProtocolLevel): PacketField[] {
  if (level !== 5) return [];
  return [
    bits('No local', at, yes((value & 4) !== 0)),
    bits('Retain as published', at, yes((value & 8) !== 0)),
    bits('Retain handling', at, String((value >>> 4) & 3)),
  ];
}

function readPublish(reader: FieldReader, head: PacketHead, level: T.ProtocolLevel, size: number): void {
  reader.topic('Topic');
  if ((head.flags & 6) !== 0) reader.u16('Packet identifier');
  if (level === 5) reader.properties();
  const { at, bytes, end } = reader;
  const total = size - at;
  if (total <= 0) return;
  reader.add('Payload', end - at, `${formatCounted(total, 'byte')}: ${payloadText(bytes, at, end, total)}`);
}

/** The beginning as text where it is text, else as hex digits; it may be cut within a character. */
function payloadText(bytes: Uint8Array, at: number, end: number, total: number): string {
  const isCut = end - at < total;
  const { valid, used } = decodeUtf8(bytes.subarray(at, end), isCut);
  if (!valid) return shownHex(bytes, at, end);
  const text = shownText(bytes, at, at + used, 200);
  return isCut && !text.endsWith('…') ? `${text}…` : text;
}

function readConnect(reader: FieldReader): void {
  reader.text('Protocol name');
  const level = reader.u8(
    'Protocol version',
    (value) => ({ 3: '3.1', 4: '3.1.1', 5: '5' })[value & 127] ?? `${value}`,
  );
  const flags = reader.u8(
    'Connect flags',
    (value) => value.toString(2).padStart(8, '0'),
    (at) => connectFlags(reader.bytes[at] ?? 0, at),
  );
  reader.u16('Keep alive', (value) => `${value} s`);
  const is5 = (level & 127) === 5;
  if (is5) reader.properties();
  reader.text('Client identifier');
  if ((flags & 4) !== 0) {
    if (is5) reader.properties('Will properties');
    reader.topic('Will topic');
    reader.binary('Will payload');
  }
  const hasPassword = (flags & 0x40) !== 0;
  if ((flags & 0x80) !== 0) {
    if (hasPassword) reader.text('Username');
    else reader.binary('Username', () => '(blanked: without a password it may be a token)');
  }
  if (hasPassword) reader.binary('Password', () => '(blanked)');
}

function connectFlags(value: number, at: number): PacketField[] {
  return [
    bits('Username', at, yes((value & 0x80) !== 0)),
    bits('Password', at, yes((value & 0x40) !== 0)),
    bits('Will retain', at, yes((value & 0x20) !== 0)),
    bits('Will QoS', at, String((value >>> 3) & 3)),
    bits('Will', at, yes((value & 4) !== 0)),
    bits('Clean start', at, yes((value & 2) !== 0)),
  ];
}

function reasonText(type: number, code: number): string {
  return `${code} (${reasonIn(type, code)})`;
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}
