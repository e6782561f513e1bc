import { parentPort } from 'node:worker_threads';

// As built, for which a test cares first: from its sources a thread takes four times as long to load.
await import(new URL('../../../out/main/connection-worker.js', import.meta.url).href);

// Dies abruptly, as of too little memory, when it is asked for this; what it was started with is no order.
parentPort?.on('message', (message: unknown) => {
  if (JSON.stringify(message).includes('crash now')) setTimeout(() => process.exit(70), 300);
});
