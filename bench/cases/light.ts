import { setTimeout as delay } from 'node:timers/promises';
import { startMosquitto } from '../../test/support/brokers/mosquitto.ts';
import { BareBrowser, type BarePage } from '../lib/bare-browser.ts';
import { startHost } from '../lib/browser.ts';
import { browserCpuMs, processCpuMs } from '../lib/cpu.ts';
import { Child } from '../lib/process.ts';
import { retain } from '../lib/retain.ts';
import type { Case, Context, Figure } from './figure.ts';

/** Retained, and expanded in the window. */
const TOPICS = 2_000;
const SECONDS = 10;
/** Until the code is compiled: what is measured is a day, and not its first minute. */
const WARM_UP = { rate: 1_000, seconds: 6 };
/** Until all has settled, and until the averages of young topics have filled. */
const SETTLE_MS = 8_000;
const YOUNG_MS = 32_000;

interface Load {
  readonly name: string;
  /** Messages a second to all topics by turns, beside what the broker publishes below $SYS. */
  readonly rate: number;
  /** Most of a core, in percent. */
  readonly host: number;
  /** Null: the window is hidden. */
  readonly renderer: number | null;
}

const LOADS: readonly Load[] = [
  { name: 'idle', rate: 0, host: 1.5, renderer: 3 },
  { name: 'hidden', rate: 0, host: 0.5, renderer: null },
  { name: '100', rate: 100, host: 3, renderer: 12 },
  { name: '1k', rate: 1_000, host: 6, renderer: 20 },
  { name: '5k', rate: 5_000, host: 10, renderer: 25 },
];

/** Percent of a core. */
interface Cost {
  readonly host: number;
  readonly renderer: number;
  /** What puts the drawn pieces together, where there is no graphics card. */
  readonly compositor: number;
  readonly sent: number;
  readonly received: number;
}

/** A program with its window, beside each other: ours, another, or one that does nothing. */
interface Subject {
  readonly pid: number;
  readonly browser: BareBrowser;
  readonly page: BarePage;
  received(): Promise<number>;
  close(): Promise<void>;
}

async function publishing(port: number, rate: number, seconds: number): Promise<() => Promise<number>> {
  if (rate === 0) return () => Promise.resolve(0);
  const feed = { topics: TOPICS, messages: rate * seconds, qos: 0, version: 4, rate, seconds: 0, port };
  const publisher = new Child('./publisher.ts', [JSON.stringify({ ...feed, naps: true })]);
  await publisher.next('ready');
  publisher.send({ kind: 'go' });
  return async () => {
    const { sent } = await publisher.next<{ sent: number }>('published');
    await publisher.end();
    return sent;
  };
}

async function cost(subject: Subject, port: number, { rate, renderer }: Load): Promise<Cost> {
  const before = await subject.received();
  if (renderer === null) await subject.page.setHidden(true);
  const warmUp = 3;
  const published = await publishing(port, rate, SECONDS + warmUp + 1);
  await delay(warmUp * 1_000);
  const at = await times(subject);
  await delay(SECONDS * 1_000);
  const used = await times(subject);
  const sent = await published();
  if (renderer === null) await subject.page.setHidden(false);
  await delay(500);
  const share = (key: 'host' | 'renderer' | 'compositor'): number =>
    ((used[key] - at[key]) / (used.at - at.at)) * 100;
  return {
    host: share('host'),
    renderer: share('renderer'),
    compositor: share('compositor'),
    sent,
    received: (await subject.received()) - before,
  };
}

async function times({
  pid,
  browser,
}: Subject): Promise<Record<'at' | 'host' | 'renderer' | 'compositor', number>> {
  const renderer = await browserCpuMs(browser, 'renderer');
  const compositor = await browserCpuMs(browser, 'GPU');
  return { at: performance.now(), host: processCpuMs(pid), renderer, compositor };
}

async function ours(port: number): Promise<Subject> {
  const host = await startHost([`mqtt://127.0.0.1:${port}`]);
  const browser = await BareBrowser.launch();
  const page = await browser.open(host.url);
  await page.until(`document.querySelector('[role=row][data-topic]') !== null`);
  await page.evaluate(`document.querySelector('[aria-label="Expand all"]').click()`);
  await page.until(`Number(document.querySelector('[role=treegrid]').ariaRowCount) > ${TOPICS}`);
  const shown = `Number(document.querySelector('[role=group][aria-label=Traffic]').dataset.received)`;
  return {
    pid: host.pid,
    browser,
    page,
    received: async () => (await page.evaluate(shown)) as number,
    close: async () => {
      await browser.close();
      await host.close();
    },
  };
}

