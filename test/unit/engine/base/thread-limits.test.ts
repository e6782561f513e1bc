import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { threadLimits } from '../../../../src-main/engine/base/thread-limits.ts';

test('A thread has the heap it was given, and makes its objects in a fraction of what Node would take.', async () => {
  const said = `require('node:worker_threads').parentPort.postMessage(require('node:v8').getHeapStatistics().heap_size_limit)`;
  const limitOf = async (resourceLimits: object): Promise<number> => {
    const worker = new Worker(said, { eval: true, resourceLimits });
    const [limit] = (await once(worker, 'message')) as [number];
    await worker.terminate();
    return limit / 2 ** 20;
  };
  const { maxYoungGenerationSizeMb, ...old } = threadLimits(256);
  expect(old).toEqual({ maxOldGenerationSizeMb: 256 });
  expect(maxYoungGenerationSizeMb).toBeLessThanOrEqual(16);
  const saved = (await limitOf(old)) - (await limitOf(threadLimits(256)));
  expect(saved).toBeGreaterThanOrEqual(16);
});
