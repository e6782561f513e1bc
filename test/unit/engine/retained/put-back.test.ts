import { expect, test } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { RestoreResult } from '../../../../src-main/contract/session/outcomes.ts';
import type { KeptMessage } from '../../../../src-main/contract/session/trash.ts';
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

const MESSAGES = Array.from({ length: 850 }, (_, i) => keptMessage(`plant/${i}`, `${i}`));

test('A broker that is killed in the middle is waited for, and holds all of it then.', async () => {
  const { live, worker, wait } = connection(1);
  const { results, session } = await putBack(live, MESSAGES, false, wait);
  expect([session, worker.held.size]).toEqual([2, 850]);
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

/** A broker that ends the connection over each denied topic, and takes what came before it in the same call. */
function ending(isDenied: (key: string) => boolean, isNamed: (keys: readonly string[]) => boolean) {
  const worker = new HeldWorker();
  let since = 1;
  const call = async (name: string, params: object): Promise<unknown> => {
    const { messages, overwrite } = params as { messages: readonly KeptMessage[]; overwrite: boolean };
    const first = messages.findIndex(({ key }) => isDenied(key));
    if (first === -1) return worker.call(name, params);
    since++;
    const taken = messages.slice(0, first);
    const { results } = (await worker.call(name, { messages: taken, overwrite })) as {
      results: RestoreResult[];
    };
    const failure = failed('x', 'x', '');
    const others = messages.slice(first).map(({ key }, at): RestoreResult => ({
      key,
      topic: key,
      outcome:
        at === 0 && isNamed(messages.map((one) => one.key))
          ? { kind: 'refused', code: 135, failure }
          : { kind: 'not-verified', failure },
    }));
    return { results: [...results, ...others] };
  };
  const live = {
    worker: { call },
    summary: { get value() { return { state: { kind: 'online', since } }; } },
  } as unknown as RestoringConnection; // prettier-ignore
  return { live, worker, since: () => since };
}

test.each([
  ['named at once', () => true, 'refused'],
  ['named alone only', (keys: readonly string[]) => keys.length === 1, 'refused'],
  ['never named', () => false, 'not-verified'],
] as const)(
  'Where the connection ends over each denied topic, %s, all others are put back and those are told from them.',
  async (_, isNamed, kind) => {
    const isDenied = (key: string): boolean => /[05]7$/.test(key);
    const { live, worker, since } = ending(isDenied, isNamed);
    const wait = (): Promise<void> => Promise.resolve();
    const { results, session } = await putBack(live, MESSAGES, false, wait);
    expect(results.map(({ key }) => key)).toEqual(MESSAGES.map(({ key }) => key));
    expect(results.map(({ outcome }) => outcome.kind)).toEqual(
      MESSAGES.map(({ key }) => (isDenied(key) ? kind : 'restored')),
    );
    expect(worker.held.size).toBe(MESSAGES.filter(({ key }) => !isDenied(key)).length);
    // A broker that says what it ended the connection over was not killed, and has what it had.
    expect(session).toBe(kind === 'refused' ? 1 : since());
    expect((await putBack(live, MESSAGES.slice(0, 5), false, wait)).session).toBe(session);
  },
);
