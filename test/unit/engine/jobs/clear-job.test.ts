import { expect, test, vi } from 'vitest';
import type { Unkept } from '../../../../src-main/engine/retained/listed-kept.ts';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import {
  result,
  cleared,
  cutOff,
  unknown,
  still,
  refused,
  notKept,
  later,
  names,
  start,
} from '../../../support/retained/clear-job.ts';

test('What was too large together goes in further parts, however many, and each is cleared once.', async () => {
  const keys = Array.from({ length: 40 }, (_, i) => `t/${i}`);
  const { job, asked } = start(keys, (batch) =>
    batch.map((key, at) => (at === 0 ? cleared(key) : later(key))),
  );
  await job.over;
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, cleared: 40, done: 40 });
  expect(job.job().steps).toMatchObject({ fetched: 40, sent: 40 });
  expect(asked.map(([first]) => first)).toEqual(keys);
});

test('Every topic of the list is cleared once, in batches, and no other is named.', async () => {
  const { job, asked, reported } = start(names(1_250), (keys) => keys.map(cleared));
  await job.over;
  // How far it is, and, urgently, that it is over.
  expect(reported).toEqual([false, false, false, false, true]);
  expect(asked.map((batch) => batch.length)).toEqual([500, 500, 250]);
  expect(asked.flat()).toEqual(names(1_250));
  expect(job.job()).toMatchObject({
    state: { kind: 'done', at: 1_300 },
    total: 1_250,
    done: 1_250,
    cleared: 1_250,
    rate: 1_250 / 0.3,
  });
  // How long the broker took for each is kept over the check.
  expect(job.outcomes.every(({ took }) => took === 2)).toBe(true);
});

test('What the broker refuses, holds again or leaves open is counted by itself.', async () => {
  const { job } = start(['a', 'b', 'c', 'd'], ([...keys]) =>
    keys.map((key) => {
      if (key === 'a') return refused(key);
      if (key === 'b')
        return result(key, { kind: 'still-retained', failure: failed('x', 'x', ''), at: 5, back: true });
      if (key === 'c') return result(key, { kind: 'not-verified', failure: failed('probe-135', 'x', '') });
      return cleared(key);
    }),
  );
  await job.over;
  expect(job.job()).toMatchObject({ done: 4, cleared: 1, refused: 1, cameBack: 1, unknown: 1 });
  // The time of a clear is returned where it is known to have cleared.
  expect(job.outcomes.flatMap(({ key, took }) => (took === undefined ? [] : [key]))).toEqual(['d']);
});

test('It waits while the broker is away and goes on with what was cut off, but not without end.', async () => {
  let tries = 0;
  const { job, asked, set } = start(['a', 'b'], (keys) => {
    if (tries++ > 0) return keys.map((key) => (key === 'a' ? cleared(key) : cutOff(key)));
    set({ online: false });
    return keys.map(cutOff);
  });
  await vi.waitFor(() => expect(job.job().state.kind).toBe('waiting'));
  expect(job.job().done).toBe(0);
  set({ online: true });
  await job.over;
  // What was cut off with the connection costs less of the patience than what stays open while it lasts.
  expect(asked).toEqual([['a', 'b'], ['a', 'b'], ['b'], ['b']]);
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, cleared: 1, unknown: 1 });
});

test('A worker that dies under it is asked again; what stays unknown is reported as unknown.', async () => {
  const { job, asked } = start(['a'], () => Promise.reject(new Error('closed')));
  await job.over;
  expect(asked).toHaveLength(3);
  expect(job.outcomes).toMatchObject([
    { outcome: { kind: 'not-verified', failure: { code: 'worker-restarted' } } },
  ]);
});

/** As many topics as are under way at once, and more. */
const MANY = names(2_000);

test('Paused, nothing more is begun until it is resumed.', async () => {
  const { job, asked } = start(MANY, (keys) => {
    if (asked.length === 1) job.pause();
    return keys.map(cleared);
  });
  await vi.waitFor(() => expect(job.job().steps.sent).toBe(1_500));
  expect(job.job()).toMatchObject({ state: { kind: 'paused' }, done: 0 });
  expect(job.waiting(1_499, 2)).toMatchObject({ total: 2_000, waiting: [{ sent: true }, { sent: false }] });
  expect(asked).toHaveLength(3);
  job.resume();
  await job.over;
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, done: 2_000 });
});

