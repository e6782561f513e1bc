import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { Broker } from '../../../../src-main/server/demo/broker/broker.ts';
import { startDemo } from '../../../../src-main/server/demo/demo.ts';
import { startFleet } from '../../../../src-main/server/demo/fleet/fleet.ts';
import { plant } from '../../../../src-main/server/demo/fleet/layout.ts';
import type { Message } from '../../../../src-main/server/demo/broker/session.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { connectPacketClient } from '../../../support/brokers/packet-client.ts';
import { onTeardown, teardown } from '../../../support/teardown.ts';

afterEach(teardown);

function run(seed: number): { clock: ManualClock; broker: Broker; messages: Message[] } {
  const clock = new ManualClock();
  const broker = new Broker({ clock, random: () => 0.5 });
  const messages: Message[] = [];
  broker.listen('#', (message) => messages.push(message));
  const stop = startFleet({ broker, clock, seed });
  onTeardown(() => {
    stop();
    broker.close();
    expect(clock.pending).toBe(0);
  });
  return { clock, broker, messages };
}

const of = (messages: readonly Message[], topic: string): Message[] =>
  messages.filter((one) => one.topic === topic);

function digest(messages: readonly Message[]): string {
  const hash = createHash('sha256');
  // The flaky device talks over a stream of its own, in its own turns of the event loop.
  for (const { topic, payload } of messages)
    if (!topic.includes('robot-15')) hash.update(topic).update(payload);
  return hash.digest('hex');
}

test('The same seed gives the same messages, another seed others.', () => {
  const [one, two, other] = [run(1), run(1), run(2)];
  for (const { clock } of [one, two, other]) clock.advance(20_000);
  expect(digest(two.messages)).toBe(digest(one.messages));
  expect(digest(other.messages)).not.toBe(digest(one.messages));
});

test('Forty devices say 100 to 300 messages a second, one of them tens alone.', () => {
  expect(plant(1)).toHaveLength(39);
  const { clock, messages } = run(7);
  clock.advance(5_000);
  messages.length = 0;
  clock.advance(20_000);
  expect(messages.length / 20).toBeGreaterThan(100);
  expect(messages.length / 20).toBeLessThan(300);
  expect(messages.filter(({ topic }) => topic.includes('press-05')).length / 20).toBeGreaterThan(20);
});

test('Telemetry is JSON with a counter that no JavaScript number can hold, vibration is binary.', () => {
  const { clock, messages } = run(7);
  clock.advance(3_000);
  const [telemetry] = of(messages, 'plant/hall-2/line-7/press-03/telemetry');
  const text = String(telemetry?.payload);
  expect(JSON.parse(text)).toMatchObject({
    device: { id: 'press-03', firmware: '4.2.1' },
    alarms: [],
    ok: true,
  });
  const cycle = /"cycle":(\d+)/.exec(text)?.[1] ?? '';
  expect(BigInt(cycle)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
  const [vibration] = of(messages, 'plant/hall-2/line-7/press-03/vibration');
  expect(vibration?.payload).toHaveLength(512);
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(vibration?.payload)).toThrow();
});

test('What a device is stays retained; one falls silent while its heartbeat goes on.', () => {
  const { clock, broker, messages } = run(7);
  for (const name of ['state', 'firmware', 'config']) {
    expect(broker.retained.get(`plant/hall-2/line-7/press-03/${name}`)).toBeDefined();
  }
  clock.advance(65_000);
  messages.length = 0;
  clock.advance(30_000);
  expect(of(messages, 'plant/hall-2/line-7/press-04/telemetry')).toHaveLength(0);
  expect(of(messages, 'plant/hall-2/line-7/press-04/heartbeat').length).toBeGreaterThan(4);
});

test('A command changes the device and is answered, on the response topic as well; nonsense is refused.', () => {
  const { clock, broker, messages } = run(7);
  const path = 'plant/hall-2/line-7/press-03';
  broker.publish({
    topic: `${path}/cmd/speed`,
    payload: '{"speed": 40}',
    properties: { responseTopic: 'answers/me', correlationData: Buffer.from('42') },
  });
  expect(String(of(messages, `${path}/result/speed`)[0]?.payload)).toBe('{"accepted":true,"speed":40}');
  expect(of(messages, 'answers/me')[0]?.properties).toEqual({ correlationData: Buffer.from('42') });
  clock.advance(3_000);
  expect(Number(String(of(messages, `${path}/rpm`).at(-1)?.payload))).toBeLessThan(800);
  broker.publish({ topic: `${path}/cmd/speed`, payload: '{"speed": 1e9}' });
  broker.publish({ topic: `${path}/cmd/speed`, payload: '\u0000{' });
  broker.publish({ topic: `${path}/cmd/dance`, payload: 'x' });
  const answers = messages.filter(({ topic }) => topic.startsWith(`${path}/result/`)).slice(1);
  expect(answers.map(({ payload }) => String(payload).startsWith('{"accepted":false'))).toEqual([
    true,
    true,
    true,
  ]);
});

test('After a stall devices go on instead of catching up on everything.', () => {
  const { clock, messages } = run(7);
  clock.advance(1_000);
  messages.length = 0;
  // One timer fires late, by an hour: as after a machine's sleep.
  const real = clock.now;
  Object.defineProperty(clock, 'now', { value: () => real() + 3_600_000 });
  clock.advance(25);
  expect(messages.length).toBeLessThan(1_000);
});

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
