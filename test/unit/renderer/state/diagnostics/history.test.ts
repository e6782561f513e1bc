import { expect, test } from 'vitest';
import type { Engine } from '../../../../../src-renderer/state/engine/engine.ts';
import { createHistory } from '../../../../../src-renderer/state/diagnostics/history.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';

const PRESS = ConnectionId.parse('c1');

/** An engine that answers when, and in the order in which, the test says. */
function slowEngine() {
  const answers: ((attempts: readonly number[], more?: boolean) => Promise<void>)[] = [];
  const call = () =>
    new Promise((resolve) => {
      answers.push(async (starts, more = false) => {
        const attempts = starts.map((startedAt) => ({ id: String(startedAt), startedAt }));
        resolve({ attempts, more, uptimeShare: starts.length });
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      });
    });
  return { engine: { call } as unknown as Engine, answers };
}

test('an answer that is overtaken by a later one does not take its place', async () => {
  const { engine, answers } = slowEngine();
  const history = createHistory(engine);
  const starts = () => history.store.getState().attempts?.map(({ startedAt }) => startedAt);
  void history.refresh(PRESS);
  void history.refresh(PRESS);
  await answers[1]?.([20, 10]);
  await answers[0]?.([10]);
  expect(starts()).toEqual([20, 10]);
  expect(history.store.getState().uptimeShare).toBe(2);
});

test('an answer is shown also while a later question is open, and what was read further back stays', async () => {
  const { engine, answers } = slowEngine();
  const history = createHistory(engine);
  const starts = () => history.store.getState().attempts?.map(({ startedAt }) => startedAt);
  void history.refresh(PRESS);
  void history.refresh(PRESS);
  await answers[0]?.([30, 20], true);
  expect(starts()).toEqual([30, 20]);
  void history.readMore();
  await answers[2]?.([10]);
  await answers[1]?.([40, 30], true);
  expect(starts()).toEqual([40, 30, 20, 10]);
  expect(history.store.getState().more).toBe(false);
});
