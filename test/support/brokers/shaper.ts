import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** How a link behaves; may be changed while it is open. Bytes a second; 0 stands still, null is full speed. */
export interface Shape {
  write: number | null;
  read: number | null;
}

/** Longest time a change of the shape goes unnoticed. */
const STEP_MS = 20;

/** A stream around a socket that writes and reads no faster than its shape says. */
export class Shaper extends Duplex {
  readonly #socket: Duplex;
  readonly #shape: Shape;

  constructor(socket: Duplex, shape: Shape) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#shape = shape;
    socket.on('data', (chunk: Buffer) => void this.#take(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** Ends the connection with a reset where there is one (TCP), else abruptly. */
  reset(): void {
    if (this.#socket instanceof Socket) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    this.destroy();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    void this.#send(chunk).then(() => done(), done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  async #send(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length && !this.destroyed;) {
      const rate = this.#shape.write;
      if (rate === 0) {
        await delay(STEP_MS);
        continue;
      }
      const end = rate === null ? chunk.length : at + Math.max(1, Math.floor((rate * STEP_MS) / 1_000));
      const piece = chunk.subarray(at, end);
      at += piece.length;
      if (!this.#socket.write(piece)) await this.#drained();
      if (rate !== null) await delay((piece.length / rate) * 1_000);
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        this.#socket.off('drain', end).off('close', end);
        resolve();
      };
      this.#socket.on('drain', end).on('close', end);
    });
  }

  async #take(chunk: Buffer): Promise<void> {
    if (this.#shape.read !== null) this.#socket.pause();
    while (this.#shape.read === 0 && !this.destroyed) await delay(STEP_MS);
    const rate = this.#shape.read;
    if (rate !== null && rate > 0) await delay((chunk.length / rate) * 1_000);
    if (this.destroyed) return;
    if (this.push(chunk)) this.#socket.resume();
    else this.#socket.pause();
  }
}
