import type { OnReadOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import { PartSize } from './part-size.ts';
import { ReadAhead } from './read-ahead.ts';

/**
 * Bytes read at once at most. Twice the 64 kB of a socket left alone, a third fewer wake-ups in a
 * flood; and still about a thousand messages, half a millisecond of work.
 */
const READ_BUFFER = 131_072;

/**
 * A smaller read needs no bound of time: 32 of them in a row, the most that the event loop reads before it
 * goes on, are some milliseconds of work.
 */
const FEW_BYTES = 4_096;

/**
 * Milliseconds that reads may follow each other before timers and requests get their turn: the event
 * loop reads one socket up to 32 times in a row, which in a flood of new topics is a fifth of a second.
 * Another thread that gets the processor meanwhile takes some milliseconds more of it, so this is half
 * of what could be waited for.
 */
const READ_ON_MS = 2;

/**
 * Bytes at most that are copied out of the socket before their turn while retained messages are
 * scanned. mosquitto drops what the socket and a queue of 1,000 messages cannot hold, so reading must
 * not wait for our work: this is a quarter of a million usual messages.
 */
const MAX_AHEAD = 32 * 2 ** 20;

/** Between two looks at the socket during a scan: until its buffers have grown they hold little. */
const AHEAD_TURN_MS = 2;

/**
 * Takes a chunk that is valid during the call only; false: no more until `go`.
 *
 * @param readBytes of the read that the chunk is a part of: whether the broker is ahead of us
 * @param isLast the read ends with it
 */
export type ChunkSink = (chunk: Uint8Array, readBytes: number, isLast: boolean) => boolean;

/** How the tap gets at what a socket receives. */
export interface ReadDoor {
  /** A broker sends what it retains: take it off its hands faster than it can be worked through. */
  ahead: boolean;
  attach(socket: Duplex, sink: ChunkSink): void;
  /** Goes on; a chunk that waits may come during the call. */
  go(): void;
  /** Hands out at once what was received and waits; the socket has ended or failed. */
  drain(): void;
}

/**
 * Lets a plain tcp or a TLS socket read into one buffer that is used again and again (twice as fast
 * as 'data' events, and stopping really stops the reads: the kernel collects, nothing wakes us).
 * Make it first, give `onread` to `net.connect` or `tls.connect`, then the object to the tap:
 *
 * ```ts
 * const reads = new TapReads(clock);
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
  readonly #clock: Clock;
  #socket: Duplex | null = null;
  #sink: ChunkSink | null = null;
  #early: Uint8Array[] = [];
  /** When this turn of the event loop read first; 0 before it did. */
  #turnBegan = 0;
  #held = false;
  readonly #parts = new PartSize();
  ahead = false;
  /** Read ahead, and not handed out yet. */
  readonly #waiting = new ReadAhead();

  constructor(clock: Clock) {
    this.#clock = clock;
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
    this.#clock.nextTurn(() => {
      let more = true;
      for (const chunk of early) more = sink(chunk, chunk.length, true) && more;
      if (more) socket.resume();
    });
  }

  go(): void {
    this.#held = !this.#handOut(this.#clock.now() + READ_ON_MS);
    if (!this.#held) this.#socket?.resume();
  }

  drain(): void {
    // Anything else waits in the kernel.
    this.#handOut(Number.POSITIVE_INFINITY);
  }

  #read(chunk: Uint8Array): boolean {
    if (this.#sink === null) {
      this.#early.push(new Uint8Array(chunk));
      return false;
    }
    const isCalm = this.#turnBegan === 0 && this.#waiting.isEmpty && !this.ahead;
    if (isCalm && chunk.length < FEW_BYTES) return this.#sink(chunk, chunk.length, true);
    if (this.#turnBegan === 0) this.#beginTurn();
    if (!this.#waiting.isEmpty || this.ahead) return this.#keep(chunk);
    let began = this.#clock.now();
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + this.#parts.of(chunk.length - at));
      at += part.length;
      const more = this.#sink(part, chunk.length, at === chunk.length);
      const now = this.#clock.now();
      this.#parts.took(part.length, now - began);
      began = now;
      if (more) this.#held = now - this.#turnBegan >= READ_ON_MS;
      if (more && !this.#held) continue;
      if (at < chunk.length) this.#keep(chunk.subarray(at), chunk.length);
      return false;
    }
    return true;
  }

  #beginTurn(): void {
    this.#turnBegan = this.#clock.now();
    this.#clock.nextTurn(this.#nextTurn);
  }

  /** False: it is enough. */
  #keep(chunk: Uint8Array, readBytes = chunk.length): boolean {
    this.#waiting.add(chunk, this.#parts.of(chunk.length), readBytes);
    this.#held ||= this.#waiting.bytes >= MAX_AHEAD;
    return !this.#held;
  }

  /** In order, until the time is over or the sink has enough; true if nothing waits any more. */
  #handOut(until: number): boolean {
    let began = this.#clock.now();
    while (!this.#waiting.isEmpty) {
      if (began >= until) {
        if (this.#turnBegan === 0) this.#beginTurn();
        return false;
      }
      const chunk = this.#waiting.shift();
      if (chunk === null) break;
      if (this.#sink?.(chunk, this.#waiting.readBytes, this.#waiting.isLast) !== true) return false;
      const now = this.#clock.now();
      this.#parts.took(chunk.length, now - began);
      began = now;
    }
    return true;
  }

  readonly #nextTurn = (): void => {
    this.#turnBegan = 0;
    const done = this.#handOut(this.#clock.now() + (this.ahead ? AHEAD_TURN_MS : READ_ON_MS));
    if (!this.#held || (!done && (!this.ahead || this.#waiting.bytes > MAX_AHEAD / 2))) return;
    this.#held = false;
    this.#socket?.resume();
  };
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
  /** Its chunks come out of the stream's own buffer, which is not ours to enlarge. */
  ahead = false;
  readonly #clock: Clock;
  readonly #parts = new PartSize();
  #socket: Duplex | null = null;
  #sink: ChunkSink = () => false;
  /** What is left of a chunk too large for one turn, and the bytes of that chunk. */
  #rest: Uint8Array = NOTHING;
  #restOf = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  attach(socket: Duplex, sink: ChunkSink): void {
    this.#socket = socket;
    this.#sink = sink;
    socket.on('data', (chunk: Uint8Array) => this.#take(socket, chunk));
  }

  go(): void {
    const socket = this.#socket;
    if (socket === null) return;
    if (this.#rest.length > 0) {
      this.#take(socket, this.#rest, this.#restOf);
      return;
    }
    // While it was paused its small reads piled up (TLS: one a record). `read` hands them out as one
    // chunk, by way of 'data'; `resume` would hand out one by one, and the first would pause it again.
    if (socket.isPaused() && socket.read() !== null) return;
    socket.resume();
  }

  drain(): void {
    const socket = this.#socket;
    if (socket === null) return;
    const rest = this.#rest;
    this.#rest = NOTHING;
    if (rest.length > 0) this.#sink(rest, this.#restOf, true);
    // A stream that is destroyed still has what it buffered, but emits no 'data' any more.
    socket.removeAllListeners('data');
    const last = socket.read() as Uint8Array | null;
    if (last !== null) this.#sink(last, last.length, true);
  }

  /** A WebSocket message comes whole, however large: full of small packets it would hold up everything else. */
  #take(socket: Duplex, chunk: Uint8Array, readBytes = chunk.length): void {
    let began = this.#clock.now();
    const until = began + READ_ON_MS;
    let more = true;
    this.#restOf = readBytes;
    for (let at = 0; at < chunk.length && more && began < until;) {
      const part = chunk.subarray(at, at + this.#parts.of(chunk.length - at));
      at += part.length;
      // What the sink causes may end the stream, which then hands out the rest.
      this.#rest = at < chunk.length ? chunk.subarray(at) : NOTHING;
      more = this.#sink(part, readBytes, at === chunk.length);
      const now = this.#clock.now();
      this.#parts.took(part.length, now - began);
      began = now;
    }
    const isWhole = this.#rest.length === 0;
    if (!more || !isWhole) socket.pause();
    else if (socket.isPaused()) socket.resume();
    if (more && !isWhole) this.#clock.nextTurn(() => this.go());
  }
}

const NOTHING = new Uint8Array(0);
