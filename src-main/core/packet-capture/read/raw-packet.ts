import { emptyEntry, type PacketRing, type RingEntry } from '../store/ring.ts';

/** A copy of a record, for who reads it at leisure. */
export interface RawPacket {
  readonly seq: number;
  readonly at: number;
  readonly size: number;
  readonly link: number;
  readonly flags: number;
  readonly rule: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const entry: RingEntry = emptyEntry();

/** Null: not held any more, or not yet. */
export function rawPacket(ring: PacketRing, seq: number): RawPacket | null {
  if (!ring.read(seq, entry)) return null;
  const { at, size, link, flags, rule } = entry;
  // Not a view: the ring's memory is used again, and is shared memory.
  return {
    seq,
    at,
    size,
    link,
    flags,
    rule,
    bytes: new Uint8Array(entry.bytes.subarray(entry.start, entry.end)),
  };
}
