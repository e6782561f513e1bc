import { expect, it } from 'vitest';
import { forgetQuestion } from '../../../../../src-renderer/features/topics/forget-labels.ts';
import { EMPTY_STATE, type SessionState } from '../../../../../src-renderer/state/tree/view-state.ts';
import { row } from '../../frames.ts';

const view = (part: Parameters<typeof row>[2]) => ({
  row: row(1, 'plant/press', part),
  delta: null,
  changes: 0,
  cameAt: 0,
});
const state = (part: Parameters<typeof row>[2]): SessionState => ({
  ...EMPTY_STATE,
  ids: [1],
  total: 1,
  rows: new Map([[1, view(part)]]),
});
const STAYS = / Only this program forgets: the broker keeps its retained messages, .* its next message\.$/;

it('names a topic and its own messages, and says that a branch stays', () => {
  const { title, action, text } = forgetQuestion(state({ own: 1, messages: 1 }), {
    kind: 'topic',
    key: 'plant/press',
  });
  expect([title, action]).toEqual(['Forget this topic?', 'Forget topic']);
  expect(text).toMatch(/^plant\/press leaves the tree with its 1 message of history\. Only/);
  expect(text).toMatch(STAYS);
  const branch = forgetQuestion(state({ own: 2, messages: 7, children: 3 }), {
    kind: 'topic',
    key: 'plant/press',
  });
  expect(branch.text).toMatch(
    /^plant\/press loses its 2 messages of history\. What is below it stays\. Only/,
  );
});

it('names a subtree with the topics and messages in it', () => {
  const { title, text } = forgetQuestion(state({ topics: 12, messages: 3_400, children: 3 }), {
    kind: 'subtree',
    key: 'plant/press',
  });
  expect(title).toBe('Forget this subtree?');
  expect(text).toMatch(/^plant\/press, 12 topics, leaves the tree with its 3,400 messages of history\./);
  expect(text).toMatch(STAYS);
});

it('counts nothing of which the window has no row, and bounds what is read out', () => {
  const key = `plant/${'x'.repeat(60_000)}end`;
  const { text } = forgetQuestion(EMPTY_STATE, { kind: 'topic', key });
  expect(text.length).toBeLessThan(400);
  expect(text).toMatch(/^plant\/x+…x+end leaves the tree with its history\./);
});

it('asks about all that is late at once', () => {
  const { title, text } = forgetQuestion(EMPTY_STATE, { kind: 'late' });
  expect(title).toBe('Forget all late topics?');
  expect(text).toMatch(STAYS);
});
