import { Worker, type MessagePort } from 'node:worker_threads';
import { ProtocolError } from '../contract/base/errors.ts';
import { closingMessage, closingReason } from '../wire/closing.ts';
import { compact } from '../wire/compact.ts';
import type { Pipe, WireMessage } from '../wire/pipe.ts';

/**
 * A pipe over one end of a worker: `parentPort` inside it, the `Worker` outside, or a MessagePort.
 * Closing it closes the port, so that a worker with nothing else to do ends by itself; a `Worker` is
 * left to whoever started it.
 */
export function portPipe(port: MessagePort | Worker): Pipe {
  return new PortPipe(port);
}

class PortPipe implements Pipe {
  readonly #port: MessagePort | Worker;
  #onMessage: ((message: unknown) => void) | null = null;
  #onClose: ((reason: string) => void) | null = null;
  #closedBecause: string | null = null;
  readonly #arrived = (message: unknown): void => {
    const reason = closingReason(message);
    if (reason === null) this.#onMessage?.(message);
    else this.#end(reason);
  };
  readonly #unreadable = (): void => this.close('a message could not be read');
  readonly #gone = (): void => this.#end('the other side ended');
  /** A Worker's uncaught error; its `exit` follows, but only after this. */
  readonly #failed = (): void => this.#end('the other side failed');

  constructor(port: MessagePort | Worker) {
    this.#port = port;
    port.on('messageerror', this.#unreadable);
    if (port instanceof Worker) port.on('exit', this.#gone).on('error', this.#failed);
    else port.on('close', this.#gone);
  }

  send(message: WireMessage): void {
    if (this.#closedBecause !== null) return;
    try {
      this.#port.postMessage(compact(message));
    } catch (cause) {
      throw new ProtocolError('bad-frame', 'The message holds what cannot be copied.', { cause });
    }
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
    if (this.#closedBecause === null) this.#port.on('message', this.#arrived);
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
    if (this.#closedBecause !== null) this.#tellClosed(this.#closedBecause);
  }

  close(reason: string): void {
    if (this.#closedBecause !== null) return;
    this.#port.postMessage(closingMessage(reason));
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#closedBecause !== null) return;
    this.#closedBecause = reason;
    const port = this.#port;
    port.off('message', this.#arrived).off('messageerror', this.#unreadable);
    // `error` keeps its listener: without one, a late error of the worker would end this process.
    if (port instanceof Worker) port.off('exit', this.#gone);
    else {
      port.off('close', this.#gone);
      port.close();
    }
    this.#tellClosed(reason);
  }

  #tellClosed(reason: string): void {
    const listener = this.#onClose;
    this.#onClose = null;
    listener?.(reason);
  }
}
