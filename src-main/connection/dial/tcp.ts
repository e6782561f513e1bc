import { connect, type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import type { HostAddress } from '../base/ports.ts';
import { TapReads } from '../tap/reads.ts';

/**
 * The next address is tried when the last one gave no answer for this long [RFC 8305 suggests
 * 250 ms]; the first that connects wins.
 */
const NEXT_ADDRESS_MS = 250;
/** A name with more addresses than this is tried at the first ones only. */
const MOST_ADDRESSES = 16;

export interface TcpConnection {
  readonly socket: Socket;
  /** The fast door for the tap, where the socket is used as it is. */
  readonly reads: TapReads | null;
  readonly address: string;
}

export interface TcpListener {
  trying(address: string): void;
  failed(address: string, error: Error): void;
}

/** Families take turns, beginning with the one the system prefers. */
export function interleave(addresses: readonly HostAddress[]): HostAddress[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  const order: HostAddress[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const [a, b] = [first[i], second[i]];
    if (a) order.push(a);
    if (b) order.push(b);
  }
  return order.slice(0, MOST_ADDRESSES);
}

/**
 * Opens a TCP connection to the first address that answers.
 *
 * @param fast make a door for the tap; not for sockets that TLS or WebSocket will read
 * @throws the error of the only address, or an AggregateError with one for each
 */
export function openTcp(
  addresses: readonly HostAddress[],
  port: number,
  fast: boolean,
  signal: AbortSignal,
  clock: Clock,
  listener: TcpListener,
): Promise<TcpConnection> {
  return new Promise((resolve, reject) => {
    const order = interleave(addresses);
    const open = new Set<Socket>();
    const errors: Error[] = [];
    let next = 0;
    let cancelNext = (): void => undefined;
    const settle = (): void => {
      cancelNext();
      signal.removeEventListener('abort', abort);
    };
    const dropAll = (): void => {
      for (const socket of open) socket.destroy();
      open.clear();
    };
    const abort = (): void => {
      settle();
      dropAll();
      reject(new Error('aborted'));
    };
    const failedAt = (socket: Socket, error: Error): void => {
      if (!open.delete(socket)) return;
      errors.push(error);
      if (next < order.length) return start();
      if (open.size > 0) return;
      settle();
      reject(errors.length === 1 ? error : new AggregateError(errors, 'every address failed'));
    };
    const start = (): void => {
      cancelNext();
      const candidate = order[next++];
      if (!candidate) return;
      listener.trying(candidate.address);
      const reads = fast ? new TapReads(clock) : null;
      const socket = connect({
        host: candidate.address,
        port,
        noDelay: true,
        ...(reads ? { onread: reads.onread } : {}),
      });
      open.add(socket);
      const onError = (error: Error): void => {
        listener.failed(candidate.address, error);
        failedAt(socket, error);
      };
      socket.once('error', onError);
      socket.once('connect', () => {
        if (!open.delete(socket)) return;
        settle();
        dropAll();
        socket.removeListener('error', onError);
        resolve({ socket, reads, address: candidate.address });
      });
      if (next < order.length) cancelNext = clock.after(NEXT_ADDRESS_MS, start);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    start();
  });
}
