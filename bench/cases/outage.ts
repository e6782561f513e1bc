import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import type { Page } from 'playwright-core';
import { startMosquitto, type Mosquitto } from '../../test/support/brokers/mosquitto.ts';
import { startRelay, type Relay } from '../../test/support/net/relay.ts';
import { teardown } from '../../test/support/teardown.ts';
import { launchBrowser, startHost } from '../lib/browser.ts';
import { median } from '../lib/process.ts';
import type { Case } from './figure.ts';

const TOPIC = 'bench/value';
/** Of each fault: 40 tries in all. */
const ROUNDS = 10;
/** A session this long is one; what comes before it belongs to the round before. ms */
const SETTLED_MS = 1_500;
const FROZEN_MS = 1_500;
/** Beyond it a round counts as lost. ms */
const GIVE_UP_MS = 60_000;

interface Stage {
  readonly broker: Mosquitto;
  readonly relay: Relay;
}

/** Each ends when the broker could be reached again. */
const FAULTS: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  'kill -9 and restart': async ({ broker }) => {
    await broker.kill();
    await broker.restart();
  },
  'frozen for 1.5 s': async ({ broker }) => {
    broker.freeze();
    await delay(FROZEN_MS);
    broker.thaw();
  },
  cut: async ({ relay }) => relay.cut(),
  'half-open': async ({ relay }) => relay.silence(),
};

async function publish(port: number, value: string): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  await client.publishAsync(TOPIC, value, { qos: 1, retain: true });
  await client.endAsync();
}

/** Until the row of the topic shows the value, as the page paints. */
async function shown(page: Page, value: string): Promise<void> {
  await page.waitForFunction(
    ([topic, text]) => {
      const row = document.querySelector(`[role=row][data-topic="${topic}"]`);
      return row?.textContent.includes(text ?? '') === true;
    },
    [TOPIC, value],
    { timeout: GIVE_UP_MS, polling: 'raf' },
  );
}

/**
 * How long the window shows an old value after a broker can be reached again: from the acknowledgement of a
 * new retained value, which another client published, to the row that shows it.
 */
export const OUTAGE_CASES: readonly Case[] = [
  {
    names: ['outage/back-median', 'outage/back-worst'],
    measure: async (context) => {
      const broker = await startMosquitto();
      const relay = await startRelay(() => broker.port);
      const host = await startHost([`mqtt://127.0.0.1:${relay.port}`]);
      const browser = await launchBrowser();
      const all: number[] = [];
      try {
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
        await page.goto(host.url);
        await publish(broker.port, 'v0');
        await page.locator('[role=row][data-topic="bench"]').waitFor();
        await page.getByRole('button', { name: 'Expand all' }).click();
        await shown(page, 'v0');
        for (const [name, fault] of Object.entries(FAULTS)) {
          const times: number[] = [];
          for (let round = 0; round < ROUNDS; round++) {
            await delay(SETTLED_MS);
            await fault({ broker, relay });
            const value = `v${all.length + 1}`;
            await publish(broker.port, value);
            const began = performance.now();
            await shown(page, value);
            times.push(performance.now() - began);
            all.push(times.at(-1) ?? Number.NaN);
          }
          const list = times.map((ms) => ms.toFixed(0)).join(', ');
          context.log(`${name}: median ${median(times).toFixed(0)} ms; ${list}`);
        }
      } finally {
        await browser.close();
        await host.close();
        await teardown();
      }
      const plain = { valid: true, why: '', sent: all.length, received: all.length, higher: false } as const;
      const vs = `${all.length} tries: ${Object.keys(FAULTS).join(', ')}`;
      return [
        { ...plain, name: 'outage/back-median', value: median(all), unit: 'ms', goal: 2_000, vs },
        { ...plain, name: 'outage/back-worst', value: Math.max(...all), unit: 'ms', goal: 4_000, vs },
      ];
    },
  },
];
