import { describe, expect, test } from 'vitest';
import { Conversation, type AskedBatch } from '../../../../src-main/connection/second-link/conversation.ts';
import type { OnlineProbe } from '../../../../src-main/connection/second-link/probe-link.ts';
import { DeliveryLag } from '../../../../src-main/core/retained/quiet.ts';
import { PingQueue } from '../../../../src-main/core/session/machine/ping-queue.ts';
import { deferred } from '../../../support/deferred.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

type Ping = 'answered' | 'timeout' | 'closed';

interface Given {
  /** How each PINGREQ ends, in turn; the last one goes on. */
  readonly pings?: readonly Ping[];
  /** Stored messages that come with each PINGRESP, in turn. */
  readonly stored?: readonly number[];
  /** What SUBACK says of so many filters; null: it did not come. */
  readonly codes?: (count: number) => readonly number[] | null;
  /** ms for which more may come after the fence, look by look. */
  readonly rests?: readonly number[];
  readonly holds?: boolean;
}

/** A second connection that answers as it is given, and what was asked over it. */
function open({ pings = ['answered'], stored = [], codes, rests = [0], holds = true }: Given = {}) {
  const clock = new ManualClock();
  const asked: string[] = [];
  const subscribed: { filters: string[]; qos: number[] }[] = [];
  let [ping, came, look] = [0, 0, 0];
  const unsubacks: (() => void)[] = [];
  const link = {
    online: true,
    ping: async (_question: string, _timeoutMs: number): Promise<unknown> => {
      await Promise.resolve();
      const kind = pings[Math.min(ping, pings.length - 1)];
      came += stored[ping] ?? 0;
      ping++;
      asked.push(`ping ${kind}`);
      return { kind, ms: 1 };
    },
  };
  const requests = {
    subscribe: async (filters: readonly { filter: string; qos: number }[]) => {
      subscribed.push({ filters: filters.map(({ filter }) => filter), qos: filters.map(({ qos }) => qos) });
      const answer = codes ? codes(filters.length) : filters.map(({ qos }) => qos);
      return answer === null ? { kind: 'timeout' } : { kind: 'answered', codes: answer, reason: null };
    },
    unsubscribe: (filters: readonly string[]) => {
      asked.push(`leave ${filters.length}`);
      return new Promise<void>((resolve) => unsubacks.push(resolve));
    },
  };
  const probe = { kind: 'online', link, requests } as unknown as OnlineProbe;
  const conversation = new Conversation(
    clock,
    () => came,
    new DeliveryLag(),
    () => holds,
  );
  const over = deferred<void>();
  let isSettled = false;
  const fenced: boolean[] = [];
  const batch: AskedBatch = {
    settled: over.promise,
    get isSettled() {
      return isSettled;
    },
    fenced: (answered) => void fenced.push(answered),
    rest: () => rests[Math.min(look++, rests.length - 1)] ?? 0,
  };
  const settle = (): void => {
    isSettled = true;
    over.resolve();
  };
  const reported: (number | null)[] = [];
  const ask = (filters: readonly string[], qos: 0 | 1 | 2 = 0) =>
    conversation.ask(
      probe,
      batch,
      filters.map((filter) => ({ filter, answered: (code) => void reported.push(code) })),
      qos,
    );
  return { ask, asked, subscribed, reported, fenced, clock, conversation, unsubacks, link, settle };
}

const topics = (count: number): string[] => Array.from({ length: count }, (_, i) => `t/${i}`);
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

describe('questions over the second connection', () => {
  test('go out eight in a SUBSCRIBE, all at once, at the QoS that is wanted', async () => {
    const { ask, subscribed, reported, asked } = open();
    await ask(topics(20), 0);
    expect(subscribed.map(({ filters }) => filters.length)).toEqual([8, 8, 4]);
    expect(subscribed.flatMap(({ filters }) => filters)).toEqual(topics(20));
    expect(new Set(subscribed.flatMap(({ qos }) => qos))).toEqual(new Set([0]));
    expect(reported).toEqual(Array<number>(20).fill(0));
    expect(asked).toEqual(['ping answered', 'leave 8', 'leave 8', 'leave 4']);
  });

  test.each<[string, (count: number) => readonly number[] | null, (number | null)[]]>([
    ['refusals one by one', () => [0, 135, 1], [0, 135, 1]],
    ['no answer', () => null, [null, null, null]],
    ['fewer codes than filters, which counts as refused', () => [0], [0, 128, 128]],
  ])('are reported as %s', async (_, codes, reported) => {
    const opened = open({ codes });
    await opened.ask(topics(3));
    expect(opened.reported).toEqual(reported);
  });

  test('wait until nobody is subscribed to the same any more', async () => {
    const { ask, subscribed, unsubacks, conversation } = open();
    await ask(['a', 'b']);
    const again = ask(['b', 'c']);
    const left = conversation.left('b').then(() => 'left');
    await turns();
    expect(subscribed).toHaveLength(1);
    unsubacks[0]?.();
    expect(await left).toBe('left');
    await again;
    expect(subscribed[1]?.filters).toEqual(['b', 'c']);
    await conversation.left('never asked for');
  });
});

