import { expect, test } from 'vitest';
import type { ClearResult } from '../../../../src-main/contract/session/outcomes.ts';
import {
  cleared,
  cutOff,
  unknown,
  still,
  refused,
  names,
  start,
} from '../../../support/retained/clear-job.ts';

/** Of each batch a broker takes what comes before the first topic that it denies, and ends the connection over that. */
const endingOver =
  (denied: ReadonlySet<string>, says: (key: string) => ClearResult, underWay: number) => (keys: string[]) => {
    const first = keys.findIndex((key) => denied.has(key));
    return keys.map((key, at) => {
      if (first === -1 || at < first) return cleared(key);
      return at === first ? says(key) : at < first + underWay ? unknown(key) : cutOff(key);
    });
  };

test.each([
  ['and says so', refused, 10, 30],
  ['without a word', unknown, 1_000, 180],
] as const)(
  'Where a broker ends the connection over each topic that it denies %s, all others are cleared.',
  async (_, says, underWay, every) => {
    const keys = names(900);
    const denied = keys.filter((_key, i) => i % every === 7);
    const isDenied = new Set(denied);
    const { job } = start(keys, endingOver(isDenied, says, underWay), (asked) =>
      asked.map((key) => (isDenied.has(key) ? still(key) : cleared(key))),
    );
    await job.over;
    expect(job.job()).toMatchObject({ state: { kind: 'done' }, cleared: 900 - denied.length, unknown: 0 });
    const rest = job.outcomes.filter(({ outcome }) => outcome.kind !== 'cleared');
    expect(rest.map(({ key }) => key)).toEqual(denied);
  },
);

test('What lies behind more topics than a dozen over which a broker ends the connection without a word is cleared.', async () => {
  const denied = names(30);
  const gone = new Set<string>();
  const reads = endingOver(new Set(denied), unknown, 1_000);
  const { job } = start(
    [...denied, 'other/x'],
    (keys) => {
      const results = reads(keys);
      for (const { key, outcome } of results) if (outcome.kind === 'cleared') gone.add(key);
      return results;
    },
    (asked) => asked.map((key) => (gone.has(key) ? cleared(key) : still(key))),
  );
  await job.over;
  expect(job.job()).toMatchObject({ cleared: 1, stillThere: 30, unknown: 0 });
});

/** At QoS 0 all looks as if it were sent: the broker reads on to the first topic that it denies, and ends the connection. */
function endingUnheard(keys: readonly string[], isDenied: (key: string) => boolean) {
  const held = new Set(keys);
  const ends: string[] = [];
  const checked: string[][] = [];
  const started = start(
    keys,
    (batch) => {
      const first = batch.find(isDenied);
      for (const key of first === undefined ? batch : batch.slice(0, batch.indexOf(first))) held.delete(key);
      if (first !== undefined) started.set({ session: ends.push(first) + 1 });
      return batch.map(cleared);
    },
    (some) => {
      checked.push(some);
      return some.map((key) => (held.has(key) ? still(key) : cleared(key)));
    },
    () => [],
    Number.NaN,
  );
  return { ...started, held, ends, checked };
}

test('Where a broker ends the connection over a topic that it denies at QoS 0, all others are cleared.', async () => {
  const isDenied = (key: string): boolean => Number(key.slice(2)) % 30 === 7;
  const { job, held, ends, checked } = endingUnheard(names(600), isDenied);
  await job.over;
  expect([...held]).toEqual(names(600).filter(isDenied));
  expect(job.job()).toMatchObject({
    state: { kind: 'done' },
    cleared: 580,
    stillThere: 20,
    steps: { sent: 600 },
  });
  // Once may be chance, and of two that went at the same time one is found out.
  for (const key of held) expect([2, 3]).toContain(ends.filter((one) => one === key).length);
  // What was cleared before the connection ended is asked for once more, in the end.
  expect(checked.filter((some) => some.includes('t/0'))).toHaveLength(2);
});

test('Where a broker denies all and ends the connection each time, that is soon believed, and others are tried first.', async () => {
  const secret = names(400);
  const { job, held, ends } = endingUnheard([...secret, 'u/1'], (key) => key !== 'u/1');
  await job.over;
  expect([...held]).toEqual(secret);
  expect(job.job()).toMatchObject({ state: { kind: 'done' }, cleared: 1, stillThere: 400 });
  expect(ends.length).toBeLessThan(50);
});
