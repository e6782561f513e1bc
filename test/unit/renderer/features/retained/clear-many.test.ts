import { expect, test } from 'vitest';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { Job } from '../../../../../src-main/contract/session/jobs.ts';
import {
  keptWords,
  asksForCount,
  exportOutcomes,
  isCount,
  progressWords,
  resultTabs,
  resultWords,
  scopeOf,
  stepsOf,
} from '../../../../../src-renderer/features/retained/clear-many.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import { isOver } from '../../../../../src-renderer/state/connections/restore-offers.ts';

const job: Job = {
  id: 'j',
  kind: 'clear-retained',
  connection: ConnectionId.parse('c'),
  title: 'plant/#',
  state: { kind: 'running' },
  startedAt: 0,
  entry: 'e',
  total: 1_284,
  done: 812,
  cleared: 801,
  refused: 9,
  cameBack: 2,
  stillThere: 0,
  unknown: 0,
  steps: { fetched: 1_284, kept: 1_284, keptBytes: 2_100_000, sent: 812 },
  ran: 7_000,
  rate: 640.4,
};

test('The count is asked for on production, and beyond a thousand messages.', () => {
  expect([asksForCount(1, true), asksForCount(1_000, false), asksForCount(1_001, false)]).toEqual([
    true,
    false,
    true,
  ]);
  expect(asksForCount(0, true)).toBe(false);
});

test('The count may be typed with its separators, and nothing else is taken for it.', () => {
  for (const typed of ['1284', '1,284', ' 1 284 ']) expect(isCount(typed, 1_284)).toBe(true);
  for (const typed of ['', '128', '12840', '1284x']) expect(isCount(typed, 1_284)).toBe(false);
});

test('What is asked for is the scope that was chosen.', () => {
  expect(scopeOf('topic', 'a', 'f')).toEqual({ kind: 'topics', keys: ['a'] });
  expect(scopeOf('subtree', 'a', 'f')).toEqual({ kind: 'subtree', key: 'a' });
  expect(scopeOf('filter', 'a', 'f')).toEqual({ kind: 'filter', text: 'f' });
});

test('Progress is shown with what the job waits for.', () => {
  expect(progressWords(job)).toBe('812 of 1,284 done, 640/s');
  expect(progressWords({ ...job, rate: 0 })).toBe('812 of 1,284 done');
  expect(progressWords({ ...job, state: { kind: 'paused' } })).toBe('812 of 1,284 done. Paused.');
  expect(progressWords({ ...job, state: { kind: 'waiting', since: 0 } })).toContain(
    'Waiting for the connection',
  );
});

test('The result names each kind of outcome there was, and what was not begun.', () => {
  const done: Job = {
    ...job,
    state: { kind: 'done', at: 9 },
    done: 1_284,
    cleared: 1_272,
    refused: 9,
    unknown: 1,
  };
  expect(resultWords(done)).toBe('1,272 cleared, 9 denied, 2 came back, 1 unknown.');
  // Nobody knows that these were ever cleared.
  expect(resultWords({ ...done, cameBack: 0, stillThere: 2 })).toBe(
    '1,272 cleared, 9 denied, 2 still retained, 1 unknown.',
  );
  const stopped: Job = { ...job, state: { kind: 'stopped', at: 9 }, refused: 0, cameBack: 0 };
  expect(resultWords(stopped)).toBe('801 cleared, 472 not begun.');
  const failure = { kind: 'failed', code: 'x', message: 'The connection was closed.', advice: '' } as const;
  const failed: Job = { ...job, state: { kind: 'failed', at: 9, failure } };
  expect(resultWords(failed)).toMatch(/The connection was closed\.$/);
  const advised: Job = {
    ...failed,
    state: { kind: 'failed', at: 9, failure: { ...failure, advice: 'Connect again.' } },
  };
  expect(resultWords(advised)).toMatch(/The connection was closed\. Connect again\.$/);
  expect([job, done, stopped, failed].map(isOver)).toEqual([false, true, true, true]);
});

test('The four steps show how far each is, and use the past tense when they are over.', () => {
  expect(stepsOf(job)).toEqual([
    { name: 'Fetched again', words: '1,284 of 1,284 at QoS 2', share: 1 },
    { name: 'Saved to trash', words: '1,284 messages, 2.1 MB', share: 1 },
    { name: 'Clear', words: '812 of 1,284 sent, 9 denied, 640/s', share: 812 / 1_284 },
    { name: 'Verify', words: '812 of 1,284 known', share: 812 / 1_284 },
  ]);
  // It has none while it waits.
  const paused: Job = { ...job, state: { kind: 'paused' } };
  expect(stepsOf(paused)[2]?.words).toBe('812 of 1,284 sent, 9 denied');
  const begun = { ...job, done: 0, steps: { fetched: 0, kept: 0, keptBytes: 0, sent: 0 }, rate: 0 };
  expect(stepsOf(begun).map(({ name, share }) => [name, share])).toEqual([
    ['Fetch again', 0],
    ['Save to trash', 0],
    ['Clear', 0],
    ['Verify', 0],
  ]);
});

