import { connect, createServer, type Socket } from 'node:net';
import { onTeardown } from '../teardown.ts';
import { listen } from './listen.ts';

export interface Relay {
  readonly port: number;
  /** Ends every connection at once, as a pulled cable behind a router that says so. */
  cut(): void;
  /** From now on nothing passes on the connections there are, and neither side notices; new ones work. */
  silence(): void;
}

/** Stands between a client and a port of this computer. Closed by `teardown`. */
export async function startRelay(to: () => number): Promise<Relay> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const broker = connect(to(), '127.0.0.1');
    const pair = [client, broker] as const;
    pairs.add(pair);
    for (const [one, other] of [pair, [broker, client]] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        pairs.delete(pair);
      });
      one.pipe(other);
    }
  });
  const port = await listen(server);
  const silenced = new Set<Socket>();
  onTeardown(() => {
    for (const socket of [...silenced, ...[...pairs].flat()]) socket.destroy();
    server.close();
  });
  return {
    port,
    cut: () => {
      for (const socket of [...pairs].flat()) socket.resetAndDestroy();
    },
    silence: () => {
      for (const pair of pairs) {
        for (const socket of pair) {
          socket.unpipe();
          socket.pause();
          socket.removeAllListeners('close');
          silenced.add(socket);
        }
        pairs.delete(pair);
      }
    },
  };
}
