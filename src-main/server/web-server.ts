import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { MAX_FRAME } from '../wire/frame.ts';
import type { Pipe } from '../wire/pipe.ts';
import { CLOSE_TOO_SLOW, CLOSE_UNKNOWN_PAGE, READY, WEB_SOCKET_PATH } from '../wire/web-socket.ts';
import type { Access } from './access.ts';
import {
  NO_ACCESS_PAGE,
  NOT_BUILT_PAGE,
  UNKNOWN_HOST_PAGE,
  withPageSecret,
  WRONG_TOKEN_PAGE,
} from './pages.ts';
import { socketPipe } from './socket-pipe.ts';
import type { StaticFile } from './static-files.ts';

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

export interface WebServerOptions {
  readonly access: Access;
  readonly scheme: 'http' | 'https';
  /** By path; null if there are none. */
  readonly files: Promise<ReadonlyMap<string, StaticFile> | null>;
  /** A window came in. */
  readonly onPipe: (pipe: Pipe) => void;
  readonly now: () => number;
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
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void respond(request, response, options).catch(() => {
      if (response.headersSent) response.destroy();
      else
        send(
          request,
          response,
          500,
          { 'Content-Type': 'text/plain; charset=utf-8' },
          'The file cannot be read.',
        );
    });
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

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  options: WebServerOptions,
): Promise<void> {
  const { access } = options;
  setSecurityHeaders(request, response, options);
  const html = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
  if (!access.isHost(request.headers.host)) return send(request, response, 403, html, UNKNOWN_HOST_PAGE);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(
      request,
      response,
      405,
      { Allow: 'GET, HEAD', 'Content-Type': 'text/plain', Connection: 'close' },
      'Only GET and HEAD.',
    );
  }
  const url = parseUrl(request.url);
  if (url === null)
    return send(request, response, 400, { 'Content-Type': 'text/plain' }, 'Not a valid address.');
  if (url.pathname === '/' && (url.searchParams.has('token') || url.searchParams.has('ticket'))) {
    if (!opensDoor(request, url, options)) return send(request, response, 401, html, WRONG_TOKEN_PAGE);
    // To an address without the token, so that it stays neither on the screen nor in the history.
    const headers = { Location: '/', 'Set-Cookie': access.setCookie(), 'Cache-Control': 'no-store' };
    return send(request, response, 303, headers, '');
  }
  if (!access.hasCookie(request.headers.cookie)) return send(request, response, 401, html, NO_ACCESS_PAGE);
  const files = await options.files;
  if (files === null) return send(request, response, 503, html, NOT_BUILT_PAGE);
  const isPage = url.pathname === '/' || url.pathname === '/index.html';
  const file = files.get(isPage ? '/index.html' : url.pathname);
  if (file === undefined)
    return send(request, response, 404, { 'Content-Type': 'text/plain' }, 'There is no such file.');
  const body = await file.read();
  if (isPage)
    return send(request, response, 200, html, withPageSecret(body.toString('utf8'), access.newPageSecret()));
  const cache = file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache';
  send(request, response, 200, { 'Content-Type': file.type, 'Cache-Control': cache }, body);
}

function opensDoor(request: IncomingMessage, url: URL, { access, now }: WebServerOptions): boolean {
  const token = url.searchParams.get('token');
  if (token !== null) return access.isToken(token);
  // A browser may look ahead with HEAD; that must not use the ticket up.
  return request.method === 'GET' && access.useTicket(url.searchParams.get('ticket') ?? '', now());
}

function parseUrl(text: string | undefined): URL | null {
  // A path with two slashes at its start would be read as a host.
  if (text === undefined || !text.startsWith('/')) return null;
  return URL.parse(`http://host${text}`);
}

function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  { access, scheme }: WebServerOptions,
): void {
  const { host } = request.headers;
  // Not every browser lets 'self' stand for the WebSocket of the same origin.
  const socket =
    host !== undefined && access.isHost(host) ? ` ${scheme === 'http' ? 'ws' : 'wss'}://${host}` : '';
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
      `font-src 'self'; connect-src 'self'${socket}; base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'`,
  );
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), usb=(), serial=()');
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Null: come in. */
function upgradeFault(
  request: IncomingMessage,
  { access }: WebServerOptions,
  windows: number,
): number | null {
  const { host, origin, cookie } = request.headers;
  if (host === undefined || !access.isHost(host) || !access.isOrigin(origin, host)) return 403;
  if (!access.hasCookie(cookie)) return 401;
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
