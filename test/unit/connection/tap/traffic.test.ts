import { expect, test } from 'vitest';
import { ByteRates, NO_TRAFFIC } from '../../../../src-main/connection/tap/traffic.ts';

test('Bytes a second follow the traffic of both directions, and fade to nothing without any.', () => {
  const rates = new ByteRates();
  let at = 0;
  let bytesIn = 0;
  const run = (ticks: number, perTick: number): void => {
    for (let i = 0; i < ticks; i++) {
      at += 250;
      bytesIn += perTick;
      rates.tick({ ...NO_TRAFFIC, bytesIn, bytesOut: bytesIn / 10 }, at);
    }
  };
  run(80, 2_500);
  expect(rates.in).toBeGreaterThan(9_900);
  expect(rates.in).toBeLessThan(10_100);
  expect(rates.out).toBeGreaterThan(990);
  run(4, 0);
  expect(rates.in).toBeLessThan(7_000);
  run(200, 0);
  expect([rates.in, rates.out]).toEqual([0, 0]);
});

test('A tick at the same time, and the first one, yield no rate.', () => {
  const rates = new ByteRates();
  rates.tick({ ...NO_TRAFFIC, bytesIn: 1_000_000 }, 0);
  rates.tick({ ...NO_TRAFFIC, bytesIn: 2_000_000 }, 0);
  expect(rates.in).toBe(0);
});
