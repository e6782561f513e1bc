import { expect, test, vi } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { ClearResult } from '../../../../src-main/contract/session/outcomes.ts';
import { ClearJob } from '../../../../src-main/engine/jobs/clear-job.ts';

type Answer = (keys: string[]) => readonly ClearResult[] | Promise<readonly ClearResult[]>;

const result = (key: string, outcome: ClearResult['outcome']): ClearResult => ({
  key,
  topic: key,
  outcome,
  restorable: outcome.kind === 'cleared',
});
const cleared = (key: string): ClearResult => result(key, { kind: 'cleared' });
const cutOff = (key: string): ClearResult =>
  result(key, { kind: 'not-verified', failure: failed('probe-closed', 'x', '') });
const refused = (key: string): ClearResult =>
  result(key, { kind: 'refused', code: 135, failure: failed('not-authorized', 'x', '') });

function start(keys: readonly string[], answer: Answer) {
  const asked: string[][] = [];
  const broker = { online: true, open: true };
  let now = 1_000;
  let wake: () => void = () => undefined;
  const job = new ClearJob({
    id: 'j',
    connection: ConnectionId.parse('c'),
    title: 'plant/#',
    keys,
    now: () => now,
    changed: () => undefined,
    broker: {
      isOpen: () => broker.open,
      isOnline: () => broker.online,
      changed: (signal) =>
        new Promise((resolve) => {
          if (broker.online) resolve();
          wake = resolve;
          signal.addEventListener('abort', () => resolve());
        }),
      async clear(batch) {
        asked.push([...batch]);
        now += 100;
        return answer(batch);
      },
    },
  });
  const set = (change: Partial<typeof broker>) => {
    Object.assign(broker, change);
    wake();
  };
  return { job, asked, set };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `t/${i}`);

test('Every topic of the list is cleared once, in batches, and no other is named.', async () => {
  const { job, asked } = start([...names(450), 't/0'], (keys) => keys.map(cleared));
  await job.over;
  expect(asked.map((batch) => batch.length)).toEqual([200, 200, 50]);
  expect(asked.flat()).toEqual(names(450));
  expect(job.job()).toMatchObject({
    state: { kind: 'done', at: 1_300 },
    total: 450,
    done: 450,
    cleared: 450,
    rate: 1_500,
  });
});

test('What the broker refuses, holds again or leaves open is counted by itself.', async () => {
  const { job } = start(['a', 'b', 'c', 'd'], ([...keys]) =>
    keys.map((key) => {
      if (key === 'a') return refused(key);
      if (key === 'b') return result(key, { kind: 'still-retained', failure: failed('x', 'x', '') });
      if (key === 'c') return result(key, { kind: 'not-verified', failure: failed('probe-135', 'x', '') });
      return cleared(key);
    }),
  );
  await job.over;
  expect(job.job()).toMatchObject({ done: 4, cleared: 1, refused: 1, cameBack: 1, unknown: 1 });
});

test('It waits while the broker is away and goes on with what was cut off, but not for ever.', async () => {
  let tries = 0;
  const { job, asked, set } = start(['a', 'b'], (keys) => {
    if (tries++ > 0) return keys.map((key) => (key === 'a' ? cleared(key) : cutOff(key)));
    set({ online: false });
    return keys.map(cutOff);
  });
  await vi.waitFor(() => expect(job.job().state.kind).toBe('waiting'));
  expect(job.job().done).toBe(0);
  set({ online: true });
  await job.over;
  expect(asked).toEqual([['a', 'b'], ['a', 'b'], ['b']]);
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, cleared: 1, unknown: 1 });
});

test('A worker that dies under it is asked again; what stays lost is told as such.', async () => {
  const { job, asked } = start(['a'], () => Promise.reject(new Error('closed')));
  await job.over;
  expect(asked).toHaveLength(3);
  expect(job.outcomes).toMatchObject([
    { outcome: { kind: 'not-verified', failure: { code: 'worker-restarted' } } },
  ]);
});

test('Paused, nothing more is begun until it is resumed.', async () => {
  const { job, asked } = start(names(600), (keys) => {
    if (asked.length === 1) job.pause();
    return keys.map(cleared);
  });
  await vi.waitFor(() => expect(job.job().done).toBe(200));
  expect(job.job().state.kind).toBe('paused');
  expect(asked).toHaveLength(1);
  job.resume();
  await job.over;
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, done: 600 });
});

test.each(['running', 'paused', 'waiting'] as const)(
  'Stopped while it is %s, it ends without beginning anything more.',
  async (kind) => {
    const { job, asked, set } = start(names(600), (keys) => {
      if (kind === 'paused') job.pause();
      if (kind === 'waiting') set({ online: false });
      if (kind === 'running') job.stop();
      return keys.map(cleared);
    });
    if (kind !== 'running') await vi.waitFor(() => expect(job.job().state.kind).toBe(kind));
    job.stop();
    await job.over;
    expect(job.job()).toMatchObject({ state: { kind: 'stopped' }, done: 200, total: 600 });
    expect(asked).toHaveLength(1);
  },
);

test('A connection that is closed for good ends it, and what is left is told.', async () => {
  const { job, set } = start(names(300), (keys) => {
    set({ open: false, online: false });
    return keys.map(cleared);
  });
  await job.over;
  const { state, done } = job.job();
  expect(done).toBe(200);
  expect(state).toMatchObject({ kind: 'failed', failure: { code: 'connection-closed' } });
  expect(state.kind === 'failed' ? state.failure.message : '').toContain('100 topics');
});
