import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import type { Proxy } from '../../contract/model/connect-fields.ts';
import { failed } from '../../contract/base/errors.ts';
import { atPort } from '../../core/profiles/host.ts';
import { retryOf } from '../../core/session/failures/answers.ts';
import type { Target } from '../../core/session/failures/failure-case.ts';
import { classify, errorFacts } from '../../core/session/failures/failures.ts';
import type { Ending, Retry } from '../../core/session/failures/reasons.ts';
import { DialError } from '../base/dial-error.ts';

/** Of the head of a proxy's answer; usual ones have 200. */
const MOST_ANSWER_BYTES = 16_384;
/** Username and password have a length of one byte [RFC 1929, 2]. */
const MOST_LOGIN_BYTES = 255;
/** The attempt has a clock of its own; the library's must never be first. */
const NEVER_MS = 2 ** 31 - 1;

const NAMES: Readonly<Record<Proxy['kind'], string>> = { socks5: 'SOCKS5', http: 'HTTP' };

/** For sentences and for the state. */
export const proxyName = ({ kind, host, port }: Proxy): string =>
  `${NAMES[kind]} proxy ${atPort(host, port)}`;

function refused(code: string, message: string, advice: string, retry: Retry): Ending {
  return { failure: failed(`proxy-${code}`, message, advice), retry };
}

/** The proxy itself was not reached. */
export function proxyUnreachable(phase: 'resolving' | 'connecting', proxy: Proxy, error: unknown): Ending {
  const target: Target = { host: proxy.host, port: proxy.port, protocol: 'mqtt', path: '' };
  const { failure, retry } = classify(phase, target, error);
  return refused(
    failure.code,
    `The ${proxyName(proxy)} cannot be reached. ${failure.message}`,
    'Check host and port of the proxy in the profile, and the network.',
    retry,
  );
}

/**
 * Has the proxy open a way to the broker over this socket, which is connected to it. The proxy looks the
 * name of the broker up.
 *
 * @throws DialError; without a cause, because the library keeps the password in its errors
 */
export async function openThrough(
  socket: Socket,
  proxy: Proxy,
  target: Target,
  signal: AbortSignal,
): Promise<void> {
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  socket.on('error', () => undefined);
  try {
    const ending =
      proxy.kind === 'http' ? await connectHttp(socket, proxy, target) : await socks(socket, proxy, target);
    if (ending === null) return;
    socket.destroy();
    throw new DialError(ending);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function socks(socket: Socket, proxy: Proxy, target: Target): Promise<Ending | null> {
  const { host, port, username, password } = proxy;
  const login = username === null ? {} : { userId: username, password: password ?? '' };
  // The library would throw where nobody catches it.
  if (Object.values(login).some((text) => Buffer.byteLength(text) > MOST_LOGIN_BYTES))
    return refused(
      'credentials',
      `Username or password of the ${proxyName(proxy)} is longer than ${MOST_LOGIN_BYTES} bytes, the most that SOCKS5 allows.`,
      CREDENTIALS,
      'never',
    );
  try {
    await SocksClient.createConnection({
      // Only the socket is used.
      proxy: { host, port, type: 5, ...login },
      command: 'connect',
      destination: { host: target.host, port: target.port },
      existing_socket: socket,
      timeout: NEVER_MS,
    });
    return null;
  } catch (error) {
    return socksEnding(proxy, target, errorFacts(error).message);
  }
}

type Said = readonly [pattern: RegExp, code: string, says: string, advice: string, retry: Retry];

const CREDENTIALS = 'Check username and password of the proxy in the profile.';
const REACH = 'Check host and port of the broker, and that the proxy has a way to it.';

/** What the library says, by what the proxy answered [RFC 1928, 6; RFC 1929, 2]. */
const SOCKS_ANSWERS: readonly Said[] = [
  [/authentication failed/i, 'credentials', 'refused the username or the password', CREDENTIALS, 'never'],
  [
    /no accepted authentication type|unknown authentication/i,
    'credentials',
    'wants another login than it was offered',
    CREDENTIALS,
    'never',
  ],
  [
    /NotAllowed/,
    'forbidden',
    'does not allow a connection to {target}',
    'Ask whoever runs the proxy to allow it.',
    'never',
  ],
  [
    /ConnectionRefused/,
    'broker-refused',
    'found nothing that accepts connections at {target}',
    REACH,
    'later',
  ],
  [
    /(Network|Host)Unreachable/,
    'broker-unreachable',
    'cannot reach {target}, or does not find its name',
    REACH,
    'later',
  ],
  [/TTLExpired/, 'broker-unreachable', 'got no answer from {target}', REACH, 'later'],
  [/rejected connection/i, 'broker-unreachable', 'could not connect to {target}', REACH, 'later'],
  [
    /socket closed|ECONNRESET|EPIPE/i,
    'closed',
    'closed the connection instead of answering',
    'Check that it is a SOCKS5 proxy, and its log.',
    'later',
  ],
  [
    /invalid socks/i,
    'not-socks',
    'does not speak SOCKS5',
    'Check host, port and kind of the proxy in the profile.',
    'never',
  ],
];

function socksEnding(proxy: Proxy, target: Target, message: string): Ending {
  const where = atPort(target.host, target.port);
  for (const [pattern, code, says, advice, retry] of SOCKS_ANSWERS) {
    if (!pattern.test(message)) continue;
    return refused(code, `The ${proxyName(proxy)} ${says.replace('{target}', where)}.`, advice, retry);
  }
  return refused(
    'failed',
    `The ${proxyName(proxy)} gave an answer that makes no sense.`,
    'Check its log.',
    'later',
  );
}

/** CONNECT [RFC 9110, 9.3.6]. */
async function connectHttp(socket: Socket, proxy: Proxy, target: Target): Promise<Ending | null> {
  const where = atPort(target.host, target.port);
  const login = `${proxy.username ?? ''}:${proxy.password ?? ''}`;
  const credentials =
    proxy.username === null ? '' : `Proxy-Authorization: Basic ${Buffer.from(login).toString('base64')}\r\n`;
  socket.write(`CONNECT ${where} HTTP/1.1\r\nHost: ${where}\r\n${credentials}\r\n`);
  const head = await readHead(socket);
  const name = proxyName(proxy);
  if (head === null) {
    return refused(
      'closed',
      `The ${name} closed the connection instead of answering.`,
      'Check that it is an HTTP proxy, and its log.',
      'later',
    );
  }
  // Some leave out the reason, and the blank before it.
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?:\s|$)/.exec(head)?.[1] ?? 0);
  if (status >= 200 && status < 300) return null;
  return httpEnding(name, status, where);
}

