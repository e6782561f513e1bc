import { ProtocolError } from '../contract/base/errors.ts';
import type { Pipe, WireMessage } from './pipe.ts';

/** Two ends in one thread. Messages are copied and arrive in a later microtask, in order. */
export function memoryPipes(): [Pipe, Pipe] {
  const a = new MemoryPipe();
  const b = new MemoryPipe();
  a.other = b;
  b.other = a;
  return [a, b];
}

class MemoryPipe implements Pipe {
  other: MemoryPipe | null = null;
  #onMessage: ((message: unknown) => void) | null = null;
  #onClose: ((reason: string) => void) | null = null;
  #closedBecause: string | null = null;
  /** Arrived before there was a listener. */
  #early: unknown[] = [];

  send(message: WireMessage): void {
    if (this.#closedBecause !== null) return;
    let copy: unknown;
    try {
      copy = structuredClone(message);
    } catch (cause) {
      throw new ProtocolError('bad-frame', 'The message holds what cannot be copied.', { cause });
    }
    queueMicrotask(() => this.other?.deliver(copy));
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
    if (this.#closedBecause !== null) this.#tellClosed(this.#closedBecause);
  }

  close(reason: string): void {
    if (this.#closedBecause !== null) return;
    queueMicrotask(() => this.other?.close(reason));
    this.#closedBecause = reason;
    this.#tellClosed(reason);
  }

  deliver(message: unknown): void {
    if (this.#closedBecause !== null) return;
    if (this.#onMessage === null) this.#early.push(message);
    else this.#onMessage(message);
  }

  #tellClosed(reason: string): void {
    const listener = this.#onClose;
    this.#onClose = null;
    this.#onMessage = null;
    listener?.(reason);
  }
}
