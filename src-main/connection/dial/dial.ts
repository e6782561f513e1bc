import type { Duplex } from 'node:stream';
import { domainToASCII } from 'node:url';
import type { ConnectionOptions } from '../../contract/model/model.ts';
import { checkEndpoint } from '../../core/profiles/endpoint.ts';
import { asciiHost } from '../../core/profiles/host.ts';
import type { Target } from '../../core/session/failures/failure-case.ts';
import type { WireVersion } from '../../core/session/machine/version.ts';
import { DialError } from '../base/dial-error.ts';
import type { ConnectionPorts } from '../base/ports.ts';
import type { TcpConnection } from './tcp.ts';
import type { TapReads } from '../tap/reads.ts';
import type { ShownCertificates } from '../tls/peer.ts';
import { prepareTls, secure, type PreparedTls, type TlsFacts } from '../tls/socket.ts';
import { openTransport, type Finding, type PhaseListener } from './transport.ts';
import { upgrade } from './web-socket.ts';

/** A stream to a broker, ready for CONNECT. */
export interface Dialled {
  readonly socket: Duplex;
  /** The same, or the TCP or TLS socket below a WebSocket: what knows addresses and certificates. */
  readonly carrier: Duplex;
  readonly reads: TapReads | null;
  /** As connected to, with the port. */
  readonly address: string;
  readonly tls: TlsFacts | null;
}

/** Gets the certificates that a broker showed, also where it is then refused for them. */
export type ShownListener = (shown: ShownCertificates) => void;

/** For connecting and for sentences: the query of a path may hold a token and is left out. */
export function targetOf(options: ConnectionOptions): Target {
  const { host, port, protocol, path, version, keepAlive } = options;
  const name = protocol === 'unix' ? host : asciiHost(host.trim().replace(/^\[(.*)\]$/, '$1'), domainToASCII);
  return { host: name, port, protocol, path: path.replace(/[?#].*$/s, ''), version, keepAlive };
}

export const usesTls = (target: Target): boolean => target.protocol === 'mqtts' || target.protocol === 'wss';
export const usesWebSocket = (target: Target): boolean =>
  target.protocol === 'ws' || target.protocol === 'wss';

/** Whoever asks to connect was to check it before; here it is the last time before anybody is asked. */
function withEndpoint(options: ConnectionOptions): ConnectionOptions {
  const checked = checkEndpoint(options, domainToASCII);
  if ('kind' in checked) throw new DialError({ failure: checked, retry: 'never' });
  return checked;
}

/**
 * Looks up, connects, secures and upgrades, as the protocol asks.
 *
 * @param signal ends the attempt, whatever it is doing; the promise then rejects
 * @throws DialError
 */
export async function dial(
  given: ConnectionOptions,
  version: WireVersion,
  ports: ConnectionPorts,
  signal: AbortSignal,
  entered: PhaseListener,
  shown: ShownListener = () => undefined,
  found: Finding = () => undefined,
): Promise<Dialled> {
  const options = withEndpoint(given);
  const target = targetOf(options);
  // Fails on unusable TLS options before anything is sent.
  const prepared = usesTls(target) ? await prepareTls(target, options.tls, ports) : null;
  const fast = !usesTls(target) && !usesWebSocket(target);
  const tcp = await openTransport({ options, target, ports, signal, fast, entered, found });
  const { address } = tcp;
  let socket: Duplex = tcp.socket;
  let tls: TlsFacts | null = null;
  if (prepared) {
    entered('securing', address);
    ({ socket, tls } = await secured(tcp, target, options, prepared, ports, signal, shown));
    reportTls(tls, found);
  }
  const carrier = socket;
  if (usesWebSocket(target)) {
    entered('upgrading', address);
    const upgraded = await upgrade(socket as TcpConnection['socket'], target, options, version, signal);
    socket = upgraded.stream;
    const { subprotocol } = upgraded;
    found('upgrading', `Upgraded, sub-protocol ${subprotocol === '' ? 'none' : subprotocol}.`, 'result');
  }
  return { socket, carrier, reads: tcp.reads, address, tls };
}

function reportTls({ version, cipher, verified, mutual, alpn }: TlsFacts, found: Finding): void {
  found('securing', `${version}, certificate ${verified ? 'verified' : 'NOT verified in full'}.`, 'result');
  found('securing', `Cipher ${cipher}`);
  if (alpn !== null) found('securing', `ALPN ${alpn}`);
  if (mutual) found('securing', 'A client certificate was sent.');
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
  const { socket, facts } = await secure(
    tcp.socket,
    target,
    options.tls,
    prepared,
    () => ports.clock.wall(),
    signal,
    shown,
  );
  return { socket, tls: facts };
}
