import { MessageChannel } from 'node:worker_threads';
import type { Pipe } from '../../src-main/wire/pipe.ts';
import { memoryPipes } from '../../src-main/wire/memory.ts';
import { portPipe } from '../../src-main/connection/port-pipe.ts';

/** Both ends of a channel, and what has to be closed beside them. */
export interface PipePair {
  readonly asking: Pipe;
  readonly answering: Pipe;
  close(): Promise<void>;
}

export interface PipeKind {
  readonly name: string;
  open(): Promise<PipePair>;
}

function bothClosed(asking: Pipe, answering: Pipe): () => Promise<void> {
  return () => {
    asking.close('the test is over');
    answering.close('the test is over');
    return Promise.resolve();
  };
}

/** Every pipe the contract travels on. Another one is tested by adding it here. */
export const pipeKinds: readonly PipeKind[] = [
  {
    name: 'memory',
    open: () => {
      const [asking, answering] = memoryPipes();
      return Promise.resolve({ asking, answering, close: bothClosed(asking, answering) });
    },
  },
  {
    name: 'worker_threads MessageChannel',
    open: () => {
      const { port1, port2 } = new MessageChannel();
      const [asking, answering] = [portPipe(port1), portPipe(port2)];
      return Promise.resolve({ asking, answering, close: bothClosed(asking, answering) });
    },
  },
];