test.each(['running', 'paused', 'waiting'] as const)(
  'Stopped while it is %s, it ends without beginning anything more.',
  async (kind) => {
    const { job, asked, set, finished } = start(MANY, (keys) => {
      if (kind === 'paused') job.pause();
      if (kind === 'waiting') set({ online: false });
      if (kind === 'running' && asked.length === 3) job.stop();
      return keys.map(cleared);
    });
    if (kind !== 'running') await vi.waitFor(() => expect(job.job().state.kind).toBe(kind));
    job.stop();
    await job.over;
    expect(job.job()).toMatchObject({ state: { kind: 'stopped' }, done: asked.length * 500, total: 2_000 });
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(finished()).toBe(1);
  },
);

test('A connection that is closed for good ends it, and what is left is reported.', async () => {
  const { job, set } = start(MANY, (keys) => {
    set({ open: false, online: false });
    return keys.map(cleared);
  });
  await job.over;
  const { state, done } = job.job();
  expect(done).toBe(1_500);
  expect(state).toMatchObject({ kind: 'failed', failure: { code: 'connection-closed' } });
  expect(state.kind === 'failed' ? state.failure.message : '').toContain('500 topics');
});

test('Where no copy can be written any more it ends, and nothing more is cleared.', async () => {
  const full = failed('no-disk-space', 'Full.', '');
  const { job, asked } = start(MANY, (keys) => (asked.length > 2 ? full : keys.map(cleared)));
  await job.over;
  expect(job.job()).toMatchObject({ state: { kind: 'failed', failure: full }, done: 1_000, cleared: 1_000 });
  const before = asked.length;
  // There is room again: what was not begun is, and what was cleared is left alone.
  expect(job.retry('all')).toBe(true);
  await job.over;
  expect(asked.slice(before).flat().toSorted()).toEqual(MANY.slice(1_000).toSorted());
});

test('Begun again after a broker refused 150,000 topics, it asks for all of them once more.', async () => {
  const many = Array.from({ length: 150_000 }, (_, i) => `t/${i}`);
  let isAllowed = false;
  const { job } = start(many, (keys) => keys.map((key) => (isAllowed ? cleared(key) : refused(key))));
  await job.over;
  expect(job.job()).toMatchObject({ done: 150_000, refused: 150_000 });
  isAllowed = true;
  expect(job.retry('all')).toBe(true);
  await job.over;
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, cleared: 150_000, refused: 0 });
});

test('What the broker denied has no copy in the trash, until it is cleared after all.', async () => {
  let isAllowed = false;
  const { job } = start(['a', 'b'], (keys) =>
    keys.map((key) => (key === 'b' && !isAllowed ? refused(key) : cleared(key))),
  );
  await job.over;
  expect(job.job()).toMatchObject({ refused: 1, steps: { fetched: 2, kept: 1, keptBytes: 3 } });
  isAllowed = true;
  job.retry('all');
  await job.over;
  expect(job.job()).toMatchObject({ cleared: 2, steps: { fetched: 2, kept: 2, keptBytes: 6 } });
});

test('Begun again, it takes what was not cleared, and without a copy where that was said.', async () => {
  const hows: Unkept[] = [];
  const { job, asked, finished } = start(['a', 'b', 'c'], (keys, unkept) => {
    hows.push(unkept);
    return keys.map((key) => (key === 'b' && unkept === 'stop' ? notKept(key) : cleared(key)));
  });
  expect(job.retry('all')).toBe(false);
  await job.over;
  expect(job.job()).toMatchObject({ cleared: 2, stillThere: 1 });
  expect(job.retry('unkept')).toBe(true);
  await job.over;
  expect(asked).toEqual([['a', 'b', 'c'], ['b']]);
  expect(hows).toEqual(['stop', 'clear']);
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, done: 3, cleared: 3, refused: 0 });
  expect(finished()).toBe(2);
});

test('Without a copy goes what could not be kept and nothing else; beyond the limit what was not begun.', async () => {
  const full = failed('trash-full', 'Full.', '');
  let isFull = true;
  const [first, later] = [MANY.slice(0, 500), MANY.slice(1_500)];
  const { job, asked } = start(MANY, (keys, unkept) => {
    // Where nothing can be kept, what is to go without a copy goes all the same.
    if (isFull && keys.includes(later[0] ?? '') && unkept === 'stop') return full;
    return keys.map((key) =>
      key === 't/7' && unkept === 'stop' ? notKept(key) : key === 't/9' ? refused(key) : cleared(key),
    );
  });
  await job.over;
  expect(job.job()).toMatchObject({ state: { kind: 'failed', failure: full }, refused: 1, stillThere: 1 });
  const { done, total } = job.job();
  expect(done).toBeLessThan(total);
  const before = asked.length;
  expect(job.retry('unkept')).toBe(true);
  await job.over;
  expect(asked.slice(before)).toEqual([['t/7']]);
  expect(job.job()).toMatchObject({
    state: { kind: 'failed', failure: full },
    done,
    stillThere: 0,
    refused: 1,
  });
  isFull = false;
  const then = asked.length;
  expect(job.retry('left')).toBe(true);
  await job.over;
  // Nothing is cleared twice, and what was refused is not asked for again.
  expect(asked.slice(then).flat().toSorted()).toEqual(MANY.slice(done).toSorted());
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, done: total, cleared: total - 1, refused: 1 });
  expect(
    asked
      .slice(then)
      .flat()
      .some((key) => first.includes(key)),
  ).toBe(false);
});

