import { createStore } from 'zustand/vanilla';
import { expect, test } from 'vitest';
import { failed, type Failure } from '../../../../../src-main/contract/base/errors.ts';
import type { ConnectionState, SubscriptionStatus } from '../../../../../src-main/contract/model/model.ts';
import type { ConnectionsState } from '../../../../../src-renderer/state/connections/connections.ts';
import { subtreeSubscribing } from '../../../../../src-renderer/state/connections/subscribe-subtree.ts';
import { FakeEngine, onlineState } from '../../../../support/engine/fake-engine.ts';

const one = (
  filter: string,
  qos: 0 | 1 | 2 = 0,
  part: Partial<SubscriptionStatus> = {},
): SubscriptionStatus => ({
  filter,
  qos,
  noLocal: false,
  retainAsPublished: true,
  retainHandling: 0,
  enabled: true,
  identifier: null,
  notes: [],
  result: { kind: 'granted', qos },
  messages: 0,
  countedBy: 'matches',
  ...part,
});

function start(
  subscriptions: readonly SubscriptionStatus[],
  state: ConnectionState = onlineState(),
  answer: Failure | null = null,
) {
  const connection = new FakeEngine().add({ state, subscriptions: [...subscriptions] });
  const asked: unknown[] = [];
  const store = createStore<ConnectionsState>(() => ({
    loaded: true,
    connections: [connection],
    selection: null,
    troubles: new Map(),
  }));
  const subscribing = subtreeSubscribing(
    {
      store,
      subscribe: (id, request) => {
        asked.push({ id, ...request });
        return Promise.resolve(answer);
      },
    },
    connection.id,
  );
  return { subscribing, asked, id: connection.id };
}

test('a branch is subscribed to with all that is below it, at the QoS that brings its topic', async () => {
  const { subscribing, asked, id } = start([one('plant/+', 1), one('other/#', 2)]);
  expect(subscribing.off('plant/line')).toBeNull();
  expect(await subscribing.subscribe('plant/line')).toBe('Subscribed to plant/line/#');
  expect(asked).toEqual([{ id, filter: 'plant/line/#', qos: 1 }]);
});

test('what a subscription brings already is named instead', () => {
  const { subscribing } = start([one('state/+'), one('plant/#')]);
  expect(subscribing.off('plant/line')).toBe('plant/# includes it');
  expect(subscribing.off('state/line')).toBeNull();
});

test('a subscription that is off, refused or shared brings nothing', () => {
  const refused = { kind: 'refused', code: 135, failure: failed('denied', 'No.', '') } as const;
  const { subscribing } = start([
    one('plant/#', 0, { enabled: false, result: { kind: 'off' } }),
    one('plant/+/#', 0, { result: refused }),
    one('$share/all/plant/#'),
  ]);
  expect(subscribing.off('plant/line')).toBeNull();
});

test('without a connection there is nothing to ask', () => {
  expect(start([], { kind: 'stopped', since: 0, why: null }).subscribing.off('plant')).toBe('not connected');
});

test('what the broker said against it is said', async () => {
  const denied = failed('suback-135', 'The broker refused plant/#.', '');
  await expect(start([], onlineState(), denied).subscribing.subscribe('plant')).rejects.toThrow(
    'Not subscribed: The broker refused plant/#.',
  );
});

test('a name that is no text has no filter', async () => {
  const { subscribing, asked } = start([]);
  expect(subscribing.off('\0a\\x00b')).toBe('its name is no text');
  await expect(subscribing.subscribe('\0a\\x00b')).rejects.toThrow('its name is no text');
  expect(asked).toEqual([]);
});
