import { createStore } from 'zustand/vanilla';
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../src-main/contract/model/model.ts';
import type { RestoreResult } from '../../../../../src-main/contract/session/outcomes.ts';
import type { TrashEntry } from '../../../../../src-main/contract/session/trash.ts';
import { OpenTrash } from '../../../../../src-renderer/features/retained/open-trash.ts';
import type {
  RestoreOffer,
  RestoreOffers,
} from '../../../../../src-renderer/state/connections/restore-offers.ts';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';

interface Call {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly answer: (answer: unknown) => void;
  readonly break: (why: unknown) => void;
}

const C = ConnectionId.parse('c');
const D = ConnectionId.parse('d');
const refused = failed('no', 'It was not allowed.', 'Ask somebody.');

const entry = (id: string, messages = 2): TrashEntry => ({
  ...{ id, at: 0, title: `${id}/#`, broker: 'b', profile: 'p', messages, bytes: 10, damage: [] },
});
const trashOf = (...entries: TrashEntry[]) => ({ kind: 'trash', entries, bytes: 10, limit: 100 });
const page = (...lines: number[]) => ({
  kind: 'page',
  total: lines.length,
  messages: lines.map((line) => ({ line })),
});
const restored = (...keys: string[]) => ({
  kind: 'results',
  session: 1,
  results: keys.map((key): RestoreResult => ({ key, topic: key, outcome: { kind: 'restored' } })),
});

/** The engine answers when the test says so; what became of the offers is written down. */
function opened() {
  const calls: Call[] = [];
  const call = (name: string, params: Call['params']) =>
    new Promise((answer, broken) => calls.push({ name, params, answer, break: broken }));
  const session = { connectionId: C, client: { call }, now: () => 5_000 } as unknown as ConnectionSession;
  const reported: string[] = [];
  const offer: RestoreOffer = { keys: ['a'], newer: [], busy: false, progress: null, problem: null };
  const offers = {
    store: createStore(
      () =>
        new Map([
          [C, offer],
          [D, offer],
        ]),
    ),
    restored: (_: ConnectionId, results: readonly RestoreResult[]) =>
      reported.push(`back ${results.map(({ key }) => key).join()}`),
    dismiss: (connection: ConnectionId) => reported.push(`dismissed ${connection}`),
  } as unknown as RestoreOffers;
  const trash = new OpenTrash(session, offers);
  return { calls, reported, trash, state: () => trash.store.getState() };
}

/** With these entries on screen. */
async function listed(...entries: TrashEntry[]) {
  const all = opened();
  const loading = all.trash.load();
  all.calls[0]?.answer(trashOf(...entries));
  await loading;
  return all;
}

/** Answers a call once it was made. */
async function answered(calls: readonly Call[], at: number, answer: unknown) {
  await expect.poll(() => calls.length).toBeGreaterThan(at);
  calls[at]?.answer(answer);
}

describe('the list of the trash', () => {
  test('is unknown until it was read, and says why it could not be', async () => {
    const { calls, trash, state } = opened();
    expect(state().page).toBeNull();
    const loading = trash.load();
    calls[0]?.answer(refused);
    await loading;
    expect([state().page, state().problem]).toEqual([null, 'It was not allowed. Ask somebody.']);
  });

  test('is the one that was asked for last', async () => {
    const { calls, trash, state } = opened();
    const both = [trash.load(), trash.load()];
    calls[1]?.answer(trashOf(entry('new')));
    calls[0]?.answer(trashOf(entry('old')));
    await Promise.all(both);
    expect(state().page?.entries.map(({ id }) => id)).toEqual(['new']);
  });

  test('reads an entry again that is open and has changed, and no other', async () => {
    const { calls, trash, state } = await listed(entry('a'), entry('b'), entry('c'));
    const opening = [trash.toggle('a'), trash.toggle('b')];
    await answered(calls, 1, page(2));
    await answered(calls, 2, page(3));
    await Promise.all(opening);
    const loading = trash.load();
    await answered(
      calls,
      3,
      trashOf({ ...entry('a', 3), bytes: 20 }, entry('b'), { ...entry('c'), bytes: 20 }),
    );
    await answered(calls, 4, page(2, 4));
    await loading;
    expect(calls.slice(4).map(({ name, params }) => [name, params['entry']])).toEqual([['readTrash', 'a']]);
    expect(state().messages).toEqual(
      new Map([
        ['a', [{ line: 2 }, { line: 4 }]],
        ['b', [{ line: 3 }]],
      ]),
    );
  });

  test('does not open an entry again that was closed while it was read again', async () => {
    const { calls, trash, state } = await listed(entry('a'));
    const opening = trash.toggle('a');
    await answered(calls, 1, page(2));
    await opening;
    const loading = trash.load();
    await answered(calls, 2, trashOf({ ...entry('a'), bytes: 20 }));
    await expect.poll(() => calls.length).toBe(4);
    await trash.toggle('a');
    calls[3]?.answer(page(2, 4));
    await loading;
    expect(state().messages.size).toBe(0);
  });

  test.each([
    ['answers', (call: Call | undefined) => call?.answer(trashOf(entry('a')))],
    ['refuses', (call: Call | undefined) => call?.answer(refused)],
    ['breaks', (call: Call | undefined) => call?.break(new Error('The pipe is closed.'))],
  ])('changes nothing once the dialog is closed, when the engine %s then', async (_, then) => {
    const { calls, trash, state } = opened();
    const loading = trash.load();
    const before = state();
    trash.closed();
    then(calls[0]);
    await loading;
    expect(state()).toBe(before);
  });
});

