import { lastWhere } from '../../../../src-main/core/text/halving.ts';
import type { Found } from '../../../../src-main/core/text/find-text.ts';
import type { Chunk } from './chunks.ts';

/** A part of a text that lies in one of its chunks: what a range of the document can cover. */
export interface ChunkPiece {
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
}

/** Offsets at which the chunks of a text begin, and its length at the end. */
export function chunkOffsets(chunks: readonly Chunk[]): readonly number[] {
  const offsets = [0];
  for (const { text } of chunks) offsets.push((offsets.at(-1) ?? 0) + text.length);
  return offsets;
}

/** The pieces of what was found, in the chunks it lies in. */
export function piecesOf({ start, end }: Found, offsets: readonly number[]): ChunkPiece[] {
  const pieces: ChunkPiece[] = [];
  for (let chunk = chunkAt(offsets, start); chunk < offsets.length - 1; chunk++) {
    const [from, to] = [offsets[chunk] ?? 0, offsets[chunk + 1] ?? 0];
    if (from >= end) break;
    pieces.push({ chunk, from: Math.max(start, from) - from, to: Math.min(end, to) - from });
  }
  return pieces;
}

/** The chunk an offset lies in. */
export function chunkAt(offsets: readonly number[], offset: number): number {
  return Math.max(
    0,
    lastWhere(offsets.length - 1, (at) => (offsets[at] ?? 0) <= offset),
  );
}

/** The first of the found that begins at or after an offset; their number if none does. */
export function firstFoundFrom(found: readonly Found[], offset: number): number {
  return lastWhere(found.length, (at) => (found[at]?.start ?? 0) < offset) + 1;
}
