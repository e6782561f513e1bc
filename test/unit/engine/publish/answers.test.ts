import { expect, test } from 'vitest';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import { AnswerWait, type AnswerPorts } from '../../../../src-main/engine/publish/answers.ts';

interface Arrived {
  readonly seq: number;
  readonly at: number;
  readonly payload: string;
  readonly correlation?: number;
  readonly stored?: boolean;
}

const request = (correlation?: number): PublishMessage => ({
  topic: 'ask',
  payload: new Uint8Array(0),
  qos: 0,
  retain: false,
  ...(correlation === undefined ? {} : { properties: { correlationData: Uint8Array.of(correlation) } }),
});

/** A worker with these messages on the topic; each look takes 25 ms of the clock. */
function open(covered = true) {
  const arrived: Arrived[] = [];
  const calls: string[] = [];
  const state = { now: 1_000, breaks: false };
  const later: { at: number; message: Arrived }[] = [];
  const subscriptions = covered ? [{ filter: 'reply/#', result: { kind: 'granted', qos: 1 } }] : [];
  let refusal: unknown = null;
  const call = (name: string, params: { filter?: string; which?: number }): Promise<unknown> => {
    if (state.breaks) return Promise.reject(new Error('closed'));
    if (name !== 'readHistory' && name !== 'readMessage') calls.push(`${name} ${params.filter}`);
    if (name === 'subscribe') {
      const result = refusal ?? { kind: 'granted', qos: 1 };
      subscriptions.push({ filter: params.filter ?? '', result } as never);
      return Promise.resolve({ kind: 'done' });
    }
    if (name === 'readHistory') {
      return Promise.resolve({
        messages: arrived.toReversed().map(({ seq, at, stored = false }) => ({ seq, at, stored })),
      });
    }
    const one = arrived.find(({ seq }) => seq === params.which);
    if (one === undefined)
      return Promise.resolve(name === 'readMessage' ? { kind: 'gone' } : { kind: 'done' });
    const bytes = new TextEncoder().encode(one.payload);
    const { correlation } = one;
    return Promise.resolve({
      kind: 'message',
      meta: { ...one, size: bytes.length },
      bytes,
      properties: correlation === undefined ? new Uint8Array(0) : Uint8Array.of(9, 0, 1, correlation),
    });
  };
  const ports: AnswerPorts = {
    worker: () => ({ call }) as never,
    subscriptions: () => subscriptions as never,
    held: new Map(),
    now: () => state.now,
    pause: (ms) => {
      state.now += ms;
      for (const { at, message } of later) {
        if (at <= state.now && !arrived.includes(message)) arrived.push(message);
      }
      return Promise.resolve();
    },
  };
  return { ports, arrived, later, calls, state, refuse: (with_: unknown) => (refusal = with_) };
}

const SENT = { kind: 'sent', at: 1_000 } as const;

test('The answer is found by its correlation data, and its latency by when it arrived.', async () => {
  const { ports, arrived, later } = open();
  arrived.push({ seq: 1, at: 500, payload: 'before', correlation: 7 });
  const wait = new AnswerWait('reply/x', request(7), ports);
  expect(await wait.prepare()).toBeNull();
  later.push({ at: 1_020, message: { seq: 2, at: 1_020, payload: 'of another', correlation: 8 } });
  later.push({ at: 1_060, message: { seq: 3, at: 1_041, payload: 'yes', correlation: 7 } });
  expect(await wait.wait(SENT, 5_000)).toEqual({
    kind: 'answered',
    topic: 'reply/x',
    at: 1_041,
    ms: 41,
    preview: 'yes',
    size: 3,
  });
});

