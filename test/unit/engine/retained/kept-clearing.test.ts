import { expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { packMessages } from '../../../../src-main/core/retained/packed-messages.ts';
import { clearKept, clearResult } from '../../../../src-main/engine/retained/kept-clearing.ts';
import { ListedWorker } from '../../../support/retained/listed-worker.ts';

const failure = failed('x', 'x', '');

/** Parts after which the trash is full. */
const FULL_AFTER = 3;

/** Clears these on a broker that refuses “denied” and has “back” again; returns what was sent to. */
async function clearing(keys: readonly string[], full = false, most = Infinity) {
  let kept = 0;
  const sent: string[] = [];
  const worker = new ListedWorker(async (name, params) => {
    const { keys: asked } = params as { keys: string[] };
    await Promise.resolve();
    if (name === 'fetchListed')
      return packMessages(
        asked.map((key, at) => {
          if (at >= most) return { kind: 'postponed', key };
          const [payload, properties] = [new Uint8Array(4), new Uint8Array(0)];
          return { kind: 'message', key, message: { key, payload, properties, qos: 2, at: 5 } };
        }),
      );
    if (name === 'emptyListed') {
      sent.push(...asked);
      const refused = { kind: 'refused', code: 135, failure };
      const unsent = asked.flatMap((key) => (key === 'denied' ? [{ key, outcome: refused }] : []));
      return { unsent, took: Float32Array.from(asked, () => 3) };
    }
    const again = { kind: 'still-retained', failure, at: 9 };
    return {
      cleared: Uint32Array.from([...asked.keys()].filter((at) => asked[at] !== 'back')),
      others: asked.flatMap((key) => (key === 'back' ? [{ key, outcome: again }] : [])),
      overtaken: [],
    };
  });
  const trash = {
    keep: async () => (full || ++kept > FULL_AFTER ? failure : null),
    notCleared: () => Promise.resolve(),
  };
  const results = await clearKept(worker, trash, keys, 'stop');
  const outcomes = 'code' in results ? null : results.map(({ outcome }) => outcome.kind);
  return { results, outcomes, sent, worker };
}

test('One result a topic, in the order asked for, and the list is closed again.', async () => {
  const { results, sent, worker } = await clearing(['b', 'denied', 'a', 'b', 'back']);
  expect(results).toEqual([
    { key: 'b', topic: 'b', outcome: { kind: 'cleared' }, restorable: true, took: 3 },
    { key: 'denied', topic: 'denied', outcome: { kind: 'refused', code: 135, failure }, restorable: false },
    { key: 'a', topic: 'a', outcome: { kind: 'cleared' }, restorable: true, took: 3 },
    { key: 'back', topic: 'back', outcome: { kind: 'still-retained', failure, at: 9 }, restorable: true },
  ]);
  expect(sent).toEqual(['b', 'denied', 'a', 'back']);
  expect([worker.opened, worker.closed]).toEqual([[['b', 'denied', 'a', 'back']], [1]]);
});

test('What is too large together is cleared in parts; where the trash is full in between, the rest is left alone.', async () => {
  const { outcomes, sent } = await clearing(['a', 'b', 'c'], false, 1);
  expect(outcomes).toEqual(['cleared', 'cleared', 'cleared']);
  expect(sent).toEqual(['a', 'b', 'c']);
  const full = await clearing(['a', 'b', 'c', 'd', 'e'], false, 1);
  expect(full.outcomes).toEqual([...['cleared', 'cleared', 'cleared'], ...['not-kept', 'not-kept']]);
  expect(full.sent).toEqual(['a', 'b', 'c']);
});

test('What is no name is refused, and the name that its bytes would be is not touched.', async () => {
  const bad = ['a/#', '', '\0a', '\ud800'];
  const { results, sent } = await clearing([...bad, 'good']);
  expect(sent).toEqual(['good']);
  expect(results).toMatchObject([
    ...bad.map((key) => ({ key, outcome: { kind: 'refused', code: 0 }, restorable: false })),
    { key: 'good', outcome: { kind: 'cleared' } },
  ]);
  const none = await clearing(bad);
  expect(none.results).toHaveLength(4);
  expect(none.worker.opened).toEqual([]);
});

test('Where nothing can be kept, that is the answer, nothing is sent, and the list is closed all the same.', async () => {
  const { results, sent, worker } = await clearing(['a'], true);
  expect(results).toBe(failure);
  expect([sent, worker.closed]).toEqual([[], [1]]);
});

test('How long the broker took is returned only for what is cleared, where that is known.', () => {
  expect(clearResult('a', { kind: 'cleared' }, false, 2)).toHaveProperty('took', 2);
  expect(clearResult('a', { kind: 'cleared' }, false, Number.NaN)).not.toHaveProperty('took');
  expect(clearResult('a', { kind: 'not-kept', failure }, false, 2)).not.toHaveProperty('took');
});
