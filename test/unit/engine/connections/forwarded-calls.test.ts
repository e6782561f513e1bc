import { expect, test } from 'vitest';
import { connectionCalls } from '../../../../src-main/contract/api.ts';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import { forwardedCalls } from '../../../../src-main/engine/connections/forwarded-calls.ts';

const press = ConnectionId.parse('11111111-1111-4111-8111-111111111111');
const oven = ConnectionId.parse('22222222-2222-4222-8222-222222222222');

function workers() {
  const asked: { connection: ConnectionId; name: string; params: unknown }[] = [];
  const handlers = forwardedCalls((connection) => ({
    call: ((name: string, params: unknown) => {
      asked.push({ connection, name, params });
      return Promise.resolve({ kind: 'done', of: name });
    }) as never,
  }));
  return { asked, handlers };
}

test('Every call in the contract of a connection has its handler, and no other name has.', () => {
  const { handlers } = workers();
  expect(Object.keys(handlers).toSorted()).toEqual(Object.keys(connectionCalls).toSorted());
});

test('A call goes to the worker of its connection, as it is, and its answer comes back.', async () => {
  const { asked, handlers } = workers();
  const payload = Uint8Array.of(0, 255);
  const message = { topic: 'a', payload, qos: 1, retain: true } as const;
  expect(await handlers.publish({ connection: press, ...message })).toMatchObject({ of: 'publish' });
  await handlers.unsubscribe({ connection: oven, filter: '#' });
  expect(asked).toEqual([
    { connection: press, name: 'publish', params: message },
    { connection: oven, name: 'unsubscribe', params: { filter: '#' } },
  ]);
  expect(asked[0]?.params).toHaveProperty('payload', payload);
});

test('Where there is no worker to ask the error of that is what the caller gets.', () => {
  const handlers = forwardedCalls(() => {
    throw new Error('This connection was closed.');
  });
  expect(() => handlers.pingNow({ connection: press })).toThrow('closed');
});
