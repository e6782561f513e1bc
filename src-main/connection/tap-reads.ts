import type { OnReadOpts } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Bytes read at once at most. Twice the 64 kB of a socket left alone, a third fewer wake-ups in a
 * flood; and still about a thousand messages, half a millisecond of work.
 */
const READ_BUFFER = 131_072;

/** Takes a chunk that is valid during the call only; false: no more until `go`. */
export type ChunkSink = (chunk: Uint8Array) => boolean;

/** How the tap gets at what a socket receives. */
export interface ReadDoor {
  attach(socket: Duplex, sink: ChunkSink): void;
  /** Goes on; a chunk that waits may come during the call. */
  go(): void;
}

/**
 * Lets a plain tcp or a TLS socket read into one buffer that is used again and again (twice as fast
 * as 'data' events, and stopping really stops the reads: the kernel collects, nothing wakes us).
 * Make it first, give `onread` to `net.connect` or `tls.connect`, then the object to the tap:
 *
 * ```ts
 * const reads = new TapReads();
 * const socket = net.connect({ host, port, onread: reads.onread });
 * // once connected:
 * const tap = new Tap({ socket, reads, … });
 * ```
 *
 * What comes before the tap is there is kept, up to one buffer; the rest waits in the kernel. Such a
 * socket emits no 'data' (but 'end', 'close' and 'error' as ever), so it cannot be wrapped: a
 * `tls.connect` that is given a `socket` reads that one by itself and ignores `onread`.
 */
export class TapReads implements ReadDoor {
  readonly onread: OnReadOpts;
  #socket: Duplex | null = null;
  #sink: ChunkSink | null = null;
  #early: Uint8Array[] = [];

  constructor() {
    this.onread = {
      buffer: new Uint8Array(READ_BUFFER),
      callback: (size, buffer) => this.#read(buffer.subarray(0, size)),
    };
  }

  attach(socket: Duplex, sink: ChunkSink): void {
    this.#socket = socket;
    this.#sink = sink;
    const early = this.#early;
    this.#early = [];
    // In a turn of its own: the tap's owner has not even got the tap yet.
    setImmediate(() => {
      let more = true;
      for (const chunk of early) more = sink(chunk) && more;
      if (more) socket.resume();
    });
  }

  go(): void {
    this.#socket?.resume();
  }

  #read(chunk: Uint8Array): boolean {
    if (this.#sink !== null) return this.#sink(chunk);
    this.#early.push(new Uint8Array(chunk));
    return false;
  }
}

/**
 * Reads any stream by its 'data' events.
 *
 * Give such a stream a small `highWaterMark` where it can be given one (`tls.connect({ socket,
 * highWaterMark: 1 })`): while reads are held back the stream then stops the reads below it, instead
 * of waking up for each to fill its buffer. At 50,000 messages a second over TLS that halved the
 * processor time of a message (7.8 to 3.7 µs; 2.6 µs by `TapReads`), and in a flood it changes
 * nothing, since a flowing stream buffers nothing.
 */
export class StreamReads implements ReadDoor {
  #socket: Duplex | null = null;

  attach(socket: Duplex, sink: ChunkSink): void {
    this.#socket = socket;
    socket.on('data', (chunk: Uint8Array) => {
      if (!sink(chunk)) socket.pause();
      else if (socket.isPaused()) socket.resume();
    });
  }

  go(): void {
    const socket = this.#socket;
    if (socket === null) return;
    // While it was paused its small reads piled up (TLS: one a record). `read` hands them out as one
    // chunk, by way of 'data'; `resume` would hand out one by one, and the first would pause it again.
    if (socket.isPaused() && socket.read() !== null) return;
    socket.resume();
  }
}
