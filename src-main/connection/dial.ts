import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from '../contract/model.ts';
import { classify, type Phase } from '../core/session/failures.ts';
import type { Target } from '../core/session/failure-case.ts';
import type { WireVersion } from '../core/session/version.ts';
import { DialError } from './dial-error.ts';
import type { ConnectionPorts } from './ports.ts';
import { openTcp, type TcpConnection } from './tcp.ts';
import type { TapReads } from './tap-reads.ts';
import type { ShownCertificates } from './tls-peer.ts';
import { prepareTls, secure, type PreparedTls, type TlsFacts } from './tls-socket.ts';
import { upgrade } from './web-socket.ts';

/** A stream to a broker, ready for CONNECT. */
export interface Dialled {
  readonly socket: Duplex;
  readonly reads: TapReads | null;
  /** As connected to, with the port. */
  readonly address: string;
  readonly tls: TlsFacts | null;
}

/** Told synchronously as an attempt goes on; `at` is what is being done, for the state. */
export type PhaseListener = (phase: Exclude<Phase, 'online'>, at: string) => void;

/** Told what a broker showed of itself, also where it is then refused for it. */
export type ShownListener = (shown: ShownCertificates) => void;

/** For connecting and for sentences: the query of a path may hold a token and is left out. */
export function targetOf(options: ConnectionOptions): Target {
  const { host, port, protocol, path } = options;
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port, protocol, path: path.replace(/[?#].*$/s, '') };
}

export const usesTls = (target: Target): boolean => target.protocol === 'mqtts' || target.protocol === 'wss';
export const usesWebSocket = (target: Target): boolean =>
  target.protocol === 'ws' || target.protocol === 'wss';
export const atPort = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/**
 * Looks up, connects, secures and upgrades, as the protocol asks.
 *
 * @param signal ends the attempt, whatever it is doing; the promise then rejects
 * @throws DialError
 */
export async function dial(
  options: ConnectionOptions,
  version: WireVersion,
  ports: ConnectionPorts,
  signal: AbortSignal,
  entered: PhaseListener,
  shown: ShownListener = () => undefined,
): Promise<Dialled> {
  const target = targetOf(options);
  // What cannot work is told before anybody is bothered.
  const prepared = usesTls(target) ? await prepareTls(target, options.tls, ports) : null;
  entered('resolving', target.host);
  const tcp = await resolveAndConnect(
    target,
    ports,
    signal,
    entered,
    !usesTls(target) && !usesWebSocket(target),
  );
  const address = atPort(tcp.address, target.port);
  let socket: Duplex = tcp.socket;
  let tls: TlsFacts | null = null;
  if (prepared) {
    entered('securing', address);
    ({ socket, tls } = await secured(tcp, target, options, prepared, ports, signal, shown));
  }
  if (usesWebSocket(target)) {
    entered('upgrading', address);
    socket = await upgrade(socket as TcpConnection['socket'], target, options.path, version, signal);
  }
  return { socket, reads: tcp.reads, address, tls };
}

async function secured(
  tcp: TcpConnection,
  target: Target,
  options: ConnectionOptions,
  prepared: PreparedTls,
  ports: ConnectionPorts,
  signal: AbortSignal,
  shown: ShownListener,
): Promise<{ socket: Duplex; tls: TlsFacts }> {
  const { socket, facts } = await secure(tcp.socket, target, options.tls, prepared, ports.now, signal, shown);
  return { socket, tls: facts };
}

async function resolveAndConnect(
  target: Target,
  ports: ConnectionPorts,
  signal: AbortSignal,
  entered: PhaseListener,
  fast: boolean,
): Promise<TcpConnection> {
  let phase: Phase = 'resolving';
  try {
    const addresses = await ports.lookup(target.host);
    if (signal.aborted) throw new Error('aborted');
    if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    phase = 'connecting';
    return await openTcp(addresses, target.port, fast, signal, (address) =>
      entered('connecting', atPort(address, target.port)),
    );
  } catch (error) {
    throw new DialError(classify(phase, target, error), { cause: error });
  }
}