test('What was cleared before the broker was away is asked for again, and cleared again where it is back.', async () => {
  const checked: string[][] = [];
  const { job, asked, set } = start(
    [...names(500), 'last'],
    (keys) => {
      if (asked.length === 1) set({ session: 2 });
      return keys.map(cleared);
    },
    (keys) => {
      checked.push(keys);
      return keys.map((key) =>
        key === 't/7' && checked.length === 1
          ? result(key, { kind: 'still-retained', failure: failed('still-retained', 'x', ''), at: 5 })
          : cleared(key),
      );
    },
  );
  await job.over;
  expect(checked[0]).toEqual([...names(500), 'last']);
  expect(checked[1]).toEqual(['t/7']);
  expect(asked.at(-1)).toEqual(['t/7']);
  // What was sent twice is counted once.
  expect(job.job()).toMatchObject({
    state: { kind: 'done' },
    done: 501,
    cleared: 501,
    steps: { fetched: 501, sent: 501 },
  });
});

test('What came back in the same session has somebody else to thank, and is not cleared again.', async () => {
  const back = (key: string) =>
    result(key, { kind: 'still-retained', failure: failed('still-retained', 'x', ''), at: 5, back: true });
  const { job, asked } = start(['a', 'b'], (keys) =>
    keys.map((key) => (key === 'b' ? back(key) : cleared(key))),
  );
  await job.over;
  expect(asked).toEqual([['a', 'b']]);
  expect(job.job()).toMatchObject({
    cleared: 1,
    cameBack: 1,
    steps: { fetched: 2, kept: 2, keptBytes: 6, sent: 2 },
  });
});

test('What was sent is checked also when it was stopped meanwhile; what cannot be is not called cleared.', async () => {
  const stopped = start(MANY, (keys) => {
    stopped.job.stop();
    return keys.map(cleared);
  });
  await stopped.job.over;
  expect(stopped.job.job()).toMatchObject({
    state: { kind: 'stopped' },
    cleared: 500 * stopped.asked.length,
  });
  const away = start(['a'], (keys) => {
    away.set({ online: false, open: false });
    return keys.map(cleared);
  });
  await away.job.over;
  expect(away.job.job()).toMatchObject({ cleared: 0, unknown: 1 });
});

test('While others are sent, those that were sent are checked once each, and at the end only what that left open.', async () => {
  const all = names(10_000);
  const along: string[][] = [];
  const atEnd: string[] = [];
  let sentWhenChecked = 0;
  const { job, asked } = start(
    all,
    (keys) => keys.map(cleared),
    (keys) => {
      atEnd.push(...keys);
      return keys.map(cleared);
    },
    (keys) => {
      along.push(keys);
      sentWhenChecked = asked.flat().length;
      // Subtrees leave every tenth open.
      return keys.filter((_, i) => i % 10 > 0).map(cleared);
    },
  );
  await job.over;
  expect(sentWhenChecked).toBeLessThan(10_000);
  expect(along.map(({ length }) => length)).toEqual([4_000, 4_000]);
  const open = along.flatMap((keys) => keys.filter((_, i) => i % 10 === 0));
  expect(new Set(atEnd)).toEqual(new Set([...open, ...all.slice(8_000)]));
  expect(atEnd).toHaveLength(2_800);
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, cleared: 10_000, done: 10_000 });
  expect(job.outcomes.every(({ took }) => took === 2)).toBe(true);
});

test('What was found gone while the connection changed, or not found because it ended, is asked for again.', async () => {
  for (const fails of [false, true]) {
    const asked = new Set<string>();
    let sought = 0;
    const { job, set } = start(
      names(6_000),
      (keys) => keys.map(cleared),
      (keys) => {
        for (const key of keys) asked.add(key);
        return keys.map(cleared);
      },
      (keys) => {
        sought += keys.length;
        set({ session: 2 });
        return fails ? Promise.reject(new Error('closed')) : keys.map(cleared);
      },
    );
    await job.over;
    expect(sought).toBe(4_000);
    expect(asked).toEqual(new Set(names(6_000)));
    expect(job.job()).toMatchObject({ state: { kind: 'done' }, cleared: 6_000 });
  }
});

