/**
 * A payload is not what a decoder took it for. Thrown by readers, which are recursive, and caught where a chain is
 * run; it never leaves the decoder.
 */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  /** Byte at which it shows; null where there is no such place. */
  readonly at: number | null;

  /** @param message the end of a sentence that begins with the name of the format: `stops at byte 213` */
  constructor(message: string, at: number | null = null) {
    super(message);
    this.at = at;
  }
}

/** What is packed is more than is unpacked here: it is what the decoder took it for, and not opened all the same. */
export class TooMuch extends Unreadable {}

/** Nested deeper than readers follow: as far as it was read it is what the decoder took it for. */
export class TooDeep extends Unreadable {}

/** Thrown when enough was read. The rest is left out, and marked as such. */
export class EnoughRead extends Error {
  override readonly name = 'EnoughRead';
}
