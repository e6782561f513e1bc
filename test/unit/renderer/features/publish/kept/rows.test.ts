import { expect, test } from 'vitest';
import { answerWords } from '../../../../../../src-renderer/features/publish/base/answer-labels.ts';
import { placeOf } from '../../../../../../src-renderer/features/publish/kept/roving.ts';
import { savedRows } from '../../../../../../src-renderer/features/publish/kept/saved-rows.ts';
import { sentWords } from '../../../../../../src-renderer/features/publish/kept/sent-rows.ts';
import { savedHead, sentMessage } from '../../../../../support/session/sent-and-saved.ts';

const saved = (id: string, profile: string | null, folder: string) => savedHead(id, { profile, folder });
const SAVED = [
  saved('1', 'p', 'Presses'),
  saved('2', 'p', 'Presses/Old'),
  saved('3', null, ''),
  saved('4', 'q', ''),
];
const P = { id: 'p', name: 'Plant' };
const drawn = (rows: ReturnType<typeof savedRows>) =>
  rows.map((row) =>
    row.kind === 'folder' ? `${row.level} ${row.name} ${row.count}` : `${row.level} ${row.message.name}`,
  );

test('Messages of the profile and those for all stand in their folders; no other profile’s.', () => {
  expect(drawn(savedRows(SAVED, P, new Set(), ''))).toEqual([
    '1 Plant 2',
    '2 Presses 2',
    '3 Old 1',
    '4 Name 2',
    '3 Name 1',
    '1 Everywhere 1',
    '2 Name 3',
  ]);
  expect(drawn(savedRows(SAVED, null, new Set(), ''))).toEqual(['1 Everywhere 1', '2 Name 3']);
});

test('A closed folder hides what is in it, but not what is sought.', () => {
  const closed = new Set(['own']);
  expect(drawn(savedRows(SAVED, P, closed, ''))).toEqual(['1 Plant 2', '1 Everywhere 1', '2 Name 3']);
  expect(drawn(savedRows(SAVED, P, closed, 'OLD'))).toEqual([
    '1 Plant 1',
    '2 Presses 1',
    '3 Old 1',
    '4 Name 2',
  ]);
  expect(savedRows(SAVED, P, closed, 'nothing')).toEqual([]);
});

test('What became of a message is said in a few words.', () => {
  expect(sentWords(sentMessage({}))).toMatchObject({ tone: 'mut', words: 'sent, 213 B' });
  expect(sentWords(sentMessage({ queued: true, outcome: null })).words).toBe('waits for the connection');
  expect(sentWords(sentMessage({ outcome: null })).words).toBe('not known');
  const acknowledged = {
    kind: 'acknowledged',
    at: 0,
    ms: 3,
    code: 16,
    noSubscribers: true,
    reason: '',
  } as const;
  expect(sentWords(sentMessage({ outcome: acknowledged }))).toMatchObject({
    tone: 'ok',
    words: 'acknowledged in 3 ms, no subscribers',
    code: '0x10',
  });
});

test('An answer that failed or never came says why.', () => {
  expect(answerWords({ kind: 'failed', code: 'x', message: 'Lost.', advice: 'Ask again.' })).toMatchObject({
    tone: 'err',
    words: 'Lost.',
    detail: 'Ask again.',
  });
  expect(answerWords({ kind: 'timed-out', topic: 'r', ms: 0 }).words).toBe('no answer');
});

test('A chosen row stays the chosen one while others come before it, or go.', () => {
  const chosen = { key: 'b', at: 1 };
  expect(placeOf(['a', 'b', 'c'], null)).toBe(0);
  expect(placeOf(['new', 'a', 'b', 'c'], chosen)).toBe(2);
  expect(placeOf(['b'], chosen)).toBe(0);
  // It is gone: the row in its place, or the last one.
  expect(placeOf(['a', 'c'], chosen)).toBe(1);
  expect(placeOf(['a'], chosen)).toBe(0);
  expect(placeOf([], chosen)).toBe(0);
});
