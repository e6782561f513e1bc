import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { CustomScheme, Protocol } from 'electron';
import { PAGE_HOST, SCHEME } from './channels.ts';

/** Standard and secure give it an origin like https; the code cache makes later starts faster. */
export const SCHEME_PRIVILEGES: CustomScheme = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Serves the window's files, and nothing else, below `app://topicscope/`. After `ready`. */
export function servePage(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(SCHEME, (request) => respond(request, folder));
}

/** Exported for its test. */
export async function respond(request: Request, folder: string): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405);
  const path = filePath(request.url, folder);
  const type = path === null ? undefined : TYPES[extname(path)];
  if (path === null || type === undefined) return refusal(404);
  try {
    const body = await readFile(path);
    return new Response(new Uint8Array(body), { headers: { ...HEADERS, 'Content-Type': type } });
  } catch {
    return refusal(404);
  }
}

function refusal(status: number): Response {
  return new Response('', { status, headers: { ...HEADERS, 'Content-Type': 'text/plain' } });
}

/** Null: not one of ours. The address may hold anything; the file may not be outside of the folder. */
function filePath(address: string, folder: string): string | null {
  const url = URL.parse(address);
  if (url === null || url.protocol !== `${SCHEME}:` || url.host !== PAGE_HOST) return null;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  // What was percent-encoded got past the parser's own resolution of dots.
  if (/[\0\\]/.test(path)) return null;
  const full = join(folder, path === '/' ? 'index.html' : path);
  return full.startsWith(folder + sep) ? full : null;
}
