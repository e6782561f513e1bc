import { expect, test } from 'vitest';
import { putBack, type RestoringConnection } from '../../../../src-main/engine/retained/put-back.ts';
import { HeldWorker, keptMessage } from '../../../support/retained/held-worker.ts';

type State = RestoringConnection['summary']['value']['state'];

/** A connection whose broker is killed once, with all that it holds, when so many messages were put back. */
function connection(killedAt: number, back = 5) {
  const worker = new HeldWorker();
  let state: State = { kind: 'online', since: 1 };
  let waits = 0;
  const call = async (name: string, params: object): Promise<unknown> => {
    const answer = await worker.call(name, params);
    if (worker.published.length === killedAt) {
      worker.held.clear();
      state = { kind: 'waiting' };
    }
    return answer;
  };
  const live = {
    worker: { call },
    summary: {
      get value() {
        return { state };
      },
    },
  } as unknown as RestoringConnection;
  const wait = (): Promise<void> => {
    waits++;
    if (waits === back) state = { kind: 'online', since: 2 };
    return Promise.resolve();
  };
  const stop = (): void => void (state = { kind: 'stopped' });
  return { live, worker, wait, stop, waits: () => waits };
}

const MESSAGES = Array.from({ length: 250 }, (_, i) => keptMessage(`plant/${i}`, `${i}`));

test('A broker that is killed in the middle is waited for, and holds all of it then.', async () => {
  const { live, worker, wait } = connection(1);
  const { results, session } = await putBack(live, MESSAGES, false, wait);
  expect([session, worker.held.size]).toEqual([2, 250]);
  expect(results.map(({ outcome }) => outcome.kind)).toEqual(MESSAGES.map(() => 'restored'));
});

test('One that stays away, or that nobody connects to, is named as no session at all.', async () => {
  const away = connection(2, Infinity);
  expect((await putBack(away.live, MESSAGES, false, away.wait)).session).toBeNull();
  expect(away.waits()).toBeGreaterThan(100);
  const stopped = connection(0);
  stopped.stop();
  expect((await putBack(stopped.live, MESSAGES, false, stopped.wait)).session).toBeNull();
  expect(stopped.waits()).toBe(0);
  expect(await putBack(away.live, [], false, away.wait)).toEqual({ results: [], session: null });
});
