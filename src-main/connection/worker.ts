import { parentPort, workerData } from 'node:worker_threads';
import type { TestStart, WorkerStart, WorkStart } from './worker-api.ts';

if (parentPort === null) throw new Error('This file is the entry of a worker thread.');

// A thread loads what it needs only: one that derives a key is started for each one, and knows no MQTT.
const given = workerData as WorkerStart | TestStart | WorkStart;
if ('work' in given) {
  const { doWork } = await import('./work.ts');
  parentPort.postMessage(await doWork(given));
} else {
  const { runThread } = await import('./connection-thread.ts');
  runThread(given, parentPort);
}
