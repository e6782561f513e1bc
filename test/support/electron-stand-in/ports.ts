import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { MessagePortMain } from 'electron';

/** Electron's port over one of Node's: nothing flows before `start`, and only ports can be transferred. */
export class StandInPort extends EventEmitter {
  #port: MessagePort | null;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.on('close', () => this.emit('close'));
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new TypeError('The stand-in does not send ports over ports.');
    this.#port?.postMessage(message);
  }

  start(): void {
    this.#port?.on('message', (data: unknown) => this.emit('message', { data, ports: [] }));
  }

  close(): void {
    this.#port?.close();
  }

  /** For handing it to a page: afterwards this object is of no use, as in Electron. */
  take(): MessagePort {
    const port = this.#port;
    if (port === null) throw new TypeError('The port was handed over before.');
    this.#port = null;
    port.removeAllListeners('close');
    return port;
  }
}

export class MessageChannelMain {
  readonly port1: StandInPort;
  readonly port2: StandInPort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new StandInPort(port1);
    this.port2 = new StandInPort(port2);
  }
}

// What the program uses has the shape of the real one.
type Checked = Pick<MessagePortMain, 'start' | 'close'>;
null as unknown as StandInPort satisfies Checked;
