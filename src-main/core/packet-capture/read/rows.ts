import { formatCounted } from '../../text/amounts.ts';
import { PacketType, type BrokenRule, type PacketRow } from '../../../contract/session/packets.ts';
import {
  CONNACK,
  CONNECT,
  PUBLISH,
  SUBACK,
  SUBSCRIBE,
  UNSUBSCRIBE,
  type ProtocolLevel,
} from '../../mqtt/packet-types.ts';
import { payloadOffset } from '../../mqtt/publish.ts';
import { readU16 } from '../../mqtt/properties.ts';
import { RULES } from '../../mqtt/violations.ts';
import { reasonIn } from '../../session/failures/reasons.ts';
import { connectParts } from '../store/connect-parts.ts';
import { PacketHead } from './head.ts';
import type { RawPacket } from './raw-packet.ts';
import { FLAG_OUT, levelOf, ruleName } from '../store/recorder.ts';
import { shownText, shownTopic } from './text.ts';
import { topicKey } from '../../topics/names.ts';
import type { TopicKey } from '../../../contract/model/model.ts';

const TYPES = PacketType.options;
const TOPIC_CHARACTERS = 300;

export function packetType(type: number): PacketType {
  return TYPES[type & 15] ?? 'INVALID';
}

export function brokenRule(index: number): BrokenRule | null {
  const rule = ruleName(index);
  return rule === null ? null : { rule, ...RULES[rule] };
}

/** A record as a row of a list. */
export function rowOf(packet: RawPacket): PacketRow {
  const { seq, at, size, link, flags, rule, bytes } = packet;
  const head = new PacketHead().read(bytes, 0, bytes.length, levelOf(flags));
  const { type, packetId, reason } = head;
  const isPublish = type === PUBLISH;
  return {
    seq,
    at,
    direction: (flags & FLAG_OUT) === 0 ? 'in' : 'out',
    type: packetType(type),
    size,
    kept: bytes.length,
    packetId: packetId > 0 ? packetId : null,
    qos: isPublish ? head.qos : null,
    dup: isPublish && (head.flags & 8) !== 0,
    retain: isPublish && (head.flags & 1) !== 0,
    reason: reason < 0 ? null : reason,
    reasonName: reason < 0 ? null : reasonIn(type, reason),
    topic: topicOf(head),
    note: noteOf(head, packet),
    link,
    broken: brokenRule(rule),
  };
}

function topicOf(head: PacketHead): string | null {
  let topic: string | null = null;
  head.someTopic((bytes, start, end) => {
    topic = shownTopic(bytes, start, end, TOPIC_CHARACTERS);
    return true;
  });
  return topic;
}

/** The topic of a PUBLISH, or the first filter of a SUBSCRIBE or UNSUBSCRIBE, exactly; null: none. */
export function topicKeyIn({ bytes, flags }: RawPacket): TopicKey | null {
  let key: TopicKey | null = null;
  new PacketHead().read(bytes, 0, bytes.length, levelOf(flags)).someTopic((source, start, end) => {
    key = topicKey(source.subarray(start, end));
    return true;
  });
  return key;
}

function noteOf(head: PacketHead, { bytes, size, flags }: RawPacket): string {
  switch (head.type) {
    case CONNECT:
      return connectNote(bytes, head);
    case CONNACK:
      return connackNote(bytes, head, levelOf(flags));
    case PUBLISH: {
      const body = size - head.body;
      const have = bytes.length - head.body;
      const offset = payloadOffset(bytes, head.body, have, body, head.flags, levelOf(flags) === 5);
      return offset < 0 ? '' : `${formatCounted(body - offset, 'byte')} of payload`;
    }
    case SUBSCRIBE:
    case UNSUBSCRIBE: {
      let filters = 0;
      head.someTopic(() => ++filters < 0);
      return filters === 1 ? '' : formatCounted(filters, 'filter');
    }
    case SUBACK: {
      const codes = bytes.subarray(head.codesStart, head.end);
      return codes.length > 1 ? formatCounted(codes.length, 'filter') : '';
    }
    default:
      return '';
  }
}

/** Before 3.1.1 the byte is reserved, so nothing is said of a session. */
function connackNote(bytes: Uint8Array, { body, reason }: PacketHead, level: ProtocolLevel): string {
  if (level === 3) return '';
  return bytes[body] === 1 ? 'session present' : reason === 0 ? 'new session' : '';
}

function connectNote(bytes: Uint8Array, head: PacketHead): string {
  const parts = connectParts(bytes, head.body, head.end);
  if (parts === null) return '';
  const id = shownText(bytes, parts.clientId.start, parts.clientId.end, 80);
  const version = parts.level === 5 ? '5' : parts.level === 4 ? '3.1.1' : '3.1';
  const keepAlive = readU16(bytes, parts.keepAliveAt);
  const start =
    (parts.flags & 2) === 0 ? 'session kept' : parts.level === 5 ? 'clean start' : 'clean session';
  return `MQTT ${version}, client ID ${id === '' ? '(empty)' : id}, keep-alive ${keepAlive} s, ${start}`;
}
