import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../../src-main/contract/model/model.ts';
import type {
  InventoryChoice,
  InventoryQuery,
} from '../../../../../../src-main/contract/session/inventory.ts';
import {
  MAX_SNAPSHOT_BYTES,
  type SnapshotDifference,
} from '../../../../../../src-main/contract/session/snapshots.ts';
import {
  comparedWords,
  compareWith,
  fateWords,
  planWords,
  savedWords,
  saveSnapshot,
  writeCount,
} from '../../../../../../src-renderer/features/retained/snapshots/snapshots.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';

const QUERY = {} as InventoryQuery;
const CHOICE = {} as InventoryChoice;
const failure = failed('gone', 'The connection ended.', 'Connect again.');
const NOW = new Date(2026, 10, 29, 14, 5, 9).getTime();

/** An engine that answers in this order; what it was asked, what was reported and saved are written down. */
function snapshot(...answers: readonly unknown[]) {
  const asked: unknown[] = [];
  const reported: string[] = [];
  const files: { readonly name: string; readonly bytes: readonly number[] }[] = [];
  const left = [...answers];
  const call = (name: string, params: Readonly<Record<string, unknown>>) => {
    asked.push([name, params['from'] ?? null, params['messages'] ?? null]);
    const answer = left.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const session = { connectionId: ConnectionId.parse('c'), client: { call }, now: () => NOW };
  const of = session as unknown as ConnectionSession;
  const save = () =>
    saveSnapshot(
      of,
      QUERY,
      CHOICE,
      (words) => reported.push(words),
      (name, _, parts) => files.push({ name, bytes: parts.flatMap((part) => [...(part as Uint8Array)]) }),
    );
  return { asked, reported, files, save, of };
}
const plan = (clear: number) => ({ kind: 'plan', plan: 'p', clear });
const piece = (bytes: readonly number[], messages: number, next: number | null, unread = 0) => ({
  ...{ kind: 'piece', bytes: Uint8Array.from(bytes), messages, next, unread },
});

describe('a snapshot', () => {
  test('is its pieces in their order, each asked for behind the one before, and its progress is reported', async () => {
    const { asked, reported, files, save } = snapshot(
      plan(2_000),
      piece([1, 2], 1_000, 1_000),
      piece([], 1_000, 1_500),
      piece([3], 1_999, null, 1),
    );
    expect(await save()).toBe('1,999 messages saved. 1 topic could not be read.');
    expect(asked).toEqual([
      ['planClearing', null, null],
      ['readSnapshot', 0, 0],
      ['readSnapshot', 1_000, 1_000],
      ['readSnapshot', 1_500, 1_000],
    ]);
    expect(reported).toEqual(['1,000 of 2,000 read', '1,000 of 2,000 read', '1,999 of 2,000 read']);
    expect(files).toEqual([{ name: 'retained 2026-11-29 14.05.09.jsonl', bytes: [1, 2, 3] }]);
  });

  test('that cannot be planned, or ends halfway, saves nothing and says so', async () => {
    const unplanned = snapshot(failure);
    expect(await unplanned.save()).toBe('The connection ended. Connect again.');
    const halfway = snapshot(plan(9), piece([1], 4, 4), failure);
    expect(await halfway.save()).toBe('Nothing was saved. The connection ended. Connect again.');
    const broken = snapshot(plan(9), piece([1], 4, 4), new Error('The pipe is closed.'));
    await expect(broken.save()).rejects.toThrow('The pipe is closed.');
    for (const { files } of [unplanned, halfway, broken]) expect(files).toEqual([]);
  });

  test('of one message is one message, and of nothing nothing but a file', async () => {
    expect(await snapshot(plan(1), piece([1], 1, null)).save()).toBe('1 message saved.');
    const { files, save } = snapshot(plan(0), piece([], 0, null));
    expect(await save()).toBe('0 messages saved.');
    expect(files).toHaveLength(1);
  });
});

describe('what is compared', () => {
  const file = (size: number, read: () => Promise<ArrayBuffer>) =>
    ({ name: 's.jsonl', size, arrayBuffer: read }) as unknown as File;

  test('is a file that can be read and is not too large; else nothing is asked', async () => {
    const { asked, of } = snapshot({ kind: 'compared' });
    const bytes = () => Promise.resolve(Uint8Array.of(1).buffer);
    expect(await compareWith(of, QUERY, file(MAX_SNAPSHOT_BYTES + 1, bytes), '')).toMatchObject({
      code: 'file-too-large',
    });
    const gone = () => Promise.reject(new Error('gone'));
    expect(await compareWith(of, QUERY, file(1, gone), '')).toMatchObject({ code: 'file-unreadable' });
    expect(asked).toEqual([]);
    expect(await compareWith(of, QUERY, file(MAX_SNAPSHOT_BYTES, bytes), '')).toEqual({ kind: 'compared' });
  });

  test('is described by its counts, without those that are zero, and as equal only where it is', () => {
    type Counts = Parameters<typeof comparedWords>[0];
    const words = (part: Partial<Counts>) =>
      comparedWords({ ...{ added: 0, removed: 0, changed: 0, same: 0, unread: 0 }, ...part } as Counts);
    expect(words({ same: 1 })).toBe('Nothing differs: 1 message equal.');
    expect(words({ unread: 3, same: 2 })).toBe('3 not readable, 2 equal.');
    expect(words({ changed: 3, added: 1, removed: 2, same: 1_278 })).toBe(
      '3 changed, 1 added, 2 not there any more, 1,278 equal.',
    );
  });
});

describe('what restoring would do', () => {
  const plan = (part: Partial<Parameters<typeof planWords>[0]>, overwrite = false) =>
    planWords({ ...{ missing: 0, replacing: 0, removed: 0, changed: 0, unread: 0 }, ...part }, overwrite);

  test('is described by its count, and by what is left alone with the reason', () => {
    expect(plan({})).toBe('Nothing to write.');
    expect(plan({ missing: 1, removed: 1 })).toBe('1 message to write.');
    const some = { missing: 1_200, replacing: 4, removed: 1_202, changed: 5, unread: 7 };
    expect(plan(some)).toBe(
      '1,200 messages to write. Left alone: 4 that hold another message, 3 that cannot be written, 7 not readable.',
    );
    expect(plan(some, true)).toBe(
      '1,204 messages to write, 4 of them over another one. Left alone: 3 that cannot be written, 7 not readable.',
    );
    expect([false, true].map((overwrite) => writeCount(some, overwrite))).toEqual([1_200, 1_204]);
  });

  test('is described for each topic', () => {
    const fate = (what: SnapshotDifference['what'], why: string | null, overwrite: boolean) =>
      fateWords({ key: 'a', topic: 'a', what, why }, overwrite);
    expect([fate('removed', null, false), fate('changed', null, true)]).toEqual(['Written', 'Overwritten']);
    expect(fate('changed', null, false)).toBe('Left alone: the broker holds another message.');
    expect(fate('added', null, true)).toBe('Left alone: it is not in the snapshot.');
    expect(fate('removed', 'It has expired.', true)).toBe('Left alone: It has expired.');
    expect(fate('unread', null, true)).toBe('Left alone');
    const lowered = { key: 'a', topic: 'a', what: 'removed' as const, why: null, atQos: 1 as const };
    expect(fateWords(lowered, false)).toBe('Written at QoS 1, the most this broker takes');
  });
});

test('How many were saved is said with why others were not.', () => {
  expect(savedWords(2, 0)).toBe('2 messages saved.');
  expect(savedWords(2, 1, 'It is too large.')).toBe(
    '2 messages saved. 1 topic could not be read. It is too large.',
  );
  expect(savedWords(0, 3, 'It is too large.')).toBe(
    '0 messages saved. 3 topics could not be read. The first: It is too large.',
  );
});
