import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startDemo } from '../../../../src-main/server/demo/demo.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { connectPacketClient } from '../../../support/brokers/packet-client.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

test('The demo on its port: a device drops, its will says so, and it comes back; closing leaves nothing.', async () => {
  const clock = new ManualClock();
  const demo = await startDemo({ clock });
  const client = await connectPacketClient(demo.port);
  await client.subscribe('plant/hall-2/line-9/robot-15/state');
  const state = async (): Promise<unknown> => {
    await client.fence();
    const last = client.received.filter(({ cmd }) => cmd === 'publish').at(-1);
    return last?.cmd === 'publish' ? String(last.payload) : null;
  };
  const seen: unknown[] = [];
  for (let step = 0; step < 60 && seen.length < 3; step++) {
    const now = await state();
    if (now !== null && now !== seen.at(-1)) seen.push(now);
    clock.advance(2_000);
  }
  expect(seen).toEqual(['online', 'offline', 'online']);
  expect(demo.options).toMatchObject({ host: '127.0.0.1', port: demo.port, protocol: 'mqtt' });
  await demo.close();
  await expect.poll(() => clock.pending).toBe(0);
  await expect(connectPacketClient(demo.port)).rejects.toThrow();
});

test('The same seed is the same plant, on a port of its own each, and a port that is taken is reported.', async () => {
  const start = async (seed: number, port = 0) => {
    const demo = await startDemo({ clock: new ManualClock(), seed, port });
    onTeardown(() => demo.close());
    const client = await connectPacketClient(demo.port);
    await client.subscribe('plant/hall-1/+/press-01/config', 'building/#');
    await client.fence();
    const said = client.received.flatMap((packet) =>
      packet.cmd === 'publish' ? [`${packet.topic}=${String(packet.payload)}`] : [],
    );
    return { demo, said };
  };
  const [one, other] = [await start(3), await start(3)];
  expect(one.demo.port).not.toBe(other.demo.port);
  expect(one.said.toSorted()).toEqual(other.said.toSorted());
  expect(one.said.length).toBeGreaterThan(5);
  await expect(start(3, one.demo.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('Closing the demo ends who is connected and who only came, and may be done while nobody is.', async () => {
  const clock = new ManualClock();
  const demo = await startDemo({ clock });
  const client = await connectPacketClient(demo.port);
  const silent = connect({ host: demo.host, port: demo.port });
  silent.on('error', () => undefined).resume();
  await new Promise((resolve) => silent.once('connect', resolve));
  const ends = [client.socket, silent].map(
    (socket) => new Promise((resolve) => socket.once('close', resolve)),
  );
  await demo.close();
  await Promise.all(ends);
  expect(clock.pending).toBe(0);
  const unused = await startDemo({ clock: new ManualClock() });
  await unused.close();
});
