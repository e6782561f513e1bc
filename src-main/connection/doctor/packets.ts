import { failed, type Failure } from '../../contract/base/errors.ts';
import type { PacketFilter, PacketRow } from '../../contract/session/packets.ts';
import { packetFields } from '../../core/packet-capture/read/fields.ts';
import { isOpen, PacketMatcher } from '../../core/packet-capture/read/filter.ts';
import { packetFlow } from '../../core/packet-capture/read/flow.ts';
import { rawPacket } from '../../core/packet-capture/read/raw-packet.ts';
import { FLAG_BLANKED, FlightRecorder } from '../../core/packet-capture/store/recorder.ts';
import { rowOf } from '../../core/packet-capture/read/rows.ts';
import { PacketSearch } from '../../core/packet-capture/read/search.ts';
import { checkTopicFilter } from '../../core/topics/names.ts';
import type { Clock } from '../base/clock.ts';
import { FilterBytes } from '../../core/topics/filter-bytes.ts';
import { packetPiece } from './packet-export.ts';

/** Work in one go; intake must never wait longer than 20 ms. */
const SLICE_MS = 6;
/** A call that looks through much answers after so many slices with what it found so far. */
const MOST_SLICES = 8;
/** Filters whose matches are remembered: a list and what somebody tries beside it. */
const MOST_SEARCHES = 4;

/** Answers what windows ask about the packets of one connection. */
export class Packets {
  readonly recorder: FlightRecorder;
  /** By the filter as JSON, the one used last at the end. */
  readonly #searches = new Map<string, PacketSearch>();

  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.recorder = new FlightRecorder({ wall: () => clock.wall(), steady: () => clock.now() });
  }

  async read(filter: PacketFilter, from: { index: number } | { seq: number }, count: number) {
    const search = this.#search(filter);
    if ('kind' in search) return search;
    for (let slice = 0; slice < MOST_SLICES && !search.work(this.#slice()); slice++) {
      await new Promise<void>((resolve) => this.#clock.nextTurn(resolve));
    }
    const { total, searched } = search;
    const wanted =
      'seq' in from ? search.indexOf(from.seq) : from.index < 0 ? total + from.index : from.index;
    const first = Math.max(0, Math.min(wanted, total));
    const rows: PacketRow[] = [];
    for (let index = first; index < Math.min(total, first + count); index++) {
      const packet = rawPacket(this.recorder.ring, search.seqAt(index));
      if (packet) rows.push(rowOf(packet));
    }
    return { kind: 'packets' as const, first, total, searched, rows };
  }

  at(seq: number) {
    const packet = rawPacket(this.recorder.ring, seq);
    if (packet === null) return packetDropped(seq);
    const { bytes } = packet;
    const blanked = (packet.flags & FLAG_BLANKED) !== 0;
    return { kind: 'packet' as const, row: rowOf(packet), fields: packetFields(packet), bytes, blanked };
  }

  flow(packetId: number, near: number) {
    const flow = packetFlow(this.recorder.ring, packetId, near);
    if (flow !== null) return { kind: 'flow' as const, ...flow };
    return failed(
      'no-flow',
      `No packet with the packet identifier ${packetId} is recorded near there.`,
      'It may have been let go, or left out at a high rate.',
    );
  }

  /** One piece of a file, with where the next one begins. */
  piece(format: 'jsonl' | 'pcap', filter: PacketFilter, cursor: string | null) {
    const matcher = matcherOf(filter);
    if (matcher !== null && 'kind' in matcher) return matcher;
    return packetPiece(this.recorder.ring, format, matcher, cursor, this.#slice());
  }

  clear(): void {
    this.recorder.clear();
    this.#searches.clear();
  }

  /** True when a slice that begins now is over. */
  #slice(): () => boolean {
    const until = this.#clock.now() + SLICE_MS;
    return () => this.#clock.now() >= until;
  }

  #search(filter: PacketFilter): PacketSearch | Failure {
    const key = JSON.stringify(filter);
    const known = this.#searches.get(key);
    const matcher = known ? null : matcherOf(filter);
    if (matcher !== null && 'kind' in matcher) return matcher;
    const search = known ?? new PacketSearch(this.recorder.ring, matcher);
    this.#searches.delete(key);
    this.#searches.set(key, search);
    for (const oldest of this.#searches.keys()) {
      if (this.#searches.size <= MOST_SEARCHES) break;
      this.#searches.delete(oldest);
    }
    return search;
  }
}

/** Null: everything passes. */
function matcherOf(filter: PacketFilter): PacketMatcher | Failure | null {
  if (isOpen(filter)) return null;
  const { topicFilter } = filter;
  if (topicFilter === '') return new PacketMatcher(filter, null);
  const invalid = checkTopicFilter(topicFilter);
  if (invalid) return invalid;
  const topic = new FilterBytes(topicFilter);
  return new PacketMatcher(filter, (bytes, start, end) => topic.matches(bytes, start, end));
}

function packetDropped(seq: number): Failure {
  return failed(
    'packet-gone',
    `Packet ${seq} is not held any more.`,
    'The recorder keeps the newest packets; give it more memory to look further back.',
  );
}