describe('an entry', () => {
  test('is read when it is opened, and closed without a question', async () => {
    const { calls, trash, state } = await listed(entry('a'));
    const opening = trash.toggle('a');
    expect(calls[1]).toMatchObject({ name: 'readTrash', params: { entry: 'a', from: 0, count: 200 } });
    calls[1]?.answer(page(1, 2));
    await opening;
    expect(state().messages.get('a')).toHaveLength(2);
    await trash.toggle('a');
    expect([state().messages.has('a'), calls.length]).toEqual([false, 2]);
  });

  test('that is closed while it is read stays closed, and opens again with a new answer', async () => {
    const { calls, trash, state } = await listed(entry('a'));
    const first = trash.toggle('a');
    await trash.toggle('a');
    calls[1]?.answer(page(1));
    await first;
    expect(state().messages.has('a')).toBe(false);
    const again = trash.toggle('a');
    calls[2]?.answer(page(1, 2));
    await again;
    expect(state().messages.get('a')).toHaveLength(2);
  });

  test('says why it cannot be read, unless it was closed meanwhile', async () => {
    const { calls, trash, state } = await listed(entry('a'));
    const closed = trash.toggle('a');
    await trash.toggle('a');
    calls[1]?.answer(refused);
    await closed;
    expect(state().problem).toBeNull();
    const opening = trash.toggle('a');
    calls[2]?.answer(refused);
    await opening;
    expect([state().messages.size, state().problem]).toEqual([0, 'It was not allowed. Ask somebody.']);
    const retried = trash.toggle('a');
    calls[3]?.answer(page(1));
    await retried;
    expect(state().messages.size).toBe(1);
  });

  test('two entries are read side by side, in whatever order they come', async () => {
    const { calls, trash, state } = await listed(entry('a'), entry('b'));
    const both = [trash.toggle('a'), trash.toggle('b')];
    calls[2]?.answer(page(7));
    calls[1]?.answer(page(1, 2));
    await Promise.all(both);
    expect([state().messages.get('a')?.length, state().messages.get('b')?.length]).toEqual([2, 1]);
  });
});