test('By a topic alone any message after the request is the answer, but none that was stored.', async () => {
  const { ports, later } = open();
  const wait = new AnswerWait('reply/x', request(), ports);
  await wait.prepare();
  later.push({ at: 1_020, message: { seq: 1, at: 1_010, payload: 'old', stored: true } });
  later.push({ at: 1_060, message: { seq: 2, at: 1_050, payload: 'ON' } });
  const acknowledged = {
    kind: 'acknowledged',
    at: 1_030,
    ms: 20,
    code: 0,
    noSubscribers: false,
    reason: '',
  } as const;
  expect(await wait.wait(acknowledged, 5_000)).toMatchObject({ kind: 'answered', ms: 40, preview: 'ON' });
});

test('No answer in time is said, and how long was waited.', async () => {
  const { ports, state } = open();
  const wait = new AnswerWait('reply/x', request(7), ports);
  await wait.prepare();
  expect(await wait.wait(SENT, 5_000)).toEqual({ kind: 'timed-out', topic: 'reply/x', ms: 5_000 });
  expect(state.now).toBe(6_000);
});

test('Where nothing is subscribed that would bring it, a subscription is made for it and ended with it.', async () => {
  const { ports, later, calls } = open(false);
  const wait = new AnswerWait('elsewhere', request(), ports);
  expect(await wait.prepare()).toBeNull();
  later.push({ at: 1_020, message: { seq: 1, at: 1_020, payload: 'x' } });
  expect(await wait.wait(SENT, 1_000)).toMatchObject({ kind: 'answered' });
  expect(calls).toEqual(['subscribe elsewhere', 'unsubscribe elsewhere']);
});

test('A subscription that the broker refuses is why no answer can come.', async () => {
  const { ports, calls, refuse } = open(false);
  refuse({ kind: 'refused', code: 135, failure: failed('not-authorized', 'Not allowed.', '') });
  const wait = new AnswerWait('elsewhere', request(), ports);
  expect(await wait.prepare()).toMatchObject({ code: 'not-authorized' });
  expect(calls).toEqual(['subscribe elsewhere', 'unsubscribe elsewhere']);
});

test('A request that was not sent leaves no subscription, and a broken worker is reported.', async () => {
  const { ports, calls, state } = open(false);
  const wait = new AnswerWait('elsewhere', request(), ports);
  await wait.prepare();
  await wait.cancel();
  expect(calls.at(-1)).toBe('unsubscribe elsewhere');
  state.breaks = true;
  expect(await wait.wait(SENT, 1_000)).toMatchObject({ kind: 'failed', code: 'answer-lost' });
});

test('Two that wait on one topic share the subscription, which ends with the last of them.', async () => {
  const { ports, later, calls } = open(false);
  const first = new AnswerWait('elsewhere', request(1), ports);
  const second = new AnswerWait('elsewhere', request(2), ports);
  await Promise.all([first.prepare(), second.prepare()]);
  later.push({ at: 1_020, message: { seq: 1, at: 1_020, payload: 'a', correlation: 1 } });
  expect(await first.wait(SENT, 1_000)).toMatchObject({ kind: 'answered', preview: 'a' });
  expect(calls).toEqual(['subscribe elsewhere']);
  later.push({ at: 1_060, message: { seq: 2, at: 1_060, payload: 'b', correlation: 2 } });
  expect(await second.wait(SENT, 1_000)).toMatchObject({ kind: 'answered', preview: 'b' });
  expect(calls).toEqual(['subscribe elsewhere', 'unsubscribe elsewhere']);
  expect(ports.held.size).toBe(0);
});

test('A worker that breaks before the request is sent is why no answer can come.', async () => {
  const { ports, state } = open(false);
  state.breaks = true;
  const wait = new AnswerWait('elsewhere', request(), ports);
  expect(await wait.prepare()).toMatchObject({ kind: 'failed', code: 'answer-lost' });
  const closed = { ...ports, worker: () => expect.unreachable() };
  expect(await new AnswerWait('elsewhere', request(), closed).prepare()).toMatchObject({
    code: 'answer-lost',
  });
  expect(ports.held.size).toBe(0);
});
