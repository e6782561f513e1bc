import { randomFillSync } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import type { StreamSignal } from '../contract/base/define.ts';
import type { Pipe } from '../wire/pipe.ts';
import { serve } from '../wire/serve.ts';
import { BrokerConnection } from './broker-connection.ts';
import { connectionHandlers } from './handlers.ts';
import { portPipe } from './port-pipe.ts';
import { systemPorts } from './base/ports.ts';
import { TestRun } from './test/run.ts';
import { warmUp } from './warm-up.ts';
import { testApi, workerApi, type TestStart, type WorkerStart } from './worker-api.ts';

/** In [0, 1), from the system: client IDs and jitter must not be the same in two workers. */
function random(): number {
  return (randomFillSync(new Uint32Array(1))[0] ?? 0) / 2 ** 32;
}

/** Runs a connection, or a test of one, until the other side closes the port. */
export function runThread(given: WorkerStart | TestStart, parent: MessagePort): void {
  const port = portPipe(parent);
  if ('test' in given) runTest(given, port);
  else runConnection(given, port);
}

function runTest({ options, files }: TestStart, port: Pipe): void {
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

function runConnection(start: WorkerStart, port: Pipe): void {
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
  // Whoever started this thread has ended: nobody needs the connection any more.
  void served.done.then(() => connection.shutdown(500)).then(() => process.exit(0));
}
