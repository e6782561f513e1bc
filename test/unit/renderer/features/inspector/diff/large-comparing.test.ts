import { beforeEach, describe, expect, test } from 'vitest';
import {
  COMPARE_MS,
  isSuperseded,
  LargeComparing,
} from '../../../../../../src-renderer/features/inspector/diff/large-comparing.ts';
import type {
  DiffAnswer,
  DiffRequest,
} from '../../../../../../src-renderer/features/inspector/diff/large-diff.ts';
import { ManualClock } from '../../../../../support/manual-clock.ts';

interface Thread {
  readonly posted: DiffRequest[];
  readonly reported: (answer: DiffAnswer | Error) => void;
  ended: boolean;
}

const ASKED: DiffRequest = { kind: 'patch', pair: 1 };
const PATCH: DiffAnswer = { kind: 'patch', text: '[]' };
const rows = (onlyChanges: boolean): DiffRequest => ({ kind: 'rows', pair: 1, onlyChanges, closed: [] });

let clock: ManualClock;
let threads: Thread[];
let comparing: LargeComparing;

beforeEach(() => {
  clock = new ManualClock();
  threads = [];
  comparing = new LargeComparing({
    start: (reported) => {
      const thread: Thread = { posted: [], reported, ended: false };
      threads.push(thread);
      return { post: (request) => thread.posted.push(request), end: () => (thread.ended = true) };
    },
    later: (ms, run) => clock.after(ms, run),
  });
});

const outcome = (asked: Promise<DiffAnswer>) =>
  asked.then(
    ({ kind }) => kind,
    (error: Error) => (isSuperseded(error) ? 'superseded' : error.message),
  );

describe('The thread that compares large payloads', () => {
  test('starts with the first question, answers one at a time, and stays for the next', async () => {
    expect(threads).toHaveLength(0);
    const first = outcome(comparing.ask(ASKED));
    const second = outcome(comparing.ask(rows(true)));
    expect(threads[0]?.posted).toEqual([ASKED]);
    threads[0]?.reported(PATCH);
    expect(await first).toBe('patch');
    expect(threads[0]?.posted).toEqual([ASKED, rows(true)]);
    threads[0]?.reported(new Error('no memory'));
    expect(await second).toBe('no memory');
    expect(threads).toHaveLength(1);
  });

  test('is ended by whoever does not want to wait, and the next question starts another one', async () => {
    const first = outcome(comparing.ask(ASKED));
    const waiting = outcome(comparing.ask(rows(true)));
    comparing.stop();
    expect([await first, await waiting]).toEqual(['it was stopped', 'superseded']);
    expect(threads[0]?.ended).toBe(true);
    const next = outcome(comparing.ask(ASKED));
    threads[0]?.reported(new Error('of the thread that ended'));
    threads[1]?.reported(PATCH);
    expect(await next).toBe('patch');
    expect(threads).toHaveLength(2);
  });

  test('that has nothing to do is left as it is by a stop', async () => {
    comparing.stop();
    expect(threads).toHaveLength(0);
  });

  test('is asked the newest of the questions that wait, and nobody waits for the others', async () => {
    void outcome(comparing.ask(ASKED));
    const passed = outcome(comparing.ask(rows(true)));
    const newest = outcome(comparing.ask(rows(false)));
    expect(await passed).toBe('superseded');
    threads[0]?.reported(PATCH);
    threads[0]?.reported(PATCH);
    expect(await newest).toBe('patch');
    expect(threads[0]?.posted).toEqual([ASKED, rows(false)]);
  });

  test('is asked for what is to be shown and for what is to be copied, though both have to wait', async () => {
    const shown = outcome(comparing.ask(rows(true)));
    const passed = outcome(comparing.ask(ASKED));
    const next = outcome(comparing.ask(rows(false)));
    const copied = outcome(comparing.ask(ASKED));
    expect(await passed).toBe('superseded');
    for (let answers = 0; answers < 3; answers++) threads[0]?.reported(PATCH);
    expect(await Promise.all([shown, next, copied])).toEqual(['patch', 'patch', 'patch']);
    expect(threads[0]?.posted).toEqual([rows(true), rows(false), ASKED]);
  });

  test('is ended when an answer takes too long, and another one goes on with what waits', async () => {
    const slow = outcome(comparing.ask(ASKED));
    const next = outcome(comparing.ask(rows(true)));
    clock.advance(COMPARE_MS - 1);
    expect(threads[0]?.ended).toBe(false);
    clock.advance(1);
    expect(await slow).toContain('it took longer than');
    expect(threads[0]?.ended).toBe(true);
    // It is late, and means another question.
    threads[0]?.reported(PATCH);
    expect(threads[1]?.posted).toEqual([rows(true)]);
    threads[1]?.reported(PATCH);
    expect(await next).toBe('patch');
  });

  test('has as long for each answer, and no time runs while nothing is asked', async () => {
    const first = outcome(comparing.ask(ASKED));
    clock.advance(COMPARE_MS - 1);
    threads[0]?.reported(PATCH);
    expect(await first).toBe('patch');
    clock.advance(10 * COMPARE_MS);
    expect(threads[0]?.ended).toBe(false);
  });

  test('is gone with the view, and nothing waits for it', async () => {
    const asked = [outcome(comparing.ask(ASKED)), outcome(comparing.ask(rows(true)))];
    comparing.close();
    expect(await Promise.all(asked)).toEqual(['superseded', 'superseded']);
    expect(threads.map(({ ended }) => ended)).toEqual([true]);
  });
});
