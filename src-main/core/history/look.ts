import type { HistoryRecord } from './record.ts';
import type { Segment, SegmentRing } from './segments.ts';

const NO_BYTES = new Uint8Array(0);

/**
 * A record read in place: what going through a million of them may cost is no object and no view each.
 * Valid until the next turn of the event loop, and until it is used for another record.
 */
export class RecordLook {
  /** Position in the order of arrival on this connection, from 1. */
  seq = 0;
  /** Received, ms since the epoch. */
  at = 0;
  /** As in the PUBLISH fixed header. */
  flags = 0;
  /** Payload bytes received; more than were kept if it was shortened. */
  size = 0;
  /** Where the properties lie, without their length, and the payload, of which these bytes were kept. */
  properties: Uint8Array = NO_BYTES;
  propertiesStart = 0;
  propertiesEnd = 0;
  payload: Uint8Array = NO_BYTES;
  payloadStart = 0;
  payloadEnd = 0;
  /** Address of the topic's message before; 0 if none, possibly evicted. */
  previous = 0;

  /** Takes over a record that was read as an object. */
  take(record: HistoryRecord): void {
    this.seq = record.seq;
    this.at = record.at;
    this.flags = (record.qos << 1) | Number(record.retain) | (record.dup ? 8 : 0);
    this.size = record.size;
    this.properties = record.properties;
    this.propertiesStart = 0;
    this.propertiesEnd = record.properties.length;
    this.payload = record.payload;
    this.payloadStart = 0;
    this.payloadEnd = record.payload.length;
    this.previous = record.previous;
  }

  get shortened(): boolean {
    return this.size > this.payloadEnd - this.payloadStart;
  }
}

/** Records returned in one step. */
const BATCH = 256;

/** Follows what is written to the log: the next records each time, by node and address. */
export class RecordWalk {
  /** Address to go on from. */
  next: number;
  /** Records were reclaimed before they were reached. The caller clears it once it has looked at everything again. */
  missed = false;
  count = 0;
  readonly nodes = new Int32Array(BATCH);
  /** Of the nodes when the records were written, as numbers are used again. */
  readonly births = new Int32Array(BATCH);
  readonly addresses = new Float64Array(BATCH);

  constructor(from: number) {
    this.next = from;
  }
}

/** Addresses of records that lie one after another in one segment, `until` not included. */
export interface LogPiece {
  readonly from: number;
  readonly until: number;
}

/** The last records that are written before an address, as far as they lie in one segment. */
export function pieceBefore(until: number, tail: number, head: Segment, ring: SegmentRing): LogPiece | null {
  for (let end = until; end > tail;) {
    const segment = end > head.base ? head : ring.at(end - 1);
    if (segment === null) return null;
    const from = Math.max(segment.base, tail);
    const piece = { from, until: Math.min(end, segment.base + segment.used) };
    if (piece.from < piece.until) return piece;
    end = segment.base;
  }
  return null;
}

/** Goes on with a walk in the order of writing, copies of rescued records among them. */
export function walkRecords(walk: RecordWalk, tail: number, head: Segment, ring: SegmentRing): void {
  walk.count = 0;
  if (walk.next < tail) {
    walk.missed = true;
    walk.next = head.base + head.used;
  }
  const { nodes, births, addresses } = walk;
  let segment = walk.next >= head.base ? head : ring.at(walk.next);
  while (segment !== null && walk.count < nodes.length) {
    const offset = walk.next - segment.base;
    if (offset < segment.used) {
      nodes[walk.count] = segment.words[(offset >> 2) + 1]!;
      births[walk.count] = segment.words[(offset >> 2) + 2]!;
      addresses[walk.count++] = walk.next;
      walk.next += segment.words[offset >> 2]! * 4;
    } else {
      if (segment === head) return;
      walk.next = segment.base + segment.capacity;
      segment = walk.next >= head.base ? head : ring.at(walk.next);
    }
  }
}

/** A text that records are searched for. */
export interface RecordNeedle {
  /** Bytes, at least one. */
  readonly length: number;
  /** Where the first occurrence ends; -1 if there is none. */
  endOf(bytes: Uint8Array, start: number, end: number): number;
}

/** Goes through all records that there were when it began for those that hold one of some texts. */
export interface RecordSearch {
  /** Bytes that were searched, of all that are to be. */
  readonly searched: number;
  readonly all: number;
  /**
   * Searches for about 0.1 ms; false once everything is searched.
   *
   * @param found called with the node of each record found. Among them are records of forgotten topics and
   *   of messages that are not the latest any more, and now and then one without the text. A record that is
   *   moved meanwhile may be missed: it is written again behind all others.
   */
  step(found: (node: number) => void): boolean;
}

/** How a caller reads many records of a log. */
export interface RecordReader {
  /** Addresses below are dead. */
  readonly tail: number;
  /** Where the next record will lie at the earliest. */
  readonly end: number;
  /** False if the record at this address was evicted. */
  look(address: number, into: RecordLook): boolean;
  /** Payload bytes received with the record at this address; 0 if it was evicted. */
  sizeAt(address: number): number;
  /**
   * Reads a word of a record that is to be looked at soon. For many in a row, without a branch between,
   * the waits for memory overlap, which is most of what looking at them costs.
   */
  touch(address: number): number;
  walk(walk: RecordWalk): void;
  /**
   * For going back through the log, a segment of at most a few megabytes at a time. Null if nothing that
   * is kept was written before `until`, which is the log's end or where a piece begins.
   */
  pieceBefore(until: number): LogPiece | null;
  /** For the records that hold one of these texts. */
  search(needles: readonly RecordNeedle[]): RecordSearch;
}
