// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary } from '../../../../../../src-main/contract/model/model.ts';
import type { Diagnostics } from '../../../../../../src-main/contract/session/diagnostics.ts';
import { NO_FACTS } from '../../../../../../src-main/contract/session/session-blank.ts';
import { KeepAliveTab } from '../../../../../../src-renderer/features/diagnostics/keep-alive/keep-alive-tab.tsx';
import { diagnosticsOf, onlineState } from '../../../../../support/engine/fake-engine.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { answer, isDisabled, live } from '../../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;

beforeEach(() => {
  window = fakeApp();
  connection = window.engine.add({ name: 'Plant' });
});
afterEach(teardown);

type Part<K extends 'keepAlive' | 'life'> = Partial<Diagnostics[K]>;
const NOW = Date.now();
const report = (
  keepAlive: Part<'keepAlive'> = {},
  life: Part<'life'> = {},
  more: Partial<Diagnostics> = {},
): Diagnostics => {
  const plain = diagnosticsOf(onlineState());
  return {
    ...plain,
    keepAlive: { ...plain.keepAlive, ...keepAlive },
    life: { ...plain.life, ...life },
    ...more,
  };
};
const part = (diagnostics: Diagnostics) => (
  <KeepAliveTab app={window.app} connection={connection} diagnostics={diagnostics} />
);
const open = (...given: Parameters<typeof report>) => live(part(report(...given)));
const figure = (name: string) =>
  [...document.querySelectorAll('dt')].find(({ textContent }) => textContent === name)?.nextElementSibling
    ?.textContent;
const caption = () => document.querySelector('figcaption')?.textContent;

describe('A ping that is asked for', () => {
  test('says that it waits, and then how long the answer took', async () => {
    let give = (): void => undefined;
    const wait = new Promise<void>((resolve) => (give = resolve));
    const asked = answer(window.engine, 'pingNow', async () => {
      await wait;
      return { kind: 'answered', ms: 12 } as never;
    });
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Ping now' }));
    expect(page.getByRole('status').textContent).toBe('Waiting for the answer…');
    give();
    await expect.poll(() => page.getByRole('status').textContent).toBe('Answered in 12 ms.');
    expect(asked).toEqual([{ connection: connection.id }]);
  });

  test('says why there was no answer', async () => {
    answer(window.engine, 'pingNow', () => failed('late', 'No answer came.', 'Look at the network.'));
    const page = open();
    await page.user.click(page.getByRole('button', { name: 'Ping now' }));
    await expect
      .poll(() => page.getByRole('status').textContent)
      .toBe('No answer came. Look at the network.');
  });

  test('is nobody’s while there is no connection', () => {
    const page = live(part(diagnosticsOf({ kind: 'idle' })));
    expect(isDisabled(page.getByRole('button', { name: 'Ping now' }))).toBe(true);
  });
});

describe('The round trips', () => {
  test('are shown as none before there was one', () => {
    open();
    expect(['Round trip', 'Median', 'p99', 'Worst', 'Unanswered'].map(figure)).toEqual([
      'none yet',
      'none yet',
      'none yet',
      'none yet',
      'none sent',
    ]);
  });

  test('are each shown by their own names', () => {
    open({ lastRttMs: 1, medianRttMs: 2, p99RttMs: 30, worstRttMs: 400, pings: 7, unanswered: 1 });
    expect(['Round trip', 'Median', 'p99', 'Worst', 'Unanswered'].map(figure)).toEqual([
      '1 ms',
      '2 ms',
      '30 ms',
      '400 ms',
      '1 of 7 pings',
    ]);
  });
});

