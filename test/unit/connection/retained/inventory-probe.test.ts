import { expect, test } from 'vitest';
import { InventoryProbe } from '../../../../src-main/connection/retained/inventory-probe.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { Discovered } from '../../../../src-main/connection/retained/discovery.ts';
import type { Probed, StoredMessage } from '../../../../src-main/core/retained/probe-batch.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const NO_BYTES = new Uint8Array(0);
const message: StoredMessage = { payload: NO_BYTES, size: 0, qos: 0, properties: NO_BYTES, at: 0 };
const retained: Probed = { kind: 'retained', message };
const absent: Probed = { kind: 'absent' };
const lost: Probed = {
  kind: 'incomplete',
  why: { kind: 'no-link', failure: failed('probe-closed', 'The connection ended.', '') },
};
const refused: Probed = { kind: 'incomplete', why: { kind: 'refused', code: 135 } };

const turn = () => new Promise((resolve) => setImmediate(resolve));

const ALL_FOUND: Discovered = { noLink: null, problem: null, beside: null };

/** @param finds what is found before it asks, and what becomes of that */
function open(answerOf: (key: string) => Probed, finds: () => Discovered = () => ALL_FOUND) {
  const clock = new ManualClock();
  const parts: { keys: readonly string[]; qos: number; answer: () => Promise<void> }[] = [];
  const state = {
    online: true,
    unseen: 0,
    doubted: [] as string[],
    unknown: [] as string[],
    isStopped: (): boolean | undefined => undefined,
  };
  const filters: string[] = [];
  const probe = new InventoryProbe({
    clock,
    isOnline: () => state.online,
    unseen: () => state.unseen,
    takeDoubted: () => state.doubted.splice(0),
    discovery: {
      run: (filter, emit, isStopped) => {
        filters.push(filter);
        emit(filter);
        state.isStopped = () => isStopped?.();
        return Promise.resolve(finds());
      },
    },
    probe: {
      ask: (keys, qos) =>
        new Promise((resolve) => {
          const answers = new Map(keys.map((key) => [key, answerOf(key)] as const));
          parts.push({
            keys,
            qos,
            answer: async () => {
              clock.advance(100);
              resolve(answers);
              await turn();
            },
          });
        }),
    },
  });
  const begin = (listed: () => readonly string[], filter = '#') =>
    probe.start(filter, {
      listed: () => Promise.resolve(listed()),
      unknown: () => Promise.resolve(state.unknown),
    });
  const start = (keys: readonly string[], filter = '#') => begin(() => keys, filter);
  return { probe, parts, state, clock, filters, start, begin };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `t/${i}`);

test('All that is listed is asked for a part at a time, and it shows how far it is.', async () => {
  const { probe, start, parts, clock } = open((key) => (key.endsWith('7') ? absent : retained));
  expect(probe.state).toEqual({ kind: 'never' });
  expect(start(names(1_100))).toEqual({ kind: 'started' });
  expect(probe.state).toEqual({ kind: 'running', where: '#', found: 0, done: 0, total: 0, stopping: false });
  await turn();
  expect(probe.state).toEqual({
    kind: 'running',
    where: 't/0',
    found: 0,
    done: 0,
    total: 1_100,
    stopping: false,
  });
  await parts[0]?.answer();
  expect(probe.state).toEqual({
    kind: 'running',
    where: 't/500',
    found: 450,
    done: 500,
    total: 1_100,
    stopping: false,
  });
  await parts[1]?.answer();
  await parts[2]?.answer();
  expect(parts.map(({ keys }) => keys.length)).toEqual([500, 500, 100]);
  expect(probe.state).toEqual({
    kind: 'done',
    at: clock.wall(),
    ms: 300,
    found: 990,
    unseen: 0,
    unanswered: 0,
    problem: null,
  });
});

