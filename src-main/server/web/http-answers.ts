import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from './access.ts';
import { answerEntry, isEntryPath } from './entry.ts';
import { Guesses } from './guesses.ts';
import {
  filesNamedIn,
  forBrowser,
  NOT_BUILT_PAGE,
  REBUILT_PAGE,
  TAKE_TICKET_SOURCE,
  UNKNOWN_HOST_PAGE,
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
const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };

/** Answers requests. Whatever one is, it gets an answer; nothing is thrown. */
export function httpAnswers(
  options: HttpOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const guesses = new Guesses();
  return async (request, response) => {
    setSecurityHeaders(request, response, options);
    const answer = await decide(request, options, guesses).catch((): Answer => ({
      status: 500,
      headers: TEXT,
      body: 'The file cannot be read.',
    }));
    const length = { 'Content-Length': Buffer.byteLength(answer.body) };
    response.writeHead(answer.status, { ...answer.headers, ...length });
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  };
}

async function decide(request: IncomingMessage, options: HttpOptions, guesses: Guesses): Promise<Answer> {
  if (!hasOneHost(request)) return { status: 400, headers: TEXT, body: 'There has to be one Host header.' };
  if (!options.access.isHost(request.headers.host))
    return { status: 403, headers: HTML, body: UNKNOWN_HOST_PAGE };
  const url = parseUrl(request.url);
  if (url === null) return { status: 400, headers: TEXT, body: 'This is not a valid address.' };
  const isEntry = isEntryPath(url.pathname);
  if (isEntry && request.method === 'POST')
    return answerEntryRequest(request, url.pathname, options, guesses);
  if (isEntry || (request.method !== 'GET' && request.method !== 'HEAD')) {
    // What may come as a body is not waited for.
    const headers = { ...TEXT, Allow: isEntry ? 'POST' : 'GET, HEAD', Connection: 'close' };
    return { status: 405, headers, body: `Only ${isEntry ? 'POST is' : 'GET and HEAD are'} answered.` };
  }
  return answerFile(url.pathname, options);
}

async function answerEntryRequest(
  request: IncomingMessage,
  path: string,
  { access, now }: HttpOptions,
  guesses: Guesses,
): Promise<Answer> {
  const { status, body, retryAfter } = await answerEntry(request, path, { access, now, guesses });
  const headers = {
    ...JSON_TYPE,
    // Who is refused has to come again; what else it may send is not waited for.
    ...(status === 200 ? {} : { Connection: 'close' }),
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
  };
  return { status, headers, body: JSON.stringify(body) };
}

/** Node takes the first of several and drops the others; a proxy in front may have looked at another one. */
export function hasOneHost({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length === 1;
}

async function answerFile(path: string, options: HttpOptions): Promise<Answer> {
  const files = await options.files;
  if (files === null) return { status: 503, headers: HTML, body: NOT_BUILT_PAGE };
  const isPage = path === '/' || path === '/index.html';
  const file = files.get(isPage ? '/index.html' : path);
  if (file === undefined) return { status: 404, headers: TEXT, body: 'There is no such file.' };
  if (isPage) return answerPage(file, files);
  const body = await file.read();
  const cache = file.immutable ? 'max-age=31536000, immutable' : 'no-cache';
  return { status: 200, headers: { 'Content-Type': file.type, 'Cache-Control': cache }, body };
}

/** A page whose files are not those that were listed at the start would stay blank. */
async function answerPage(file: StaticFile, files: ReadonlyMap<string, StaticFile>): Promise<Answer> {
  const html = await file.read().then(
    (body) => body.toString('utf8'),
    () => null,
  );
  return html !== null && filesNamedIn(html).every((path) => files.has(path))
    ? { status: 200, headers: HTML, body: forBrowser(html) }
    : { status: 503, headers: HTML, body: REBUILT_PAGE };
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
    `default-src 'none'; script-src 'self' ${TAKE_TICKET_SOURCE}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; ` +
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