describe('The clocks', () => {
  const row = (name: string) =>
    [...document.querySelectorAll('tbody tr')]
      .find((one) => one.querySelector('th')?.textContent === name)
      ?.textContent.slice(name.length);

  test('count our silence to the next ping, and the broker’s to our giving up', () => {
    const page = open({ nextPingAt: null, brokerGivesUpAt: null }, { weGiveUpAt: null });
    expect(page.getByRole('table', { name: 'Clocks' })).toBeTruthy();
    expect(row('Our silence')).toBe('none yetnevernever');
    expect(row('Broker’s silence')).toBe('none yetnever pingsnever');
  });

  test('say since when an answer is awaited, in place of the next ping', () => {
    open({ nextPingAt: NOW + 5_000 }, { awaitingSince: NOW - 3_000 });
    expect(row('Our silence')).toMatch(/sent .*s ago/);
  });
});

describe('What happens without us', () => {
  const will = { topic: 'plant/\u202egone', qos: 1 as const, retain: false, size: 3, delayInterval: null };
  const words = (delayInterval: number | null) => {
    const page = open({}, {}, { facts: { ...NO_FACTS, will: { ...will, delayInterval } } });
    return page.getByText(/^If we disconnect/).textContent;
  };

  test('is shown with its topic as it may be shown, and how much later', () => {
    expect(words(null)).toBe(
      'If we disconnect without notice, the broker publishes 3 B to plant/\\u{202e}gone.',
    );
    expect(words(0)).toMatch(/gone\.$/);
    expect(words(1)).toMatch(/gone 1 second later\.$/);
    expect(words(30)).toMatch(/gone 30 seconds later\.$/);
  });

  test('is nothing without a last will', () => {
    expect(open().getByText('No last will is set.')).toBeTruthy();
  });

  test('begins with what is missed in a row', () => {
    expect(open({}, { missedNow: 2 }).getByText(/^2 pings in a row unanswered/)).toBeTruthy();
  });
});

