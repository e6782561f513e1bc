import { Framer } from './framer.ts';

const NOTHING: readonly Uint8Array[] = [];

/**
 * Puts a CONNECT of ours in the place of the one that mqtt.js writes, whatever pieces it comes in. Nothing
 * follows a CONNECT before it is answered, so what is left of the last piece is of the same packet.
 */
export class ConnectSwap {
  #ours: Uint8Array | null;
  readonly #framer: Framer;
  #done = false;

  /** @param ours null: everything passes as it is */
  constructor(ours: Uint8Array | null) {
    this.#ours = ours;
    this.#framer = new Framer(() => (this.#done = true));
  }

  /** What is to be written instead of these pieces of mqtt.js. */
  take(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
    const ours = this.#ours;
    if (ours === null) return pieces;
    for (const piece of pieces) this.#framer.feed(piece);
    if (!this.#done) return NOTHING;
    this.#ours = null;
    return [ours];
  }
}
