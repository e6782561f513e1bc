import { workerData } from 'node:worker_threads';
import type { WorkerStart } from '../../src-main/connection/worker-api.ts';

await import('../../src-main/connection/worker.ts');

// A connection of this name dies abruptly, as of too little memory, when it has worked for a while.
const { options } = workerData as WorkerStart;
if (options.name === 'crashing') setTimeout(() => process.exit(70), 500);
