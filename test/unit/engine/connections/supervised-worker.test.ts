import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { WorkerStart } from '../../../../src-main/connection/worker-api.ts';
import { SupervisedWorker } from '../../../../src-main/engine/connections/supervised-worker.ts';

const script = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);
/** Threads that end at once, throw, or live and never answer. */
const ENDS = script('process.exit();');
const THROWS = script(`throw new Error('out of wits');`);
const LIVES = script('setInterval(() => undefined, 1e9);');

let now = 0;
const all: SupervisedWorker[] = [];

beforeEach(() => {
  now = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(all.splice(0).map((one) => one.stop(0)));
});

function supervised(url: URL) {
  const reported: string[] = [];
  let told1: () => void = () => undefined;
  let next = new Promise<void>((resolve) => (told1 = resolve));
  const emit = (what: string) => {
    reported.push(what);
    told1();
    next = new Promise((resolve) => (told1 = resolve));
  };
  const worker = new SupervisedWorker(
    url,
    () => ({}) as WorkerStart,
    () => now,
    {
      started: () => emit('started'),
      died: (reason) => emit(`died: ${reason}`),
    },
  );
  all.push(worker);
  /** Resolves when so much was reported. */
  const until = async (count: number) => {
    while (reported.length < count) await next;
  };
  return { worker, reported, until };
}

describe('a thread of a connection', () => {
  test('that dies is started again after waits that grow, and says why it died', async () => {
    const { worker, reported, until } = supervised(THROWS);
    worker.run();
    for (const [deaths, wait] of [500, 1_000, 2_000, 4_000].entries()) {
      await until(2 * deaths + 2);
      expect(worker.client).toBeNull();
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(reported).toHaveLength(2 * deaths + 2);
      await vi.advanceTimersByTimeAsync(1);
      expect(reported).toHaveLength(2 * deaths + 3);
      expect(worker.client).not.toBeNull();
    }
    expect(new Set(reported)).toEqual(new Set(['started', 'died: out of wits']));
  });

  test('that lived for a while begins with the shortest wait again, and waits at most half a minute', async () => {
    const { worker, reported, until } = supervised(ENDS);
    worker.run();
    for (let deaths = 1; deaths <= 8; deaths++) {
      await until(2 * deaths);
      await vi.advanceTimersByTimeAsync(30_000);
    }
    // It lives now, and dies after a minute.
    now += 60_001;
    await until(18);
    expect(reported.at(-1)).toBe('died: it ended by itself');
    await vi.advanceTimersByTimeAsync(500);
    expect(reported.at(-1)).toBe('started');
  });

  test('that is stopped is not started again, also where it had just died', async () => {
    const { worker, reported, until } = supervised(ENDS);
    worker.run();
    await until(2);
    await worker.stop(100);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reported).toEqual(['started', 'died: it ended by itself']);
  });

  test('that does not answer is ended by force, and its end is no death', async () => {
    const { worker, reported } = supervised(LIVES);
    worker.run();
    const stopping = worker.stop(1_500);
    expect(worker.client).toBeNull();
    await vi.advanceTimersByTimeAsync(1_500);
    await stopping;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reported).toEqual(['started']);
  });

  test('is replaced by another one once it is gone, and not at all where it was stopped meanwhile', async () => {
    const { worker, reported } = supervised(LIVES);
    worker.run();
    const between: string[] = [];
    const replacing = worker.replace(100, () => between.push(worker.client === null ? 'gone' : 'there'));
    await vi.advanceTimersByTimeAsync(100);
    await replacing;
    expect([between, reported, worker.client !== null]).toEqual([['gone'], ['started', 'started'], true]);
    const again = worker.replace(100, () => between.push('again'));
    const stopping = worker.stop(100);
    await vi.advanceTimersByTimeAsync(100);
    await Promise.all([again, stopping]);
    expect([between, reported]).toEqual([['gone'], ['started', 'started']]);
  });
});
