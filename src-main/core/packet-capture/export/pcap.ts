import type { RawPacket } from '../read/raw-packet.ts';
import { FLAG_OUT } from '../store/recorder.ts';

/**
 * MQTT in made-up TCP and IPv4, for Wireshark: one TCP connection a link, from 192.0.2.1 to port 1883
 * of 192.0.2.2 (addresses for documentation [RFC 5737]), whatever the packets really travelled over.
 * Packets that were not recorded are not in it, and sequence numbers go on without them. Of a packet
 * that was cut the captured length is smaller than the original one, as pcap has it.
 */

/** Bytes after the fixed 24 of the file's header; LINKTYPE_RAW: each record begins with its IP header. */
const LINKTYPE_RAW = 101;
const SNAPLEN = 262_144;
const RECORD = 16;
const IP = 20;
const TCP = 20;
/** An IPv4 packet has at most 65,535 bytes. */
const MOST_PAYLOAD = 65_535 - IP - TCP;

const SYN = 0x02;
const PSH_ACK = 0x18;
const ACK = 0x10;
const SYN_ACK = 0x12;
const MQTT_PORT = 1_883;
const FIRST_PORT = 49_152;
const PORTS = 16_384;
const CLIENT = [192, 0, 2, 1] as const;
const BROKER = [192, 0, 2, 2] as const;

/** What the next record has to go on from. */
export interface PcapState {
  /** The link that was opened last, as the ring has it: modulo 65,536. */
  link: number;
  /** The next sequence numbers of the client and of the broker. */
  client: number;
  broker: number;
}

/** The number of no link: of the 65,536th one the ring has 0. */
const NO_LINK = 65_536;

export const PCAP_START: PcapState = { link: NO_LINK, client: 0, broker: 0 };

export function pcapHeader(): Uint8Array {
  const view = new DataView(new ArrayBuffer(24));
  view.setUint32(0, 0xa1b2_c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAPLEN, true);
  view.setUint32(20, LINKTYPE_RAW, true);
  return new Uint8Array(view.buffer);
}

/** The records of one packet; changes `state`. */
export function pcapRecords(packet: RawPacket, state: PcapState): Uint8Array[] {
  const records: Uint8Array[] = [];
  if (packet.link !== state.link) open(packet, state, records);
  const out = (packet.flags & FLAG_OUT) !== 0;
  const none = new Uint8Array(0);
  for (let at = 0; at < packet.size; at += MOST_PAYLOAD) {
    const length = Math.min(MOST_PAYLOAD, packet.size - at);
    const captured = at < packet.bytes.length ? packet.bytes.subarray(at, at + length) : none;
    records.push(record(packet, state, out, PSH_ACK, captured, length));
    if (out) state.client = (state.client + length) >>> 0;
    else state.broker = (state.broker + length) >>> 0;
  }
  return records;
}

/** The three packets that open a TCP connection, so that a reader knows where its streams begin. */
function open(packet: RawPacket, state: PcapState, records: Uint8Array[]): void {
  state.link = packet.link;
  state.client = 1_000;
  state.broker = 2_000;
  const none = new Uint8Array(0);
  records.push(record(packet, { ...state, broker: 0 }, true, SYN, none, 0));
  state.client++;
  records.push(record(packet, state, false, SYN_ACK, none, 0));
  state.broker++;
  records.push(record(packet, state, true, ACK, none, 0));
}

function record(
  { at, link }: RawPacket,
  state: PcapState,
  out: boolean,
  flags: number,
  captured: Uint8Array,
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(RECORD + IP + TCP + captured.length);
  const view = new DataView(bytes.buffer);
  const micros = Math.round(at * 1_000);
  view.setUint32(0, Math.floor(micros / 1_000_000), true);
  view.setUint32(4, micros % 1_000_000, true);
  view.setUint32(8, IP + TCP + captured.length, true);
  view.setUint32(12, IP + TCP + length, true);
  ipHeader(bytes, view, out, length);
  const port = FIRST_PORT + (link % PORTS);
  const tcp = RECORD + IP;
  view.setUint16(tcp, out ? port : MQTT_PORT);
  view.setUint16(tcp + 2, out ? MQTT_PORT : port);
  view.setUint32(tcp + 4, out ? state.client : state.broker);
  view.setUint32(tcp + 8, flags === SYN ? 0 : out ? state.broker : state.client);
  view.setUint8(tcp + 12, (TCP / 4) << 4);
  view.setUint8(tcp + 13, flags);
  view.setUint16(tcp + 14, 65_535);
  bytes.set(captured, tcp + TCP);
  // Of bytes that are not there no sum can be made; zero is what a capture on the sender often has.
  if (captured.length === length) view.setUint16(tcp + 16, tcpChecksum(bytes, view, length));
  return bytes;
}

function ipHeader(bytes: Uint8Array, view: DataView, out: boolean, length: number): void {
  view.setUint8(RECORD, 0x45);
  view.setUint16(RECORD + 2, IP + TCP + length);
  // Don't fragment.
  view.setUint16(RECORD + 6, 0x4000);
  view.setUint8(RECORD + 8, 64);
  view.setUint8(RECORD + 9, 6);
  bytes.set(out ? CLIENT : BROKER, RECORD + 12);
  bytes.set(out ? BROKER : CLIENT, RECORD + 16);
  view.setUint16(RECORD + 10, fold(sum(bytes, RECORD, RECORD + IP)));
}

/** Over the pseudo header, the TCP header and what it carries [RFC 9293, 3.1]. */
function tcpChecksum(bytes: Uint8Array, view: DataView, length: number): number {
  let total = sum(bytes, RECORD + 12, RECORD + IP) + 6 + TCP + length;
  view.setUint16(RECORD + IP + 16, 0);
  total += sum(bytes, RECORD + IP, bytes.length);
  return fold(total);
}

function sum(bytes: Uint8Array, start: number, end: number): number {
  let total = 0;
  for (let at = start; at < end; at += 2)
    total += ((bytes[at] as number) << 8) | (at + 1 < end ? (bytes[at + 1] as number) : 0);
  return total;
}

function fold(total: number): number {
  let rest = total;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 65_536);
  return ~rest & 0xffff;
}
