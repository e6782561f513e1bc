/**
 * Payload bytes that are kept of what one answer brings. A message that finds no room is not lost: it is asked for
 * once more, with fewer others.
 */
export const ROOM_BYTES = 64 * 2 ** 20;

/** Whether so many bytes more are kept; the first message always is, whatever its size. */
export function hasRoom(kept: number, bytes: number): boolean {
  return kept === 0 || kept + bytes <= ROOM_BYTES;
}

/**
 * How many of the first ones fit into the room together, at least one.
 *
 * @param sizeOf payload bytes, as far as they are known
 */
export function countInRoom(count: number, sizeOf: (at: number) => number, room = ROOM_BYTES): number {
  let bytes = 0;
  for (let at = 0; at < count; at++) {
    bytes += sizeOf(at);
    if (bytes > room && at > 0) return at;
  }
  return count;
}
