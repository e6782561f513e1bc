import { Worker } from 'node:worker_threads';
import { portPipe } from '../../connection/port-pipe.ts';
import { testApi, type TestStart } from '../../connection/worker-api.ts';
import type { ConnectionTestReport } from '../../contract/connection-test.ts';
import type { StreamSignal } from '../../contract/base/define.ts';
import { failed } from '../../contract/base/errors.ts';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { connectTo } from '../../wire/client.ts';
import type { EnginePorts } from '../base/ports.ts';
import { threadLimits } from '../base/thread-limits.ts';

/** A test needs little; a broker that floods it must not take the memory of the machine. */
const HEAP_MB = 256;

function broken(last: ConnectionTestReport): ConnectionTestReport {
  const why = failed('internal', 'The test ended because of a fault in the program.', 'Please report it.');
  const verdict = { message: why.message, advice: why.advice };
  return { ...last, kind: 'failed', why, verdict, asText: `${last.asText}\n${why.message}\n` };
}

/** Runs a test in a thread of its own, which is gone when the stream ends. */
export async function* runTest(
  options: ConnectionOptions,
  ports: Pick<EnginePorts, 'workerUrl' | 'files'>,
  signal: StreamSignal,
): AsyncGenerator<ConnectionTestReport, void, undefined> {
  const start: TestStart = { test: true, options, files: ports.files };
  const worker = new Worker(ports.workerUrl, {
    workerData: start,
    resourceLimits: threadLimits(HEAP_MB),
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
  let last: ConnectionTestReport | null = null;
  try {
    for await (const report of reports) yield (last = report);
  } catch (error) {
    // The thread is gone: of too little memory, or by a mistake of ours. What was found out stays.
    if (last === null || last.kind !== 'running' || signal.aborted) throw error;
    yield broken(last);
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
    await client.call('stop', {}).catch(() => undefined);
    client.close();
    await worker.terminate();
  }
}
