import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { RestoreResult } from '../../../../../src-main/contract/session/outcomes.ts';
import {
  clear,
  merged,
  openQuestions,
  plan,
  restore,
  TopicClearing,
  type ClearedTopic,
} from '../../../../../src-renderer/features/retained/plan.ts';
import type { RestoreOffers } from '../../../../../src-renderer/state/connections/restore-offers.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';

const failure = failed('gone', 'The connection ended.', 'Connect again.');

interface Params {
  readonly keys?: readonly string[];
  readonly entry?: string;
  readonly which?: { readonly keys: readonly string[] };
}

function sessionOf(answer: (name: string, params: Params, nth: number) => unknown) {
  const asked: [string, Params][] = [];
  const call = async (name: string, params: Params) => {
    asked.push([name, params]);
    return answer(name, params, asked.length);
  };
  const session = { connectionId: ConnectionId.parse('c'), client: { call } } as unknown as ConnectionSession;
  return { session, asked };
}

const cleared = (key: string, kind: string, entry: string, restorable = true): ClearedTopic =>
  ({ key, topic: key, outcome: { kind, failure }, restorable, entry }) as unknown as ClearedTopic;
const restored = (key: string, kind: string): RestoreResult =>
  ({ key, topic: key, outcome: { kind, failure } }) as unknown as RestoreResult;

const keys = Array.from({ length: 2_500 }, (_, at) => `t/${String(at)}`);

test('As many topics as one likes are planned, in calls of a thousand at most and in their order.', async () => {
  const { session, asked } = sessionOf((_, params) => ({
    kind: 'plan',
    topics: params.keys?.map((key) => ({ key })),
  }));
  const made = await plan(session, keys);
  expect(asked.map(([, params]) => params.keys?.length)).toEqual([1_000, 1_000, 500]);
  expect(made.map(({ key }) => key)).toEqual(keys);
});

test('Nothing to clear is planned without asking.', async () => {
  const { session, asked } = sessionOf(() => failure);
  expect(await plan(session, [])).toEqual([]);
  expect(asked).toEqual([]);
});

test('Each cleared topic knows the entry of the trash that has its copy.', async () => {
  const { session } = sessionOf((_, params, nth) => ({
    kind: 'results',
    entry: `e${String(nth)}`,
    results: params.keys?.map((key) => ({ key })),
  }));
  const results: ClearedTopic[] = [];
  await clear(session, keys.slice(0, 1_001), { unkept: 'stop' }, (some) => results.push(...some));
  expect([results[0]?.entry, results[999]?.entry, results[1_000]?.entry]).toEqual(['e1', 'e1', 'e2']);
});

test('A clear that the engine refuses says why.', async () => {
  const { session } = sessionOf(() => failure);
  await expect(clear(session, ['a'], { unkept: 'stop' }, () => undefined)).rejects.toThrow(
    'The connection ended. Connect again.',
  );
  const one = [cleared('a', 'cleared', 'e')];
  await expect(restore(session, one, ['a'], false, () => undefined)).rejects.toThrow('ended');
});

test('A topic is put back from its own entry, and only what was asked for.', async () => {
  const { session, asked } = sessionOf((_, params) => ({
    kind: 'results',
    session: 1,
    results: params.which?.keys.map((key) => restored(key, 'restored')),
  }));
  const before = [
    cleared('a', 'cleared', 'e1'),
    cleared('b', 'cleared', 'e1'),
    cleared('c', 'cleared', 'e2'),
  ];
  const results: RestoreResult[] = [];
  await restore(session, before, ['a', 'c'], true, (some) => results.push(...some));
  expect(asked.map(([, { entry, which }]) => [entry, which?.keys])).toEqual([
    ['e1', ['a']],
    ['e2', ['c']],
  ]);
  expect(results.map(({ key }) => key)).toEqual(['a', 'c']);
});

test('Newer results take the place of those of the same topics.', () => {
  const before = [restored('a', 'would-overwrite'), restored('b', 'restored')];
  expect(
    merged(before, [restored('a', 'restored')]).map(({ key, outcome }) => `${key} ${outcome.kind}`),
  ).toEqual(['b restored', 'a restored']);
});