async function naive(port: number): Promise<Subject> {
  const host = new Child('./client-naive-window.ts', [JSON.stringify({ port })]);
  const { url } = await host.next<{ url: string }>('listening');
  const browser = await BareBrowser.launch();
  const page = await browser.open(url);
  await page.until(`window.received >= ${TOPICS}`);
  return {
    pid: host.process.pid ?? 0,
    browser,
    page,
    received: async () => (await page.evaluate('window.received')) as number,
    close: async () => {
      await browser.close();
      await host.end();
    },
  };
}

async function nothing(): Promise<Subject> {
  const host = new Child('./idle.ts');
  await host.next('idle');
  const browser = await BareBrowser.launch();
  const page = await browser.open(`data:text/html,<p>${'a static page '.repeat(200)}`);
  return {
    pid: host.process.pid ?? 0,
    browser,
    page,
    received: () => Promise.resolve(0),
    close: async () => {
      await browser.close();
      await host.end();
    },
  };
}

async function measured(
  open: Promise<Subject>,
  port: number,
  loads: readonly Load[],
  settleMs: number,
): Promise<Cost[]> {
  const subject = await open;
  try {
    await (
      await publishing(port, WARM_UP.rate, WARM_UP.seconds)
    )();
    await delay(settleMs);
    const costs: Cost[] = [];
    for (const load of loads) costs.push(await cost(subject, port, load));
    return costs;
  } finally {
    await subject.close();
  }
}

function figures(load: Load, mine: Cost, other: Cost, idle: Cost): Figure[] {
  const valid = mine.received >= mine.sent;
  const figure = (part: 'host' | 'renderer', goal: number): Figure => ({
    name: `${load.name}/${part}-cpu`,
    value: mine[part],
    unit: '% of a core',
    higher: false,
    goal,
    control: idle[part],
    vs: `${other[part].toFixed(1)} % of a naive explorer; ${idle[part].toFixed(1)} % of what does nothing`,
    valid,
    why: valid ? '' : 'not all was received',
    sent: mine.sent,
    received: mine.received,
  });
  const host = figure('host', load.host);
  return load.renderer === null ? [host] : [host, figure('renderer', load.renderer)];
}

async function measure({ only, log }: Context): Promise<Figure[]> {
  const loads = LOADS.filter((load) => namesOf(load).some((name) => name.startsWith(only)));
  const broker = await startMosquitto({
    config: ['log_type none', 'log_type notice', 'log_type information'],
  });
  try {
    await retain(broker.port, TOPICS);
    const { port } = broker;
    const young = loads.some(({ rate }) => rate === 0);
    const mine = await measured(ours(port), port, loads, young ? YOUNG_MS : SETTLE_MS);
    const other = await measured(naive(port), port, loads, SETTLE_MS);
    const [idle] = await measured(nothing(), port, [IDLE], SETTLE_MS);
    return loads.flatMap((load, at) => {
      const [a, b] = [mine[at], other[at]];
      if (a === undefined || b === undefined || idle === undefined) return [];
      log(`${load.name}: ${words(a)}; naive: ${words(b)}`);
      return figures(load, a, b, idle);
    });
  } finally {
    await broker.close();
  }
}

const IDLE: Load = { name: 'nothing', rate: 0, host: 0, renderer: 0 };

function words({ host, renderer, compositor }: Cost): string {
  return `host ${host.toFixed(1)} %, renderer ${renderer.toFixed(1)} %, compositor ${compositor.toFixed(1)} %`;
}

function namesOf({ name, renderer }: Load): string[] {
  return renderer === null ? [`${name}/host-cpu`] : [`${name}/host-cpu`, `${name}/renderer-cpu`];
}

/** One sitting, and CPU is no matter of luck as time is: `rounds` counts for nothing here. */
export const LIGHT_CASES: readonly Case[] = [{ names: LOADS.flatMap(namesOf), measure }];
