import type { WebSocket } from 'ws';
import { ProtocolError } from '../../contract/base/errors.ts';
import { decodeFrame, encodeFrame, MAX_ASKED } from '../../wire/frame.ts';
import type { Pipe, WireMessage } from '../../wire/pipe.ts';
import { CLOSE_BAD_FRAME, CLOSE_NOT_READING } from '../../wire/web-socket.ts';

/**
 * Bytes waiting for a slow window. From the first on, nothing more is read from it, so it can ask
 * for nothing more; what was asked for before may still come, up to the second, then it is cut off.
 */
const STOP_READING = 4 * 2 ** 20;
const CUT_OFF = 64 * 2 ** 20;
/** How long a window may take nothing at all, in ms: a laptop lid, a debugger. */
const STALL_LIMIT = 30_000;
/** An idle link is asked for a sign of life this often, in ms; without one by the next, it is dead. */
const PING_EVERY = 30_000;
/**
 * A timer that is later than this did not run because the process did not, in ms: it was stopped, or the machine was
 * suspended. What the window sent meanwhile is not read yet, so its silence says nothing.
 */
const LATE = 1_000;
/** A close that the other side does not answer, in ms. */
const CLOSE_WITHIN = 500;

export interface SocketBounds {
  readonly stopReading: number;
  readonly cutOff: number;
  readonly stallLimit: number;
}

/** The server's end of a WebSocket on which the page's secret was accepted. */
export function socketPipe(socket: WebSocket, bounds: Partial<SocketBounds> = {}): Pipe {
  return new SocketPipe(socket, {
    stopReading: bounds.stopReading ?? STOP_READING,
    cutOff: bounds.cutOff ?? CUT_OFF,
    stallLimit: bounds.stallLimit ?? STALL_LIMIT,
  });
}

class SocketPipe implements Pipe {
  readonly #socket: WebSocket;
  readonly #bounds: SocketBounds;
  readonly #pings: NodeJS.Timeout;
  #stall: NodeJS.Timeout | undefined;
  #alive = true;
  /** When the window was last asked for a sign of life, in ms of a clock that only goes forward. */
  #askedAt = performance.now();
  #onMessage: ((message: unknown) => void) | null = null;
  #onClose: ((reason: string) => void) | null = null;
  #closedBecause: string | null = null;

  constructor(socket: WebSocket, bounds: SocketBounds) {
    this.#socket = socket;
    this.#bounds = bounds;
    this.#pings = setInterval(() => this.#ping(), PING_EVERY);
    this.#pings.unref();
    socket.on('message', (data: Buffer, isBinary: boolean) => this.#take(data, isBinary));
    socket.on('pong', () => (this.#alive = true));
    socket.on('close', () => this.#end('the window is gone'));
    // `close` follows; a broken frame is answered by ws itself.
    socket.on('error', () => undefined);
  }

  send(message: WireMessage): void {
    if (this.#closedBecause !== null) return;
    const frame = encodeFrame(message);
    this.#socket.send(frame, { binary: true }, () => this.#sent());
    const waiting = this.#socket.bufferedAmount;
    if (waiting > this.#bounds.cutOff) this.#cutOff();
    else if (waiting > this.#bounds.stopReading && this.#stall === undefined) {
      this.#socket.pause();
      this.#watchStall(waiting);
    }
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
  }

  onClose(listener: (reason: string) => void): void {
    if (this.#closedBecause === null) this.#onClose = listener;
    else listener(this.#closedBecause);
  }

  close(reason: string): void {
    this.#close(1000, reason);
  }

  #close(code: number, reason: string): void {
    if (this.#closedBecause !== null) return;
    this.#socket.resume();
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), CLOSE_WITHIN).unref();
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#closedBecause !== null) return;
    this.#closedBecause = reason;
    clearInterval(this.#pings);
    clearTimeout(this.#stall);
    this.#socket.removeAllListeners('message');
    this.#onClose?.(reason);
    this.#onClose = null;
    this.#onMessage = null;
  }

  #take(data: Buffer, isBinary: boolean): void {
    let message: unknown;
    try {
      if (!isBinary) throw new ProtocolError('bad-frame', 'The frame is not binary.');
      message = decodeFrame(data, MAX_ASKED);
    } catch (error) {
      const why = error instanceof ProtocolError ? error.message : 'The frame cannot be read.';
      this.#close(CLOSE_BAD_FRAME, why);
      return;
    }
    this.#onMessage?.(message);
  }

  #sent(): void {
    if (this.#stall === undefined || this.#closedBecause !== null) return;
    const waiting = this.#socket.bufferedAmount;
    clearTimeout(this.#stall);
    this.#stall = undefined;
    if (waiting > this.#bounds.stopReading / 2) this.#watchStall(waiting);
    else {
      // A sign of life may wait among what was not read.
      this.#alive = true;
      this.#socket.resume();
    }
  }

  #watchStall(before: number): void {
    const { stallLimit } = this.#bounds;
    const began = performance.now();
    this.#stall = setTimeout(() => {
      const isStuck = this.#socket.bufferedAmount >= before && !isLate(began + stallLimit);
      if (isStuck) this.#cutOff();
      else this.#watchStall(this.#socket.bufferedAmount);
    }, stallLimit);
    this.#stall.unref();
  }

  /** At once: an orderly close would wait behind what is not read. */
  #cutOff(reason = 'the window does not read what it asked for'): void {
    this.#end(reason);
    this.#socket.close(CLOSE_NOT_READING, reason);
    this.#socket.terminate();
  }

  #ping(): void {
    // A paused socket cannot hear the answer; its stall is watched instead.
    if (this.#stall !== undefined) return;
    const isKnownDead = !this.#alive && !isLate(this.#askedAt + PING_EVERY);
    if (isKnownDead) return this.#cutOff('the window gives no sign of life');
    this.#alive = false;
    this.#askedAt = performance.now();
    this.#socket.ping();
  }
}

function isLate(due: number): boolean {
  return performance.now() > due + LATE;
}
