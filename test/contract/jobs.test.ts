import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src-main/contract/base/define.ts';
import { failed } from '../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../src-main/contract/model/model.ts';
import { jobCalls, jobStreams, type Job, type ScopedTopic } from '../../src-main/contract/session/jobs.ts';
import type { ClearResult } from '../../src-main/contract/session/outcomes.ts';
import { packMessages } from '../../src-main/core/retained/packed-messages.ts';
import { packed } from '../support/retained/packed.ts';
import { Jobs, type JobConnection } from '../../src-main/engine/jobs/job-handlers.ts';
import { connectTo } from '../../src-main/wire/client.ts';
import { serve } from '../../src-main/wire/serve.ts';
import { Trash } from '../../src-main/engine/retained/trash.ts';
import { onTeardown, teardown } from '../support/teardown.ts';
import { ListedWorker } from '../support/retained/listed-worker.ts';
import { pipeKinds, type PipePair } from './pipes.ts';

const jobApi = { ...jobCalls, ...jobStreams } as const;
const CONNECTION = ConnectionId.parse('c');
/** Topics below `t`, of which every tenth may not be cleared; a piece of the list has 300. */
const TOPICS = 2_500;
const PIECE = 300;

const topic = (i: number): ScopedTopic => ({
  key: `t/${i}`,
  topic: `t/${i}`,
  size: 3,
  preview: { kind: 'text', text: 'abc', cut: false },
  returning: i === 1,
  excluded: i % 10 === 0 ? 'A filter of the broker’s.' : null,
});

/** By the last digit: 1 is refused, 2 came back, 3 is not known, all others are gone. */
function outcomeOf(key: string): ClearResult {
  const failure = failed('probe-135', 'Not authorized.', '');
  const outcomes: Readonly<Record<string, ClearResult['outcome']>> = {
    1: { kind: 'refused', code: 135, failure },
    2: { kind: 'still-retained', failure, at: 7, back: true },
    3: { kind: 'not-verified', failure },
  };
  const outcome = outcomes[key.slice(-1)] ?? { kind: 'cleared' };
  return { key, topic: key, outcome, restorable: outcome.kind === 'cleared' };
}

const copyOf = (key: string) => ({
  key,
  payload: new TextEncoder().encode('abc'),
  qos: 1 as const,
  properties: new Uint8Array(0),
  at: 5,
});

/** A connection whose worker clears a batch when the test says so. */
class FakeConnection {
  readonly batches: { readonly keys: readonly string[]; answer(): void }[] = [];
  #asked: (() => void)[] = [];

