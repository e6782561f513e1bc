import { expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { Answer } from '../../../../../src-main/contract/session/sending.ts';
import { followAnswer } from '../../../../../src-renderer/state/publish/follow-answer.ts';
import { followKept } from '../../../../../src-renderer/state/publish/kept-messages.ts';
import { answerRuleOf, withAnswerFields } from '../../../../../src-renderer/state/publish/draft-answer.ts';
import { EMPTY_DRAFT } from '../../../../../src-renderer/state/publish/publish-draft.ts';
import { FedEngine, settled } from '../../../../support/engine/fed-engine.ts';

const CONNECTION = ConnectionId.parse('c1');
const PLACE = { profile: null, folder: '', name: 'Reset' };
const draft = { ...EMPTY_DRAFT, topic: 'plant/press/set' };

test('The lists count as loaded once both are there, in whichever order they come.', async () => {
  for (const order of [
    ['savedMessages', 'sentMessages'],
    ['sentMessages', 'savedMessages'],
  ] as const) {
    const fed = new FedEngine();
    const kept = followKept(fed.engine, CONNECTION);
    const loaded = () => kept.store.getState().loaded;
    await fed.stream(order[0]).send({ messages: [], problem: null });
    await fed.stream(order[0]).send({ messages: [], problem: null });
    expect(loaded()).toBe(false);
    await fed.stream(order[1]).send({ messages: [], problem: null });
    expect(loaded()).toBe(true);
    kept.close();
    expect(fed.streams.every(({ ended }) => ended)).toBe(true);
  }
});

test('What cannot be published is not saved either, and the engine is not asked.', async () => {
  const fed = new FedEngine();
  const kept = followKept(fed.engine, CONNECTION);
  expect(await kept.save(null, PLACE, EMPTY_DRAFT)).toMatchObject({ code: 'topic-empty' });
  expect(fed.calls).toEqual([]);
  expect(await kept.save('m1', PLACE, draft)).toBeNull();
  expect(fed.calls[0]).toMatchObject({
    name: 'saveMessage',
    params: { id: 'm1', place: PLACE, format: 'text', template: { topic: 'plant/press/set' } },
  });
  kept.close();
});

test('A kept message is read back as it was saved, and one that is gone says so.', async () => {
  const fed = new FedEngine();
  const kept = followKept(fed.engine, CONNECTION);
  await kept.save(null, PLACE, { ...draft, qos: 2, retain: true, gzip: true });
  const template = fed.calls[0]?.params['template'];
  fed.answer = ({ name }) => ({ kind: 'message', template, ...(name === 'readSaved' && { format: 'text' }) });
  const expected = { topic: 'plant/press/set', topicIsOwn: true, qos: 2, retain: true, gzip: true };
  expect(await kept.readSaved('m1')).toMatchObject(expected);
  expect(await kept.readSent('s1')).toMatchObject(expected);
  expect(fed.calls.at(-1)).toEqual({ name: 'readSent', params: { connection: CONNECTION, id: 's1' } });
  const gone = failed('no-such-message', 'It is gone.', '');
  fed.answer = () => gone;
  expect(await kept.readSaved('m1')).toBe(gone);
  kept.close();
});

test('An answer is reported when it changes, and followed until it is there.', async () => {
  const fed = new FedEngine();
  const reported: Answer['kind'][] = [];
  followAnswer(fed.engine, CONNECTION, 'mine', ({ kind }) => reported.push(kind));
  await settled();
  const sent = fed.stream('sentMessages');
  const say = (kind: string | null, id = 'mine') =>
    sent.send({ messages: [{ id, answer: kind === null ? null : { kind } }] });
  await say('answered', 'another');
  await say(null);
  await say('waiting');
  await say('waiting');
  expect(reported).toEqual(['waiting']);
  await say('timed-out');
  await say('waiting');
  expect(reported).toEqual(['waiting', 'timed-out']);
  expect(sent.ended).toBe(true);
});

test.each([
  ['5', 5_000],
  [' 0.1 ', 100],
  ['600', 600_000],
  ['1.2345', 1_235],
] as const)('An answer expected within %j s is waited for %d ms.', (within, withinMs) => {
  const answer = { ...draft.answer, expected: true, within };
  expect(answerRuleOf({ ...draft, answer })).toEqual({ withinMs, rule: draft.answer.rule });
});

test.each(['', '0', '0.09', '600.1', '-1', '1e2', '5 s', 'NaN'])('%j s is no time to wait.', (within) => {
  const answer = { ...draft.answer, expected: true, within };
  expect(answerRuleOf({ ...draft, answer })).toMatchObject({ code: 'answer-within' });
});

test('A response topic goes before the rule; where none is expected nothing is checked.', () => {
  const properties = { ...draft.properties, responseTopic: 'mine' };
  const answer = { ...draft.answer, expected: true };
  expect(answerRuleOf({ ...draft, answer, properties })).toEqual({ withinMs: 5_000, rule: null });
  expect(answerRuleOf({ ...draft, answer: { ...answer, expected: false, within: 'x' } })).toBeNull();
});

test('A request gets what it lacks to be answered, and keeps what it has.', () => {
  const made = withAnswerFields(draft.properties);
  expect(made.responseTopic).toMatch(/^topicscope\/answers\/[0-9a-f]{8}$/);
  expect(made).toMatchObject({ correlation: '${uuid}', correlationAs: 'hex' });
  expect(withAnswerFields(draft.properties).responseTopic).not.toBe(made.responseTopic);
  const own = { ...draft.properties, responseTopic: 'mine', correlation: 'id-1' };
  expect(withAnswerFields(own)).toEqual(own);
});
