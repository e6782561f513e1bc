import { expect, test } from 'vitest';
import { ConnectionId } from '../../../../src-main/contract/model/model.ts';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import { Outbox, type SendingConnection } from '../../../../src-main/engine/publish/outbox.ts';

const C = ConnectionId.parse('c');
const message = (topic: string, messageExpiry?: number): PublishMessage => ({
  topic,
  payload: new Uint8Array(0),
  qos: 0,
  retain: false,
  ...(messageExpiry === undefined ? {} : { properties: { messageExpiry } }),
});

/** A connection that is away until the test says otherwise; looking again is a step of the test. */
function open() {
  const state = { online: false, open: true, now: 0 };
  const sent: PublishMessage[] = [];
  let steps: (() => void)[] = [];
  const live = {
    summary: {
      value: {
        get state() {
          return { kind: state.online ? 'online' : 'waiting' };
        },
      },
    },
  } as unknown as SendingConnection;
  const outbox = new Outbox({
    live: () => (state.open ? live : null),
    now: () => state.now,
    publish: async (_, one) => {
      await Promise.resolve();
      sent.push(one);
      return { kind: 'sent', at: state.now };
    },
    pause: (_, signal) =>
      new Promise((resolve) => {
        steps.push(resolve);
        signal.addEventListener('abort', () => resolve());
      }),
  });
  const step = async () => {
    await Promise.resolve();
    const due = steps;
    steps = [];
    for (const go of due) go();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { outbox, state, sent, step };
}

test('What was published while offline goes out in its order once there is a connection.', async () => {
  const { outbox, state, sent, step } = open();
  const all = ['a', 'b', 'c'].map((topic) => outbox.whenOnline(C, message(topic)));
  await step();
  expect(sent).toEqual([]);
  state.online = true;
  await step();
  expect(await Promise.all(all)).toMatchObject([{ kind: 'sent' }, { kind: 'sent' }, { kind: 'sent' }]);
  expect(sent.map(({ topic }) => topic)).toEqual(['a', 'b', 'c']);
});

test('The wait counts for its expiry: what is left goes out, and what is over does not.', async () => {
  const { outbox, state, sent, step } = open();
  const long = outbox.whenOnline(C, message('long', 60));
  const short = outbox.whenOnline(C, message('short', 5));
  state.now = 20_000;
  state.online = true;
  await step();
  await long;
  expect(sent).toMatchObject([{ topic: 'long', properties: { messageExpiry: 40 } }]);
  expect(await short).toMatchObject({ kind: 'failed', code: 'publish-expired' });
});

test('What is discarded, or whose connection is closed, is not sent and says so.', async () => {
  const { outbox, state, sent } = open();
  const one = outbox.whenOnline(C, message('a'));
  outbox.discard(C);
  expect(await one).toMatchObject({ code: 'discarded' });
  state.open = false;
  expect(await outbox.whenOnline(C, message('b'))).toMatchObject({ code: 'not-sent' });
  expect(sent).toEqual([]);
});

test('Only so many wait.', async () => {
  const { outbox } = open();
  const waiting = Array.from({ length: 200 }, (_, at) => outbox.whenOnline(C, message(String(at))));
  expect(await outbox.whenOnline(C, message('more'))).toMatchObject({ code: 'outbox-full' });
  outbox.close();
  expect(await waiting[0]).toMatchObject({ code: 'discarded' });
});
