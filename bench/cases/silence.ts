import { setTimeout as delay } from 'node:timers/promises';
import { startMosquitto } from '../../test/support/brokers/mosquitto.ts';
import { BareBrowser } from '../lib/bare-browser.ts';
import { startHost } from '../lib/browser.ts';
import { retain } from '../lib/retain.ts';
import type { Case, Context, Figure } from './figure.ts';

/** Retained, and expanded in the window. */
const TOPICS = 2_000;
const SECONDS = 10;
/** Until the rates of what came with the subscription have decayed to nothing. */
const SETTLE_MS = 35_000;
/**
 * From the engine to the window, and bytes both ways, in ten seconds in which nothing arrives. A broker on this
 * computer is pinged after each second of silence, which the diagnostics show.
 */
const GOALS = { frames: 12, bytes: 6_000 };

/** Counts what passes through every WebSocket of a page. */
const COUNT = `{
  window.passed = { frames: 0, requests: 0, bytes: 0 };
  const count = (way, data) => {
    window.passed[way]++;
    window.passed.bytes += typeof data === 'string' ? data.length : (data.byteLength ?? data.size);
  };
  window.WebSocket = class extends window.WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', ({ data }) => count('frames', data));
    }
    send(data) {
      count('requests', data);
      super.send(data);
    }
  };
}`;

interface Passed {
  readonly frames: number;
  readonly requests: number;
  readonly bytes: number;
}

async function measure({ log }: Context): Promise<Figure[]> {
  // The broker publishes nothing below $SYS either.
  const broker = await startMosquitto({ config: ['sys_interval 0'] });
  try {
    await retain(broker.port, TOPICS);
    const host = await startHost([`mqtt://127.0.0.1:${broker.port}`]);
    const browser = await BareBrowser.launch();
    try {
      const page = await browser.open('about:blank');
      await page.before(COUNT);
      await page.navigate(host.url);
      await page.until(`document.querySelector('[role=row][data-topic]') !== null`);
      await page.evaluate(`document.querySelector('[aria-label="Expand all"]').click()`);
      await page.until(`Number(document.querySelector('[role=treegrid]').ariaRowCount) > ${TOPICS}`);
      const passed = async () => (await page.evaluate('window.passed')) as Passed;
      const start = await passed();
      await delay(SETTLE_MS);
      const before = await passed();
      await delay(SECONDS * 1_000);
      const after = await passed();
      log(`silence: ${after.requests - before.requests} requests of the window`);
      return (['frames', 'bytes'] as const).map((part) => ({
        name: `silence/${part}`,
        value: after[part] - before[part],
        unit: `${part} in ${SECONDS} s`,
        higher: false,
        goal: GOALS[part],
        vs: `${before[part] - start[part]} in the ${SETTLE_MS / 1_000} s before`,
        // A counter that saw nothing of the start would see nothing of the silence either.
        valid: start.frames > 0,
        why: start.frames > 0 ? '' : 'the window was not counted',
        sent: 0,
        received: 0,
      }));
    } finally {
      await browser.close();
      await host.close();
    }
  } finally {
    await broker.close();
  }
}

export const SILENCE_CASES: readonly Case[] = [{ names: ['silence/frames', 'silence/bytes'], measure }];
