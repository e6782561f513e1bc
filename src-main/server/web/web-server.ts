import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { MAX_FRAME } from '../../wire/frame.ts';
import type { Pipe } from '../../wire/pipe.ts';
import {
  CLOSE_TOO_MANY,
  CLOSE_TOO_SLOW,
  CLOSE_UNKNOWN_PAGE,
  READY,
  WEB_SOCKET_PATH,
} from '../../wire/web-socket.ts';
import { hasOneHost, httpAnswers, type HttpOptions } from './http-answers.ts';
import { socketPipe } from './socket-pipe.ts';
import { SocketSlots } from './socket-slots.ts';

/** Bytes from a WebSocket before its page's secret was accepted: one frame of about 100, with room. */
const MAX_UNKNOWN_BYTES = 1_024;
/** How long a page may take to show its secret, in ms. */
const SECRET_WITHIN = 5_000;
/** How long the other side may take to close after it was asked to, in ms. */
const LINGER = 500;
const MAX_WINDOWS = 32;
/**
 * Requests of one socket that wait for their answers: browsers send the next when they have the last. A thousand in
 * one packet would have a thousand files read at once, for nobody who reads them.
 */
const MAX_WAITING = 2;
const CLOSE_GOING_AWAY = 1001;

/** Node's code for a head that was not here in time, also where nothing of it was. */
const REQUEST_TOO_LATE = 'ERR_HTTP_REQUEST_TIMEOUT';

/** For the server to be made with; in ms. A request's head has to be here within the first two. */
export const HTTP_BOUNDS = {
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  // Node looks at the bounds above this often; without it every half minute.
  connectionsCheckingInterval: 1_000,
} as const;

export interface WebServerOptions extends HttpOptions {
  /** A window came in. */
  readonly onPipe: (pipe: Pipe) => void;
  /** For the bounds of time to be tested. */
  readonly secretWithin?: number;
}

export interface WebServer {
  /** Closes every window's connection with "going away", and destroys those still open after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

/** Answers on a server that listens already, made with `HTTP_BOUNDS`. It serves the window and its WebSocket. */
export function answer(server: Server, options: WebServerOptions): WebServer {
  const slots = new SocketSlots(server);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME,
    perMessageDeflate: false,
  });
  let windows = 0;
  const answerHttp = httpAnswers(options);
  const waiting = new WeakMap<Socket, number>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const before = waiting.get(socket) ?? 0;
    if (before >= MAX_WAITING) return void socket.destroy();
    waiting.set(socket, before + 1);
    response.once('close', () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
    void answerHttp(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Without a listener, a reset during the handshake would end the process.
    socket.on('error', () => socket.destroy());
    const fault = upgradeFault(request, options);
    if (fault !== null) return refuseUpgrade(socket, fault);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const stranger = new Stranger(webSocket, socket as Socket, options);
      stranger.onSecret = () => {
        if (windows >= MAX_WINDOWS) return stranger.refuse(CLOSE_TOO_MANY, 'Too many windows are open.');
        windows++;
        webSocket.on('close', () => windows--);
        slots.keep(socket as Socket);
        stranger.admit();
        options.onPipe(socketPipe(webSocket));
      };
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // A browser keeps idle connections open. It would take an error sent on one of them for the answer to a request
    // that it is just sending; where the connection only closes, it sends the request again.
    if (error.code === REQUEST_TOO_LATE) socket.destroy();
    else if (socket.writable) endWith(socket, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  return { close: (withinMs) => close(server, sockets, withinMs) };
}

/** Null: come in. */
function upgradeFault(request: IncomingMessage, { access }: WebServerOptions): number | null {
  const { host, origin } = request.headers;
  if (!hasOneHost(request)) return 400;
  if (host === undefined || !access.isHost(host) || !access.isOrigin(origin, host)) return 403;
  return request.url === WEB_SOCKET_PATH ? null : 404;
}

function refuseUpgrade(socket: Duplex, status: number): void {
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, 'Connection: close', 'Content-Length: 0'];
  endWith(socket, `${head.join('\r\n')}\r\n\r\n`);
}

/** The whole socket ends, not our half of it: the other side need not end its own, and would keep it. */
function endWith(socket: Duplex, text: string): void {
  socket.end(text, () => socket.destroy());
  setTimeout(() => socket.destroy(), LINGER).unref();
}

/** A WebSocket from which only its page's secret is awaited: in little memory, and for a short time. */
class Stranger {
  onSecret: () => void = () => undefined;
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  readonly #count = (chunk: Buffer): void => {
    this.#bytes += chunk.byteLength;
    // Before the frame is complete, as it may claim to be large.
    if (this.#bytes <= MAX_UNKNOWN_BYTES) return;
    this.refuse(1009, 'The first message is too large.');
    this.#webSocket.terminate();
  };
  readonly #done = (): void => {
    clearTimeout(this.#timer);
    this.#socket.off('data', this.#count);
    this.#webSocket.removeAllListeners('message');
    this.#webSocket.off('close', this.#done);
  };

  constructor(webSocket: WebSocket, socket: Socket, { access, secretWithin }: WebServerOptions) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#timer = setTimeout(
      () => this.refuse(CLOSE_TOO_SLOW, 'The page did not show its secret in time.'),
      secretWithin ?? SECRET_WITHIN,
    );
    socket.prependListener('data', this.#count);
    webSocket.on('error', () => undefined);
    webSocket.on('close', this.#done);
    webSocket.once('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary && access.isPageSecret(data.toString('utf8'))) this.onSecret();
      else this.refuse(CLOSE_UNKNOWN_PAGE, 'The page has no valid secret.');
    });
  }

  refuse(code: number, reason: string): void {
    this.#done();
    this.#webSocket.close(code, reason);
    setTimeout(() => this.#webSocket.terminate(), LINGER).unref();
  }

  admit(): void {
    this.#done();
    this.#webSocket.send(READY);
  }
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