describe('The chart of pings', () => {
  const ping = (ago: number, rttMs: number | null) => ({ at: NOW - ago, rttMs });

  test('says in words what it draws, for those who do not see it', () => {
    open();
    expect(caption()).toBe('No ping has been sent yet.');
    open({ recent: [ping(60_000, 2)], medianRttMs: 2, unanswered: 0, intervalSeconds: 60 });
    expect(caption()).toBe(
      '1 ping in the last five minutes, usually answered in 2 ms; 0 unanswered. The broker gives up after 90 s without a packet from us.',
    );
    expect(document.querySelector('figure svg')?.getAttribute('aria-hidden')).toBe('true');
  });

  test('names no deadline where the keep-alive is off, and counts gaps', () => {
    const gap = { kind: 'asleep' as const, from: NOW - 60_000, to: NOW - 30_000, ms: 30_000 };
    open({ recent: [ping(1_000, 2)], intervalSeconds: 0 }, { gaps: [gap] as never });
    expect(caption()).toBe(
      '1 ping in the last five minutes; 0 unanswered. 1 gap while this computer slept or its clock was set.',
    );
    expect(document.querySelector('figure')?.textContent).toContain('asleep 30 s');
  });

  test('draws an unanswered ping as lost, a slow one as slow, and none that is older than it spans', () => {
    const recent = [
      ping(400_000, 1),
      ping(200_000, 2),
      ping(100_000, 90),
      ping(50_000, null),
      ping(1_000, 2),
    ];
    open({ recent, medianRttMs: 2 });
    expect(document.querySelectorAll('line.chart-lost')).toHaveLength(1);
    expect(document.querySelectorAll('rect.chart-slow')).toHaveLength(1);
    expect(document.querySelectorAll('rect.chart-bar')).toHaveLength(2);
  });

  test('has bars within its picture, however slow one answer was', () => {
    open({ recent: [ping(1_000, 60_000), ping(2_000, 0)] });
    for (const bar of document.querySelectorAll('rect')) {
      expect(Number(bar.getAttribute('y'))).toBeGreaterThanOrEqual(0);
      expect(Number(bar.getAttribute('height'))).toBeGreaterThanOrEqual(3);
    }
  });

  test('has the figures of the last answer and of slow ones, and none of an ordinary one', () => {
    open({ recent: [ping(240_000, 3), ping(120_000, 250), ping(1_000, 4)], medianRttMs: 3 });
    const figures = [...document.querySelectorAll('figure text')].map(({ textContent }) => textContent);
    expect(figures).toEqual(expect.arrayContaining(['250 ms', '4 ms']));
    expect(figures).not.toContain('3 ms');
  });

  test('draws a time in which the clock was set as unknown, never outside of its picture', () => {
    const gap = { kind: 'clock-set', from: NOW - 900_000, to: NOW - 290_000, ms: 610_000 };
    open({}, { gaps: [gap] as never });
    const drawn = document.querySelector('rect.chart-gap');
    expect(Number(drawn?.getAttribute('x'))).toBe(0);
    expect(Number(drawn?.getAttribute('width'))).toBeGreaterThanOrEqual(2);
    expect(document.querySelector('figure')?.textContent).toContain('clock set');
  });

  test('forgets a gap that is older than it spans', () => {
    const gap = { kind: 'asleep', from: NOW - 900_000, to: NOW - 800_000, ms: 100_000 };
    open({}, { gaps: [gap] as never });
    expect(document.querySelector('rect.chart-gap')).toBeNull();
  });

  test('keeps every deadline in its picture, the furthest at its end', () => {
    open({ nextPingAt: NOW + 1_000, brokerGivesUpAt: NOW + 3_600_000 }, { weGiveUpAt: NOW + 1_800_000 });
    for (const line of document.querySelectorAll('figure line')) {
      const x = Number(line.getAttribute('x1'));
      expect([x >= 0, x <= 504]).toEqual([true, true]);
    }
    const [next] = document.querySelectorAll('line.chart-next');
    const [own] = document.querySelectorAll('line.chart-own-end');
    expect(Number(next?.getAttribute('x1'))).toBeLessThan(Number(own?.getAttribute('x1')));
  });

  test('draws our own end below the words of the broker’s, however close they are', () => {
    for (const behind of [0, 2_000, 15_000]) {
      const page = open({ brokerGivesUpAt: NOW + 70_000 }, { weGiveUpAt: NOW + 70_000 + behind });
      const words = [...document.querySelectorAll('text.chart-end')];
      const [own] = document.querySelectorAll('line.chart-own-end');
      expect(words.map(({ textContent }) => textContent)).toEqual(['broker', 'gives up']);
      // The letters reach some 3 px below their line.
      for (const word of words)
        expect(Number(word.getAttribute('y')) + 3).toBeLessThan(Number(own?.getAttribute('y1')));
      page.unmount();
    }
  });

  test('writes the seconds until the broker gives up beside the word “now”, never over it', () => {
    for (const ms of [500, 4_000, 90_000]) {
      const page = open({ brokerGivesUpAt: NOW + ms }, { weGiveUpAt: NOW + 95_000 });
      const below = [...document.querySelectorAll('figure text[y="86"]')].slice(1);
      const [now, until] = below.map((text) => Number(text.getAttribute('x')));
      expect(below.map(({ textContent }) => textContent)).toEqual(['now', expect.stringMatching(/^\d+ s$/)]);
      expect((until ?? 0) - (now ?? 0)).toBeGreaterThanOrEqual(30);
      page.unmount();
    }
  });

  test('shows what is ahead only of a connection', () => {
    const ahead = { nextPingAt: NOW + 20_000, brokerGivesUpAt: NOW + 80_000 };
    open(ahead, { weGiveUpAt: NOW + 40_000, awaitingSince: NOW - 1_000 });
    expect(document.querySelector('figure svg')?.textContent).toMatch(/waiting .*ping in \d+ s.*gives up/);
    live(part({ ...report(ahead, { awaitingSince: NOW - 1_000 }), state: { kind: 'idle' } }));
    expect(document.querySelector('figure svg')?.textContent).not.toMatch(/waiting|ping in|gives up/);
  });
});
