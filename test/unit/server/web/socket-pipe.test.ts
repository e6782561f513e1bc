import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { socketPipe } from '../../../../src-main/server/web/socket-pipe.ts';

/** A socket whose other side reads only when the test says so. */
class SlowSocket extends EventEmitter {
  bufferedAmount = 0;
  paused = false;
  closedWith: number | null = null;
  terminated = false;
  pings = 0;
  readonly #waiting: { size: number; sent: () => void }[] = [];

  send(frame: Uint8Array, _options: object, sent: () => void): void {
    this.bufferedAmount += frame.byteLength;
    this.#waiting.push({ size: frame.byteLength, sent });
  }
  readOne(): void {
    const frame = this.#waiting.shift();
    this.bufferedAmount -= frame?.size ?? 0;
    frame?.sent();
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  ping(): void {
    this.pings++;
  }
  close(code: number): void {
    this.closedWith ??= code;
  }
  terminate(): void {
    this.terminated = true;
    this.emit('close', 1006);
  }
}

let socket: SlowSocket;
const BOUNDS = { stopReading: 1_000, cutOff: 5_000, stallLimit: 10_000 };
const open = () => socketPipe(socket as unknown as WebSocket, BOUNDS);
const message = (size: number) => ({ bytes: new Uint8Array(size) });

beforeEach(() => {
  vi.useFakeTimers();
  socket = new SlowSocket();
});
afterEach(() => {
  const left = vi.getTimerCount();
  vi.useRealTimers();
  if (left > 0) throw new Error(`${left} timers are left`);
});

describe('a window that reads slowly', () => {
  it('is not read from until it has caught up', () => {
    const pipe = open();
    pipe.send(message(600));
    expect(socket.paused).toBe(false);
    pipe.send(message(600));
    expect(socket.paused).toBe(true);
    socket.readOne();
    expect(socket.paused).toBe(true);
    socket.readOne();
    expect(socket.paused).toBe(false);
    expect(socket.closedWith).toBeNull();
    pipe.close('over');
    vi.advanceTimersByTime(1_000);
  });

  it('is cut off when it takes nothing for long, but not while it takes something', () => {
    const pipe = open();
    const reasons: string[] = [];
    pipe.onClose((reason) => reasons.push(reason));
    for (let i = 0; i < 4; i++) pipe.send(message(1_000));
    vi.advanceTimersByTime(9_000);
    socket.readOne();
    vi.advanceTimersByTime(9_000);
    expect(socket.terminated).toBe(false);
    vi.advanceTimersByTime(2_000);
    expect(socket.terminated).toBe(true);
    expect(socket.closedWith).toBe(4_409);
    expect(reasons).toEqual(['the window does not read what it asked for']);
  });

  it('is cut off at once when too much waits for it', () => {
    const pipe = open();
    for (let i = 0; i < 6; i++) pipe.send(message(1_000));
    expect(socket.terminated).toBe(true);
    const waiting = socket.bufferedAmount;
    pipe.send(message(1_000));
    expect(socket.bufferedAmount).toBe(waiting);
  });

  it('is asked for a sign of life, and let go without one', () => {
    open();
    vi.advanceTimersByTime(30_000);
    socket.emit('pong');
    vi.advanceTimersByTime(30_000);
    expect([socket.pings, socket.terminated]).toEqual([2, false]);
    vi.advanceTimersByTime(30_000);
    expect(socket.terminated).toBe(true);
  });

  describe('while the process itself is stopped', () => {
    /** As SIGSTOP does: time passes, and the timers that were due run before anything is read. */
    function stopFor(ms: number): void {
      const now = performance.now();
      vi.spyOn(performance, 'now').mockReturnValue(now + ms);
      vi.advanceTimersToNextTimer();
      vi.restoreAllMocks();
    }

    it('is asked again for the sign of life that nobody could read, and let go if there is none then', () => {
      open();
      vi.advanceTimersByTime(30_000);
      stopFor(60_000);
      expect([socket.pings, socket.terminated]).toEqual([2, false]);
      vi.advanceTimersByTime(30_000);
      expect(socket.terminated).toBe(true);
    });

    it('is not cut off for what was not written to it meanwhile', () => {
      const pipe = open();
      for (let i = 0; i < 4; i++) pipe.send(message(1_000));
      vi.advanceTimersByTime(1_000);
      stopFor(60_000);
      expect(socket.terminated).toBe(false);
      for (let i = 0; i < 4; i++) socket.readOne();
      expect(socket.paused).toBe(false);
      pipe.close('over');
      vi.advanceTimersByTime(1_000);
    });
  });

  it('reports once who closed it, and then does nothing', () => {
    const pipe = open();
    const reasons: string[] = [];
    pipe.onClose((reason) => reasons.push(reason));
    pipe.close('enough');
    pipe.close('again');
    socket.emit('close', 1000);
    pipe.send(message(1));
    vi.advanceTimersByTime(1_000);
    expect(reasons).toEqual(['enough']);
    expect(socket.bufferedAmount).toBe(0);
    expect(socket.listenerCount('message')).toBe(0);
  });
});
