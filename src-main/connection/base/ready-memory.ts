import { openSync, read } from 'node:fs';
import type { ReadyMemory } from '../../core/memory.ts';

const ZEROS = '/dev/zero';

/**
 * Lets a thread of the file system's pool write to the memory, by reading zeros into it; undefined where the
 * platform has no such file.
 */
export function readyMemoryOn(platform: NodeJS.Platform): ReadyMemory | undefined {
  if (platform === 'win32') return undefined;
  let zeros: number | null = null;
  return (buffer, ready) => {
    try {
      // Opened for good: Node closes the files of a thread when that ends.
      zeros ??= openSync(ZEROS, 'r');
    } catch {
      return;
    }
    // Where that fails, its pages come as ever.
    read(zeros, new Uint8Array(buffer), 0, buffer.byteLength, null, () => ready());
  };
}
