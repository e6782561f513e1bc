const NO_BYTES = new Uint8Array(0);

/**
 * A topic's bytes where they lie: what going through a million of them may cost is no view each. Valid
 * until the next turn of the event loop, and until it is used for another topic.
 */
export class PathLook {
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;

  /** Takes over a path that has bytes of its own. */
  take(path: Uint8Array): this {
    this.bytes = path;
    this.start = 0;
    this.end = path.length;
    return this;
  }
}
