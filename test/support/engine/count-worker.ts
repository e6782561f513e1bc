// A worker that serves the contract of the tests, and dies on request.
import { parentPort, workerData } from 'node:worker_threads';
import { portPipe } from '../../../src-main/connection/port-pipe.ts';
import { serve } from '../../../src-main/wire/serve.ts';
import { testApi, testHandlers } from '../../contract/api.ts';

if (parentPort !== null) {
  const handlers = testHandlers({ pulled: 0, running: 0, aborted: 0 });
  const dies = (): never => {
    setImmediate(() => {
      throw new Error('the worker failed');
    });
    throw new Error('soon');
  };
  serve(testApi, { ...handlers, ...(workerData === 'dies' ? { wrong: dies } : {}) }, portPipe(parentPort));
}
