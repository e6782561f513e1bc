import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionId, type TopicKey } from '../../../../src-main/contract/model/model.ts';
import type { InventoryState } from '../../../../src-main/contract/session/inventory.ts';
import type { ClearScope, Job } from '../../../../src-main/contract/session/jobs.ts';
import type { ClearResult } from '../../../../src-main/contract/session/outcomes.ts';
import { packMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { TopicListWriter } from '../../../../src-main/core/retained/topic-list.ts';
import { displayTopic } from '../../../../src-main/core/topics/names.ts';
import { Observable } from '../../../../src-main/engine/base/observable.ts';
import { Jobs, type JobConnection } from '../../../../src-main/engine/jobs/job-handlers.ts';
import { Trash } from '../../../../src-main/engine/retained/trash.ts';
import { ListedWorker } from '../../../support/retained/listed-worker.ts';

const BROKER = ConnectionId.parse('broker-1');
const OTHER = ConnectionId.parse('broker-2');
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'topicscope-jobs-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

interface Listed {
  readonly size?: number;
  readonly key: TopicKey;
  readonly excluded?: string;
  readonly returning?: boolean;
}

/** A broker that holds what is listed. */
class Held {
  readonly summary = new Observable({
    name: 'Plant',
    address: 'mqtt://a:1883',
    levelSeparator: '/',
    state: { kind: 'online', since: 1 },
  } as JobConnection['summary']['value']);
  readonly sent: TopicKey[] = [];
  readonly refuses = new Set<TopicKey>();
  readonly comesBack = new Set<TopicKey>();
  /** How many were sought while others were cleared, and what was asked for at the end. */
  soughtAlong = 0;
  readonly checked: TopicKey[] = [];
  /** Of each message when it is fetched. */
  payloadBytes = 3;
  /** A SUBSCRIBE waits for it. */
  gate: Promise<void> = Promise.resolve();
  readonly #listed: readonly Listed[];
  #worker: ListedWorker | null = null;

  constructor(listed: readonly Listed[]) {
    this.#listed = listed;
  }

  get connection(): JobConnection {
    const call = (name: string, params: unknown): Promise<unknown> => this.#answer(name, params);
    this.#worker ??= new ListedWorker(call);
    return { summary: this.summary, worker: this.#worker as unknown as JobConnection['worker'] };
  }

  async #answer(name: string, params: unknown): Promise<unknown> {
    const { keys = [], from = 0 } = params as { keys?: TopicKey[]; from?: number };
    switch (name) {
      // In two pieces.
      case 'listRetained': {
        const half = Math.ceil(this.#listed.length / 2);
        const some = from === 0 ? this.#listed.slice(0, half) : this.#listed.slice(half);
        const writer = new TopicListWriter(some.length);
        for (const { key, size = 3, excluded = null, returning = false } of some)
          writer.addListed({ key, size, returning, excluded });
        return { topics: writer.packed(), unknown: 2, next: from === 0 ? half : null };
      }
      case 'planClear':
        return { topics: keys.map((key) => ({ key, preview: { kind: 'text', text: `value of ${key}` } })) };
      case 'fetchListed':
        await this.gate;
        return packMessages(
          keys.map((key) => ({
            kind: 'message',
            key,
            message: {
              key,
              payload: new Uint8Array(this.payloadBytes),
              properties: new Uint8Array(),
              qos: 1,
              at: 5,
            },
          })),
        );
      case 'emptyListed':
        this.sent.push(...keys);
        return {
          unsent: keys.flatMap((key) =>
            this.refuses.has(key)
              ? [{ key, outcome: { kind: 'refused', code: 135, failure: failed('not-authorized', 'x', '') } }]
              : [],
          ),
          took: new Float32Array(keys.length),
        };
      case 'clearedListed':
        this.soughtAlong += keys.length;
        return {
          cleared: Uint32Array.from(keys.flatMap((key, at) => (this.comesBack.has(key) ? [] : [at]))),
          overtaken: [
            { key: keys[0], payload: Uint8Array.of(9), properties: new Uint8Array(), qos: 1, at: 6 },
          ],
        };
      case 'checkListed':
        this.checked.push(...keys);
        return {
          cleared: Uint32Array.from(keys.flatMap((key, at) => (this.comesBack.has(key) ? [] : [at]))),
          others: keys.flatMap((key): ClearResult[] =>
            this.comesBack.has(key)
              ? [
                  {
                    key,
                    topic: key,
                    outcome: { kind: 'still-retained', failure: failed('x', 'x', ''), at: 5, back: true },
                    restorable: false,
                  },
                ]
              : [],
          ),
          overtaken: [],
        };
      default:
        throw new Error(name);
    }
  }
}

function jobsOf(brokers: Map<ConnectionId, Held>, limit = 2 ** 30) {
  const trash = new Trash({
    dataDir: dir,
    now: () => 1_000,
    limit: () => limit,
    freeBytes: () => Promise.resolve(2 ** 40),
  });
  const jobs = new Jobs({
    live: (id) => brokers.get(id)?.connection ?? null,
    now: () => 1_000,
    trash,
    largest: () => 1e6,
  });
  const handlers = jobs.handlers();
  const signal = new AbortController();
  onTestFinished(() => signal.abort());
  let list: readonly Pick<Job, 'id' | 'state'>[] = [];
  void (async () => {
    for await (const news of handlers.jobs({}, signal.signal)) list = news.jobs;
  })();
  const plan = async (scope: ClearScope = { kind: 'subtree', key: 'a' }, connection = BROKER) => {
    const made = await handlers.planClearing({ connection, scope });
    if (made.kind === 'failed') throw new Error(made.message);
    return made;
  };
  const start = async (of: string, overLimit = false): Promise<string> => {
    const started = await handlers.startClearing({ plan: of, overLimit });
    if (started.kind === 'failed') throw new Error(started.code);
    return started.job;
  };
  const state = (job: string): string | undefined => list.find(({ id }) => id === job)?.state.kind;
  return { jobs, handlers, plan, start, state, list: () => list };
}

/** What was chosen in the list of what is retained. */
const chosen = ({
  filter = '',
  state = 'all',
  all = true,
  on = [],
  off = [],
}: {
  filter?: string;
  state?: InventoryState;
  all?: boolean;
  on?: readonly TopicKey[];
  off?: readonly TopicKey[];
}): ClearScope => {
  const rules = [...on.map((key) => ({ key, on: true })), ...off.map((key) => ({ key, on: false }))];
  return { kind: 'inventory', query: { filter, state }, choice: { all, rules } };
};

const one = (...listed: readonly Listed[]): { held: Held; brokers: Map<ConnectionId, Held> } => {
  const held = new Held(listed);
  return { held, brokers: new Map([[BROKER, held]]) };
};

describe('a plan', () => {
  test('counts what would be cleared, what would not and what is not known, and clears nothing', async () => {
    const { held, brokers } = one(
      { key: 'a' },
      { key: 'b', returning: true },
      { key: '$SYS/x', excluded: 'Of the broker.' },
    );
    const { handlers, plan } = jobsOf(brokers);
    const made = await plan();
    expect(made).toMatchObject({ clear: 2, bytes: 6, returning: 1, excluded: 1, unknown: 4 });
    const read = (part: 'clear' | 'excluded', from = 0) =>
      handlers.readPlan({ plan: made.plan, part, from, count: 1 });
    expect(await read('clear', 1)).toMatchObject({ topics: [{ key: 'b', preview: { text: 'value of b' } }] });
    expect(await read('excluded')).toMatchObject({ topics: [{ key: '$SYS/x', excluded: 'Of the broker.' }] });
    expect(await read('clear', 2)).toEqual({ kind: 'page', topics: [] });
    expect(held.sent).toEqual([]);
  });

  test('says how many are too large to be kept whole, and asks for no room for them', async () => {
    const { brokers } = one({ key: 'a', size: 1e6 }, { key: 'b', size: 1e6 + 1 }, { key: 'c', size: 3e6 });
    const { handlers, plan } = jobsOf(brokers, 2e6);
    const made = await plan();
    expect(made).toMatchObject({ clear: 3, bytes: 5e6 + 1, tooLarge: 2 });
    expect(await handlers.startClearing({ plan: made.plan, overLimit: false })).toMatchObject({
      kind: 'started',
    });
  });

  test('of a connection that was closed is refused, before and after it was made', async () => {
    const { brokers } = one({ key: 'a' });
    const { handlers, plan } = jobsOf(brokers);
    const scope = { kind: 'subtree', key: 'a' } as const;
    expect(await handlers.planClearing({ connection: OTHER, scope })).toMatchObject({
      code: 'connection-closed',
    });
    const { plan: made } = await plan();
    brokers.clear();
    expect(await handlers.readPlan({ plan: made, part: 'clear', from: 0, count: 9 })).toMatchObject({
      code: 'connection-closed',
    });
    expect(await handlers.startClearing({ plan: made, overLimit: false })).toMatchObject({
      code: 'connection-closed',
    });
  });

  test('makes room for newer ones, and is then called too old', async () => {
    const { jobs, handlers, plan } = jobsOf(one({ key: 'a' }).brokers);
    const plans: string[] = [];
    for (let at = 0; at < 6; at++) plans.push((await plan()).plan);
    expect(jobs.planned(plans[0] ?? '')).toBeNull();
    expect(jobs.planned(plans[5] ?? '')).toMatchObject({ connection: BROKER, keys: ['a'] });
    for (const answer of [
      await handlers.readPlan({ plan: plans[0] ?? '', part: 'clear', from: 0, count: 1 }),
      await handlers.startClearing({ plan: plans[0] ?? '', overLimit: false }),
    ])
      expect(answer).toMatchObject({ code: 'no-such-plan' });
  });

  test('that lists nothing to clear is not begun', async () => {
    const { handlers, plan } = jobsOf(one({ key: '$SYS/x', excluded: 'Of the broker.' }).brokers);
    const { plan: made } = await plan();
    expect(await handlers.startClearing({ plan: made, overLimit: false })).toMatchObject({
      code: 'nothing-to-clear',
    });
  });

  test.each([
    [{ kind: 'topics', keys: ['a'] }, 'a'],
    [{ kind: 'topics', keys: ['a', 'b'] }, '2 topics'],
    [{ kind: 'subtree', key: 'a\u202Eb' }, `${displayTopic('a\u202Eb')}/#`],
    [{ kind: 'matching', filter: '+/x' }, '+/x'],
    [{ kind: 'filter', text: 'a\nb' }, `Filter ${displayTopic('a\nb')}`],
    [chosen({}), 'All messages'],
    [chosen({ filter: 'age>1d', state: 'stale' }), 'Stale messages of age>1d'],
    [chosen({ off: ['a/b', 'c'] }), 'All messages but a/b/# and 1 more'],
    [chosen({ all: false, on: ['a/b'] }), 'a/b/#'],
    [chosen({ all: false, on: ['a', 'b', 'c'], off: ['a/x'] }), 'a/# and 2 more but a/x/#'],
  ] satisfies (readonly [ClearScope, string])[])('%j is called %j', async (scope, title) => {
    const { jobs, plan } = jobsOf(one({ key: 'a' }).brokers);
    expect(jobs.planned((await plan(scope)).plan)?.title).toBe(title);
    expect(title).not.toMatch(/[\n\u202e]/);
  });

  test('of a branch that no MQTT filter means is not called after one', async () => {
    const { held, brokers } = one({ key: 'a' });
    held.summary.set({ ...held.summary.value, levelSeparator: '.' });
    const { jobs, plan } = jobsOf(brokers);
    const titled = async (key: string) => jobs.planned((await plan({ kind: 'subtree', key })).plan)?.title;
    expect([await titled('a.b'), await titled('$SYS')]).toEqual(['a.b and below', '$SYS/#']);
  });
});

describe('a job', () => {
  test('clears what its plan listed, once, neighbours together, whatever is planned meanwhile', async () => {
    const { held, brokers } = one(
      { key: 'b' },
      { key: 'a' },
      { key: 'a/x' },
      { key: 'a' },
      { key: '$SYS/x', excluded: 'no' },
    );
    const { handlers, plan, start, state, list } = jobsOf(brokers);
    const { plan: made } = await plan();
    const job = await start(made);
    await expect.poll(() => state(job)).toBe('done');
    expect(held.sent).toEqual(['a', 'a/x', 'b']);
    expect(list()[0]).toMatchObject({ cleared: 3, total: 3, connection: BROKER, title: 'a/#' });
    // A second click on the same plan.
    expect(await handlers.startClearing({ plan: made, overLimit: false })).toMatchObject({
      code: 'no-such-plan',
    });
  });

  test('is begun once where two windows ask at the same time', async () => {
    const { held, brokers } = one({ key: 'a' });
    const { handlers, plan, list } = jobsOf(brokers);
    const { plan: made } = await plan();
    const answers = await Promise.all([
      handlers.startClearing({ plan: made, overLimit: false }),
      handlers.startClearing({ plan: made, overLimit: false }),
    ]);
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['failed', 'started']);
    await expect.poll(() => list()[0]?.state.kind).toBe('done');
    expect(held.sent).toEqual(['a']);
  });

  test('for which there is no room in the trash is not begun; its plan stays for the answer', async () => {
    const { held, brokers } = one({ key: 'a' });
    const { handlers, plan, start, state } = jobsOf(brokers, 1);
    const { plan: made } = await plan();
    expect(await handlers.startClearing({ plan: made, overLimit: false })).toMatchObject({ kind: 'failed' });
    expect(held.sent).toEqual([]);
    const job = await start(made, true);
    await expect.poll(() => state(job)).toBe('done');
  });

  test('that reached the limit of the trash goes on beyond it with what is left, in the same entry', async () => {
    const listed = Array.from({ length: 1_200 }, (_, i) => ({ key: `t/${String(i).padStart(4, '0')}` }));
    const { held, brokers } = one(...listed);
    // Others were published since they were listed: there is room for 500.
    held.payloadBytes = 1_000;
    const { handlers, plan, start, state, list } = jobsOf(brokers, 1_000_000);
    const planned = await plan();
    const job = await start(planned.plan);
    await expect.poll(() => state(job)).toBe('failed');
    const before = [...held.sent];
    expect(list().find(({ id }) => id === job)).toMatchObject({
      state: { failure: { code: 'trash-full' } },
      cleared: before.length,
    });
    expect(before.length).toBeGreaterThan(0);
    expect(before.length).toBeLessThan(1_200);
    expect(handlers.retryJob({ job, unkept: 'stop', overLimit: true })).toEqual({ kind: 'done' });
    await expect.poll(() => state(job)).toBe('done');
    expect(held.sent.toSorted()).toEqual(listed.map(({ key }) => key));
    const trash = new Trash({ dataDir: dir, now: () => 1_000, limit: () => 0 });
    expect(await trash.list()).toMatchObject([{ messages: 1_200, damage: [] }]);
  });

  test('returns its outcomes by part, in pages', async () => {
    const { held, brokers } = one({ key: 'a' }, { key: 'b' }, { key: 'c' }, { key: 'd' });
    held.refuses.add('b');
    held.comesBack.add('c');
    const { handlers, plan, start, state } = jobsOf(brokers);
    const job = await start((await plan()).plan);
    await expect.poll(() => state(job)).toBe('done');
    const page = (part: Parameters<typeof handlers.jobOutcomes>[0]['part'], from = 0, count = 9) => {
      const answer = handlers.jobOutcomes({ job, part, from, count });
      if (answer instanceof Promise || answer.kind === 'failed') throw new Error('no page');
      return [
        answer.total,
        answer.outcomes
          .map(({ key }) => key)
          .toSorted()
          .join(),
      ];
    };
    expect(page('all')).toEqual([4, 'a,b,c,d']);
    expect(page('cleared')).toEqual([2, 'a,d']);
    expect(page('not-cleared')).toEqual([2, 'b,c']);
    expect(page('denied')).toEqual([1, 'b']);
    expect(page('came-back')).toEqual([1, 'c']);
    expect(page('waiting')).toEqual([0, '']);
    expect(page('cleared', 1, 1)[0]).toBe(2);
    expect(page('cleared', 2)).toEqual([2, '']);
  });

  test('of many topics checks them on the way, and keeps in the trash what that finds to be overtaken', async () => {
    const { held, brokers } = one(
      ...Array.from({ length: 6_000 }, (_, n) => ({ key: `k/${String(n).padStart(4, '0')}` })),
    );
    held.comesBack.add('k/0003');
    const { handlers, plan, start, state } = jobsOf(brokers);
    const job = await start((await plan()).plan, true);
    await expect.poll(() => state(job)).toBe('done');
    expect(held.soughtAlong).toBe(4_000);
    // The one that is still there, and what was sent after that.
    expect(held.checked).toHaveLength(2_001);
    expect(held.checked).toContain('k/0003');
    const page = handlers.jobOutcomes({ job, part: 'cleared', from: 0, count: 9 });
    expect(page).toMatchObject({ total: 5_999, outcomes: Array(9).fill({ restorable: true }) });
    const [file] = readdirSync(join(dir, 'trash'));
    const lines = readFileSync(join(dir, 'trash', file ?? ''), 'utf8').split('\n');
    // "CQ==" is the payload that was published meanwhile.
    expect(lines.filter((line) => line.includes('"payload":"CQ=="'))).toHaveLength(1);
  });

  test('goes on for its own broker alone, and is paused, resumed, retried and dismissed by its id', async () => {
    const { held, brokers } = one({ key: 'a' });
    const second = new Held([{ key: 'a' }]);
    brokers.set(OTHER, second);
    const { handlers, plan, start, state, list } = jobsOf(brokers);
    let open: () => void = () => undefined;
    held.gate = new Promise((resolve) => (open = resolve));
    const slow = await start((await plan()).plan);
    const quick = await start((await plan({ kind: 'subtree', key: 'a' }, OTHER)).plan);
    await expect.poll(() => state(quick)).toBe('done');
    expect([held.sent, second.sent]).toEqual([[], ['a']]);
    const waiting = handlers.jobOutcomes({ job: slow, part: 'waiting', from: 0, count: 9 });
    expect(waiting).toMatchObject({ kind: 'page', total: 1 });
    expect(handlers.dismissJob({ job: slow })).toMatchObject({ code: 'job-runs' });
    expect(handlers.retryJob({ job: slow, unkept: 'stop', overLimit: false })).toMatchObject({
      code: 'job-runs',
    });
    expect(handlers.pauseJob({ job: slow })).toEqual({ kind: 'done' });
    await expect.poll(() => state(slow)).toBe('paused');
    open();
    expect(handlers.resumeJob({ job: slow })).toEqual({ kind: 'done' });
    await expect.poll(() => state(slow)).toBe('done');
    expect(handlers.dismissJob({ job: quick })).toEqual({ kind: 'done' });
    await expect.poll(() => list().map(({ id }) => id)).toEqual([slow]);
    for (const answer of [
      handlers.pauseJob({ job: quick }),
      handlers.resumeJob({ job: quick }),
      handlers.stopJob({ job: quick }),
      handlers.retryJob({ job: quick, unkept: 'stop', overLimit: false }),
      handlers.dismissJob({ job: quick }),
      handlers.jobOutcomes({ job: quick, part: 'all', from: 0, count: 1 }),
    ])
      expect(answer).toMatchObject({ code: 'no-such-job' });
  });

  test('of an engine that ends is stopped after what is under way', async () => {
    const { held, brokers } = one({ key: 'a' });
    const { jobs, plan, start, state } = jobsOf(brokers);
    let open: () => void = () => undefined;
    held.gate = new Promise((resolve) => (open = resolve));
    const job = await start((await plan()).plan);
    jobs.close();
    open();
    await expect.poll(() => state(job)).toBe('done');
    expect(held.sent).toEqual(['a']);
  });
});
