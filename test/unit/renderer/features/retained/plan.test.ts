import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { RestoreResult } from '../../../../../src-main/contract/session/outcomes.ts';
import {
  clear,
  merged,
  openQuestions,
  plan,
  restore,
  type ClearedTopic,
} from '../../../../../src-renderer/features/retained/plan.ts';
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
  expect(made.kind === 'preview' && made.topics.map(({ key }) => key)).toEqual(keys);
});

test('Nothing to clear is planned without asking.', async () => {
  const { session, asked } = sessionOf(() => failure);
  expect(await plan(session, [])).toEqual({ kind: 'preview', topics: [] });
  expect(asked).toEqual([]);
});

test('Each cleared topic knows the entry of the trash that has its copy.', async () => {
  const { session } = sessionOf((_, params, nth) => ({
    kind: 'results',
    entry: `e${String(nth)}`,
    results: params.keys?.map((key) => ({ key })),
  }));
  const results = await clear(session, keys.slice(0, 1_001), 'stop');
  expect([results[0]?.entry, results[999]?.entry, results[1_000]?.entry]).toEqual(['e1', 'e1', 'e2']);
});

test('A clear that the engine refuses says why.', async () => {
  const { session } = sessionOf(() => failure);
  await expect(clear(session, ['a'], 'stop')).rejects.toThrow('The connection ended. Connect again.');
  await expect(restore(session, [cleared('a', 'cleared', 'e')], ['a'], false)).rejects.toThrow('ended');
});

test('A topic is put back from its own entry, and only what was asked for.', async () => {
  const { session, asked } = sessionOf((_, params) => ({
    kind: 'results',
    results: params.which?.keys.map((key) => restored(key, 'restored')),
  }));
  const before = [
    cleared('a', 'cleared', 'e1'),
    cleared('b', 'cleared', 'e1'),
    cleared('c', 'cleared', 'e2'),
  ];
  const results = await restore(session, before, ['a', 'c'], true);
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
  expect(openQuestions({ kind: 'done', topics: [], results, restoring: false, restored: back })).toEqual({
    unkept: ['b'],
    // A refusal may be tried again; what is newer is a question of its own.
    restorable: ['d', 'f'],
    newer: ['c'],
  });
});
