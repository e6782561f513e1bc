import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { ENTRY_PATH, TICKET_PATH, type EntryAnswer, type TicketAnswer } from '../../wire/web-socket.ts';
import type { Access } from './access.ts';
import type { Guesses } from './guesses.ts';

/** Bytes of a request: a token of 512 characters with room. */
const MAX_BODY = 1_024;
/** How long it may take to come, in ms. */
const BODY_WITHIN = 2_000;

const Entry = z.union([z.strictObject({ ticket: z.string() }), z.strictObject({ token: z.string() })]);
const TicketRequest = z.strictObject({ page: z.string() });

export interface EntryOptions {
  readonly access: Access;
  readonly guesses: Guesses;
  readonly now: () => number;
}

/** The status, and what is answered beside it. A refusal does not say why: it would help who is guessing. */
export interface EntryResult {
  readonly status: 200 | 400 | 401 | 403 | 413 | 429;
  readonly body: EntryAnswer | TicketAnswer | null;
  /** Seconds until it is worth trying again. */
  readonly retryAfter?: number;
}

export function isEntryPath(path: string): boolean {
  return path === ENTRY_PATH || path === TICKET_PATH;
}

/** Answers a POST to one of the two paths, from a page of our own origin only. */
export async function answerEntry(
  request: IncomingMessage,
  path: string,
  options: EntryOptions,
): Promise<EntryResult> {
  const { host = '', origin } = request.headers;
  if (!options.access.isOrigin(origin, host)) return { status: 403, body: null };
  // Nothing that a form of another page could send.
  if (request.headers['content-type'] !== 'application/json') return { status: 400, body: null };
  const body = await readBody(request);
  if (body === 'too-large') return { status: 413, body: null };
  const json = body === null ? null : parseJson(body.toString('utf8'));
  if (path === TICKET_PATH) {
    const asked = TicketRequest.safeParse(json);
    return asked.success ? newTicket(asked.data.page, options) : { status: 400, body: null };
  }
  const entry = Entry.safeParse(json);
  if (!entry.success) return { status: 400, body: null };
  return 'ticket' in entry.data
    ? byTicket(entry.data.ticket, options)
    : byToken(entry.data.token, request.socket.remoteAddress ?? '', options);
}

function byTicket(ticket: string, { access, now }: EntryOptions): EntryResult {
  return access.useTicket(ticket, now()) ? letIn(access) : { status: 401, body: null };
}

function byToken(token: string, address: string, { access, guesses, now }: EntryOptions): EntryResult {
  const wait = guesses.waitOf(address, now());
  if (wait > 0) return { status: 429, body: null, retryAfter: Math.ceil(wait / 1_000) };
  if (access.isToken(token)) return letIn(access);
  guesses.addWrong(address, now());
  return { status: 401, body: null };
}

function letIn(access: Access): EntryResult {
  return { status: 200, body: { page: access.newPageSecret() } };
}

function newTicket(page: string, { access, now }: EntryOptions): EntryResult {
  if (!access.isPageSecret(page)) return { status: 401, body: null };
  return { status: 200, body: { ticket: access.newTicket(now()) } };
}

/** Null: it did not come to its end. */
function readBody(request: IncomingMessage): Promise<Buffer | 'too-large' | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => end(null), BODY_WITHIN);
    const end = (body: Buffer | 'too-large' | null): void => {
      clearTimeout(timer);
      request.removeAllListeners('data');
      resolve(body);
    };
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY) end('too-large');
      else chunks.push(chunk);
    });
    request.on('end', () => end(Buffer.concat(chunks)));
    request.on('error', () => end(null));
    request.on('close', () => end(null));
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