describe('the end of an answer', () => {
  test('at QoS 0 is one round trip', async () => {
    const { ask, fenced, asked } = open({ stored: [50] });
    await ask(['a']);
    expect([fenced, asked]).toEqual([[true], ['ping answered', 'leave 1']]);
  });

  test('above it is where three round trips bring nothing more', async () => {
    const { ask, fenced, asked, clock } = open({ stored: [20, 20, 0, 5, 0, 0, 0] });
    const asking = ask(['a'], 1);
    for (let i = 0; i < 20; i++) {
      await turns();
      clock.advance(5);
    }
    await asking;
    expect(asked.filter((line) => line === 'ping answered')).toHaveLength(7);
    expect(fenced).toEqual([true]);
  });

  test('is not known where five PINGRESP are lost, and one that is lost is asked for again', async () => {
    const lost = open({ pings: ['timeout'] });
    await lost.ask(['a']);
    expect([lost.fenced, lost.asked]).toEqual([
      [false],
      [...Array<string>(5).fill('ping timeout'), 'leave 1'],
    ]);
    const dropped = open({ pings: ['timeout', 'answered'] });
    await dropped.ask(['a']);
    expect(dropped.fenced).toEqual([true]);
  });

  test('is given one try at the next question where five were lost, until one comes', async () => {
    const times = (count: number, kind: Ping) => Array<Ping>(count).fill(kind);
    // Then two in vain, one that comes, and at the question after that the first is lost.
    const pings = [...times(7, 'timeout'), 'answered', 'answered', 'timeout', 'answered'] as const;
    const { ask, asked, fenced } = open({ pings });
    for (const filter of ['a', 'b', 'c', 'd']) await ask([filter]);
    const lines = asked.filter((line) => line.startsWith('ping'));
    expect(fenced).toEqual([false, false, true, true]);
    expect(lines.slice(0, 9).map((line) => line.slice(5))).toEqual(pings.slice(0, 9));
    expect(lines.slice(9, 12)).toEqual(['ping timeout', 'ping answered', 'ping answered']);
  });

  test.each<[string, (ping: number) => number | null, boolean]>([
    ['the first is dropped', (ping) => (ping === 0 ? null : 10), true],
    ['each takes 6 s', () => 6_000, true],
    ['the first takes 14 s, and the others no time', (ping) => (ping === 0 ? 14_000 : 0), true],
    ['all are dropped', () => null, false],
  ])('is found although PINGRESP names no question: %s', async (_, takes, isFound) => {
    const { ask, link, fenced, clock } = open();
    // As the keep-alive of the connection has it: what was given up takes the answer that comes next.
    const queue = new PingQueue();
    let [pings, latest] = [0, 0];
    link.ping = (_question: string, timeoutMs: number) =>
      new Promise((settle) => {
        const sentAt = clock.now();
        queue.asked({ question: 'fence', sentAt, deadline: sentAt + timeoutMs, settle });
        const ms = takes(pings++);
        // A broker answers in order.
        if (ms !== null) latest = Math.max(latest, sentAt + ms);
        if (ms !== null) clock.after(latest - sentAt, () => queue.answered(clock.now()));
      });
    const asking = ask(['a']);
    for (let ms = 0; ms < 40_000 && fenced.length === 0; ms += 100) {
      await turns();
      clock.advance(100);
      queue.expire(clock.now());
    }
    await asking;
    expect(fenced).toEqual([isFound]);
  });

  test('is not known where the connection closes, and nobody is asked again', async () => {
    const { ask, fenced, asked } = open({ pings: ['closed'] });
    await ask(['a']);
    expect([fenced, asked[0], asked[1]]).toEqual([[false], 'ping closed', 'leave 1']);
  });

  test('is waited for as long as more may come', async () => {
    const { ask, asked, clock } = open({ rests: [300, 100, 0] });
    const asking = ask(['a']);
    await turns();
    clock.advance(299);
    await turns();
    expect(asked).toEqual(['ping answered']);
    clock.advance(1);
    await turns();
    clock.advance(99);
    await turns();
    expect(asked).toEqual(['ping answered']);
    clock.advance(1);
    await asking;
    expect(asked).toEqual(['ping answered', 'leave 1']);
    expect(clock.pending).toBe(0);
  });

  test('is there at once where everything came, whatever was still waited for', async () => {
    const { ask, settle, clock, asked } = open({ rests: [60_000, 0] });
    const asking = ask(['a']);
    await turns();
    settle();
    await asking;
    expect(asked.at(-1)).toBe('leave 1');
    expect(clock.pending).toBe(0);
  });

  test('is not waited for on a connection that is gone, which nobody leaves', async () => {
    const { ask, link, asked } = open({ rests: [300] });
    link.online = false;
    await ask(['a']);
    expect(asked).toEqual(['ping answered']);
  });
});
