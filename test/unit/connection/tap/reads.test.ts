import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StreamReads, TapReads } from '../../../../src-main/connection/tap/reads.ts';
import { systemClock } from '../../../../src-main/connection/base/clock.ts';

const MB = 2 ** 20;
/** A read of this size is worked through as a whole, and one of twice as much is not. */
const PART = 16_384;

/** A door with a socket whose reads are played by hand. */
async function door() {
  const reads = new TapReads(systemClock);
  const socket = new PassThrough();
  let resumed = 0;
  socket.resume = () => {
    resumed++;
    return socket;
  };
  const taken: number[] = [];
  let takes = true;
  reads.attach(socket, (chunk) => {
    if (takes) taken.push(chunk[0] ?? -1);
    return takes;
  });
  await turn();
  const buffer = new Uint8Array(MB);
  /** As the socket does it: always into the same buffer. */
  const read = (mark: number, size = PART): boolean => {
    buffer[0] = mark;
    return reads.onread.callback(size, buffer) === true;
  };
  return {
    reads,
    taken,
    read,
    resumed: () => resumed,
    refuse: () => (takes = false),
    accept: () => (takes = true),
  };
}

test('without a scan a read is handed out at once', async () => {
  const { read, taken } = await door();
  expect(read(7)).toBe(true);
  expect(taken).toEqual([7]);
});

test('small reads, one after another, are handed out without a look at the clock', async () => {
  let looks = 0;
  const clock = { ...systemClock, now: () => ++looks, nextTurn: () => void ++looks };
  const reads = new TapReads(clock);
  const taken: number[] = [];
  let takes = true;
  reads.attach(new PassThrough(), (chunk) => {
    taken.push(chunk.length);
    return takes;
  });
  // The first turn is the door's own.
  expect(looks).toBe(1);
  const read = (size: number) => reads.onread.callback(size, new Uint8Array(size));
  expect([read(10), read(4_095)]).toEqual([true, true]);
  expect(looks).toBe(1);
  takes = false;
  expect(read(20)).toBe(false);
  expect(taken).toEqual([10, 4_095, 20]);
  takes = true;
  read(4_096);
  expect(looks).toBeGreaterThan(1);
});

test('during a scan reads never wait for the work, and keep their order and their bytes', async () => {
  const { reads, read, taken } = await door();
  reads.ahead = true;
  for (let i = 0; i < 20; i++) expect(read(i)).toBe(true);
  expect(taken).toEqual([]);
  reads.ahead = false;
  read(20);
  while (taken.length < 21) await turn();
  expect(taken).toEqual(Array.from({ length: 21 }, (_, i) => i));
});

test('what is read ahead is bounded: reading stops at 32 MB and goes on when half of it is worked through', async () => {
  const { reads, read, taken, resumed, refuse, accept } = await door();
  reads.ahead = true;
  const before = resumed();
  refuse();
  let count = 0;
  while (read(count)) count++;
  expect(count).toBe((32 * MB) / PART - 1);
  await turn();
  expect(resumed()).toBe(before);
  accept();
  reads.go();
  while (resumed() === before) await turn();
  expect(taken.length).toBeGreaterThanOrEqual((15 * MB) / PART);
});

test('what was read ahead is handed out whole when the socket ends', async () => {
  const { reads, read, taken } = await door();
  reads.ahead = true;
  for (let i = 0; i < 10; i++) read(i);
  reads.drain();
  expect(taken).toHaveLength(10);
});

test('a large read is worked through in parts, over several turns where that takes long', async () => {
  const reads = new TapReads(systemClock);
  const socket = new PassThrough();
  let resumed = 0;
  socket.resume = () => {
    resumed++;
    return socket;
  };
  const bytes: number[] = [];
  reads.attach(socket, (chunk) => {
    for (let at = 0; at < chunk.length; at += PART / 2) bytes.push(chunk[at] ?? -1);
    // As slow as a part of new topics ever is: the time of a turn is over after each.
    for (const until = performance.now() + 7; performance.now() < until;);
    return true;
  });
  await turn();
  const before = resumed;
  const buffer = Uint8Array.from({ length: 4 * PART }, (_, at) => Math.floor(at / (PART / 2)));
  expect(reads.onread.callback(buffer.length, buffer)).toBe(false);
  expect(bytes).toEqual([0, 1]);
  buffer.fill(99);
  while (resumed === before) await turn();
  expect(bytes).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test('what a full sink left of a read is handed out before anything else is read', async () => {
  const { read, taken, refuse, accept, resumed, reads } = await door();
  refuse();
  const before = resumed();
  expect(read(3, 2 * PART)).toBe(false);
  expect(taken).toEqual([]);
  accept();
  reads.go();
  while (resumed() === before) await turn();
  // The part that was refused had been taken by then; what followed it was not lost.
  expect(taken).toEqual([0]);
});

test('each part tells how much was read at once, also one that had to wait', async () => {
  const reads = new TapReads(systemClock);
  const told: [length: number, readBytes: number][] = [];
  let takes = false;
  reads.attach(new PassThrough(), (chunk, readBytes) => {
    told.push([chunk.length, readBytes]);
    return takes;
  });
  await turn();
  const read = (size: number) => reads.onread.callback(size, new Uint8Array(size));
  expect(read(4 * PART)).toBe(false);
  expect(told).toEqual([[PART, 4 * PART]]);
  takes = true;
  reads.go();
  while (told.length < 4) await turn();
  expect(told).toEqual(Array.from({ length: 4 }, () => [PART, 4 * PART]));
});

test('a read after which the next may be held back is handed out whole', async () => {
  const { reads, taken, read } = await door();
  const lengths: number[] = [];
  reads.attach(new PassThrough(), (chunk) => {
    lengths.push(chunk.length);
    return false;
  });
  await turn();
  expect(read(1, 2 * PART - 1)).toBe(false);
  expect([lengths, taken]).toEqual([[2 * PART - 1], []]);
});

/** A stream whose chunks are worked through in a time that the test decides. */
function streamed(msEach: () => number) {
  let now = 0;
  const next: (() => void)[] = [];
  const reads = new StreamReads({ ...systemClock, now: () => now, nextTurn: (run) => void next.push(run) });
  const socket = new PassThrough();
  const told: [mark: number, readBytes: number][] = [];
  reads.attach(socket, (chunk, readBytes) => {
    told.push([chunk[0] ?? -1, readBytes]);
    now += msEach();
    return true;
  });
  const turnOver = () => {
    for (const run of next.splice(0)) run();
  };
  return { socket, told, turnOver };
}

/** Parts that are numbered. */
const numbered = (parts: number) =>
  Uint8Array.from({ length: parts * PART }, (_, at) => Math.floor(at / PART));

test('a large chunk of a stream is worked through for some milliseconds a turn, in order and to its end', async () => {
  const { socket, told, turnOver } = streamed(() => 3);
  socket.write(numbered(5));
  await turn();
  expect(told.map(([mark]) => mark)).toEqual([0, 1]);
  expect(socket.isPaused()).toBe(true);
  turnOver();
  expect(told.map(([mark]) => mark)).toEqual([0, 1, 2, 3]);
  turnOver();
  expect(told).toEqual([0, 1, 2, 3, 4].map((mark) => [mark, 5 * PART]));
  expect(socket.isPaused()).toBe(false);
});

test('a large chunk of a stream that takes no time is worked through at once', async () => {
  const { socket, told } = streamed(() => 0);
  socket.write(numbered(40));
  await turn();
  expect(told).toHaveLength(40);
  expect(socket.isPaused()).toBe(false);
});
