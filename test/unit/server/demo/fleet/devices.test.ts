import { describe, expect, test } from 'vitest';
import { periodic, change, decimals, retained } from '../../../../../src-main/server/demo/fleet/device.ts';
import { startFlakyDevice } from '../../../../../src-main/server/demo/fleet/flaky.ts';
import { startFleet } from '../../../../../src-main/server/demo/fleet/fleet.ts';
import { plant } from '../../../../../src-main/server/demo/fleet/layout.ts';
import { press } from '../../../../../src-main/server/demo/fleet/presses.ts';
import { seeded } from '../../../../../src-main/server/demo/fleet/random.ts';
import { Broker, type LocalMessage } from '../../../../../src-main/server/demo/broker/broker.ts';
import { checkTopicName } from '../../../../../src-main/core/topics/names.ts';
import { ManualClock } from '../../../../support/manual-clock.ts';

const START = Date.UTC(2026, 10, 20, 14, 30);

test.each([
  [1, 2, '1.00'],
  [0.125, 2, '0.13'],
  [-0.001, 2, '-0.00'],
  [1e6, 0, '1000000'],
])('%d with %i decimals is printed as %s.', (value, places, text) => {
  expect(decimals(value, places)).toBe(text);
});

test('A periodic message has its value each time, first within its first period.', () => {
  const one = periodic(
    1_000,
    () => 0.999,
    'a',
    (now) => String(now),
  );
  expect([one.everyMs, one.firstMs]).toEqual([1_000, 999]);
  expect(one.say(7)).toEqual({ topic: 'a', payload: '7' });
});

test('A change is said with its chance only, retained and acknowledged.', () => {
  const rolls = [0, 0.49, 0.5, 0.1];
  const one = change(
    1_000,
    () => rolls.shift() ?? 1,
    'a',
    0.5,
    () => 'on',
  );
  expect([one.say(0), one.say(0), one.say(0)]).toEqual([
    { topic: 'a', payload: 'on', qos: 1, retain: true },
    null,
    { topic: 'a', payload: 'on', qos: 1, retain: true },
  ]);
  expect(retained('b', 'x')).toEqual({ topic: 'b', payload: 'x', qos: 1, retain: true });
});