test('What is left to decide: what was not kept, what can be put back, what has newer messages.', () => {
  const results = [
    cleared('a', 'cleared', 'e'),
    cleared('b', 'not-kept', 'e', false),
    cleared('c', 'cleared', 'e'),
    cleared('d', 'cleared', 'e'),
    cleared('f', 'cleared', 'e'),
  ];
  const back = [restored('a', 'restored'), restored('c', 'would-overwrite'), restored('d', 'refused')];
  expect(openQuestions({ results, restored: back })).toEqual({
    unkept: ['b'],
    // A refusal may be tried again; what is newer is a question of its own.
    restorable: ['d', 'f'],
    newer: ['c'],
  });
});

describe('topics that are cleared one by one', () => {
  interface Call {
    readonly name: string;
    readonly params: Params & { readonly unkept?: string; readonly overwrite?: boolean };
    readonly answer: (answer: unknown) => void;
    readonly break: (why: unknown) => void;
  }

  /** The engine answers when the test says so; what the offers get is written down. */
  function clearing() {
    const calls: Call[] = [];
    const call = (name: string, params: Call['params']) =>
      new Promise((answer, broken) => calls.push({ name, params, answer, break: broken }));
    const connectionId = ConnectionId.parse('c');
    const session = { connectionId, client: { call }, now: () => 1_000 } as unknown as ConnectionSession;
    const offered: string[] = [];
    const emit = (what: string) => (_: ConnectionId, results: readonly { readonly key: string }[]) =>
      offered.push(`${what} ${results.length === 1 ? (results[0]?.key ?? '') : String(results.length)}`);
    const offers = { cleared: emit('cleared'), restored: emit('restored') } as unknown as RestoreOffers;
    const made = new TopicClearing(session, offers);
    return { calls, offered, made, stage: () => made.store.getState() };
  }
  const planned = (...some: string[]) => ({
    kind: 'plan',
    topics: some.map((key) => ({ key, topic: key, excluded: key.startsWith('!') ? 'No.' : null })),
  });
  const results = (entry: string, ...some: ClearedTopic[]) => ({ kind: 'results', entry, results: some });
  const back = (...some: RestoreResult[]) => ({ kind: 'results', session: 1, results: some });

  /** Asked for and answered, as far as the preview. */
  async function previewed(...some: string[]) {
    const all = clearing();
    const looking = all.made.look(some);
    for (let at = 0; at * 1_000 < some.length; at++) {
      await expect.poll(() => all.calls.length).toBe(at + 1);
      all.calls[at]?.answer(planned(...some.slice(at * 1_000, (at + 1) * 1_000)));
    }
    await looking;
    return all;
  }

  test('are shown as they were asked for last, and not at all once the dialog is closed', async () => {
    const { calls, made, stage } = clearing();
    const both = [made.look(['a']), made.look(['b'])];
    calls[1]?.answer(planned('b'));
    calls[0]?.break(new Error('The pipe is closed.'));
    await Promise.all(both);
    expect(stage()).toMatchObject({ kind: 'preview', topics: [{ key: 'b' }] });
    const third = made.look(['c']);
    made.closed();
    calls[2]?.answer(planned('c'));
    await third;
    expect(stage().kind).toBe('planning');
  });

  test('are cleared once however often it is asked for, without those that cannot be', async () => {
    const { calls, offered, made, stage } = await previewed('a', '!b');
    const running = [made.run(), made.run()];
    expect(stage().kind).toBe('clearing');
    expect(calls.slice(1).map(({ params }) => [params.keys, params.unkept])).toEqual([[['a'], 'stop']]);
    calls[1]?.answer(results('e1', cleared('a', 'cleared', '')));
    await Promise.all(running);
    expect(stage()).toMatchObject({ kind: 'done', results: [{ key: 'a', entry: 'e1' }], problem: null });
    expect(offered).toEqual(['cleared a']);
  });

  test('that are cleared after the dialog was closed are offered all the same', async () => {
    const { calls, offered, made } = await previewed('a');
    const running = made.run();
    made.closed();
    calls[1]?.answer(results('e1', cleared('a', 'cleared', '')));
    await running;
    expect(offered).toEqual(['cleared a']);
  });

  test('of which none could be cleared say why', async () => {
    const { calls, offered, made, stage } = await previewed('a');
    const running = made.run();
    calls[1]?.answer(failure);
    await running;
    expect(stage()).toEqual({ kind: 'broken', why: 'The connection ended. Connect again.' });
    expect(offered).toEqual([]);
  });

  test('of which the engine cleared a thousand before it failed are listed, offered, and can be put back', async () => {
    const { calls, offered, made, stage } = await previewed(...keys.slice(0, 1_001));
    const before = calls.length;
    const running = made.run();
    calls[before]?.answer(results('e1', ...keys.slice(0, 1_000).map((key) => cleared(key, 'cleared', ''))));
    await expect.poll(() => calls.length).toBe(before + 2);
    calls[before + 1]?.break(new Error('The pipe is closed.'));
    await running;
    const done = stage();
    if (done.kind !== 'done') throw new Error(`It is ${done.kind}.`);
    expect([done.results.length, done.problem, offered]).toEqual([
      1_000,
      'The pipe is closed.',
      ['cleared 1000'],
    ]);
    expect(openQuestions(done).restorable).toHaveLength(1_000);
    // In parts, so that it is seen how far it is.
    const putting = made.putBack(keys.slice(0, 900), false);
    for (const [part, from] of [0, 800].entries()) {
      expect(stage()).toMatchObject({ busy: true, progress: { done: from, total: 900 } });
      const some = keys.slice(from, Math.min(from + 800, 900));
      const asked = calls[before + 2 + part];
      expect(asked?.params).toMatchObject({ which: { keys: some } });
      asked?.answer(back(...some.map((key) => restored(key, 'restored'))));
      if (part < 1) await expect.poll(() => calls.length).toBe(before + 4 + part);
    }
    await putting;
    const after = stage();
    expect(after).toMatchObject({ busy: false, progress: null });
    expect(after.kind === 'done' && after.restored).toHaveLength(900);
  });

  /** Cleared, of which `b` was not kept. */
  async function done() {
    const all = await previewed('a', 'b');
    const running = all.made.run();
    all.calls[1]?.answer(results('e1', cleared('a', 'cleared', ''), cleared('b', 'not-kept', '', false)));
    await running;
    return all;
  }

  test('are put back, and a failure leaves what was cleared on screen, to be tried again', async () => {
    const { calls, offered, made, stage } = await done();
    const first = [made.putBack(['a'], false), made.putBack(['a'], false), made.clearUnkept(['b'])];
    expect([calls.length, stage()]).toMatchObject([3, { busy: true }]);
    calls[2]?.answer(failure);
    await Promise.all(first);
    expect(stage()).toMatchObject({
      ...{ kind: 'done', busy: false, restored: [], problem: 'The connection ended. Connect again.' },
      results: [{ key: 'a' }, { key: 'b' }],
    });
    const again = made.putBack(['a'], true);
    expect(stage()).toMatchObject({ busy: true, problem: null });
    expect(calls[3]?.params).toMatchObject({ entry: 'e1', overwrite: true });
    calls[3]?.answer(back(restored('a', 'restored')));
    await again;
    expect(stage()).toMatchObject({ busy: false, restored: [{ key: 'a' }] });
    expect(offered).toEqual(['cleared 2', 'restored a']);
  });

  test('that were not kept are cleared without a copy when that is asked for', async () => {
    const { calls, made, stage } = await done();
    const clearingIt = made.clearUnkept(['b']);
    expect(calls[2]?.params).toMatchObject({ keys: ['b'], unkept: 'clear' });
    calls[2]?.answer(results('e2', cleared('b', 'cleared', '', false)));
    await clearingIt;
    const now = stage();
    expect(now.kind === 'done' && openQuestions(now)).toEqual({ unkept: [], restorable: ['a'], newer: [] });
  });

  test('cannot be put back before they were cleared', async () => {
    const { calls, made, stage } = await previewed('a');
    await Promise.all([made.putBack(['a'], true), made.clearUnkept(['a'])]);
    expect([calls.length, stage().kind]).toEqual([1, 'preview']);
  });
});
