import { Worker, type MessagePort } from 'node:worker_threads';
import type { Pipe } from '../wire/pipe.ts';
import { pipeOverPort } from '../wire/port-pipe.ts';

/**
 * A pipe over one end of a worker: `parentPort` inside it, the `Worker` outside, or a MessagePort.
 * Closing it closes the port, so that a worker with nothing else to do ends by itself; a `Worker` is
 * left to whoever started it.
 */
export function portPipe(port: MessagePort | Worker): Pipe {
  return pipeOverPort(({ arrived, unreadable, closed, failed }) => {
    port.on('messageerror', unreadable);
    // A Worker's uncaught error comes first; its `exit` follows, but only after this.
    if (port instanceof Worker) port.on('exit', closed).on('error', failed);
    else port.on('close', closed);
    return {
      post: (message) => port.postMessage(message),
      start: () => void port.on('message', arrived),
      release() {
        port.off('message', arrived).off('messageerror', unreadable);
        // `error` keeps its listener: without one, a late error of the worker would end this process.
        if (port instanceof Worker) port.off('exit', closed);
        else {
          port.off('close', closed);
          port.close();
        }
      },
    };
  });
}
