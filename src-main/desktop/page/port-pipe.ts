import type { MessageEvent, MessagePortMain } from 'electron';
import { ProtocolError } from '../../contract/base/errors.ts';
import { closingMessage, closingReason } from '../../wire/closing.ts';
import { compact } from '../../wire/compact.ts';
import type { Pipe, WireMessage } from '../../wire/pipe.ts';

/** What this file needs of Electron's port. */
export type PortMain = Pick<MessagePortMain, 'postMessage' | 'start' | 'close' | 'on' | 'off'>;

/** The main process's end of a channel to a window. Messages wait in the port until there is a listener. */
export function portMainPipe(port: PortMain): Pipe {
  return new PortMainPipe(port);
}

class PortMainPipe implements Pipe {
  readonly #port: PortMain;
  #onMessage: ((message: unknown) => void) | null = null;
  #onClose: ((reason: string) => void) | null = null;
  #closedBecause: string | null = null;
  readonly #arrived = ({ data }: MessageEvent): void => {
    const reason = closingReason(data);
    if (reason === null) this.#onMessage?.(data);
    else this.#end(reason);
  };
  readonly #gone = (): void => this.#end('the other side ended');

  constructor(port: PortMain) {
    this.#port = port;
    port.on('message', this.#arrived);
    port.on('close', this.#gone);
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
    if (this.#closedBecause === null) this.#port.start();
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
    this.#port.off('message', this.#arrived);
    this.#port.off('close', this.#gone);
    this.#port.close();
    this.#tellClosed(reason);
  }

  #tellClosed(reason: string): void {
    const listener = this.#onClose;
    this.#onClose = null;
    this.#onMessage = null;
    listener?.(reason);
  }
}
