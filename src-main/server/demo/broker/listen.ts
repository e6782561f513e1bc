import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer, type WebSocket } from 'ws';
import { MAX_INCOMING_BYTES } from './link.ts';

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Accepts nobody any more and ends who is still there. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Hands every new TCP (or TLS) connection on loopback to `accept`. */
export async function listenTcp(
  accept: (stream: Duplex) => void,
  port = 0,
  tls: TlsFiles | null = null,
): Promise<Listening> {
  const open = new Set<Duplex>();
  const take = (stream: Duplex): void => {
    open.add(stream);
    stream.once('close', () => open.delete(stream));
    accept(stream);
  };
  const server = tls === null ? createServer({ noDelay: true }, take) : createTlsServer({ ...tls }, take);
  // A handshake that fails is the client's affair.
  server.on('tlsClientError', () => undefined);
  return listening(server, port, () => {
    for (const stream of open) stream.destroy();
  });
}

/**
 * The same for MQTT over WebSocket, on any path, sub-protocol `mqtt`. What ends a WebSocket with a
 * close code of its own needs the socket below the stream.
 */
export async function listenWebSocket(
  accept: (stream: Duplex, socket: WebSocket) => void,
  port = 0,
): Promise<Listening> {
  const server = createHttpServer((_, response) => {
    response.writeHead(426, { 'content-type': 'text/plain' }).end('This port speaks MQTT over WebSocket.\n');
  });
  const sockets = new WebSocketServer({
    server,
    perMessageDeflate: false,
    maxPayload: MAX_INCOMING_BYTES,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  sockets.on('connection', (socket) => {
    const stream = createWebSocketStream(socket);
    stream.on('error', () => socket.terminate());
    accept(stream, socket);
  });
  return listening(server, port, () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    server.closeAllConnections();
  });
}

async function listening(server: Server, port: number, endAll: () => void): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve());
  });
  return {
    host: LOOPBACK,
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      endAll();
      await closed;
    },
  };
}
