import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StreamReads, TapReads } from '../../../../src-main/connection/tap/reads.ts';
import { systemClock } from '../../../../src-main/connection/base/clock.ts';

const MB = 2 ** 20;
/** A read that is several parts at first. */
const PART = 16_384;
/** And this large at first, and where it takes long. */
const LEAST = 2_048;
/** The smallest read that is worked through in parts. */
const FEW = 4_096;

/** A door with a socket whose reads are played by hand. */
async function door() {
  const reads = new TapReads(systemClock);
  const socket = new PassThrough();
  let resumed = 0;
  socket.resume = () => {
    resumed++;
    return socket;
  };
  /** Marks of reads, in the order in which their parts came, and the bytes that came and that were refused. */
  const taken: number[] = [];
  let [bytes, refused] = [0, 0];
  let takes = true;
  reads.attach(socket, (chunk) => {
    if (!takes) refused += chunk.length;
    if (!takes) return false;
    const mark = chunk[0] ?? -1;
    if (taken.at(-1) !== mark) taken.push(mark);
    bytes += chunk.length;
    return true;
  });
  await turn();
  const buffer = new Uint8Array(MB);
  /** As the socket does it: always into the same buffer. */
  const read = (mark: number, size = PART): boolean => {
    buffer.fill(mark, 0, size);
    return reads.onread.callback(size, buffer) === true;
  };
  return {
    reads,
    taken,
    read,
    bytes: () => bytes,
    refused: () => refused,
    resumed: () => resumed,
    refuse: () => (takes = false),
    accept: () => (takes = true),
  };
}

test('without a scan a read is handed out at once', async () => {
  const { read, taken, bytes } = await door();
  expect(read(7, LEAST)).toBe(true);
  expect([taken, bytes()]).toEqual([[7], LEAST]);
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
  const { reads, read, bytes, resumed, refuse, accept } = await door();
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
  expect(bytes()).toBeGreaterThanOrEqual(15 * MB);
});

test('what was read ahead is handed out whole when the socket ends', async () => {
  const { reads, read, taken, bytes } = await door();
  reads.ahead = true;
  for (let i = 0; i < 10; i++) read(i);
  reads.drain();
  expect([taken.length, bytes()]).toEqual([10, 10 * PART]);
});

test('a large read is worked through in parts, over several turns where that takes long', async () => {
  const reads = new TapReads(systemClock);
  const socket = new PassThrough();
  let resumed = 0;
  socket.resume = () => {
    resumed++;
    return socket;
  };
  const parts: Uint8Array[] = [];
  reads.attach(socket, (chunk) => {
    parts.push(chunk.slice());
    // As slow as a part of new topics ever is: the time of a turn is over after each.
    for (const until = performance.now() + 7; performance.now() < until;);
    return true;
  });
  await turn();
  const before = resumed;
  const buffer = Uint8Array.from({ length: PART }, (_, at) => at >> 6);
  const sent = Buffer.from(buffer);
  expect(reads.onread.callback(buffer.length, buffer)).toBe(false);
  expect(parts.map(({ length }) => length)).toEqual([LEAST]);
  buffer.fill(99);
  while (resumed === before) await turn();
  expect(Buffer.concat(parts).equals(sent)).toBe(true);
});

test('what a full sink left of a read is handed out before anything else is read', async () => {
  const { read, taken, bytes, refused, refuse, accept, resumed, reads } = await door();
  refuse();
  const before = resumed();
  expect(read(3, 2 * PART)).toBe(false);
  expect(taken).toEqual([]);
  accept();
  reads.go();
  while (resumed() === before) await turn();
  // The part that was refused had been taken by then; what followed it was not lost.
  expect(refused()).toBe(LEAST);
  expect([taken, bytes()]).toEqual([[3], 2 * PART - LEAST]);
});

test('each part has how much was read at once and whether the read ends with it, also one that had to wait', async () => {
  for (const size of [FEW, PART, 4 * PART]) {
    const reads = new TapReads(systemClock);
    const reported: { readonly length: number; readonly readBytes: number; readonly isLast: boolean }[] = [];
    let takes = false;
    reads.attach(new PassThrough(), ({ length }, readBytes, isLast) => {
      reported.push({ length, readBytes, isLast });
      return takes;
    });
    await turn();
    expect(reads.onread.callback(size, new Uint8Array(size))).toBe(false);
    expect(reported).toEqual([{ length: LEAST, readBytes: size, isLast: false }]);
    takes = true;
    reads.go();
    while (reported.at(-1)?.isLast !== true) await turn();
    expect(reported.reduce((sum, { length }) => sum + length, 0)).toBe(size);
    expect(reported.every(({ readBytes }) => readBytes === size)).toBe(true);
    expect(reported.filter(({ isLast }) => isLast)).toHaveLength(1);
  }
});

/** A stream whose chunks are worked through in a time that the test decides. */
function streamed(msEach: () => number) {
  let now = 0;
  const next: (() => void)[] = [];
  const reads = new StreamReads({ ...systemClock, now: () => now, nextTurn: (run) => void next.push(run) });
  const socket = new PassThrough();
  const reported: { readonly mark: number; readonly readBytes: number; readonly isLast: boolean }[] = [];
  let bytes = 0;
  reads.attach(socket, (chunk, readBytes, isLast) => {
    reported.push({ mark: chunk[0] ?? -1, readBytes, isLast });
    bytes += chunk.length;
    now += msEach();
    return true;
  });
  const turnOver = () => {
    for (const run of next.splice(0)) run();
  };
  return { socket, reported, turnOver, bytes: () => bytes };
}

/** Parts that are numbered. */
const numbered = (parts: number) =>
  Uint8Array.from({ length: parts * LEAST }, (_, at) => Math.floor(at / LEAST));

test('a large chunk of a stream is worked through for some milliseconds a turn, in order and to its end', async () => {
  const { socket, reported, turnOver } = streamed(() => 1.5);
  socket.write(numbered(5));
  await turn();
  expect(reported.map(({ mark }) => mark)).toEqual([0, 1]);
  expect(socket.isPaused()).toBe(true);
  turnOver();
  expect(reported.map(({ mark }) => mark)).toEqual([0, 1, 2, 3]);
  turnOver();
  const marks = [0, 1, 2, 3, 4];
  expect(reported).toEqual(marks.map((mark) => ({ mark, readBytes: 5 * LEAST, isLast: mark === 4 })));
  expect(socket.isPaused()).toBe(false);
});

test('a large chunk of a stream that takes no time is worked through at once', async () => {
  const { socket, reported, bytes } = streamed(() => 0);
  socket.write(numbered(40));
  await turn();
  expect(bytes()).toBe(40 * LEAST);
  // In larger and larger parts.
  expect(reported.length).toBeLessThan(10);
  expect(socket.isPaused()).toBe(false);
});