describe('what is put back', () => {
  test('is reported page by page, to the offers as well, and once however often it is asked for', async () => {
    const { calls, reported, trash, state } = await listed(entry('a'));
    trash.choose(new Map([['a', 'all']]));
    const restoring = [trash.restore(false), trash.restore(false), trash.delete()];
    expect(state().busy).toBe(true);
    calls[1]?.answer(restored('x', 'y'));
    await answered(calls, 2, restored());
    await Promise.all(restoring);
    expect(calls.map(({ name }) => name)).toEqual(['listTrash', 'restoreRetained', 'restoreRetained']);
    expect(reported).toEqual(['back x,y']);
    expect([state().busy, state().results?.length]).toEqual([false, 2]);
  });

  test('part by part can be stopped: what was begun is finished, and nothing more is asked', async () => {
    const { calls, trash, state } = await listed(entry('a', 2_000));
    trash.choose(new Map([['a', 'all']]));
    const restoring = trash.restore(false);
    expect(state().progress).toMatchObject({ done: 0, total: 2_000, stopping: false });
    await answered(calls, 1, restored('x'));
    await expect.poll(() => state().progress?.done).toBe(1);
    trash.stop();
    expect(state()).toMatchObject({ busy: true, progress: { stopping: true } });
    await answered(calls, 2, restored('y'));
    await restoring;
    expect([calls.length, state().results?.length]).toEqual([3, 2]);
    expect(state()).toMatchObject({ busy: false, progress: null, left: 1_998 });
    // Nothing runs that it would stop.
    trash.stop();
    expect(state().progress).toBeNull();
  });

  test('before the engine failed stays shown beside the failure', async () => {
    const { calls, reported, trash, state } = await listed(entry('a', 2_000));
    trash.choose(new Map([['a', 'all']]));
    const restoring = trash.restore(false);
    calls[1]?.answer(restored('x'));
    await expect.poll(() => calls.length).toBe(3);
    calls[2]?.break(new Error('The pipe is closed.'));
    await restoring;
    expect(state()).toMatchObject({ busy: false, problem: 'The pipe is closed.' });
    expect([state().results?.map(({ key }) => key), reported]).toEqual([['x'], ['back x']]);
    void trash.restore(true);
    expect([state().problem, state().results]).toEqual([null, null]);
  });

  test('is no more of interest once another choice is made', async () => {
    const { calls, trash, state } = await listed(entry('a'));
    trash.choose(new Map([['a', new Set([1])]]));
    const restoring = trash.restore(true);
    expect(calls[1]?.params).toMatchObject({ which: { kind: 'lines', lines: [1] }, overwrite: true });
    calls[1]?.answer(restored('x'));
    await restoring;
    expect(state().results).toHaveLength(1);
    trash.choose(new Map());
    expect([state().results, trash.count()]).toEqual([null, 0]);
  });
});

describe('what is deleted', () => {
  const deletion = (calls: readonly Call[]) => calls.find(({ name }) => name === 'emptyTrash')?.params;

  test('is everything where nothing is chosen, and the offers end with the copies', async () => {
    const { calls, reported, trash, state } = await listed(entry('a'), entry('b'));
    expect(trash.isWhole()).toBe(true);
    const deleting = trash.delete();
    expect(deletion(calls)).toEqual({ entries: null });
    calls[1]?.answer({ kind: 'done' });
    await answered(calls, 2, trashOf());
    await deleting;
    expect(state()).toMatchObject({ busy: false, results: null, page: { entries: [] } });
    expect(reported).toEqual(['dismissed c', 'dismissed d']);
  });

  test('is what is chosen, also of an entry of which nothing can be read', async () => {
    const { calls, reported, trash, state } = await listed(entry('broken', 0), entry('b'));
    trash.choose(new Map([['broken', 'all']]));
    expect([trash.count(), trash.isWhole()]).toEqual([0, false]);
    const deleting = trash.delete();
    expect(deletion(calls)).toEqual({ entries: ['broken'] });
    calls[1]?.answer({ kind: 'done' });
    await answered(calls, 2, trashOf(entry('b')));
    await deleting;
    expect([state().choice.size, reported]).toEqual([0, []]);
  });

  test('is called everything where something of each entry is chosen', async () => {
    const { trash } = await listed(entry('a'), entry('b'));
    trash.choose(new Map([['a', 'all']]));
    expect(trash.isWhole()).toBe(false);
    trash.choose(
      new Map<string, 'all' | ReadonlySet<number>>([
        ['a', 'all'],
        ['b', new Set([3])],
      ]),
    );
    expect(trash.isWhole()).toBe(true);
  });

  test('keeps what was chosen and opened where the engine refuses', async () => {
    const { calls, trash, state } = await listed(entry('a'));
    const opening = trash.toggle('a');
    calls[1]?.answer(page(1));
    await opening;
    trash.choose(new Map([['a', new Set([1])]]));
    const deleting = trash.delete();
    calls[2]?.answer(refused);
    await deleting;
    expect(state()).toMatchObject({ busy: false, problem: 'It was not allowed. Ask somebody.' });
    expect([state().choice.size, state().messages.size]).toEqual([1, 1]);
  });

  test('takes with it an entry that is still read', async () => {
    const { calls, trash, state } = await listed(entry('a'));
    const opening = trash.toggle('a');
    const deleting = trash.delete();
    calls[2]?.answer({ kind: 'done' });
    await answered(calls, 3, trashOf());
    await deleting;
    calls[1]?.answer(page(1));
    await opening;
    expect(state().messages.size).toBe(0);
  });
});
