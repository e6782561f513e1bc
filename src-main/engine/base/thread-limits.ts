import type { ResourceLimits } from 'node:worker_threads';

/**
 * Where objects are made, MB; Node would let it grow to 48 in each thread, and keeps it. Messages are no objects,
 * so what is made is small and dies at once: an eighth of that is enough, and all threads together stay smaller.
 */
const YOUNG_MB = 6;

/** What a thread of ours may take for its objects; buffers are outside of it. */
export function threadLimits(heapMb: number): ResourceLimits {
  return { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: YOUNG_MB };
}
