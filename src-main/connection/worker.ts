import { randomFillSync } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { StreamSignal } from '../contract/base/define.ts';
import { serve } from '../wire/serve.ts';
import { BrokerConnection } from './broker-connection.ts';
import { connectionHandlers } from './handlers.ts';
import { portPipe } from './port-pipe.ts';
import { systemPorts } from './base/ports.ts';
import { TestRun } from './test/run.ts';
import { warmUp } from './warm-up.ts';
import { testApi, workerApi, type TestStart, type WorkerStart } from './worker-api.ts';

if (parentPort === null) throw new Error('This file is the entry of a worker thread.');

/** In [0, 1), from the system: client IDs and jitter must not be the same in two workers. */
function random(): number {
  return (randomFillSync(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

const port = portPipe(parentPort);
const given = workerData as WorkerStart | TestStart;
if ('test' in given) runTest(given);
else runConnection(given);

function runTest({ options, files }: TestStart): void {
  const run = new TestRun(options, systemPorts(random, files));
  process.on('uncaughtException', (error) => run.fault(error));
  process.on('unhandledRejection', (error) => run.fault(error));
  const handlers = {
    run: (_: unknown, signal: StreamSignal) => run.reports(signal),
    stop: async () => {
      await run.close();
      return { kind: 'done' } as const;
    },
  };
  void serve(testApi, handlers, port, {}).done.then(() => process.exit(0));
}

function runConnection(start: WorkerStart): void {
  warmUp();
  const connection = new BrokerConnection(start, systemPorts(random, start.files));

  // A mistake of ours must not take the tree and its history with it: the connection starts again.
  process.on('uncaughtException', (error) => connection.fault(error));
  process.on('unhandledRejection', (error) => connection.fault(error));

  const served = serve(workerApi, connectionHandlers(connection), port, {
    onError: (error, method) => {
      connection.log.add(
        'error',
        `A request could not be answered (${method}).`,
        error instanceof Error ? error.message : '',
      );
    },
  });
  // Whoever started us is gone: nobody needs the connection any more.
  void served.done.then(() => connection.shutdown(500)).then(() => process.exit(0));
}
