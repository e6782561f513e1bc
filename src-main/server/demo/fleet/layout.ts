import type { Device } from './device.ts';
import { compressor, conveyor, door, pump, robot, room, vehicle } from './machines.ts';
import { press } from './presses.ts';
import { seedFor, seeded } from './random.ts';

/** What stands where in the plant: 40 devices, one more drops now and then (`flaky.ts`). */
export function plant(seed: number): readonly Device[] {
  const random = (path: string): (() => number) => seeded(seedFor(seed, path));
  const presses: readonly Parameters<typeof place>[] = [
    ['plant/hall-1/line-1/press-01', '4.1.7', 1_000, 500],
    ['plant/hall-1/line-2/press-02', '4.1.7', 1_000, 1_000],
    ['plant/hall-2/line-7/press-03', '4.2.1', 100, 100],
    // Falls silent after a minute, its heartbeat goes on: the one to be found.
    ['plant/hall-2/line-7/press-04', '4.2.1', 200, 500, 60_000],
    // The chatty one.
    ['plant/hall-2/line-7/press-05', '4.2.0-rc.3', 40, 250],
    ['plant/hall-2/line-8/press-06', '4.2.1', 500, 500],
    ['plant/hall-2/line-8/press-07', '4.2.1', 500, 1_000],
    ['plant/hall-2/line-9/press-08', '4.2.1', 1_000, 1_000],
  ];
  function place(
    path: string,
    firmware: string,
    telemetryMs: number,
    temperatureMs: number,
    silentAfterMs?: number,
  ): Device {
    const silent = silentAfterMs === undefined ? {} : { silentAfterMs };
    return press({ path, random: random(path), firmware, telemetryMs, temperatureMs, ...silent });
  }
  const make = (
    kind: (path: string, random: () => number) => Device,
    ...paths: readonly string[]
  ): Device[] => paths.map((path) => kind(path, random(path)));
  return [
    ...presses.map((one) => place(...one)),
    ...make(
      robot,
      'plant/hall-1/line-1/robot-01',
      'plant/hall-1/line-2/robot-02',
      'plant/hall-2/line-7/robot-11',
      'plant/hall-2/line-7/robot-12',
      'plant/hall-2/line-8/robot-13',
      'plant/hall-2/line-8/robot-14',
    ),
    ...make(
      conveyor,
      'plant/hall-1/line-1/conveyor-01',
      'plant/hall-2/line-7/conveyor-02',
      'plant/hall-2/line-8/conveyor-03',
      'plant/hall-2/line-9/conveyor-04',
      'plant/hall-2/dock/conveyor-05',
    ),
    ...make(
      door,
      'plant/hall-1/door-01',
      'plant/hall-2/dock/door-02',
      'plant/hall-2/dock/door-03',
      'plant/hall-3/door-04',
    ),
    ...make(
      pump,
      'plant/hall-3/coolant/pump-01',
      'plant/hall-3/coolant/pump-02',
      'plant/hall-3/water/pump-03',
      'plant/hall-3/water/pump-04',
    ),
    ...make(
      compressor,
      'plant/hall-3/air/compressor-01',
      'plant/hall-3/air/compressor-02',
      'plant/hall-3/air/compressor-03',
    ),
    ...make(vehicle, 'plant/vehicles/agv-1', 'plant/vehicles/agv-2', 'plant/vehicles/agv-3'),
    ...make(room('Kontrollrom'), 'building/floor-1/room-101'),
    ...make(room('Møterom Fløyen'), 'building/floor-1/room-104'),
    ...make(room('Kantine'), 'building/floor-2/room-201'),
    ...make(room('Verksted'), 'building/floor-2/room-204'),
    ...make(room('Prøvelab'), 'building/floor-3/room-301'),
    ...make(room('Serverrom'), 'building/floor-3/room-309'),
  ];
}
