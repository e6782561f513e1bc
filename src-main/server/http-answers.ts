import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from './access.ts';
import {
  NO_ACCESS_PAGE,
  NOT_BUILT_PAGE,
  UNKNOWN_HOST_PAGE,
  withPageSecret,
  WRONG_TOKEN_PAGE,
} from './pages.ts';
import type { StaticFile } from './static-files.ts';

export interface HttpOptions {
  readonly access: Access;
  readonly scheme: 'http' | 'https';
  /** By path; null if the window is not built. */
  readonly files: Promise<ReadonlyMap<string, StaticFile> | null>;
  readonly now: () => number;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const TEXT = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
const HTML = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };

/** Answers one request. Whatever it is, it gets an answer; nothing is thrown. */
export async function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
): Promise<void> {
  setSecurityHeaders(request, response, options);
  const answer = await decide(request, options).catch((): Answer => ({
    status: 500,
    headers: TEXT,
    body: 'The file cannot be read.',
  }));
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

async function decide(request: IncomingMessage, options: HttpOptions): Promise<Answer> {
  const { access } = options;
  if (!access.isHost(request.headers.host)) return { status: 403, headers: HTML, body: UNKNOWN_HOST_PAGE };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    // What may come as a body is not waited for.
    const headers = { ...TEXT, Allow: 'GET, HEAD', Connection: 'close' };
    return { status: 405, headers, body: 'Only GET and HEAD are answered.' };
  }
  const url = parseUrl(request.url);
  if (url === null) return { status: 400, headers: TEXT, body: 'This is not a valid address.' };
  if (url.pathname === '/' && (url.searchParams.has('token') || url.searchParams.has('ticket'))) {
    if (!opensDoor(request, url, options)) return { status: 401, headers: HTML, body: WRONG_TOKEN_PAGE };
    // To an address without the token, so that it stays neither on the screen nor in the history.
    const headers = { ...TEXT, Location: '/', 'Set-Cookie': access.setCookie() };
    return { status: 303, headers, body: '' };
  }
  if (!access.hasCookie(request.headers.cookie)) return { status: 401, headers: HTML, body: NO_ACCESS_PAGE };
  return answerFile(url.pathname, options);
}

async function answerFile(path: string, options: HttpOptions): Promise<Answer> {
  const files = await options.files;
  if (files === null) return { status: 503, headers: HTML, body: NOT_BUILT_PAGE };
  const isPage = path === '/' || path === '/index.html';
  const file = files.get(isPage ? '/index.html' : path);
  if (file === undefined) return { status: 404, headers: TEXT, body: 'There is no such file.' };
  const body = await file.read();
  if (isPage) {
    return {
      status: 200,
      headers: HTML,
      body: withPageSecret(body.toString('utf8'), options.access.newPageSecret()),
    };
  }
  const cache = file.immutable ? 'private, max-age=31536000, immutable' : 'no-cache';
  return { status: 200, headers: { 'Content-Type': file.type, 'Cache-Control': cache }, body };
}

function opensDoor(request: IncomingMessage, url: URL, { access, now }: HttpOptions): boolean {
  const token = url.searchParams.get('token');
  if (token !== null) return access.isToken(token);
  // A browser may look ahead with HEAD; that must not use the ticket up.
  return request.method === 'GET' && access.useTicket(url.searchParams.get('ticket') ?? '', now());
}

function parseUrl(text: string | undefined): URL | null {
  // Only a path: not the `*` of OPTIONS, nor the whole address that a proxy would get.
  if (text === undefined || !text.startsWith('/')) return null;
  return URL.parse(`http://host${text}`);
}

function setSecurityHeaders(
  { headers: { host } }: IncomingMessage,
  response: ServerResponse,
  { access, scheme }: HttpOptions,
): void {
  // Not every browser lets 'self' stand for the WebSocket of the same origin.
  const socket =
    host !== undefined && access.isHost(host) ? ` ${scheme === 'http' ? 'ws' : 'wss'}://${host}` : '';
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
      `font-src 'self'; connect-src 'self'${socket}; base-uri 'none'; form-action 'none'; ` +
      "frame-src 'none'; frame-ancestors 'none'",
  );
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), usb=(), serial=()');
}
