import { z } from 'zod';
import { failed, type Failure } from '../../contract/base/errors.ts';
import { packetLine } from '../../core/packet-capture/export/lines.ts';
import { PCAP_START, pcapHeader, pcapRecords } from '../../core/packet-capture/export/pcap.ts';
import type { PacketMatcher } from '../../core/packet-capture/read/filter.ts';
import { rawPacket } from '../../core/packet-capture/read/raw-packet.ts';
import { emptyEntry, type PacketRing } from '../../core/packet-capture/store/ring.ts';

/** Bytes of one piece, so that it fits a frame of the pipe. */
const PIECE_BYTES = 1_048_576;
/** Records looked at between two looks at the time. */
const STEP = 16;

/** Where an export goes on, and where it ends: what comes while it runs is not part of it. */
const Cursor = z.object({
  next: z.number().int().min(1),
  last: z.number().int().min(0),
  link: z.number().int().min(0),
  client: z.number().int().min(0).max(0xffff_ffff),
  broker: z.number().int().min(0).max(0xffff_ffff),
});
type Cursor = z.infer<typeof Cursor>;

/**
 * As much of a file as can be made before `done`, and the cursor of the next piece, null at the end.
 *
 * @param matcher null: everything passes
 */
export function packetPiece(
  ring: PacketRing,
  format: 'jsonl' | 'pcap',
  matcher: PacketMatcher | null,
  cursor: string | null,
  done: () => boolean,
) {
  const at = readCursor(cursor, ring);
  if ('kind' in at) return at;
  const piece = new Piece();
  if (format === 'pcap' && cursor === null) piece.add([pcapHeader()]);
  const entry = emptyEntry();
  at.next = Math.max(at.next, ring.firstSeq);
  for (; at.next <= at.last; at.next++) {
    if (piece.size >= PIECE_BYTES || (at.next % STEP === 0 && done())) break;
    if (matcher !== null && !(ring.read(at.next, entry) && matcher.matches(entry))) continue;
    const packet = rawPacket(ring, at.next);
    if (packet === null) continue;
    piece.add(format === 'pcap' ? pcapRecords(packet, at) : [packetLine(packet)]);
    piece.packets++;
  }
  const next = at.next > at.last ? null : JSON.stringify(at);
  return { kind: 'piece' as const, bytes: piece.joined(), next, packets: piece.packets };
}

class Piece {
  readonly #parts: Uint8Array[] = [];
  size = 0;
  packets = 0;

  add(parts: readonly Uint8Array[]): void {
    for (const part of parts) this.size += part.length;
    this.#parts.push(...parts);
  }

  joined(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

function readCursor(cursor: string | null, ring: PacketRing): Cursor | Failure {
  if (cursor === null) return { ...PCAP_START, next: 1, last: ring.lastSeq };
  try {
    return Cursor.parse(JSON.parse(cursor));
  } catch {
    return failed('bad-cursor', 'The export cannot go on from there.', 'Start it again.');
  }
}
