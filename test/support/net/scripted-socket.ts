import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Pieces that come one by one; null: it closes in order, an error: it breaks off with it. */
export type Answer = readonly (string | readonly number[] | Error | null)[];

/** The other side of a socket, in memory: what it was sent, and what it answers to one packet after the other. */
export class ScriptedSocket extends Duplex {
  readonly got: Buffer[] = [];
  readonly #answers: Answer[];

  constructor(answers: readonly Answer[]) {
    super({ allowHalfOpen: false });
    this.#answers = [...answers];
  }

  get asSocket(): Socket {
    return this as unknown as Socket;
  }

  /** All that it was sent. */
  get text(): string {
    return Buffer.concat(this.got).toString('latin1');
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.got.push(chunk);
    this.#say([...(this.#answers.shift() ?? [])]);
    done();
  }

  #say(pieces: Answer[number][]): void {
    const piece = pieces.shift();
    if (piece === undefined) return;
    setImmediate(() => {
      if (this.destroyed) return;
      if (piece instanceof Error) this.destroy(piece);
      else if (piece === null) this.push(null);
      else this.push(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : Buffer.from(piece));
      this.#say(pieces);
    });
  }
}

/** One piece a byte. */
export const byByte = (bytes: string | readonly number[]): Answer =>
  typeof bytes === 'string' ? [...bytes] : bytes.map((byte) => [byte]);
