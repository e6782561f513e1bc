import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { MAX_FRAME } from '../wire/frame.ts';
import type { Pipe } from '../wire/pipe.ts';
import { CLOSE_TOO_SLOW, CLOSE_UNKNOWN_PAGE, READY, WEB_SOCKET_PATH } from '../wire/web-socket.ts';
import { hasOneHost, httpAnswers, type HttpOptions } from './http-answers.ts';
import { socketPipe } from './socket-pipe.ts';

/** Bytes from a WebSocket before its page's secret was accepted: one frame of about 100, with room. */
const MAX_UNKNOWN_BYTES = 1_024;
/** How long a page may take to show its secret, in ms. */
const SECRET_WITHIN = 5_000;
/** A request's head has to be here within this time, in ms. */
const REQUEST_WITHIN = 10_000;
/** Sockets of any kind; a browser opens six and one WebSocket a window. */
const MAX_SOCKETS = 256;
const MAX_WINDOWS = 32;
const CLOSE_GOING_AWAY = 1001;

export interface WebServerOptions extends HttpOptions {
  /** A window came in. */
  readonly onPipe: (pipe: Pipe) => void;
  /** For the bounds of time to be tested. */
  readonly secretWithin?: number;
}

export interface WebServer {
  /** Tells every window that the program ends, and cuts off those that linger after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

/** Answers on a server that listens already. It serves the window, its files and its WebSocket. */
export function answer(server: Server, options: WebServerOptions): WebServer {
  server.headersTimeout = REQUEST_WITHIN;
  server.requestTimeout = REQUEST_WITHIN;
  server.maxConnections = MAX_SOCKETS;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME,
    perMessageDeflate: false,
  });
  const answerHttp = httpAnswers(options);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answerHttp(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Without a listener, a reset during the handshake would end the process.
    socket.on('error', () => socket.destroy());
    const fault = upgradeFault(request, options, sockets.clients.size);
    if (fault !== null) return refuseUpgrade(socket, fault);
    sockets.handleUpgrade(request, socket, head, (webSocket) => admit(webSocket, socket as Socket, options));
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return { close: (withinMs) => close(server, sockets, withinMs) };
}

/** Null: come in. */
function upgradeFault(
  request: IncomingMessage,
  { access }: WebServerOptions,
  windows: number,
): number | null {
  const { host, origin } = request.headers;
  if (!hasOneHost(request)) return 400;
  if (host === undefined || !access.isHost(host) || !access.isOrigin(origin, host)) return 403;
  if (request.url !== WEB_SOCKET_PATH) return 404;
  return windows >= MAX_WINDOWS ? 503 : null;
}

function refuseUpgrade(socket: Duplex, status: number): void {
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, 'Connection: close', 'Content-Length: 0'];
  socket.end(`${head.join('\r\n')}\r\n\r\n`, () => socket.destroy());
}

/** Waits for the page's secret, in little memory and for a short time, before anything is believed. */
function admit(webSocket: WebSocket, socket: Socket, options: WebServerOptions): void {
  let bytes = 0;
  const timer = setTimeout(
    () => refuse(CLOSE_TOO_SLOW, 'The page did not show its secret in time.'),
    options.secretWithin ?? SECRET_WITHIN,
  );
  const count = (chunk: Buffer): void => {
    bytes += chunk.byteLength;
    // Before the frame is complete, as it may claim to be large.
    if (bytes <= MAX_UNKNOWN_BYTES) return;
    refuse(1009, 'The first message is too large.');
    webSocket.terminate();
  };
  const done = (): void => {
    clearTimeout(timer);
    socket.off('data', count);
    webSocket.removeAllListeners('message');
    webSocket.off('close', done);
  };
  const refuse = (code: number, reason: string): void => {
    done();
    webSocket.close(code, reason);
    setTimeout(() => webSocket.terminate(), 500).unref();
  };
  socket.prependListener('data', count);
  webSocket.on('error', () => undefined);
  webSocket.on('close', done);
  webSocket.once('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary || !options.access.isPageSecret(data.toString('utf8'))) {
      return refuse(CLOSE_UNKNOWN_PAGE, 'The page has no valid secret.');
    }
    done();
    webSocket.send(READY);
    options.onPipe(socketPipe(webSocket));
  });
}

async function close(server: Server, sockets: WebSocketServer, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets.clients) {
    socket.resume();
    socket.close(CLOSE_GOING_AWAY, 'Topicscope was stopped');
  }
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
  }, withinMs);
  await closed;
  clearTimeout(timer);
}
