import { parentPort } from 'node:worker_threads';

await import('../../../src-main/connection/worker.ts');

// Dies abruptly, as of too little memory, when it is asked for this; what it was started with is no order.
parentPort?.on('message', (message: unknown) => {
  if (JSON.stringify(message).includes('crash now')) setTimeout(() => process.exit(70), 300);
});
