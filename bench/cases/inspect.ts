import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Page } from 'playwright-core';
import { startMosquitto } from '../../test/support/brokers/mosquitto.ts';
import { launchBrowser, startHost } from '../lib/browser.ts';
import { frames, percentile } from '../lib/frames.ts';
import { median } from '../lib/process.ts';
import type { Case, Context, Figure } from './figure.ts';

const plain = { valid: true, why: '', sent: 0, received: 0, higher: false } as const;

/** Selections measured. */
const SELECTIONS = 20;
/** Topics that are walked through, at 30 a second, as a held arrow key does. */
const WALKED = 100;
const KEY_MS = 33;
const LARGE_BYTES = 10_000_000;
/** How long frames are looked at after a large value was selected. */
const WATCH_MS = 2_000;

/** JSON of so many bytes whose first field names it. */
function json(name: string, bytes: number): string {
  const rows: string[] = [];
  const head = `{"name":"${name}","rows":[`;
  let length = head.length + 2;
  for (let at = 0; length < bytes - 70; at++) {
    const row = `{"id":${String(at)},"temperature":${(20 + (at % 97) / 10).toFixed(1)},"state":"running"}`;
    rows.push(row);
    length += row.length + 1;
  }
  return `${head}${rows.join(',')}]}`;
}

/** In the page's own clock: from the next key to the frame in which the value says `name`. */
async function untilShown(page: Page, key: string, name: string): Promise<number> {
  await page.evaluate(`(() => {
    window.__shown = new Promise((resolve) => {
      addEventListener('keydown', () => {
        const at = performance.now();
        const look = () => {
          const text = document.querySelector('[data-payload]')?.textContent ?? '';
          if (text.slice(0, 200).includes(${JSON.stringify(`"name": "${name}"`)})) requestAnimationFrame(() => resolve(performance.now() - at));
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }, { once: true, capture: true });
    });
  })()`);
  await page.keyboard.press(key);
  return (await page.evaluate('window.__shown')) as number;
}

/** The same for a key that only moves the focus ring: what a frame costs on this machine. */
async function control(page: Page): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < SELECTIONS; at++) {
    await page.evaluate(`(() => {
      window.__shown = new Promise((resolve) => {
        addEventListener('keydown', () => {
          const at = performance.now();
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - at)));
        }, { once: true, capture: true });
      });
    })()`);
    await page.keyboard.press('Shift');
    times.push((await page.evaluate('window.__shown')) as number);
  }
  return median(times);
}

interface Opened {
  readonly page: Page;
  readonly client: MqttClient;
  close(): Promise<void>;
}

/** The window on a broker that has these retained messages, all rows in sight. */
async function opened(publish: (client: MqttClient) => Promise<void>, filter: string): Promise<Opened> {
  const broker = await startMosquitto();
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  await publish(client);
  const host = await startHost([`mqtt://127.0.0.1:${broker.port}`]);
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(host.url);
  await page.getByRole('searchbox', { name: 'Filter topics' }).fill(filter);
  await page.locator('[role=row][data-topic]').first().waitFor();
  await page.getByRole('button', { name: 'Expand all' }).click();
  return {
    page,
    client,
    close: async () => {
      await client.endAsync();
      await browser.close();
      await host.close();
      await broker.stop();
    },
  };
}

const row = (page: Page, topic: string) => page.locator(`[role=row][data-topic=${JSON.stringify(topic)}]`);

async function publishSmall(client: MqttClient, names: readonly string[]): Promise<void> {
  for (const name of names)
    await client.publishAsync(`bench/${name}`, json(name, 10_000), { retain: true, qos: 1 });
}

