import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../../src-main/contract/model/model.ts';
import type { KeptSnapshot } from '../../../../../../src-main/contract/session/snapshots.ts';
import {
  SnapshotsSession,
  snapshotsOf,
} from '../../../../../../src-renderer/features/retained/snapshots/snapshots-session.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { deferred } from '../../../../../support/deferred.ts';

const kept = (id: string, more: Partial<KeptSnapshot> = {}): KeptSnapshot => ({
  ...{ id, at: 1_763_625_600_000, name: `of ${id}`, title: '#', broker: 'mqtt://h', profile: 'Plant' },
  ...{ isOfBroker: true, messages: 3, bytes: 900, damage: [] },
  ...more,
});
const page = (...snapshots: KeptSnapshot[]) => ({
  ...{ kind: 'snapshots', broker: { name: 'Plant', address: 'mqtt://h' } },
  ...{ snapshots, more: 0, bytes: 900 * snapshots.length, limit: 1e6 },
});
const full = failed('snapshots-full', 'There is no room.', 'Remove others.');

type Answers = Readonly<Record<string, (params: Record<string, unknown>) => unknown>>;

/** An engine whose answers are given by the test; a stream sends what is pushed. */
function opened(answers: Answers = {}) {
  const asked: string[] = [];
  const waiting: ReturnType<typeof deferred<unknown>>[] = [];
  let left = 0;
  const call = (name: string, params: Record<string, unknown>) => {
    asked.push(name);
    const by = answers[name] ?? (() => page());
    return Promise.resolve().then(() => by(params));
  };
  const stream = (name: string) => {
    asked.push(name);
    return {
      next: async () => {
        const item = deferred<unknown>();
        waiting.push(item);
        const value = await item.promise;
        return { done: value === undefined, value };
      },
      return: () => {
        left++;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  };
  const push = async (item: unknown) => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    waiting.shift()?.resolve(item);
  };
  const saved: { name: string; bytes: string }[] = [];
  const session = { connectionId: ConnectionId.parse('c'), client: { call, stream }, now: () => 0 };
  const snapshots = new SnapshotsSession(session as unknown as ConnectionSession, (name, _, parts) => {
    saved.push({ name, bytes: parts.map((part) => new TextDecoder().decode(part as Uint8Array)).join('') });
  });
  return { asked, push, saved, snapshots, state: () => snapshots.store.getState(), left: () => left };
}

describe('The list of snapshots', () => {
  test('is what was answered last, or why it cannot be read', async () => {
    const answers = [page(kept('a')), full];
    const { snapshots, state } = opened({ listSnapshots: () => answers.shift() });
    await snapshots.load();
    expect(state()).toMatchObject({ page: { snapshots: [{ id: 'a' }] }, problem: null });
    await snapshots.load();
    expect(state()).toMatchObject({ page: null, problem: 'There is no room. Remove others.' });
  });

  test('is read again when a dialog over it is closed, and after one was removed', async () => {
    const { asked, snapshots, state } = opened({ removeSnapshot: () => ({ kind: 'done' }) });
    snapshots.show('list');
    expect(state().dialog).toEqual({ kind: 'list' });
    snapshots.close();
    await expect.poll(() => state().page).not.toBeNull();
    await snapshots.remove(kept('a'));
    expect(state().words).toBe('of a was removed.');
    expect(asked).toEqual(['listSnapshots', 'removeSnapshot', 'listSnapshots']);
  });

  test('says why one could not be removed', async () => {
    const { snapshots, state } = opened({ removeSnapshot: () => failed('x', 'It is held.', 'Wait.') });
    await snapshots.remove(kept('a'));
    expect(state().words).toBe('It is held. Wait.');
  });

  test('belongs to one session, however often it is asked for', () => {
    const session = {} as ConnectionSession;
    expect(snapshotsOf(session)).toBe(snapshotsOf(session));
    expect(snapshotsOf({} as ConnectionSession)).not.toBe(snapshotsOf(session));
  });
});

describe('Keeping a snapshot', () => {
  test('closes its dialog once it has begun, shows how far it is, and then lists it', async () => {
    const { asked, push, snapshots, state } = opened({ listSnapshots: () => page(kept('new')) });
    snapshots.show('save');
    const begun = snapshots.keep('p', 'weekly', false);
    expect(state()).toMatchObject({ dialog: { kind: 'save' }, busy: true });
    await push({ kind: 'progress', done: 0, total: 900 });
    expect(await begun).toBeNull();
    expect(state()).toMatchObject({ dialog: null, keeping: { done: 0, total: 900 } });
    await push({ kind: 'progress', done: 500, total: 900 });
    await expect.poll(() => state().keeping?.done).toBe(500);
    await push({ kind: 'kept', snapshot: kept('new', { messages: 899 }), unread: 1 });
    await expect.poll(() => state().page?.snapshots.map(({ id }) => id)).toEqual(['new']);
    expect(state()).toMatchObject({
      ...{ busy: false, keeping: null },
      words: '899 messages saved. 1 topic could not be read.',
    });
    expect(asked).toEqual(['keepSnapshot', 'listSnapshots']);
  });

  test('that is refused leaves its dialog open, with why', async () => {
    const { push, snapshots, state } = opened();
    snapshots.show('save');
    const begun = snapshots.keep('p', '', false);
    await push(full);
    expect(await begun).toBe(full);
    expect(state()).toMatchObject({ dialog: { kind: 'save' }, busy: false, keeping: null, words: '' });
  });

  test('happens once at a time', async () => {
    const { asked, push, snapshots } = opened();
    const begun = snapshots.keep('p', '', false);
    expect(await snapshots.keep('p', '', false)).toMatchObject({ code: 'busy' });
    await push({ kind: 'progress', done: 0, total: 1 });
    await begun;
    expect(asked.filter((name) => name === 'keepSnapshot')).toHaveLength(1);
  });

  test('can be stopped, after which what still comes counts no more', async () => {
    const { push, snapshots, state, left } = opened();
    snapshots.stop();
    expect(state().words).toBe('');
    const begun = snapshots.keep('p', '', false);
    await push({ kind: 'progress', done: 0, total: 900 });
    await begun;
    await expect.poll(() => state().keeping).not.toBeNull();
    snapshots.stop();
    expect(left()).toBe(1);
    await push({ kind: 'kept', snapshot: kept('new'), unread: 0 });
    await expect.poll(() => state().page).not.toBeNull();
    expect(state()).toMatchObject({ busy: false, keeping: null, words: 'Stopped.' });
  });

  test('that fails on the way, or ends without a word, says that nothing was saved', async () => {
    const { push, snapshots, state } = opened();
    for (const [item, words] of [
      [full, 'There is no room. Remove others.'],
      [undefined, 'Nothing was saved: the engine ended it.'],
    ] as const) {
      const begun = snapshots.keep('p', '', true);
      await push({ kind: 'progress', done: 0, total: 900 });
      await begun;
      await push(item);
      await expect.poll(() => state().words).toBe(words);
      expect(state().busy).toBe(false);
    }
  });
});

describe('A kept snapshot', () => {
  test('is saved as a file with the same bytes, under its name and time', async () => {
    const pieces = ['{"a', '":1}\n'].map((text) => new TextEncoder().encode(text));
    const { saved, snapshots } = opened({
      readKeptSnapshot: ({ from }) => ({
        ...{ kind: 'piece', bytes: pieces[from === 0 ? 0 : 1] },
        next: from === 0 ? 3 : null,
      }),
    });
    await snapshots.saveKept(kept('a', { name: '../before: the update' }));
    await snapshots.saveKept(kept('a', { name: '' }));
    expect(saved.map(({ bytes }) => bytes)).toEqual(['{"a":1}\n', '{"a":1}\n']);
    expect(saved.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^before-the-update 2025-11-20 \d\d\.00\.00\.jsonl$/),
      expect.stringMatching(/^retained 2025-11-20 \d\d\.00\.00\.jsonl$/),
    ]);
  });

  test('of which a piece cannot be read is saved as no file', async () => {
    const { saved, snapshots, state } = opened({ readKeptSnapshot: () => failed('x', 'It is gone.', '') });
    await snapshots.saveKept(kept('a'));
    expect([saved, state().words]).toEqual([[], 'It is gone.']);
  });
});
