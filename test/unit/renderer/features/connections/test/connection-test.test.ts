import { expect, test } from 'vitest';
import { ConnectionOptions } from '../../../../../../src-main/contract/model/model.ts';
import {
  ConnectionTest,
  isRunning,
} from '../../../../../../src-renderer/features/connections/test/connection-test.ts';
import type { Engine } from '../../../../../../src-renderer/state/engine/engine.ts';

const OPTIONS = ConnectionOptions.parse({ name: 'a', protocol: 'mqtt', host: 'a.example', port: 1883 });
const report = (kind: 'running' | 'passed' | 'failed', address = 'a') => ({ kind, address, steps: [] });

/** A stream whose items come when the test says so. */
class Reports {
  returned = 0;
  #items: unknown[] = [];
  #over: { readonly why: Error | null } | null = null;
  #wake: () => void = () => undefined;

  emit(item: unknown): void {
    this.#items.push(item);
    this.#wake();
  }
  end(why: Error | null = null): void {
    this.#over = { why };
    this.#wake();
  }
  [Symbol.asyncIterator]() {
    return this;
  }
  async next(): Promise<{ done: boolean; value: unknown }> {
    while (this.#items.length === 0 && this.#over === null)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#items.length > 0) return { done: false, value: this.#items.shift() };
    const why = this.#over?.why ?? null;
    if (why !== null) throw why;
    return { done: true, value: undefined };
  }
  return() {
    this.returned++;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }
}

function testing() {
  const streams: Reports[] = [];
  const asked: unknown[] = [];
  const stream = (_: string, params: unknown) => {
    asked.push(params);
    const one = new Reports();
    streams.push(one);
    return one;
  };
  const made = new ConnectionTest({ stream } as unknown as Pick<Engine, 'stream'>);
  return { streams, asked, made, run: () => made.store.getState() };
}

test('A test runs until its report says how it ended.', async () => {
  const { streams, asked, made, run } = testing();
  expect(isRunning(run())).toBe(false);
  const started = made.start(OPTIONS, 'p1');
  expect([asked, run().kind, isRunning(run())]).toEqual([
    [{ options: OPTIONS, profileId: 'p1' }],
    'starting',
    true,
  ]);
  streams[0]?.emit(report('running'));
  await expect.poll(() => run().kind).toBe('report');
  expect(isRunning(run())).toBe(true);
  streams[0]?.emit(report('failed'));
  streams[0]?.end();
  await started;
  expect([run(), isRunning(run())]).toMatchObject([{ kind: 'report', report: { kind: 'failed' } }, false]);
});

test.each([
  ['ends', null, 'Try it again.'],
  ['breaks', new Error('The pipe is closed.'), 'The pipe is closed. Try it again.'],
])('A test whose stream %s without an end says so.', async (_, why, advice) => {
  const { streams, made, run } = testing();
  const started = made.start(OPTIONS, null);
  streams[0]?.emit(report('running'));
  streams[0]?.end(why);
  await started;
  expect([run(), isRunning(run())]).toMatchObject([
    { kind: 'broken', problem: { code: 'test-no-end', advice } },
    false,
  ]);
});

test('A test that cannot even be asked for says so as well.', async () => {
  const stream = () => {
    throw new Error('The link is gone.');
  };
  const made = new ConnectionTest({ stream } as unknown as Pick<Engine, 'stream'>);
  await made.start(OPTIONS, null);
  expect(made.store.getState()).toMatchObject({
    kind: 'broken',
    problem: { advice: 'The link is gone. Try it again.' },
  });
});

test('One that is stopped is ended at the engine, and reports nothing more.', async () => {
  const { streams, made, run } = testing();
  const started = made.start(OPTIONS, null);
  streams[0]?.emit(report('running'));
  await expect.poll(() => run().kind).toBe('report');
  made.cancel();
  expect([run().kind, streams[0]?.returned]).toEqual(['idle', 1]);
  streams[0]?.emit(report('passed'));
  await started;
  expect(run()).toEqual({ kind: 'idle' });
});

test('A second one takes the place of the first, whose late report is not shown.', async () => {
  const { streams, made, run } = testing();
  const first = made.start(OPTIONS, null);
  const second = made.start({ ...OPTIONS, host: 'b.example' }, null);
  expect([streams.length, streams[0]?.returned]).toEqual([2, 1]);
  streams[0]?.emit(report('passed', 'first'));
  await first;
  expect(run().kind).toBe('starting');
  streams[1]?.emit(report('passed', 'second'));
  streams[1]?.end();
  await second;
  expect(run()).toMatchObject({ report: { kind: 'passed', address: 'second' } });
});
