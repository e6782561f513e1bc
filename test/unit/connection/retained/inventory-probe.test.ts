import { expect, test } from 'vitest';
import { InventoryProbe } from '../../../../src-main/connection/retained/inventory-probe.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
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

function open(answerOf: (key: string) => Probed) {
  const clock = new ManualClock();
  const parts: { keys: readonly string[]; answer: () => Promise<void> }[] = [];
  const state = { online: true };
  const probe = new InventoryProbe({
    clock,
    isOnline: () => state.online,
    probe: {
      ask: (keys, qos) =>
        new Promise((resolve) => {
          if (qos !== 2) throw new Error('a lower QoS hides the one it is stored at');
          const answers = new Map(keys.map((key) => [key, answerOf(key)] as const));
          parts.push({
            keys,
            answer: async () => {
              clock.advance(100);
              resolve(answers);
              await turn();
            },
          });
        }),
    },
  });
  return { probe, parts, state, clock };
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `t/${i}`);

test('All that is listed is asked for a part at a time, and it tells how far it is.', async () => {
  const { probe, parts, clock } = open((key) => (key.endsWith('7') ? absent : retained));
  expect(probe.state).toEqual({ kind: 'never' });
  expect(probe.start(names(1_100))).toEqual({ kind: 'started' });
  expect(probe.state).toEqual({ kind: 'running', where: 't/0', found: 0, done: 0, total: 1_100 });
  await parts[0]?.answer();
  expect(probe.state).toEqual({ kind: 'running', where: 't/500', found: 450, done: 500, total: 1_100 });
  await parts[1]?.answer();
  await parts[2]?.answer();
  expect(parts.map(({ keys }) => keys.length)).toEqual([500, 500, 100]);
  expect(probe.state).toEqual({
    kind: 'done',
    at: clock.wall(),
    ms: 300,
    found: 990,
    unanswered: 0,
    problem: null,
  });
});

test('Without a link it does not go on, and what was not asked for is counted as unanswered.', async () => {
  const { probe, parts } = open((key) => (key === 't/3' ? lost : retained));
  probe.start(names(1_200));
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
  const { probe, parts } = open((key) => (Number(key.slice(2)) < 500 ? refused : retained));
  probe.start(names(600));
  await parts[0]?.answer();
  await parts[1]?.answer();
  expect(probe.state).toMatchObject({ kind: 'done', found: 100, unanswered: 500, problem: null });
});

test('It is begun once at a time, not without a connection, and again after it ended.', async () => {
  const { probe, parts, state } = open(() => retained);
  state.online = false;
  expect(probe.start(['a'])).toMatchObject({ kind: 'failed', code: 'not-connected' });
  expect(probe.state).toEqual({ kind: 'never' });
  state.online = true;
  probe.start(['a']);
  expect(probe.start(['b'])).toMatchObject({ kind: 'failed', code: 'probe-runs' });
  await parts[0]?.answer();
  expect(probe.start(['b'])).toEqual({ kind: 'started' });
  await parts[1]?.answer();
  expect(probe.state).toMatchObject({ kind: 'done', found: 1 });
});

test('Names that nobody can subscribe to are left out; where nothing is left it is over at once.', async () => {
  const { probe, parts } = open(() => retained);
  probe.start(['a+b', 'x/#', '', '\0bad\\xff']);
  await turn();
  expect(parts).toHaveLength(0);
  expect(probe.state).toMatchObject({ kind: 'done', found: 0, unanswered: 0 });
  probe.start(['a\u202eb']);
  expect(probe.state).toMatchObject({ kind: 'running', total: 1 });
  // Shown so that it cannot turn the words around it.
  expect(probe.state.kind === 'running' ? probe.state.where : '').not.toContain('\u202e');
});