test('Without a link it does not go on, and what was not asked for is counted as unanswered.', async () => {
  const { probe, start, parts } = open((key) => (key === 't/3' ? lost : retained));
  start(names(1_200));
  await turn();
  await parts[0]?.answer();
  expect(parts).toHaveLength(1);
  expect(probe.state).toMatchObject({
    kind: 'done',
    found: 499,
    unanswered: 701,
    problem: 'The connection ended.',
  });
});

test('A refusal of some topics is no reason to stop.', async () => {
  const { probe, start, parts } = open((key) => (Number(key.slice(2)) < 500 ? refused : retained));
  start(names(600));
  await turn();
  await parts[0]?.answer();
  await parts[1]?.answer();
  expect(probe.state).toMatchObject({ kind: 'done', found: 100, unanswered: 500, problem: null });
});

test('It is begun once at a time, not without a connection, and again after it ended.', async () => {
  const { probe, start, parts, state } = open(() => retained);
  state.online = false;
  expect(start(['a'])).toMatchObject({ kind: 'failed', code: 'not-connected' });
  expect(probe.state).toEqual({ kind: 'never' });
  state.online = true;
  start(['a']);
  expect(start(['b'])).toMatchObject({ kind: 'failed', code: 'probe-runs' });
  await turn();
  await parts[0]?.answer();
  expect(start(['b'])).toEqual({ kind: 'started' });
  await turn();
  await parts[1]?.answer();
  expect(probe.state).toMatchObject({ kind: 'done', found: 1 });
});

test('Names that nobody can subscribe to are left out; where nothing is left it is over at once.', async () => {
  const { probe, start, parts } = open(() => retained);
  start(['a+b', 'x/#', '', '\0bad\\xff']);
  await turn();
  expect(parts).toHaveLength(0);
  expect(probe.state).toMatchObject({ kind: 'done', found: 0, unanswered: 0 });
  start(['a\u202eb']);
  await turn();
  expect(probe.state).toMatchObject({ kind: 'running', total: 1 });
  // Shown so that it cannot turn the words around it.
  expect(probe.state.kind === 'running' ? probe.state.where : '').not.toContain('\u202e');
});

test('What nobody saw is listed and asked for too, also what only came along with its neighbours.', async () => {
  const listed = ['a'];
  const { probe, parts, state, filters, begin } = open(
    () => retained,
    () => {
      listed.push('new/1');
      state.unseen = 1;
      return ALL_FOUND;
    },
  );
  begin(() => [...listed], 'plant/#');
  await turn();
  expect([filters, parts[0]?.keys]).toEqual([['plant/#'], ['a', 'new/1']]);
  listed.push('new/2');
  state.unseen = 2;
  await parts[0]?.answer();
  expect(parts[1]?.keys).toEqual(['new/2']);
  await parts[1]?.answer();
  expect(parts).toHaveLength(2);
  expect(probe.state).toMatchObject({ kind: 'done', found: 3, unseen: 2, problem: null });
});

test('What is known live only is asked for first, and what is there of it is listed and asked for its QoS.', async () => {
  const listed = ['a'];
  const { probe, parts, state, begin } = open((key) => (key.startsWith('live/') ? absent : retained));
  state.unknown = ['live/1', 'stored', 'live/2', 'a+b'];
  begin(() => [...listed]);
  await turn();
  expect(parts[0]).toMatchObject({ keys: ['live/1', 'stored', 'live/2'], qos: 0 });
  expect(probe.state).toMatchObject({ kind: 'running', where: 'live/1', total: 3 });
  listed.push('stored', 'live/1');
  await parts[0]?.answer();
  // What is not there was asked for already.
  expect(parts[1]).toMatchObject({ keys: ['a', 'stored'], qos: 2 });
  await parts[1]?.answer();
  expect(parts).toHaveLength(2);
  expect(probe.state).toMatchObject({ kind: 'done', found: 2, unanswered: 0, unseen: 0 });
});