  readonly connection = {
    summary: {
      value: {
        state: { kind: 'online', since: 1 },
        name: 'Plant',
        address: 'mqtt://h:1883',
        levelSeparator: '/',
      },
    },
    worker: new ListedWorker((name, params) => this.#call(name, params as never)),
  } as unknown as JobConnection;

  /** The batch that waits for its answer. */
  async batch(n: number) {
    while (this.batches.length <= n) await new Promise<void>((resolve) => this.#asked.push(resolve));
    const batch = this.batches[n];
    if (batch === undefined) throw new Error(`no batch ${n}`);
    return batch;
  }

  #call(name: string, params: { readonly from: number; readonly keys: readonly string[] }): Promise<unknown> {
    if (name === 'listRetained') {
      const all = Array.from({ length: TOPICS }, (_, i) => topic(i));
      const next = params.from + PIECE;
      return Promise.resolve({
        topics: packed(all.slice(params.from, next)),
        unknown: params.from === 0 ? 7 : 0,
        next: next < TOPICS ? next : null,
      });
    }
    const { keys } = params;
    if (name === 'planClear')
      return Promise.resolve({ topics: keys.map((key) => topic(Number(key.slice(2)))) });
    if (name === 'fetchListed')
      return Promise.resolve(
        packMessages(keys.map((key) => ({ kind: 'message', key, message: copyOf(key) }))),
      );
    if (name === 'checkListed')
      return Promise.resolve({
        cleared: Uint32Array.from(keys.keys()).filter(
          (i) => outcomeOf(keys[i] ?? '').outcome.kind === 'cleared',
        ),
        others: keys.map(outcomeOf).filter(({ outcome }) => outcome.kind !== 'cleared'),
        overtaken: [],
      });
    return new Promise((resolve) => {
      const unsent = keys.map(outcomeOf).filter(({ outcome }) => outcome.kind === 'refused');
      this.batches.push({
        keys,
        answer: () => resolve({ unsent, took: new Float32Array(keys.length).fill(2.5) }),
      });
      for (const answer of this.#asked.splice(0)) answer();
    });
  }
}

describe.each(pipeKinds)('long work over $name', (kind) => {
  let pair: PipePair | null = null;
  let jobs: Jobs | null = null;
  let trash: Trash | null = null;

  afterEach(async () => {
    jobs?.close();
    await pair?.close();
    pair = null;
    await teardown();
  });

  interface Opened {
    readonly client: Client<typeof jobApi>;
    readonly fake: FakeConnection;
    readonly misfits: unknown[];
    close(): void;
  }

  async function open(): Promise<Opened> {
    pair = await kind.open();
    const fake = new FakeConnection();
    let isOpen = true;
    const dataDir = mkdtempSync(join(tmpdir(), 'topicscope-jobs-'));
    onTeardown(() => rmSync(dataDir, { recursive: true, force: true }));
    trash = new Trash({ dataDir, now: () => 1_000, limit: () => 1e9 });
    jobs = new Jobs({
      live: () => (isOpen ? fake.connection : null),
      now: () => 1_000,
      trash,
      largest: () => 1e6,
    });
    serve(jobApi, jobs.handlers(), pair.answering, { check: true });
    const misfits: unknown[] = [];
    const client = connectTo(jobApi, pair.asking, { onMisfit: (error) => misfits.push(error) });
    return { client, fake, misfits, close: () => (isOpen = false) };
  }

  async function plan({ client }: Opened): Promise<string> {
    const answer = await client.call('planClearing', {
      connection: CONNECTION,
      scope: { kind: 'subtree', key: 't' },
    });
    if (answer.kind !== 'plan') throw new Error(answer.message);
    return answer.plan;
  }

  async function start(opened: Opened): Promise<string> {
    const answer = await opened.client.call('startClearing', { plan: await plan(opened) });
    if (answer.kind !== 'started') throw new Error(answer.message);
    return answer.job;
  }

  /** The first item of the stream for which it holds. */
  async function until({ client }: Opened, id: string, holds: (job: Job) => boolean): Promise<Job> {
    for await (const item of client.stream('jobs', {})) {
      const job = item.jobs.find((one) => one.id === id);
      if (job !== undefined && holds(job)) return job;
    }
    throw new Error('the stream ended');
  }

  it('lists what it would do in pages, and does nothing yet', async () => {
    const opened = await open();
    const { client, fake } = opened;
    const answer = await client.call('planClearing', {
      connection: CONNECTION,
      scope: { kind: 'subtree', key: 't' },
    });
    expect(answer).toMatchObject({
      kind: 'plan',
      clear: 2_250,
      excluded: 250,
      bytes: 6_750,
      returning: 1,
      unknown: 7,
    });
    if (answer.kind !== 'plan') return;
    const page = { plan: answer.plan, part: 'clear', from: 2_240, count: 500 } as const;
    const last = await client.call('readPlan', page);
    expect(last.kind === 'page' ? last.topics.map(({ key }) => key) : last).toEqual(
      [2489, 2491, 2492, 2493, 2494, 2495, 2496, 2497, 2498, 2499].map((i) => `t/${i}`),
    );
    expect(await client.call('readPlan', { ...page, from: 2_250 })).toEqual({ kind: 'page', topics: [] });
    expect(await client.call('readPlan', { ...page, plan: 'old' })).toMatchObject({ code: 'no-such-plan' });
    expect(fake.batches).toEqual([]);
  });

  it('reports its progress, batch by batch, and counts by outcome', async () => {
    const opened = await open();
    const id = await start(opened);
    expect(await until(opened, id, () => true)).toMatchObject({
      kind: 'clear-retained',
      title: 't/#',
      state: { kind: 'running' },
      total: 2_250,
      done: 0,
    });
    const seen: number[] = [];
    for (const n of [0, 1, 2, 3, 4]) {
      (await opened.fake.batch(n)).answer();
      const { steps } = await until(opened, id, (job) => job.steps.fetched > (seen.at(-1) ?? 0));
      seen.push(steps.fetched);
    }
    expect(seen).toEqual([500, 1_000, 1_500, 2_000, 2_250]);
    const over = await until(opened, id, ({ state }) => state.kind === 'done');
    expect(over).toMatchObject({ cleared: 1_500, refused: 250, cameBack: 250, unknown: 250 });
    expect(opened.misfits).toEqual([]);
  });

  it('gives the outcome of every topic, in pages and by kind', async () => {
    const opened = await open();
    const { client, fake } = opened;
    const job = await start(opened);
    for (const n of [0, 1, 2, 3, 4]) (await fake.batch(n)).answer();
    await until(opened, job, ({ state }) => state.kind === 'done');
    const keys: string[] = [];
    for (let from = 0; from < 2_250; from += 450) {
      const page = await client.call('jobOutcomes', { job, part: 'all', from, count: 450 });
      if (page.kind !== 'page') throw new Error(page.message);
      expect(page.total).toBe(2_250);
      keys.push(...page.outcomes.map(({ key }) => key));
    }
    expect(keys.toSorted()).toEqual(fake.batches.flatMap((batch) => batch.keys).toSorted());
    const left = await client.call('jobOutcomes', { job, part: 'not-cleared', from: 748, count: 500 });
    expect(left).toMatchObject({
      kind: 'page',
      total: 750,
      outcomes: [{ outcome: { kind: 'still-retained' } }, { outcome: { kind: 'not-verified' } }],
    });
    await expect(client.call('jobOutcomes', { job, part: 'all', from: 0, count: 501 })).rejects.toMatchObject(
      { code: 'bad-params' },
    );
  });

  it('pauses after the batch that is under way, and goes on where it stood', async () => {
    const opened = await open();
    const { client, fake } = opened;
    const job = await start(opened);
    // Three are under way at once.
    const first = await Promise.all([0, 1, 2].map((n) => fake.batch(n)));
    expect(await client.call('pauseJob', { job })).toEqual({ kind: 'done' });
    await until(opened, job, ({ state }) => state.kind === 'paused');
    for (const batch of first) batch.answer();
    const paused = await until(opened, job, ({ steps }) => steps.fetched === 1_500);
    expect(paused.state).toEqual({ kind: 'paused' });
    // What was sent waits to be checked.
    const waiting = { job, part: 'waiting', from: 0, count: 1 } as const;
    expect(await client.call('jobOutcomes', waiting)).toMatchObject({
      total: 2_250 - paused.refused,
      waiting: [{ sent: true }],
    });
    expect(fake.batches).toHaveLength(3);
    expect(await client.call('dismissJob', { job })).toMatchObject({ code: 'job-runs' });
    expect(await client.call('resumeJob', { job })).toEqual({ kind: 'done' });
    for (const n of [3, 4]) (await fake.batch(n)).answer();
    const over = await until(opened, job, ({ state }) => state.kind === 'done');
    expect(over.done).toBe(2_250);
    expect(fake.batches.map((batch) => batch.keys.length)).toEqual([500, 500, 500, 500, 250]);
  });

  it('stops: what is under way is finished, nothing more is begun, and the rest has no outcome', async () => {
    const opened = await open();
    const { client, fake } = opened;
    const job = await start(opened);
    const first = await Promise.all([0, 1, 2].map((n) => fake.batch(n)));
    expect(await client.call('stopJob', { job })).toEqual({ kind: 'done' });
    for (const batch of first) batch.answer();
    const over = await until(opened, job, ({ state }) => state.kind === 'stopped');
    expect(over).toMatchObject({ total: 2_250, done: 1_500, state: { at: 1_000 } });
    expect(fake.batches).toHaveLength(3);
    expect(await client.call('dismissJob', { job })).toEqual({ kind: 'done' });
    const page = { job, part: 'all', from: 0, count: 1 } as const;
    expect(await client.call('jobOutcomes', page)).toMatchObject({ code: 'no-such-job' });
    const list = await client.stream('jobs', {}).next();
    expect(list.value).toEqual({ jobs: [] });
  });

  it('goes on without a reader, and a later reader sees all of it', async () => {
    const opened = await open();
    const job = await start(opened);
    const reader = opened.client.stream('jobs', {});
    await reader.next();
    await reader.return?.();
    for (const n of [0, 1, 2, 3, 4]) (await opened.fake.batch(n)).answer();
    const over = await until(opened, job, ({ state }) => state.kind === 'done');
    expect(over.done).toBe(2_250);
  });

  it('has a copy of everything in the trash before it is cleared, and begins again with what was not', async () => {
    const opened = await open();
    const { client, fake } = opened;
    const job = await start(opened);
    await fake.batch(0);
    const [entry] = await list();
    expect(entry?.messages).toBeGreaterThanOrEqual(500);
    for (const n of [0, 1, 2, 3, 4]) (await fake.batch(n)).answer();
    const over = await until(opened, job, ({ state }) => state.kind === 'done');
    // The broker refused 250 of them, so they are where they were.
    expect(await list()).toMatchObject([{ id: over.entry, title: 't/#', messages: 2_000, damage: [] }]);
    expect(await client.call('retryJob', { job })).toEqual({ kind: 'done' });
    expect(await client.call('retryJob', { job })).toMatchObject({ code: 'job-runs' });
    for (const n of [5, 6]) (await fake.batch(n)).answer();
    const again = await until(opened, job, ({ state }) => state.kind === 'done');
    expect(again).toMatchObject({ done: 2_250, cleared: 1_500 });
    expect(fake.batches[5]?.keys.every((key) => /[123]$/.test(key))).toBe(true);
  });

  async function list() {
    const entries = await trash?.list();
    if (entries === undefined || 'code' in entries) throw new Error('no list');
    return entries;
  }

  it('fails, with the reason, where its connection is closed', async () => {
    const opened = await open();
    const job = await start(opened);
    const first = await Promise.all([0, 1, 2].map((n) => opened.fake.batch(n)));
    opened.close();
    for (const batch of first) batch.answer();
    const over = await until(opened, job, ({ state }) => state.kind === 'failed');
    expect(over).toMatchObject({ done: 1_500, state: { failure: { code: 'connection-closed' } } });
  });
});