function httpEnding(name: string, status: number, where: string): Ending {
  if (status === 0) {
    return refused(
      'not-http',
      `The ${name} does not answer in HTTP.`,
      'Check host, port and kind of the proxy in the profile.',
      'never',
    );
  }
  if (status === 407) {
    return refused(
      'credentials',
      `The ${name} wants a username and a password, or others (407).`,
      CREDENTIALS,
      'never',
    );
  }
  if (status === 403 || status === 405) {
    const advice = 'Many HTTP proxies allow port 443 only; ask whoever runs it to allow this one.';
    return refused(
      'forbidden',
      `The ${name} does not allow a connection to ${where} (${status}).`,
      advice,
      'never',
    );
  }
  if (status === 502 || status === 503 || status === 504) {
    return refused(
      'broker-unreachable',
      `The ${name} could not connect to ${where} (${status}).`,
      REACH,
      'later',
    );
  }
  const advice = 'Check host, port and kind of the proxy in the profile.';
  return refused(
    `http-${status}`,
    `The ${name} refused to connect to ${where}: it answered with status ${status}.`,
    advice,
    retryOf(status),
  );
}

/** Up to the empty line; what follows it stays in the socket. Null: it closed, or there is no end. */
function readHead(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    let got = Buffer.alloc(0);
    const settle = (head: string | null): void => {
      socket.off('data', onData).off('close', onClose).off('end', onClose);
      // Nothing is to be read before the next reader is there, which is at once.
      socket.pause();
      setImmediate(() => socket.resume());
      resolve(head);
    };
    const onClose = (): void => settle(null);
    const onData = (chunk: Buffer): void => {
      got = Buffer.concat([got, chunk]);
      const text = got.toString('latin1');
      const end = HEAD_END.exec(text);
      if (end) {
        const rest = got.subarray(end.index + end[0].length);
        settle(text.slice(0, end.index));
        if (rest.length > 0) socket.unshift(rest);
      } else if (got.length > MOST_ANSWER_BYTES || !looksLikeHttp(got)) settle('');
    };
    socket.on('data', onData).once('close', onClose).once('end', onClose);
  });
}

/** A recipient may take a line feed alone for the end of a line [RFC 9112, 2.2], and old proxies write no more. */
const HEAD_END = /\r?\n\r?\n/;

/** A proxy of another kind would otherwise be waited for until the time is up. */
function looksLikeHttp(got: Buffer): boolean {
  return 'HTTP/1.'.startsWith(got.toString('latin1', 0, Math.min(7, got.length)));
}
