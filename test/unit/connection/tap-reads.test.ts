import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TapReads } from '../../../src-main/connection/tap-reads.ts';

const MB = 2 ** 20;

/** A door with a socket whose reads are played by hand. */
async function door() {
  const reads = new TapReads();
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
  const read = (mark: number, size = MB): boolean => {
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
  expect(count).toBe(31);
  await turn();
  expect(resumed()).toBe(before);
  accept();
  reads.go();
  while (resumed() === before) await turn();
  expect(taken.length).toBeGreaterThanOrEqual(15);
});

test('what was read ahead is handed out whole when the socket ends', async () => {
  const { reads, read, taken } = await door();
  reads.ahead = true;
  for (let i = 0; i < 10; i++) read(i);
  reads.drain();
  expect(taken).toHaveLength(10);
});
