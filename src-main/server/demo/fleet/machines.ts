import { periodic, change, decimals, retained, type PeriodicMessage, type Device } from './device.ts';
import { signal } from './random.ts';

type Make = (path: string, random: () => number) => Device;

/** Six joints, a tool position, and what the gripper does. */
export const robot: Make = (path, random) => {
  const joints = Array.from({ length: 6 }, (_, index) =>
    signal({ mean: 15 * index - 30, swing: 40, periodMs: 9_000 + 700 * index, noise: 0.4 }, random),
  );
  const load = signal({ mean: 6.2, swing: 1.5, periodMs: 30_000, noise: 0.2 }, random);
  const place = signal({ mean: 420, swing: 260, periodMs: 9_000, noise: 1 }, random);
  let picks = Math.floor(random() * 90_000);
  return {
    path,
    births: () => [
      retained(`${path}/state`, 'auto'),
      retained(`${path}/firmware`, '2.8.0'),
      retained(`${path}/config`, '{"program":"pick-place-7","payload_kg":12.5,"zones":["A","B"]}'),
    ],
    messages: [
      periodic(500, random, `${path}/tool`, (now) => {
        const at = [place(now), place(now) / 2, 310.5 + load(now)]
          .map((value) => decimals(value, 2))
          .join(',');
        return `{"position":[${at}],"gripper":{"closed":${random() < 0.5},"force_n":${decimals(8 * load(now), 1)}}}`;
      }),
      ...joints.map((joint, index) =>
        periodic(3_000, random, `${path}/joint/${index + 1}/angle`, (now) => decimals(joint(now), 2)),
      ),
      periodic(4_000, random, `${path}/picks`, () => String((picks += 1 + Math.floor(random() * 3)))),
      periodic(7_000, random, `${path}/event`, () => (random() < 0.5 ? 'gripper closed' : 'part placed')),
      change(45_000, random, `${path}/state`, 0.15, () => (random() < 0.85 ? 'auto' : 'waiting for part')),
    ],
  };
};

export const conveyor: Make = (path, random) => {
  const speed = signal({ mean: 0.48, swing: 0.03, periodMs: 60_000, noise: 0.004 }, random);
  let items = Math.floor(random() * 40_000);
  return {
    path,
    births: () => [retained(`${path}/state`, 'running'), retained(`${path}/firmware`, '1.11.3')],
    messages: [
      periodic(2_000, random, `${path}/speed`, (now) => decimals(speed(now), 3)),
      periodic(5_000, random, `${path}/items`, () => String((items += Math.floor(random() * 5)))),
      change(30_000, random, `${path}/state`, 0.25, () => (random() < 0.9 ? 'running' : 'jam at sensor 3')),
    ],
  };
};

/** A door says something only when it moves. */
export const door: Make = (path, random) => {
  let open = false;
  const move: PeriodicMessage = change(12_000, random, `${path}/state`, 0.5, () =>
    (open = !open) ? 'open' : 'closed',
  );
  return {
    path,
    births: () => [retained(`${path}/state`, 'closed')],
    messages: [
      move,
      periodic(60_000, random, `${path}/battery`, () => String(80 + Math.floor(random() * 4))),
    ],
  };
};

export const pump: Make = (path, random) => {
  const flow = signal({ mean: 42, swing: 6, periodMs: 120_000, noise: 0.6 }, random);
  const pressure = signal({ mean: 3.1, swing: 0.3, periodMs: 80_000, noise: 0.03 }, random);
  let since = 0;
  return {
    path,
    births: (now) => {
      since = now;
      return [retained(`${path}/state`, 'on'), retained(`${path}/firmware`, '0.9.17')];
    },
    messages: [
      periodic(1_000, random, `${path}/flow`, (now) => decimals(flow(now), 1)),
      periodic(1_000, random, `${path}/pressure`, (now) => decimals(pressure(now), 2)),
      periodic(
        10_000,
        random,
        `${path}/report`,
        (now) =>
          `{"flow_lpm":${decimals(flow(now), 1)},"pressure_bar":${decimals(pressure(now), 2)},"valve":"open","hours":${decimals(18_204.6 + (now - since) / 3_600_000, 2)}}`,
      ),
    ],
  };
};

export const compressor: Make = (path, random) => {
  const pressure = signal({ mean: 7.4, swing: 0.5, periodMs: 40_000, noise: 0.05 }, random);
  const power = signal({ mean: 31, swing: 9, periodMs: 40_000, noise: 1 }, random);
  let energy = 4_800_000 + Math.floor(random() * 100_000);
  return {
    path,
    births: () => [retained(`${path}/state`, 'loaded'), retained(`${path}/firmware`, '5.0.2')],
    messages: [
      periodic(1_000, random, `${path}/pressure`, (now) => decimals(pressure(now), 2)),
      periodic(2_000, random, `${path}/power`, (now) => decimals(power(now), 1)),
      periodic(15_000, random, `${path}/energy`, () => String((energy += 1 + Math.floor(random() * 2)))),
    ],
  };
};

/** An automated vehicle: its battery goes down and is charged again. */
export const vehicle: Make = (path, random) => {
  const x = signal({ mean: 60, swing: 55, periodMs: 95_000, noise: 0.1 }, random);
  const y = signal({ mean: 22, swing: 18, periodMs: 61_000, noise: 0.1 }, random);
  let battery = 60 + Math.floor(random() * 35);
  let charging = false;
  return {
    path,
    births: () => [
      retained(`${path}/state`, 'driving'),
      retained(`${path}/battery`, String(battery)),
      retained(`${path}/route`, '["dock/door-02","hall-2/line-7","hall-2/line-8"]'),
    ],
    messages: [
      periodic(
        250,
        random,
        `${path}/position`,
        (now) =>
          `{"x":${decimals(x(now), 3)},"y":${decimals(y(now), 3)},"heading":${Math.floor(random() * 360)}}`,
      ),
      {
        everyMs: 8_000,
        firstMs: Math.floor(random() * 8_000),
        say: () => {
          if (battery <= 20) charging = true;
          if (battery >= 95) charging = false;
          battery += charging ? 3 : -1;
          return retained(`${path}/battery`, String(battery));
        },
      },
    ],
  };
};

export const room =
  (name: string): Make =>
  (path, random) => {
    const temperature = signal({ mean: 21.4, swing: 0.8, periodMs: 600_000, noise: 0.05 }, random);
    const air = signal({ mean: 640, swing: 180, periodMs: 400_000, noise: 8 }, random);
    return {
      path,
      births: () => [retained(`${path}/name`, name), retained(`${path}/occupied`, 'no')],
      messages: [
        periodic(5_000, random, `${path}/temperature`, (now) => decimals(temperature(now), 2)),
        periodic(10_000, random, `${path}/co2`, (now) => String(Math.round(air(now)))),
        change(40_000, random, `${path}/occupied`, 0.3, () => (random() < 0.5 ? 'yes' : 'no')),
      ],
    };
  };
