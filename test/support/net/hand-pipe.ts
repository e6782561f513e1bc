import type { Pipe, WireMessage } from '../../../src-main/wire/pipe.ts';

/** One end of a pipe whose other end is the test's own hand: nothing comes that it does not say. */
export class HandPipe implements Pipe {
  /** What was sent, in order. */
  readonly sent: WireMessage[] = [];
  /** Thrown by the next `send`; null: it is sent. */
  refuses: Error | null = null;
  closedBecause: string | null = null;
  #message: (message: unknown) => void = () => undefined;
  #close: (reason: string) => void = () => undefined;

  send(message: WireMessage): void {
    if (this.refuses !== null) throw this.refuses;
    this.sent.push(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#message = listener;
  }

  onClose(listener: (reason: string) => void): void {
    this.#close = listener;
  }

  close(reason: string): void {
    if (this.closedBecause !== null) return;
    this.closedBecause = reason;
    this.#close(reason);
  }

  /** The other side sends this. */
  says(message: unknown): void {
    this.#message(message);
  }
}

/** Everything that is due has been answered. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