test('A clear that the broker denied, or acknowledged and did not do, is not called one.', () => {
  const over: Job = {
    ...job,
    state: { kind: 'done', at: 9 },
    total: 31,
    done: 31,
    cleared: 0,
    cameBack: 0,
    rate: 0,
  };
  const steps = { fetched: 31, kept: 31, keptBytes: 81 };
  const denied = { ...over, refused: 31, steps: { ...steps, kept: 0, keptBytes: 0, sent: 0 } };
  expect(stepsOf(denied)[1]).toEqual({
    name: 'Nothing in the trash',
    words: 'no copy of what was denied',
    share: 0,
    failed: true,
  });
  expect(stepsOf({ ...denied, steps: { ...steps, sent: 0 } })[1]?.name).toBe('Saved to trash');
  expect(stepsOf(denied)[2]).toEqual({
    name: 'Nothing cleared',
    words: '0 of 31 sent, 31 denied',
    share: 0,
    failed: true,
  });
  const silent = { ...over, refused: 0, stillThere: 31, steps: { ...steps, sent: 31 } };
  expect(stepsOf(silent)[2]).toMatchObject({ name: 'Nothing cleared', words: '31 of 31 sent', failed: true });
  expect(stepsOf({ ...silent, cleared: 1 })[2]).toEqual({
    name: 'Cleared',
    words: '31 of 31 sent',
    share: 1,
  });
});

test('A clear that left topics alone is not ticked as if it had cleared all of them.', () => {
  const over: Job = {
    ...job,
    state: { kind: 'done', at: 9 },
    total: 4,
    done: 4,
    cleared: 3,
    refused: 0,
    cameBack: 0,
    rate: 0,
    steps: { fetched: 4, kept: 3, keptBytes: 81, sent: 3 },
  };
  expect(stepsOf(over)[2]).toEqual({
    name: 'Partly cleared',
    words: '3 of 4 sent',
    share: 0.75,
    failed: true,
  });
  // What was not there any more needs no empty message.
  expect(stepsOf({ ...over, cleared: 4 })[2]).toMatchObject({ name: 'Cleared', share: 1 });
  // The copies are there for what was cleared.
  expect(stepsOf(over)[1]).toMatchObject({ name: 'Saved to trash', words: '3 messages, 81 B' });
});

test('While it runs there is a tab for what waits; over, it leads to what was not cleared.', () => {
  expect(resultTabs(job).map(({ label, detail }) => `${label} ${detail}`)).toEqual([
    'All 812',
    'Cleared 801',
    'Denied 9',
    'Came back 2',
    'Waiting 472',
  ]);
  const over: Job = { ...job, state: { kind: 'done', at: 9 }, done: 1_284, cleared: 1_273 };
  expect(resultTabs(over).map(({ label, detail }) => `${label} ${detail}`)).toEqual([
    'All 1,284',
    'Cleared 1,273',
    'Not cleared 11',
  ]);
});

test('The exported list holds the very topics, not their form for the eye.', async () => {
  const keys = ['a/ ', 'a\\x41', '\u0000a\\xff'];
  const outcomes = keys.map((key) => ({
    key,
    topic: 'shown',
    outcome: { kind: 'cleared' },
    restorable: true,
  }));
  const call = (_: string, { from }: { readonly from: number }) =>
    Promise.resolve({ kind: 'page', total: keys.length, outcomes: from === 0 ? outcomes : [] });
  const text = await exportOutcomes({ client: { call } } as unknown as ConnectionSession, job);
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toMatchObject([{ topic: 'a/ ' }, { topic: 'a\\x41' }, { topicBase64: expect.any(String) }]);
});

test('Of what was cleared it is said for how much there is no copy, and why.', () => {
  const words = (cleared: number, kept: number) =>
    keptWords({ cleared, steps: { fetched: 0, kept, keptBytes: 0, sent: 0 } });
  expect(words(2, 2)).toBe('2 messages in the trash.');
  expect(words(1, 2)).toBe('2 messages in the trash.');
  const why = 'the broker held none any more, or it was not wanted.';
  expect(words(20_303, 6_500)).toBe(`6,500 messages in the trash. No copy of 13,803: ${why}`);
  expect(words(3, 0)).toBe(`No copy of 3: ${why}`);
  expect(words(0, 0)).toBe('');
});
