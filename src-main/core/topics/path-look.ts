/** A text that paths are searched for. */
export interface PathNeedle {
  /** Bytes, at least one. */
  readonly length: number;
  /** Where the first occurrence ends; -1 if there is none. */
  endOf(bytes: Uint8Array, start: number, end: number): number;
}

/** Goes through all paths for those that hold one of some texts. */
export interface PathSearch {
  /** What is done, from 0 to 1. */
  readonly share: number;
  /** Paths were moved meanwhile, so some may have been missed. */
  readonly incomplete: boolean;
  /**
   * Searches for about 0.1 ms; false once all paths are searched. `found` is called at least once for each
   * path that holds a text, with the deepest node of it. The nodes above may hold the text as well.
   *
   * @param found returns the steps it took, each as long as looking at a node
   */
  step(found: (node: number) => number): boolean;
}

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