describe('every device of the plant', () => {
  const devices = plant(3);

  test('has a place of its own, and says everything below it', () => {
    expect(new Set(devices.map(({ path }) => path)).size).toBe(devices.length);
    for (const device of devices) {
      const births = device.births(START);
      const said = device.messages.flatMap((one) => one.say(START + one.firstMs) ?? []);
      expect(births.length).toBeGreaterThan(0);
      for (const { topic } of [...births, ...said]) {
        expect(topic.startsWith(`${device.path}/`), topic).toBe(true);
        expect(checkTopicName(topic)).toBeNull();
      }
      // What it is at birth stays for whoever comes later.
      for (const { retain, qos } of births) expect([retain, qos]).toEqual([true, 1]);
    }
  });

  test('says its first word within its period, so that not all begin together', () => {
    for (const { messages } of devices)
      for (const { firstMs, everyMs } of messages) {
        expect(firstMs).toBeGreaterThanOrEqual(0);
        expect(firstMs).toBeLessThan(everyMs);
      }
    const firsts = devices.flatMap(({ messages }) => messages.map(({ firstMs }) => firstMs));
    expect(new Set(firsts).size).toBeGreaterThan(firsts.length / 2);
  });

  test('says JSON that can be read, and numbers that are numbers', () => {
    for (const device of devices) {
      device.births(START);
      for (let round = 0; round < 20; round++) {
        for (const one of device.messages) {
          const message = one.say(START + one.firstMs + round * one.everyMs);
          if (message === null || typeof message.payload !== 'string') continue;
          const { payload, topic } = message;
          expect(payload).not.toMatch(/NaN|undefined|Infinity/);
          if (/^[{[]/.test(payload)) expect(() => JSON.parse(payload), topic).not.toThrow();
        }
      }
    }
  });

  test('has a battery between empty and full, which is charged in time', () => {
    const vehicle = devices.find(({ path }) => path.endsWith('agv-1'));
    const battery = vehicle?.messages.find(({ everyMs }) => everyMs === 8_000);
    const levels = Array.from({ length: 500 }, () => Number(battery?.say(0)?.payload));
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(19);
    expect(Math.max(...levels)).toBeLessThanOrEqual(100);
    expect(levels.some((level, i) => level > (levels[i - 1] ?? level))).toBe(true);
  });
});

describe('a press', () => {
  const make = () =>
    press({ path: 'p/press-1', random: seeded(1), firmware: '1', telemetryMs: 100, temperatureMs: 100 });
  const say = (messages: readonly LocalMessage[] | undefined) =>
    (messages ?? []).map(({ topic, payload }) => `${topic}=${String(payload)}`);

  test.each<[string, string[]]>([
    ['40', ['p/press-1/result/speed={"accepted":true,"speed":40}', 'p/press-1/state=running']],
    ['{"speed":0}', ['p/press-1/result/speed={"accepted":true,"speed":0}', 'p/press-1/state=stopped']],
    ['119.6', ['p/press-1/result/speed={"accepted":true,"speed":120}', 'p/press-1/state=running']],
    ...['121', '-1', 'null', '"40"', '[40]', '{"speed":"40"}', '{}', '', '{', '1e999'].map(
      (bad): [string, string[]] => [
        bad,
        ['p/press-1/result/speed={"accepted":false,"reason":"speed must be 0 to 120"}'],
      ],
    ),
  ])('asked for the speed %s answers', (payload, answers) => {
    expect(say(make().command?.('speed', payload, START))).toEqual(answers);
  });

  test('knows no other command', () => {
    expect(say(make().command?.('dance', '1', START))).toEqual([
      'p/press-1/result/dance={"accepted":false,"reason":"unknown command"}',
    ]);
  });
});

/** A broker, and all that is published there. */
function broker() {
  const clock = new ManualClock(START);
  const started = new Broker({ clock, random: seeded(1) });
  const said: string[] = [];
  started.listen('#', ({ topic, payload }) => said.push(`${topic}=${String(payload)}`));
  return { clock, broker: started, said };
}

describe('the plant while a clock jumps', () => {
  test('goes on at once where it was set back by a day', () => {
    const { clock, broker: at, said } = broker();
    const stop = startFleet({ broker: at, clock, seed: 7 });
    clock.advance(2_000);
    const real = clock.now;
    Object.defineProperty(clock, 'now', { value: () => real() - 86_400_000 });
    said.length = 0;
    clock.advance(5_000);
    expect(said.length).toBeGreaterThan(400);
    expect(said.length).toBeLessThan(1_500);
    stop();
    at.close();
    expect(clock.pending).toBe(0);
  });
});

describe('commands of the plant', () => {
  test.each([
    ['an empty payload, as of a retained command that is cleared', '', undefined, 0],
    ['an answer that is asked for elsewhere', '40', 'answers/me', 2],
    ['an answer that is asked for nowhere', '40', undefined, 1],
  ])('with %s', (_, payload, responseTopic, answers) => {
    const { clock, broker: at, said } = broker();
    const stop = startFleet({ broker: at, clock, seed: 7 });
    said.length = 0;
    const topic = 'plant/hall-2/line-7/press-03/cmd/speed';
    at.publish({ topic, payload, ...(responseTopic === undefined ? {} : { properties: { responseTopic } }) });
    expect(said.filter((line) => line.includes('accepted'))).toHaveLength(answers);
    stop();
    said.length = 0;
    at.publish({ topic, payload: '40' });
    expect(said).toHaveLength(1);
    at.close();
  });
});

describe('the device whose link breaks', () => {
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  };

  test('comes, talks every second, drops without a word so that its will is sent, and comes back', async () => {
    const { clock, broker: at, said } = broker();
    const stop = startFlakyDevice(at, clock, seeded(5));
    const states = (): string[] =>
      said.filter((line) => line.includes('/state=')).map((line) => line.split('=')[1] ?? '');
    await turns();
    expect(states()).toEqual(['online']);
    for (let second = 0; second < 10; second++) {
      clock.advance(1_000);
      await turns();
    }
    expect(said.filter((line) => line.includes('/signal='))).toHaveLength(11);
    for (let second = 0; second < 130; second++) {
      clock.advance(1_000);
      await turns();
    }
    expect(states()).toEqual(['online', 'offline', 'online']);
    stop();
    await turns();
    const before = said.length;
    clock.advance(600_000);
    await turns();
    // Its will, as it went without a word; and nothing after that.
    expect(said.slice(before).filter((line) => line.includes('robot-15'))).toEqual([]);
    at.close();
    await turns();
    expect(clock.pending).toBe(0);
  });

  test('that is ended while it is away stays away', async () => {
    const { clock, broker: at, said } = broker();
    const stop = startFlakyDevice(at, clock, seeded(5));
    await turns();
    while (!said.some((line) => line.endsWith('/state=offline'))) {
      clock.advance(1_000);
      await turns();
    }
    stop();
    said.length = 0;
    clock.advance(600_000);
    await turns();
    expect(said.filter((line) => line.includes('robot-15'))).toEqual([]);
    at.close();
  });
});
