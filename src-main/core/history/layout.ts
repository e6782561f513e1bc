import type { Qos } from '../../contract/model/model.ts';
import type { RecordLook } from './look.ts';
import type { HistoryRecord } from './record.ts';
import type { Segment } from './segments.ts';
import { copyWords } from './words.ts';

/*
 * A record, in 32-bit words: 0 its words, 1 node, 2 the node's birth, 3 words back to the topic's
 * message before (0 none), 4 seq low, 5 time low, 6 seq high | time high << 16, 7 payload size on the
 * wire, 8 flags << 28 | property bytes, 9 payload bytes kept | stored << 31; then properties and payload; at
 * QoS 1 and 2 the packet identifier in the last two bytes, so that QoS 0, which has none, pays nothing for it.
 */
export const HEADER_WORDS = 10;
const TWO32 = 0x1_0000_0000;
/** Neither properties nor payload can be longer [MQTT-2.1.4]. */
const LENGTH_MASK = 0x0fff_ffff;
/** The word that has the payload's size on the wire. */
export const SIZE_WORD = 7;
/** It was delivered as a stored message. */
export const STORED = 1 << 31;
/** The word that has it. */
export const STORED_WORD = 9;
const PACKET_ID_BYTES = 2;

/** Bytes behind the payload of a record, by the low four bits of the fixed header. */
export function trailerBytes(flags: number): number {
  return ((flags >> 1) & 3) === 0 ? 0 : PACKET_ID_BYTES;
}

/** Words back to the message before. Further than 16 GB is beyond every budget's reach, or as good as evicted. */
export function linkTo(address: number, previous: number): number {
  const back = (address - previous) / 4;
  return previous === 0 || back >= TWO32 ? 0 : back;
}

/**
 * Writes properties and payload behind the header at word `at`. What follows each other in the chunk,
 * as it does on the wire, is copied at once.
 */
export function writeContents(
  segment: Segment,
  at: number,
  view: DataView,
  propertiesStart: number,
  propertiesEnd: number,
  payloadStart: number,
  payloadEnd: number,
): void {
  const w = segment.words;
  w[at + 8]! |= propertiesEnd - propertiesStart;
  w[at + 9] = payloadEnd - payloadStart;
  const to = at + HEADER_WORDS;
  if (propertiesEnd === payloadStart || propertiesStart === propertiesEnd) {
    copyWords(view, propertiesStart === propertiesEnd ? payloadStart : propertiesStart, payloadEnd, w, to);
    return;
  }
  let j = to << 2;
  for (let i = propertiesStart; i < propertiesEnd; i++) segment.bytes[j++] = view.getUint8(i);
  for (let i = payloadStart; i < payloadEnd; i++) segment.bytes[j++] = view.getUint8(i);
}

/** Writes the packet identifier of a record that has room for one. */
export function writePacketId(segment: Segment, address: number, packetId: number): void {
  const end = recordEnd(segment, address);
  segment.bytes[end - 2] = packetId >>> 8;
  segment.bytes[end - 1] = packetId;
}

/** Where the record ends, in bytes of its segment. */
function recordEnd(segment: Segment, address: number): number {
  const offset = address - segment.base;
  return offset + segment.words[offset >> 2]! * 4;
}

/** The record at an address of this segment; its bytes are views of the segment. */
export function readRecord(segment: Segment, address: number): HistoryRecord {
  const w = segment.words;
  const at = (address - segment.base) >> 2;
  const high = w[at + 6]!;
  const head = w[at + 8]!;
  const kept = w[at + STORED_WORD]!;
  const flags = head >>> 28;
  const start = (at + HEADER_WORDS) * 4;
  const payload = start + (head & LENGTH_MASK);
  const back = w[at + 3]! >>> 0;
  const end = recordEnd(segment, address);
  return {
    seq: (high & 0xffff) * TWO32 + (w[at + 4]! >>> 0),
    at: (high >>> 16) * TWO32 + (w[at + 5]! >>> 0),
    qos: Math.min(2, (flags >> 1) & 3) as Qos,
    retain: (flags & 1) !== 0,
    stored: (kept & STORED) !== 0,
    dup: (flags & 8) !== 0,
    packetId: trailerBytes(flags) === 0 ? 0 : (segment.bytes[end - 2]! << 8) | segment.bytes[end - 1]!,
    size: w[at + SIZE_WORD]!,
    properties: segment.bytes.subarray(start, payload),
    payload: segment.bytes.subarray(payload, payload + (kept & LENGTH_MASK)),
    previous: back === 0 ? 0 : address - back * 4,
  };
}

/** The same without an object or views of its own. */
export function lookAt(segment: Segment, address: number, into: RecordLook): void {
  const w = segment.words;
  const at = (address - segment.base) >> 2;
  const high = w[at + 6]!;
  const head = w[at + 8]!;
  const start = (at + HEADER_WORDS) * 4;
  const payload = start + (head & LENGTH_MASK);
  const back = w[at + 3]! >>> 0;
  into.seq = (high & 0xffff) * TWO32 + (w[at + 4]! >>> 0);
  into.at = (high >>> 16) * TWO32 + (w[at + 5]! >>> 0);
  into.flags = head >>> 28;
  into.size = w[at + SIZE_WORD]!;
  into.properties = segment.bytes;
  into.propertiesStart = start;
  into.propertiesEnd = payload;
  into.payload = segment.bytes;
  into.payloadStart = payload;
  into.payloadEnd = payload + (w[at + STORED_WORD]! & LENGTH_MASK);
  into.previous = back === 0 ? 0 : address - back * 4;
}
