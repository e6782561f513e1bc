import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { Broker } from '../../../../../src-main/server/demo/broker/broker.ts';
import type { Device } from '../../../../../src-main/server/demo/fleet/device.ts';
import { startFleet } from '../../../../../src-main/server/demo/fleet/fleet.ts';
import { plant } from '../../../../../src-main/server/demo/fleet/layout.ts';
import type { Message } from '../../../../../src-main/server/demo/broker/session.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';
import { onTeardown, teardown } from '../../../../support/teardown.ts';

afterEach(teardown);

const START = Date.UTC(2026, 10, 20, 14, 30);

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

test('A device that is added changes nothing of what the others say.', () => {
  const [one, other] = [plant(4), plant(4)];
  const said = (devices: readonly Device[], path: string): string[] => {
    const device = devices.find((each) => each.path === path);
    device?.births(START);
    return (device?.messages ?? []).flatMap((each) => {
      const message = each.say(START + each.firstMs);
      return message === null ? [] : [`${message.topic}=${String(message.payload)}`];
    });
  };
  // Each has a chance of its own: whoever speaks first, or not at all, is of no matter to it.
  for (const { path } of other.toReversed()) said(other, path);
  const again = plant(4);
  for (const { path } of one) expect(said(one, path)).toEqual(said(again, path));
});

test('All say what they have to say in their own time: none is late by more than a tick, none says it twice.', () => {
  const { clock, messages } = run(3);
  const heartbeat = 'plant/hall-1/line-1/press-01/heartbeat';
  const times: number[] = [];
  for (let ms = 0; ms < 60_000; ms += 25) {
    clock.advance(25);
    for (const _ of of(messages, heartbeat)) times.push(clock.now());
    messages.length = 0;
  }
  expect(times).toHaveLength(12);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  expect(Math.max(...gaps.map((gap) => Math.abs(gap - 5_000)))).toBeLessThanOrEqual(25);
});

test('Devices are switched on once: what each is at birth is retained and not said again.', () => {
  const { clock, broker, messages } = run(7);
  const births = plant(7).flatMap((device) => device.births(START).map(({ topic }) => topic));
  for (const topic of births) expect(broker.retained.get(topic), topic).toBeDefined();
  const firmware = births.filter((topic) => topic.endsWith('/firmware'));
  messages.length = 0;
  clock.advance(120_000);
  expect(messages.filter(({ topic }) => firmware.includes(topic))).toEqual([]);
});
