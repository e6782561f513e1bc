import { connect } from 'node:net';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { failed } from '../../contract/base/errors.ts';
import { atPort } from '../../core/profiles/host.ts';
import type { Target } from '../../core/session/failures/failure-case.ts';
import type { Ending } from '../../core/session/failures/reasons.ts';
import { classify, errorFacts, type Phase } from '../../core/session/failures/failures.ts';
import { socketFailed } from '../../core/session/failures/socket-failures.ts';
import { DialError } from '../base/dial-error.ts';
import type { ConnectionPorts, HostAddress } from '../base/ports.ts';
import { openThrough, proxyName, proxyUnreachable } from './proxy.ts';
import { openTcp, type TcpConnection } from './tcp.ts';
import { TapReads } from '../tap/reads.ts';

/** Called synchronously as an attempt goes on; `at` names what is being done, for the state. */
export type PhaseListener = (phase: Exclude<Phase, 'online'>, at: string) => void;

/** What was found out on the way, for a test, without secrets; `result`: what came out of the phase, a sentence. */
export type Finding = (phase: Exclude<Phase, 'online'>, line: string, kind?: 'result') => void;

export interface TransportOptions {
  readonly options: ConnectionOptions;
  readonly target: Target;
  readonly ports: ConnectionPorts;
  readonly signal: AbortSignal;
  /** Make a door for the tap; not for sockets that TLS or WebSocket will read. */
  readonly fast: boolean;
  readonly entered: PhaseListener;
  readonly found: Finding;
}

/**
 * A socket on which the broker, or what stands before it, listens: by TCP, through a proxy, or of this machine.
 *
 * @throws DialError
 */
export function openTransport(way: TransportOptions): Promise<TcpConnection> {
  const { options } = way;
  if (options.protocol === 'unix') return openUnix(way);
  return options.proxy === null ? openDirect(way) : openByProxy(way, options.proxy);
}

async function openDirect(way: TransportOptions): Promise<TcpConnection> {
  const { target } = way;
  const tcp = await reach(way, target, way.fast, (phase, error) => classify(phase, target, error));
  return { ...tcp, address: atPort(tcp.address, target.port) };
}

async function openByProxy(
  way: TransportOptions,
  proxy: NonNullable<ConnectionOptions['proxy']>,
): Promise<TcpConnection> {
  const { target, entered, signal } = way;
  const tcp = await reach(way, proxy, false, (phase, error) => proxyUnreachable(phase, proxy, error));
  const address = `${atPort(target.host, target.port)} through ${proxyName(proxy)}`;
  entered('proxying', address);
  await openThrough(tcp.socket, proxy, target, signal);
  return { ...tcp, address };
}

/** Looks up, and tries all addresses. */
async function reach(
  { ports, signal, entered, found }: TransportOptions,
  to: { readonly host: string; readonly port: number },
  fast: boolean,
  ending: (phase: 'resolving' | 'connecting', error: unknown) => ReturnType<typeof classify>,
): Promise<TcpConnection> {
  let phase: 'resolving' | 'connecting' = 'resolving';
  entered('resolving', to.host);
  checkZone(to.host, ports.interfaces());
  try {
    const addresses = await ports.lookup(to.host);
    if (signal.aborted) throw new Error('aborted');
    if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    for (const address of addresses.slice(0, MOST_LISTED)) found('resolving', addressLine(address));
    phase = 'connecting';
    return await openTcp(addresses, to.port, fast, signal, ports.clock, {
      trying: (address) => entered('connecting', atPort(address, to.port)),
      failed: (address, error) =>
        found('connecting', `${atPort(address, to.port)}: ${errorFacts(error).code || 'failed'}`),
    });
  } catch (error) {
    throw new DialError(withZoneAdvice(ending(phase, error), to.host), { cause: error });
  }
}

/** An address that is good on one network only says nothing without that network. */
function withZoneAdvice(ending: Ending, host: string): Ending {
  if (!/^fe[89ab][\da-f]:[^%]*$/i.test(host)) return ending;
  const advice = `A link-local address needs its zone, the network interface that leads there: ${host}%eth0.`;
  return { ...ending, failure: { ...ending.failure, advice } };
}

/** The system looks away where it does not know a zone, and then asks the wrong network; numbers it knows itself. */
function checkZone(host: string, interfaces: readonly string[]): void {
  const zone = host.includes(':') ? host.split('%')[1] : undefined;
  if (zone === undefined || /^\d+$/.test(zone) || interfaces.includes(zone)) return;
  const failure = failed(
    'host-zone',
    `This computer has no network interface “${zone}”, which the address names as its zone.`,
    `Check what follows the % in the host. Interfaces here: ${interfaces.slice(0, 8).join(', ')}.`,
  );
  // A network may be plugged in any time.
  throw new DialError({ failure, retry: 'later' });
}

/** Addresses of a name that a report lists. */
const MOST_LISTED = 16;
const addressLine = ({ address, family }: HostAddress): string => `${address} (IPv${family})`;

/** Bytes of the path of a socket [sun_path of sockaddr_un, less the zero at its end]. */
const MOST_PATH_BYTES: Readonly<Partial<Record<NodeJS.Platform, number>>> = { linux: 107, darwin: 103 };

/** The library would cut it off and connect to what is there, or say that nothing is. */
const isTooLong = (path: string): boolean =>
  Buffer.byteLength(path) > (MOST_PATH_BYTES[process.platform] ?? Number.POSITIVE_INFINITY);

/** A socket in the file system, or a named pipe of Windows. */
async function openUnix({ target, ports, signal, fast, entered }: TransportOptions): Promise<TcpConnection> {
  entered('connecting', target.host);
  try {
    const place = await ports.socketPlace(target.host);
    return await new Promise<TcpConnection>((resolve, reject) => {
      if (signal.aborted) return reject(new Error('aborted'));
      if (isTooLong(place.path)) return reject(Object.assign(new Error('too long'), { code: 'EINVAL' }));
      const reads = fast ? new TapReads(ports.clock) : null;
      const socket = connect({ path: place.path, ...(reads ? { onread: reads.onread } : {}) });
      const abort = (): void => void socket.destroy(new Error('aborted'));
      signal.addEventListener('abort', abort, { once: true });
      socket.once('error', reject);
      socket.once('close', () => signal.removeEventListener('abort', abort));
      socket.once('connect', () => {
        signal.removeEventListener('abort', abort);
        socket.off('error', reject);
        resolve({ socket, reads, address: target.host });
      });
    }).finally(() => place.release());
  } catch (error) {
    throw new DialError(socketFailed(target, error), { cause: error });
  }
}
