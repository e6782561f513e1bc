import { Worker } from 'node:worker_threads';
import { portPipe } from '../connection/port-pipe.ts';
import { testApi, type TestStart } from '../connection/worker-api.ts';
import type { ConnectionTestReport } from '../contract/connection-test.ts';
import type { StreamSignal } from '../contract/define.ts';
import type { ConnectionOptions } from '../contract/model.ts';
import { connectTo } from '../wire/client.ts';
import type { EnginePorts } from './ports.ts';

/** A test needs little; a broker that floods it must not take the memory of the machine. */
const HEAP_MB = 256;

/** Runs a test in a thread of its own, which is gone when the stream ends. */
export async function* runTest(
  options: ConnectionOptions,
  ports: Pick<EnginePorts, 'workerUrl' | 'files'>,
  signal: StreamSignal,
): AsyncGenerator<ConnectionTestReport, void, undefined> {
  const start: TestStart = { test: true, options, files: ports.files };
  const worker = new Worker(ports.workerUrl, {
    workerData: start,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    stdout: true,
    stderr: false,
  });
  worker.stdout.resume();
  // Its end closes the pipe, and with it the stream.
  worker.on('error', () => undefined);
  const client = connectTo(testApi, portPipe(worker));
  worker.once('exit', () => client.close());
  const reports = client.stream('run', {});
  // A reader that leaves while a step takes its time would otherwise wait for it.
  const leave = (): void => void reports.return?.();
  signal.addEventListener('abort', leave);
  try {
    yield* reports;
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
    await client.call('stop', {}).catch(() => undefined);
    client.close();
    await worker.terminate();
  }
}
