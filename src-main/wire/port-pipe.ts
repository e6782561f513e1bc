import { ProtocolError } from '../contract/base/errors.ts';
import { closingMessage, closingReason } from './closing.ts';
import { compact } from './compact.ts';
import type { Pipe, WireMessage } from './pipe.ts';

/** Events of a port. */
export interface PortEvents {
  /** A message came: what was posted at the other end. */
  arrived(message: unknown): void;
  unreadable(): void;
  /** The other end is closed. */
  closed(): void;
  /** The other side ended with an uncaught error. */
  failed(): void;
}

/** A port of any kind, as a pipe uses it. */
export interface Port {
  /** Throws if the message holds what cannot be cloned. */
  post(message: unknown): void;
  /** Messages are taken from now on; they wait in the port until then. */
  start(): void;
  /** Listens to nothing any more, and closes the port where it is the pipe's own. */
  release(): void;
}

/** A pipe over a port; each kind of port says how it is listened to. */
export function pipeOverPort(open: (events: PortEvents) => Port): Pipe {
  return new PortPipe(open);
}

class PortPipe implements Pipe {
  readonly #port: Port;
  #onMessage: ((message: unknown) => void) | null = null;
  #onClose: ((reason: string) => void) | null = null;
  #closedBecause: string | null = null;

  constructor(open: (events: PortEvents) => Port) {
    this.#port = open({
      arrived: (message) => this.#arrived(message),
      unreadable: () => this.close('a message could not be read'),
      closed: () => this.#end('the other side ended'),
      failed: () => this.#end('the other side failed'),
    });
  }

  send(message: WireMessage): void {
    if (this.#closedBecause !== null) return;
    try {
      this.#port.post(compact(message));
    } catch (cause) {
      throw new ProtocolError('bad-frame', 'The message holds what cannot be copied.', { cause });
    }
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
    if (this.#closedBecause === null) this.#port.start();
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
    if (this.#closedBecause !== null) this.#reportClosed(this.#closedBecause);
  }

  close(reason: string): void {
    if (this.#closedBecause !== null) return;
    this.#port.post(closingMessage(reason));
    this.#end(reason);
  }

  #arrived(message: unknown): void {
    const reason = closingReason(message);
    if (reason === null) this.#onMessage?.(message);
    else this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#closedBecause !== null) return;
    this.#closedBecause = reason;
    this.#port.release();
    this.#reportClosed(reason);
  }

  #reportClosed(reason: string): void {
    const listener = this.#onClose;
    this.#onClose = null;
    this.#onMessage = null;
    listener?.(reason);
  }
}