test('What a broker that was killed has again after it was found gone is cleared again.', async () => {
  let session = 1;
  const back = new Set(['t/7']);
  const sought: string[] = [];
  const { job, asked, set } = start(
    names(6_000),
    (keys) => {
      for (const key of keys) if (session > 1) back.delete(key);
      return keys.map(cleared);
    },
    (keys) => {
      if (session === 1) set({ session: ++session });
      return keys.map((key) =>
        back.has(key)
          ? result(key, { kind: 'still-retained', failure: failed('x', 'x', ''), at: 5 })
          : cleared(key),
      );
    },
    (keys) => {
      sought.push(...keys);
      return keys.map(cleared);
    },
  );
  await job.over;
  expect(sought).toContain('t/7');
  expect(asked.flat().filter((key) => key === 't/7')).toHaveLength(2);
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, cleared: 6_000, cameBack: 0 });
});

test('A connection that ends again and again is borne a dozen times, and a topic is not given up before.', async () => {
  for (const [cuts, outcome] of [
    [11, 'cleared'],
    [12, 'not-verified'],
  ] as const) {
    let session = 1;
    const { job, asked, set } = start(['a'], (keys) => {
      if (session > cuts) return keys.map(cleared);
      set({ session: ++session });
      return keys.map(cutOff);
    });
    await job.over;
    expect(asked).toHaveLength(12);
    expect(job.outcomes[0]?.outcome.kind).toBe(outcome);
  }
});

test('A copy in the trash is counted once, also where nothing is known of the clearing after several tries.', async () => {
  const lost = (key: string) =>
    result(key, { kind: 'not-verified', failure: failed('probe-closed', 'x', '') });
  const { job, asked } = start(['a'], (keys) => keys.map(lost));
  await job.over;
  expect(asked.length).toBeGreaterThan(1);
  expect(job.job()).toMatchObject({ unknown: 1, steps: { kept: 1, keptBytes: 3 } });
});

test('What was never acknowledged is asked for in the end, and that answer counts.', async () => {
  const { job, asked } = start(
    ['a', 'b'],
    (keys) => keys.map(unknown),
    (keys) => keys.map((key) => (key === 'a' ? cleared(key) : still(key))),
  );
  await job.over;
  // The two take turns to be the one that the connection may have ended over: two tries each.
  expect(asked).toHaveLength(4);
  expect(job.job()).toMatchObject({
    ...{ cleared: 1, cameBack: 0, stillThere: 1, unknown: 0 },
    state: { kind: 'done' },
  });
});

test('A broker that acknowledges nothing is sent nothing more, and asked for what it was sent.', async () => {
  const silent = (key: string) =>
    result(key, { kind: 'not-verified', failure: failed('unacknowledged', 'Silence.', '') });
  const still = (key: string) =>
    result(key, { kind: 'still-retained', failure: failed('still-retained', 'x', ''), at: 5 });
  const checked: string[][] = [];
  const { job, asked } = start(
    names(5_000),
    (keys) => keys.map(silent),
    (keys) => {
      checked.push(keys);
      return keys.map((key) => (key === 't/7' ? cleared(key) : still(key)));
    },
  );
  await job.over;
  // Those under way when the first came back in vain: three lanes.
  expect(asked.flat()).toEqual(names(1_500));
  expect(checked.flat()).toEqual(names(1_500));
  expect(job.job()).toMatchObject({
    state: { kind: 'failed', failure: { message: 'Silence.' } },
    ...{ total: 5_000, done: 1_500, cleared: 1, stillThere: 1_499, unknown: 0 },
  });
});

test('A refusal that may have cleared all the same is checked, and stands where the message is still there.', async () => {
  const quota = (key: string) =>
    result(key, { kind: 'refused', code: 0x97, failure: failed('quota', 'x', '') });
  const still = (key: string) =>
    result(key, { kind: 'still-retained', failure: failed('still-retained', 'x', ''), at: 5 });
  const { job } = start(
    ['a', 'b'],
    (keys) => keys.map(quota),
    (keys) => keys.map((key) => (key === 'a' ? cleared(key) : still(key))),
  );
  await job.over;
  expect(job.job()).toMatchObject({ cleared: 1, refused: 1, stillThere: 0, steps: { sent: 2 } });
  expect(job.outcomes.map(({ outcome }) => outcome)).toMatchObject([
    { kind: 'cleared' },
    { kind: 'refused', code: 0x97 },
  ]);
});
