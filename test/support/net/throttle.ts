import { connect, createServer, type Socket } from 'node:net';
import { onTeardown } from '../teardown.ts';
import { listen } from './listen.ts';

export interface ThrottledLink {
  readonly port: number;
  /** Bytes a second towards the client, of each connection; null: as they come. */
  rate: number | null;
}

/** Bytes that a slow link holds on its way. */
const ON_THE_WAY = 16_384;

/** A link to a port of this computer that is as slow as the test asks for. Closed by `teardown`. */
export async function startThrottledLink(to: number, rate: number | null): Promise<ThrottledLink> {
  const sockets = new Set<Socket>();
  const link = { port: 0, rate };
  const server = createServer((client) => {
    const broker = connect({ port: to, host: '127.0.0.1', noDelay: true });
    client.setNoDelay(true);
    for (const [one, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        sockets.delete(one);
      });
    }
    client.pipe(broker);
    slowly(broker, client, link);
  });
  link.port = await listen(server);
  onTeardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return link;
}

/** Passes on what comes from the one to the other; what waits meanwhile fills the buffers of who sends it. */
function slowly(from: Socket, to: Socket, link: Readonly<ThrottledLink>): void {
  /** When the link is free again, ms. */
  let free = 0;
  from.on('data', (chunk: Buffer) => {
    const now = performance.now();
    to.write(chunk);
    if (link.rate === null) return;
    free = Math.max(now, free) + (chunk.length * 1_000) / link.rate;
    const ahead = (ON_THE_WAY * 1_000) / link.rate;
    if (free - now <= ahead) return;
    from.pause();
    setTimeout(() => from.resume(), free - now - ahead);
  });
  from.on('end', () => to.end());
}
