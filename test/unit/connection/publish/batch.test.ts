import { expect, test } from 'vitest';
import { publishBatch } from '../../../../src-main/connection/publish/batch.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { PublishMessage } from '../../../../src-main/contract/model/publish-message.ts';
import type { PublishOutcome } from '../../../../src-main/contract/session/outcomes.ts';

const message = (topic: string): PublishMessage => ({
  topic,
  payload: new Uint8Array(),
  qos: 1,
  retain: false,
});
const acknowledged = (ms: number, noSubscribers = false): PublishOutcome => ({
  kind: 'acknowledged',
  at: 0,
  ms,
  code: noSubscribers ? 16 : 0,
  noSubscribers,
  reason: '',
});
const bad = failed('bad', 'Bad.', '');

test('All messages go out in their order, as often as asked, and each outcome counts.', async () => {
  const topics: string[] = [];
  const waiting: ((outcome: PublishOutcome) => void)[] = [];
  const done = publishBatch(
    { messages: [message('a'), message('b')], times: 2, stopAtError: false },
    ({ topic }, settle) => {
      topics.push(topic);
      waiting.push(settle);
    },
  );
  expect(topics).toEqual(['a', 'b', 'a', 'b']);
  waiting[0]?.(acknowledged(3));
  waiting[2]?.(acknowledged(5, true));
  waiting[1]?.({ kind: 'refused', code: 135, failure: bad });
  waiting[3]?.({ kind: 'sent', at: 1 });
  expect(await done).toEqual({
    sent: 4,
    acknowledged: [3, 5],
    noSubscribers: 1,
    errors: 1,
    problems: [{ at: 1, failure: bad }],
  });
});

test('What cannot be sent was not, and stops the rest where that is asked.', async () => {
  const send = (stopAtError: boolean) =>
    publishBatch(
      { messages: [message('a'), message('bad'), message('c')], times: 1, stopAtError },
      (one, settle) => settle(one.topic === 'bad' ? bad : { kind: 'sent', at: 1 }),
    );
  expect(await send(false)).toMatchObject({ sent: 2, errors: 1, problems: [{ at: 1, failure: bad }] });
  expect(await send(true)).toMatchObject({ sent: 1, errors: 1 });
  const none = await publishBatch({ messages: [], times: 1, stopAtError: true }, () => undefined);
  expect(none.sent).toBe(0);
});

test('Of many problems the first are listed.', async () => {
  const result = await publishBatch(
    { messages: [message('a')], times: 50, stopAtError: false },
    (_, settle) => settle(bad),
  );
  expect(result).toMatchObject({ sent: 0, errors: 50 });
  expect(result.problems.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, at) => at));
});