async function small(context: Context): Promise<Figure[]> {
  const names = Array.from({ length: SELECTIONS + 1 }, (_, at) => `t${String(at + 100)}`);
  const { page, close } = await opened((client) => publishSmall(client, names), 'topic:bench/#');
  try {
    await row(page, 'bench/t100').click();
    await page.locator('[data-payload]', { hasText: '"name": "t100"' }).waitFor();
    await delay(1_000);
    const idle = await control(page);
    const times: number[] = [];
    for (const name of names.slice(1)) {
      times.push(await untilShown(page, 'ArrowDown', name));
      await delay(150);
    }
    context.log(`10 kB: median ${median(times).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`);
    return [
      {
        ...plain,
        name: 'inspect/10k',
        value: percentile(times, 0.95),
        unit: 'ms',
        goal: 50,
        control: idle,
        vs: 'arrow key to the value of 10 kB of JSON on screen, p95',
        sent: names.length,
        received: names.length,
      },
    ];
  } finally {
    await close();
  }
}

async function large(context: Context): Promise<Figure[]> {
  const publish = async (client: MqttClient) => {
    for (const at of [0, 2, 4, 6]) {
      await client.publishAsync(`bench/t${String(at)}`, json(`t${String(at)}`, 1_000), {
        retain: true,
        qos: 1,
      });
      const name = `t${String(at + 1)}`;
      await client.publishAsync(`bench/${name}`, json(name, LARGE_BYTES), { retain: true, qos: 1 });
    }
  };
  const { page, close } = await opened(publish, 'topic:bench/#');
  try {
    await row(page, 'bench/t7').waitFor();
    await row(page, 'bench/t0').click();
    await page.locator('[data-payload]', { hasText: '"name": "t0"' }).waitFor();
    await delay(2_000);
    const idle = await frames(page, () => delay(WATCH_MS));
    const times: number[] = [];
    const gaps: number[] = [];
    for (const at of [1, 3, 5, 7]) {
      gaps.push(
        ...(await frames(page, async () => {
          times.push(await untilShown(page, 'ArrowDown', `t${String(at)}`));
          await delay(WATCH_MS);
        })),
      );
      if (at < 7) await untilShown(page, 'ArrowDown', `t${String(at + 1)}`);
    }
    const total = await page.locator('[data-payload]').getAttribute('data-bytes-total');
    const isWhole = Number(total) > LARGE_BYTES * 0.99;
    const base = { ...plain, valid: isWhole, why: isWhole ? '' : `a message of ${String(total)} bytes` };
    context.log(
      `10 MB: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms, frame ${Math.max(...gaps).toFixed(0)} ms`,
    );
    return [
      {
        ...base,
        name: 'inspect/10M-first-page',
        value: Math.max(...times),
        unit: 'ms',
        goal: 300,
        vs: 'arrow key to the first page of 10 MB of JSON on screen, the slowest',
        sent: 4,
        received: 4,
      },
      {
        ...base,
        name: 'inspect/10M-longest-frame',
        value: Math.max(...gaps),
        unit: 'ms',
        goal: 50,
        control: Math.max(...idle),
        vs: 'the longest frame from the key until 2 s after, of four selections',
        sent: 4,
        received: 4,
      },
    ];
  } finally {
    await close();
  }
}

async function walk(context: Context): Promise<Figure[]> {
  const names = Array.from({ length: WALKED + 1 }, (_, at) => `t${String(at + 100)}`);
  const { page, close } = await opened((client) => publishSmall(client, names), 'topic:bench/#');
  try {
    await row(page, 'bench/t100').click();
    await page.locator('[data-payload]', { hasText: '"name": "t100"' }).waitFor();
    const session = await page.context().newCDPSession(page);
    const press = { key: 'ArrowDown', code: 'ArrowDown', windowsVirtualKeyCode: 40 };
    const keys = async () => {
      const began = performance.now();
      for (let at = 0; at < WALKED - 1; at++) {
        await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...press, autoRepeat: at > 0 });
        await delay(Math.max(0, began + (at + 1) * KEY_MS - performance.now()));
      }
      await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...press });
    };
    const gaps = await frames(page, keys);
    const behind = await untilShown(page, 'ArrowDown', names.at(-1) ?? '');
    context.log(`walk: ${behind.toFixed(0)} ms behind, p95 frame ${percentile(gaps, 0.95).toFixed(0)} ms`);
    return [
      {
        ...plain,
        name: 'inspect/walk-100/behind',
        value: behind,
        unit: 'ms',
        goal: 200,
        vs: 'after 99 topics at 30 keys a second: the last key to its value on screen',
        sent: WALKED,
        received: WALKED,
      },
    ];
  } finally {
    await close();
  }
}

