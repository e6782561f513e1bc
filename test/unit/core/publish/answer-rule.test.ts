import { expect, test } from 'vitest';
import { answerTopic } from '../../../../src-main/core/publish/answer-rule.ts';

test.each([
  ['cmnd/… → stat/…', 'cmnd/lamp/POWER', 'stat/lamp/POWER'],
  ['cmnd/... -> stat/.../RESULT', 'cmnd/lamp', 'stat/lamp/RESULT'],
  ['zigbee2mqtt/…/get => zigbee2mqtt/…', 'zigbee2mqtt/door/get', 'zigbee2mqtt/door'],
  ['…/set/… → …/state/…', 'home/set/lamp', 'home/state/lamp'],
  ['a.b/… → r/…', 'axb/1', null],
  ['cmnd/… → stat/…', 'tele/lamp', null],
  ['cmnd/…', 'cmnd/lamp', null],
  ['cmnd/… → stat', 'cmnd/lamp', null],
  ['a → b → c', 'a', null],
  ['ask → answer', 'ask', 'answer'],
  ['', 'a', null],
])('By %j the answer to %j comes on %j.', (rule, topic, expected) => {
  expect(answerTopic(rule, topic)).toBe(expected);
});

test('A rule that would make a search by trial slow is answered at once.', () => {
  const rule = `${'…a'.repeat(400)} → ${'…'.repeat(400)}`;
  expect(answerTopic(rule, `${'a'.repeat(60_000)}!`)).toBeNull();
  expect(answerTopic('…… → ……', 'ab')).toBeNull();
});
