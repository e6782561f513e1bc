import { parentPort, workerData } from 'node:worker_threads';
import { Decoder } from './decoder.ts';
import type { DecoderRequest, DecoderStart } from './protocol.ts';

// The thread that reads what others wrote: the engine ends it when it takes too long or too much memory.
const { generation } = workerData as DecoderStart;
const decoder = new Decoder(generation, () => performance.now());
parentPort?.on('message', (request: DecoderRequest) => {
  parentPort?.postMessage(decoder.answer(request));
});
