import { afterEach, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { Job } from '../../../../../src-main/contract/session/jobs.ts';
import type { ClearResult, RestoreResult } from '../../../../../src-main/contract/session/outcomes.ts';
import { plainMemory } from '../../../../../src-renderer/state/browser/memory.ts';
import {
  createRestoreOffers,
  type RestoreOffers,
} from '../../../../../src-renderer/state/connections/restore-offers.ts';
import type { Engine } from '../../../../../src-renderer/state/engine/engine.ts';

const C = ConnectionId.parse('c1');
const failure = failed('newer', 'It holds a newer message.');
const cleared = (key: string, restorable = true): ClearResult => ({
  key,
  topic: key,
  outcome: { kind: 'cleared' },
  restorable,
});

interface Asked {
  readonly which: { readonly keys: readonly string[] };
  readonly overwrite: boolean;
  readonly from: number;
}

/** An engine with these jobs, which puts back what is asked for, as the test says. */
class Restoring {
  jobs: readonly Job[] = [];
  outcomes: readonly ClearResult[] = [];
  readonly newer = new Set<string>();
  readonly asked: { keys: readonly string[]; overwrite: boolean }[] = [];
  readonly engine = {
    call: (name: string, params: Asked) => {
      if (name === 'jobOutcomes')
        return Promise.resolve({
          kind: 'page',
          outcomes: this.outcomes.slice(params.from, params.from + 500),
        });
      const { keys } = params.which;
      this.asked.push({ keys, overwrite: params.overwrite });
      const results = keys.map((key): RestoreResult => ({
        key,
        topic: key,
        outcome:
          this.newer.has(key) && !params.overwrite
            ? { kind: 'would-overwrite', failure }
            : { kind: 'restored' },
      }));
      return Promise.resolve({ kind: 'results', session: 1, results });
    },
    stream: (): AsyncIterableIterator<{ jobs: readonly Job[] }> => {
      let reported = false;
      const { jobs } = this;
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next() {
          if (reported) return new Promise(() => undefined);
          reported = true;
          return Promise.resolve({ done: false, value: { jobs } });
        },
        return: () => Promise.resolve({ done: true, value: undefined }),
      };
    },
  } as unknown as Engine;
}

const all: RestoreOffers[] = [];
function open(of: Restoring, memory = plainMemory()): RestoreOffers {
  const offers = createRestoreOffers(of.engine, memory);
  all.push(offers);
  return offers;
}
afterEach(() => {
  for (const one of all.splice(0)) one.dispose();
});

const offer = (offers: RestoreOffers) => offers.store.getState().get(C);
const settled = async () => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
};

test('What was cleared is offered until it was put back, and what cannot be is not.', async () => {
  const offers = open(new Restoring());
  offers.cleared(C, [cleared('a'), cleared('b', false)]);
  offers.cleared(C, [cleared('a'), cleared('c')]);
  expect(offer(offers)?.keys).toEqual(['a', 'c']);
  await offers.restore(C, false);
  expect(offer(offers)).toBeUndefined();
});

test('What is newer on the broker stays in the offer, and is overwritten only on request.', async () => {
  const broker = new Restoring();
  broker.newer.add('b');
  const offers = open(broker);
  offers.cleared(C, [cleared('a'), cleared('b')]);
  await offers.restore(C, false);
  expect(offer(offers)).toMatchObject({ keys: ['b'], newer: ['b'], busy: false, problem: null });
  await offers.restore(C, true);
  expect(broker.asked.at(-1)).toEqual({ keys: ['b'], overwrite: true });
  expect(offer(offers)).toBeUndefined();
});

test('What could not be put back says why, and is still offered.', () => {
  const offers = open(new Restoring());
  offers.cleared(C, [cleared('a')]);
  offers.restored(C, [{ key: 'a', topic: 'a', outcome: { kind: 'not-sent', failure } }]);
  expect(offer(offers)).toMatchObject({ keys: ['a'], problem: 'It holds a newer message.' });
});