test('What stays unknown counts once as unanswered, and a link that ended there is not asked again.', async () => {
  const { probe, parts, state, begin } = open((key) => (key === 'r' ? refused : retained));
  state.unknown = ['r'];
  begin(() => state.unknown);
  await turn();
  await parts[0]?.answer();
  expect(parts).toHaveLength(1);
  expect(probe.state).toMatchObject({ kind: 'done', found: 0, unanswered: 1 });
  const other = open(() => lost);
  other.state.unknown = names(600);
  other.start(['a']);
  await turn();
  await other.parts[0]?.answer();
  expect(other.parts).toHaveLength(1);
  expect(other.probe.state).toMatchObject({ unanswered: 600, problem: 'The connection ended.' });
});

test('Topics that somebody makes all the time do not keep it running without end.', async () => {
  const { probe, parts, state, begin } = open(() => retained);
  begin(() => [`t/${state.unseen}`]);
  for (let n = 0; n < 10; n++) {
    await turn();
    state.unseen++;
    await parts[n]?.answer();
  }
  expect(parts).toHaveLength(5);
  expect(probe.state.kind).toBe('done');
});

test('What a stored message came for although it is not known to be retained is asked for by name.', async () => {
  const { parts, state, start } = open(
    () => retained,
    () => {
      state.doubted.push('live', 'a');
      return ALL_FOUND;
    },
  );
  state.doubted.push('of an earlier question');
  start(['a']);
  await turn();
  expect(parts[0]?.keys).toEqual(['a', 'live']);
});

test('Where topics may be missing it says so, and what is listed is asked for all the same.', async () => {
  const { probe, start, parts } = open(
    () => retained,
    () => ({ noLink: null, problem: 'Some may be missing.', beside: 3 }),
  );
  start(['a']);
  await turn();
  await parts[0]?.answer();
  expect(probe.state).toMatchObject({ kind: 'done', found: 1, problem: 'Some may be missing.' });
});

test('Where the link ended before it found all, nothing is asked for.', async () => {
  const failure = failed('probe-closed', 'The connection ended.', '');
  const { probe, start, parts } = open(
    () => retained,
    () => ({ noLink: { kind: 'no-link', failure }, problem: failure.message, beside: null }),
  );
  start(['a']);
  await turn();
  expect(parts).toHaveLength(0);
  expect(probe.state).toMatchObject({ kind: 'done', problem: 'The connection ended.' });
});

test('Once it is stopped it ends with the part under way, and what is left is counted as unanswered.', async () => {
  const { probe, start, parts, state } = open(() => retained);
  state.unknown = names(10);
  start([...names(2_000)]);
  await turn();
  await parts[0]?.answer();
  expect([parts.length, state.isStopped()]).toEqual([2, false]);
  probe.stop();
  expect(probe.state).toMatchObject({ kind: 'running', stopping: true });
  expect(state.isStopped()).toBe(true);
  await parts[1]?.answer();
  expect(parts).toHaveLength(2);
  expect(probe.state).toMatchObject({ kind: 'done', found: 500, unanswered: 1_500, problem: STOPPED });
  // The next one is not stopped by what stopped this one, and nothing is stopped where nothing runs.
  probe.stop();
  expect(probe.state).toMatchObject({ kind: 'done' });
  state.unknown = [];
  start(['a']);
  await turn();
  await parts[2]?.answer();
  expect(probe.state).toMatchObject({ kind: 'done', found: 1, problem: null });
});

test('Stopped while it looks for what nobody saw, it asks for nothing by name.', async () => {
  const { probe, start, parts } = open(
    () => retained,
    () => {
      probe.stop();
      return ALL_FOUND;
    },
  );
  start(['a']);
  await turn();
  expect(parts).toHaveLength(0);
  expect(probe.state).toMatchObject({ kind: 'done', problem: STOPPED });
});

const STOPPED = 'It was stopped before everything was asked for.';
