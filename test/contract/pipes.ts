import { MessageChannel } from 'node:worker_threads';
import { WebSocket as WsClient } from 'ws';
import { portPipe as windowPortPipe } from '../../src-renderer/client/port-pipe.ts';
import { openWebSocketPipe } from '../../src-renderer/client/ws-pipe.ts';
import { portMainPipe, type PortMain } from '../../src-main/desktop/page/port-pipe.ts';
import { MessageChannelMain } from '../support/electron-stand-in/ports.ts';
import { startTestServer } from '../support/net/web-server.ts';
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
  {
    name: "a window's MessagePort",
    open: () => {
      const { port1, port2 } = new MessageChannel();
      const [asking, answering] = [windowPortPipe(port1 as unknown as MessagePort), portPipe(port2)];
      return Promise.resolve({ asking, answering, close: bothClosed(asking, answering) });
    },
  },
  {
    // The port is the stand-in's: Electron's own needs Electron.
    name: "the desktop's port to a window",
    open: () => {
      const { port1, port2 } = new MessageChannelMain();
      const asking = windowPortPipe(port2.take() as unknown as MessagePort);
      const answering = portMainPipe(port1 as unknown as PortMain);
      return Promise.resolve({ asking, answering, close: bothClosed(asking, answering) });
    },
  },
  {
    name: 'WebSocket',
    open: async () => {
      const server = await startTestServer();
      const socket = new WsClient(server.webSocketUrl, { headers: server.windowHeaders });
      const [asking, answering] = await Promise.all([
        openWebSocketPipe(socket as unknown as WebSocket, server.access.newPageSecret()),
        server.nextPipe(),
      ]);
      const close = bothClosed(asking, answering);
      return { asking, answering, close: () => close().then(() => server.close()) };
    },
  },
];