test('What else of the trash could not be put back is no problem of the offer.', () => {
  const offers = open(new Restoring());
  offers.cleared(C, [cleared('a'), cleared('b')]);
  offers.restored(C, [
    { key: 'a', topic: 'a', outcome: { kind: 'restored' } },
    { key: 'other', topic: 'other', outcome: { kind: 'refused', code: 135, failure } },
  ]);
  expect(offer(offers)).toMatchObject({ keys: ['b'], problem: null });
  offers.restored(C, [{ key: 'other', topic: 'other', outcome: { kind: 'would-overwrite', failure } }]);
  expect(offer(offers)?.newer).toEqual([]);
});

test('What one batch said of a topic stays said when the next one is whole.', async () => {
  const broker = new Restoring();
  const { engine } = broker;
  const answer = engine.call.bind(engine) as (name: string, params: Asked) => Promise<unknown>;
  Object.assign(engine, {
    call: async (name: string, params: Asked) => {
      const [first] = params.which.keys;
      if (first !== 't0') return answer(name, params);
      const outcome = { kind: 'not-sent' as const, failure };
      return { kind: 'results', session: 1, results: [{ key: first, topic: first, outcome }] };
    },
  });
  const offers = open(broker);
  offers.cleared(
    C,
    Array.from({ length: 801 }, (_, at) => cleared(`t${at}`)),
  );
  await offers.restore(C, false);
  expect(broker.asked.map(({ keys }) => keys)).toEqual([['t800']]);
  expect(offer(offers)).toMatchObject({ busy: false, problem: 'It holds a newer message.' });
});

test('A job that ended is offered without its dialog, also after a reload, until it is dismissed.', async () => {
  const broker = new Restoring();
  const job = {
    id: 'j1',
    kind: 'clear-retained',
    connection: C,
    state: { kind: 'done', at: 1 },
    cleared: 700,
  };
  broker.jobs = [
    job as Job,
    { ...job, id: 'j2', state: { kind: 'running' } } as Job,
    { ...job, id: 'j3', cleared: 0 } as Job,
  ];
  broker.outcomes = Array.from({ length: 700 }, (_, at) => cleared(`t${at}`));
  const memory = plainMemory();
  const before = open(broker, memory);
  await settled();
  expect(offer(before)?.keys).toHaveLength(700);
  const reloaded = open(broker, memory);
  await settled();
  expect(offer(reloaded)?.keys).toHaveLength(700);
  reloaded.dismiss(C);
  expect(offer(reloaded)).toBeUndefined();
  const later = open(broker, memory);
  await settled();
  expect(offer(later)).toBeUndefined();
});

test('What was cleared topic by topic is offered after a reload as well, until it is put back.', async () => {
  const memory = plainMemory();
  const first = open(new Restoring(), memory);
  first.cleared(C, [cleared('a'), cleared('b')]);
  first.restored(C, [{ key: 'b', topic: 'b', outcome: { kind: 'restored' } }]);
  const second = open(new Restoring(), memory);
  expect(offer(second)?.keys).toEqual(['a']);
  await second.restore(C, false);
  expect(offer(open(new Restoring(), memory))).toBeUndefined();
});

test('What a page kept that cannot be read any more offers nothing.', () => {
  for (const text of ['{', '[["c1"]]', '[["c1",[5]]]', 'null']) {
    const memory = plainMemory();
    memory.set('restore.single', text);
    expect(offer(open(new Restoring(), memory))).toBeUndefined();
  }
});

test('Many are put back in parts, with progress, and stopped after the part under way.', async () => {
  const broker = new Restoring();
  const offers = open(broker);
  const keys = Array.from({ length: 1_100 }, (_, i) => `t/${i}`);
  offers.cleared(
    C,
    keys.map((key) => cleared(key)),
  );
  const reported: (number | undefined)[] = [];
  const unsubscribe = offers.store.subscribe((state) => {
    const progress = state.get(C)?.progress ?? null;
    if (progress !== null && reported.at(-1) !== progress.done) reported.push(progress.done);
    if (progress?.done === 800) offers.stop(C);
  });
  await offers.restore(C, false);
  expect(broker.asked.map((one) => one.keys.length)).toEqual([800]);
  expect(reported).toEqual([0, 800]);
  expect(offers.store.getState().get(C)).toMatchObject({ busy: false, progress: null });
  expect(offers.store.getState().get(C)?.keys).toHaveLength(300);
  unsubscribe();
  await offers.restore(C, false);
  expect(offers.store.getState().has(C)).toBe(false);
  offers.stop(C);
});
