import type { PacketFilter } from '../../../contract/session/packets.ts';
import { CONNACK } from '../../mqtt/packet-types.ts';
import { PacketHead, type TopicVisitor } from './head.ts';
import { FLAG_OUT, levelOf } from '../store/recorder.ts';
import type { RingEntry } from '../store/ring.ts';
import { packetType } from './rows.ts';

/** Decides record by record, in place: a million of them take a tenth of a second. */
export class PacketMatcher {
  readonly #filter: PacketFilter;
  /** One bit a type. */
  readonly #types: number;
  readonly #topic: TopicVisitor | null;
  readonly #head = new PacketHead();

  /** @param topic matches a topic by the filter's topic filter; null where it has none */
  constructor(filter: PacketFilter, topic: TopicVisitor | null) {
    this.#filter = filter;
    this.#topic = topic;
    let types = 0;
    for (let type = 0; type < 16; type++) if (filter.types.includes(packetType(type))) types |= 1 << type;
    this.#types = types === 0 ? 0xffff : types;
  }

  matches(entry: RingEntry): boolean {
    const { direction, packetId, reasonAtLeast, brokenOnly } = this.#filter;
    if (brokenOnly && entry.rule === 0) return false;
    if (direction !== null && (direction === 'out') !== ((entry.flags & FLAG_OUT) !== 0)) return false;
    const type = (entry.bytes[entry.start] ?? 0) >>> 4;
    if (((this.#types >>> type) & 1) === 0) return false;
    if (packetId === null && reasonAtLeast === null && this.#topic === null) return true;
    const head = this.#head.read(entry.bytes, entry.start, entry.end, levelOf(entry.flags));
    if (packetId !== null && head.packetId !== packetId) return false;
    if (reasonAtLeast !== null && reasonOf(head) < reasonAtLeast) return false;
    return this.#topic === null || head.someTopic(this.#topic);
  }
}

/** Before MQTT 5 a refused CONNECT has small codes; -1 where the outcome is unknown. */
function reasonOf({ type, reason }: PacketHead): number {
  return type === CONNACK && reason > 0 ? Math.max(reason, 128) : reason;
}

/** Whether it lets everything pass. */
export function isOpen(filter: PacketFilter): boolean {
  const { types, direction, packetId, topicFilter, reasonAtLeast, brokenOnly } = filter;
  const narrow = direction !== null || packetId !== null || reasonAtLeast !== null || brokenOnly;
  return types.length === 0 && topicFilter === '' && !narrow;
}
