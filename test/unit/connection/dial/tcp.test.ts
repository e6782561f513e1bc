import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { HostAddress } from '../../../../src-main/connection/base/ports.ts';
import { interleave, openTcp } from '../../../../src-main/connection/dial/tcp.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { listen } from '../../../support/net/listen.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

const v4 = (address: string): HostAddress => ({ address, family: 4 });
const v6 = (address: string): HostAddress => ({ address, family: 6 });
const ALIVE = v4('127.0.0.1');
/** Of this machine as well, where nothing listens. */
const DEAD = [v4('127.0.0.2'), v4('127.0.0.3'), v4('127.0.0.4')] as const;

/** What is accepted at 127.0.0.1. */
async function server() {
  const accepted: Socket[] = [];
  const listening = createServer((socket) => void accepted.push(socket));
  return { port: await listen(listening), accepted };
}

/** A try that reports what it does. */
function open(addresses: readonly HostAddress[], port: number, fast = false) {
  const clock = new ManualClock();
  const reported: string[] = [];
  const giveUp = new AbortController();
  const opened = openTcp(addresses, port, fast, giveUp.signal, clock, {
    trying: (address) => reported.push(`try ${address}`),
    failed: (address, error) => reported.push(`${address} ${(error as NodeJS.ErrnoException).code ?? ''}`),
  });
  opened.then(
    ({ socket }) => onTeardown(() => void socket.destroy()),
    () => undefined,
  );
  return { clock, reported, giveUp, opened };
}

describe('addresses of a name', () => {
  test.each([
    [[], []],
    [['4a'], ['4a']],
    [
      ['6a', '6b', '4a', '4b'],
      ['6a', '4a', '6b', '4b'],
    ],
    [
      ['4a', '6a', '6b', '6c'],
      ['4a', '6a', '6b', '6c'],
    ],
    [
      ['6a', '6b', '6c', '4a'],
      ['6a', '4a', '6b', '6c'],
    ],
  ])('%j take turns by family, beginning with what the system prefers', (given, order) => {
    const addresses = given.map((text) => (text.startsWith('4') ? v4(text) : v6(text)));
    expect(interleave(addresses).map(({ address }) => address)).toEqual(order);
  });

  test('are 16 at most, of both families, however many a name server makes up', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => (i < 4_000 ? v4(`4-${i}`) : v6(`6-${i}`)));
    const order = interleave(many);
    expect(order).toHaveLength(16);
    expect(order.filter(({ family }) => family === 6)).toHaveLength(8);
  });
});

describe('opening TCP', () => {
  test('takes the first address that answers, and says what the others did', async () => {
    const { port, accepted } = await server();
    const { reported, opened, clock } = open([DEAD[0], DEAD[1], ALIVE], port);
    const { address, socket, reads } = await opened;
    expect([address, socket.remotePort, reads]).toEqual(['127.0.0.1', port, null]);
    expect(reported).toEqual([
      'try 127.0.0.2',
      '127.0.0.2 ECONNREFUSED',
      'try 127.0.0.3',
      '127.0.0.3 ECONNREFUSED',
      'try 127.0.0.1',
    ]);
    expect([clock.pending, accepted.length]).toEqual([0, 1]);
  });

  test('tries the next one after 250 ms without an answer, and not before', async () => {
    const { port } = await server();
    const { reported, opened, clock } = open([ALIVE, DEAD[0], DEAD[1]], port);
    clock.advance(249);
    expect(reported).toEqual(['try 127.0.0.1']);
    clock.advance(1);
    expect(reported).toEqual(['try 127.0.0.1', 'try 127.0.0.2']);
    clock.advance(250);
    expect(reported.at(-1)).toBe('try 127.0.0.3');
    expect((await opened).address).toBe('127.0.0.1');
    expect(clock.pending).toBe(0);
  });

  test('keeps one connection where several addresses answer', async () => {
    const { port, accepted } = await server();
    const { opened, clock } = open([ALIVE, ALIVE, ALIVE], port);
    clock.advance(500);
    const { socket } = await opened;
    // Those that were given up may have been accepted; they are closed.
    const { localPort } = socket;
    await expect
      .poll(() => accepted.filter((one) => !one.destroyed && !one.readableEnded).map((one) => one.remotePort))
      .toEqual([localPort]);
  });

  test('rejects with the error of the only address, and with all of several', async () => {
    const { port } = await server();
    await expect(open([DEAD[0]], port).opened).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const several = await open(DEAD, port).opened.catch((error: unknown) => error);
    expect(several).toBeInstanceOf(AggregateError);
    expect((several as AggregateError).errors).toHaveLength(3);
  });

  test('ends with whoever gives up, without a timer and without a connection', async () => {
    const { port } = await server();
    const { opened, clock, giveUp, reported } = open([ALIVE, DEAD[0]], port);
    giveUp.abort();
    await expect(opened).rejects.toThrow('aborted');
    clock.advance(10_000);
    expect(reported).toEqual(['try 127.0.0.1']);
    expect(clock.pending).toBe(0);
  });

  test('does nothing at all for whoever has given up already', async () => {
    const reported: string[] = [];
    const trying = openTcp([ALIVE], 1, false, AbortSignal.abort(), new ManualClock(), {
      trying: (address) => reported.push(address),
      failed: () => undefined,
    });
    await expect(trying).rejects.toThrow('aborted');
    expect(reported).toEqual([]);
  });

  test('makes a door for the tap where it is asked for one', async () => {
    const { port } = await server();
    const { reads } = await open([ALIVE], port, true).opened;
    expect(reads).not.toBeNull();
  });
});
