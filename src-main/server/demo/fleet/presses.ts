import type { LocalMessage } from '../broker/broker.ts';
import { periodic, change, decimals, retained, type PeriodicMessage, type Device } from './device.ts';
import { signal } from './random.ts';

export interface PressHabits {
  readonly path: string;
  readonly random: () => number;
  readonly firmware: string;
  /** Milliseconds between two telemetry messages. */
  readonly telemetryMs: number;
  readonly temperatureMs: number;
  /** It falls silent so long after the start; only its heartbeat goes on. */
  readonly silentAfterMs?: number;
}

/** Over 2^53: a reader that turns it into a number shows another one. */
const FIRST_CYCLE = 90_071_992_547_409_931n;
const VIBRATION_BYTES = 512;

/** A stamping press: structured telemetry, single values, a binary vibration record, commands. */
export function press(habits: PressHabits): Device {
  const { path, random, firmware } = habits;
  const id = path.slice(path.lastIndexOf('/') + 1);
  const read = {
    temperature: signal({ mean: 71, swing: 2.4, periodMs: 240_000, noise: 0.25 }, random),
    pressure: signal({ mean: 182, swing: 4, periodMs: 90_000, noise: 0.9 }, random),
    load: signal({ mean: 0.62, swing: 0.08, periodMs: 45_000, noise: 0.02 }, random),
    axis: signal({ mean: 0, swing: 0.4, periodMs: 7_000, noise: 0.05 }, random),
  };
  const bootedBefore = 40_000 + Math.floor(random() * 60_000);
  let speed = 80;
  let cycle = FIRST_CYCLE + BigInt(Math.floor(random() * 1_000_000));
  let startedAt = 0;
  let waveAt = 0;

  const rpm = (): number => Math.round(18.5 * speed + 6 * (random() - 0.5));
  const uptime = (now: number): number => bootedBefore + Math.round((now - startedAt) / 1_000);
  const telemetry = (now: number): string => {
    cycle += 1n;
    const axes = Array.from({ length: 6 }, () => decimals(read.axis(now), 3)).join(',');
    return (
      `{"ts":"${new Date(now).toISOString()}",` +
      `"device":{"id":"${id}","firmware":"${firmware}","uptime_s":${uptime(now)}},` +
      `"temperature":${decimals(read.temperature(now), 1)},"pressure":${decimals(read.pressure(now), 1)},` +
      `"spindle":{"rpm":${rpm()},"load":${decimals(read.load(now), 2)}},` +
      `"axes":[${axes}],"cycle":${cycle},"alarms":[],"ok":true}`
    );
  };
  const vibration = (): Uint8Array => {
    const samples = Buffer.alloc(VIBRATION_BYTES);
    for (let at = 0; at < VIBRATION_BYTES; at += 2) {
      const wave = 9_000 * Math.sin(waveAt++ / 5) + 3_000 * Math.sin(waveAt / 1.7) + 1_500 * (random() - 0.5);
      samples.writeInt16LE(Math.round(wave), at);
    }
    return samples;
  };
  const talkative: PeriodicMessage[] = [
    periodic(habits.telemetryMs, random, `${path}/telemetry`, telemetry),
    periodic(habits.temperatureMs, random, `${path}/temperature`, (now) =>
      decimals(read.temperature(now), 1),
    ),
    periodic(habits.temperatureMs * 5, random, `${path}/rpm`, () => String(rpm())),
    periodic(habits.temperatureMs * 10, random, `${path}/vibration`, vibration),
  ];
  const { silentAfterMs } = habits;
  const messages =
    silentAfterMs === undefined
      ? talkative
      : talkative.map((one) => untilSilent(one, () => startedAt, silentAfterMs));
  return {
    path,
    births: (now) => {
      startedAt = now;
      return [
        retained(`${path}/state`, 'running'),
        retained(`${path}/firmware`, firmware),
        {
          ...retained(`${path}/config`, `{"interval":${habits.telemetryMs},"unit":"C"}`),
          properties: { contentType: 'application/json', userProperties: [['source', 'provisioning']] },
        },
      ];
    },
    messages: [
      ...messages,
      periodic(5_000, random, `${path}/heartbeat`, (now) => String(uptime(now))),
      ...(silentAfterMs === undefined
        ? [change(60_000, random, `${path}/state`, 0.2, () => (random() < 0.8 ? 'running' : 'setup'))]
        : []),
    ],
    command: (name, payload) => {
      const wanted = name === 'speed' ? readSpeed(payload) : null;
      if (wanted === null) return [refusal(path, name)];
      speed = wanted;
      return [
        { topic: `${path}/result/speed`, payload: `{"accepted":true,"speed":${wanted}}`, qos: 1 },
        retained(`${path}/state`, wanted === 0 ? 'stopped' : 'running'),
      ];
    },
  };
}

function refusal(path: string, command: string): LocalMessage {
  const reason = command === 'speed' ? 'speed must be 0 to 120' : 'unknown command';
  return { topic: `${path}/result/${command}`, payload: `{"accepted":false,"reason":"${reason}"}`, qos: 1 };
}

function untilSilent(one: PeriodicMessage, startedAt: () => number, afterMs: number): PeriodicMessage {
  return { ...one, say: (now) => (now - startedAt() > afterMs ? null : one.say(now)) };
}

/** `80`, or a JSON object with a `speed`; null where it is neither, or out of range. */
function readSpeed(payload: string): number | null {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return null;
  }
  const speed = typeof value === 'object' && value !== null && 'speed' in value ? value.speed : value;
  return typeof speed === 'number' && speed >= 0 && speed <= 120 ? Math.round(speed) : null;
}