const POINTS = 10_000;
const SERIES = 8;
const DRAG_MS = 8_000;

/** What the chart begins with, and then live ones for as long as it is measured. */
async function publishPoints(
  client: MqttClient,
  topic: string,
  message: (at: number) => string,
): Promise<void> {
  for (let at = 1; at < POINTS; at++) await client.publishAsync(topic, message(at), { qos: 1 });
  for (let at = POINTS; client.connected; at++) {
    client.publish(topic, message(at));
    await delay(50);
  }
}

async function chart(context: Context): Promise<Figure[]> {
  const fields = Array.from({ length: SERIES }, (_, at) => `f${String(at)}`);
  const message = (at: number) =>
    JSON.stringify(
      Object.fromEntries(fields.map((name, n) => [name, Math.sin(at / (50 + 10 * n)) * (n + 1)])),
    );
  const first = (client: MqttClient) =>
    client.publishAsync('bench/chart', message(0), { retain: true, qos: 1 }).then(() => undefined);
  const { page, client, close } = await opened(first, 'topic:bench/#');
  try {
    await row(page, 'bench/chart').click();
    void publishPoints(client, 'bench/chart', message).catch(() => undefined);
    const received = () =>
      page.evaluate(`Number(document.querySelector('[role=group][aria-label=Traffic]').dataset.received)`);
    while (((await received()) as number) < POINTS * 0.99) await delay(200);
    const idle = await frames(page, () => delay(2_000));
    await page.getByRole('tab', { name: 'Chart', exact: true }).click();
    await page.getByRole('combobox', { name: 'Time span' }).selectOption({ label: 'All' });
    for (const name of fields.slice(1))
      await page.getByRole('combobox', { name: 'Add a field' }).selectOption({ label: name });
    const table = page.getByRole('table', { name: 'Series' });
    await table
      .getByText(fields.at(-1) ?? '')
      .first()
      .waitFor();
    await delay(2_000);
    const slider = page.getByRole('slider', { name: 'Range start' });
    await slider.focus();
    const gaps = await frames(page, async () => {
      for (const began = performance.now(); performance.now() - began < DRAG_MS;) {
        const key = Math.floor((performance.now() - began) / 2_000) % 2 === 0 ? 'ArrowRight' : 'ArrowLeft';
        await page.keyboard.press(key);
        await delay(16);
      }
    });
    const rows = (await table.getByRole('row').count()) - 1;
    const isWhole = rows === SERIES;
    const p95 = percentile(gaps, 0.95);
    context.log(
      `chart: p95 ${p95.toFixed(1)} ms, longest ${Math.max(...gaps).toFixed(0)} ms, ${gaps.length} frames`,
    );
    return [
      {
        ...plain,
        name: 'chart/8x10k/p95-frame',
        value: p95,
        unit: 'ms',
        goal: 25,
        control: percentile(idle, 0.95),
        vs: '8 series of 10,000 messages, live, while the range is moved',
        valid: isWhole,
        why: isWhole ? '' : `${String(rows)} series drawn`,
        sent: POINTS,
        received: (await received()) as number,
      },
    ];
  } finally {
    await close();
  }
}

export const INSPECT_CASES: readonly Case[] = [
  { names: ['inspect/10k'], measure: small },
  { names: ['inspect/10M-first-page', 'inspect/10M-longest-frame'], measure: large },
  { names: ['inspect/walk-100/behind'], measure: walk },
  { names: ['chart/8x10k/p95-frame'], measure: chart },
];
