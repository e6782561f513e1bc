import type { OnReadOpts } from 'node:net';

/**
 * Lets a plain tcp socket read into one buffer that is used again and again (twice as fast as 'data'
 * events, and `pause` really stops the reads). Make it first, give `onread` to `net.connect`, then
 * the object to the tap:
 *
 * ```ts
 * const reads = new TapReads();
 * const socket = net.connect({ host, port, onread: reads.onread });
 * // once connected:
 * const tap = new Tap({ socket, reads, … });
 * ```
 *
 * What comes before the tap is there waits in the kernel. Such a socket emits no 'data': do not wrap
 * it in TLS; `tls.connect` takes `onread` too when it is not given a `socket`.
 */
export class TapReads {
  readonly onread: OnReadOpts;

  constructor() {
    this.onread = { buffer: new Uint8Array(65_536), callback: () => true };
  }
}
