import { expect, test } from 'vitest';
import { failed, type Failure } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionId, SubscriptionRequest } from '../../../../../../src-main/contract/model/model.ts';
import { changeSubscription } from '../../../../../../src-renderer/features/connections/subscriptions/change-subscription.ts';

const ID = ConnectionId.parse('c');
const request = (filter: string, more: object = {}) => SubscriptionRequest.parse({ filter, qos: 0, ...more });

/** What is asked of a connection, in order, and what it says to each. */
function connection(answers: Readonly<Record<string, Failure | null>> = {}) {
  const asked: string[] = [];
  const answer = (what: string) => {
    asked.push(what);
    return Promise.resolve(answers[what] ?? null);
  };
  return {
    asked,
    connections: {
      subscribe: (_: string, { filter, qos }: { filter: string; qos?: number }) =>
        answer(`subscribe ${filter} ${String(qos)}`),
      unsubscribe: (_: string, filter: string) => answer(`unsubscribe ${filter}`),
    },
  };
}

const change = (to: SubscriptionRequest, answers?: Readonly<Record<string, Failure | null>>) => {
  const { asked, connections } = connection(answers);
  return changeSubscription(connections, ID, request('a/#'), to).then((failure) => ({ asked, failure }));
};

test('Other options of the same filter are asked for, and nothing is given up.', async () => {
  expect(await change(request('a/#', { qos: 2 }))).toEqual({ asked: ['subscribe a/# 2'], failure: null });
});

test('Another filter takes the place of the old one, which goes only after it.', async () => {
  const { asked } = await change(request('b/#'));
  expect(asked).toEqual(['subscribe b/# 0', 'unsubscribe a/#']);
});

test('Where the new filter is refused the old one stays.', async () => {
  const refused = failed('not-allowed', 'No.', '');
  expect(await change(request('b/#'), { 'subscribe b/# 0': refused })).toEqual({
    asked: ['subscribe b/# 0'],
    failure: refused,
  });
});

test('Where the old one cannot be given up that is said, as both are there then.', async () => {
  const failure = failed('closed', 'It is closed.', '');
  expect((await change(request('b/#'), { 'unsubscribe a/#': failure })).failure).toBe(failure);
});
