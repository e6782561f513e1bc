import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { ConnectionId } from '../../../../../../src-main/contract/model/model.ts';
import { OpenComparison } from '../../../../../../src-renderer/features/retained/snapshots/open-comparison.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';

const QUERY = { filter: '', state: 'all' as const };
const failure = failed('gone', 'The connection ended.', 'Connect again.');
const found = (comparison: string, more: object = {}) => ({
  ...{ kind: 'compared', comparison, missing: 2, replacing: 1 },
  ...more,
});
const part = (keys: readonly string[], next: number | null) => ({
  ...{ kind: 'results', session: 1, next },
  results: keys.map((key) => ({ key, topic: key, outcome: { kind: 'restored' } })),
});

/** An engine whose answers are given by the test, one by one. */
function opened() {
  const asked: { readonly name: string; readonly params: Record<string, unknown> }[] = [];
  const waiting: { resolve(answer: unknown): void; reject(error: Error): void }[] = [];
  const call = (name: string, params: Record<string, unknown>) => {
    asked.push({ name, params });
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
  const session = { connectionId: ConnectionId.parse('c'), client: { call }, now: () => 0 };
  const comparison = new OpenComparison(
    session as unknown as ConnectionSession,
    QUERY,
    new File(['{}'], 'a.jsonl'),
  );
  /** Answers the nth question once it was asked. */
  const next = async (n: number) => {
    await expect.poll(() => waiting.length).toBeGreaterThan(n);
    const one = waiting[n];
    if (one === undefined) throw new Error(`no question ${n}`);
    return one;
  };
  const compared = async (more: object = {}) => {
    const over = comparison.compare();
    (await next(0)).resolve(found('one', more));
    await over;
  };
  return { asked, next, comparison, compared, state: () => comparison.store.getState() };
}

describe('A comparison', () => {
  test('is of the prefix that was asked for last, however late the others answer', async () => {
    const { next, comparison, state } = opened();
    const first = comparison.compare();
    await next(0);
    comparison.setPrefix('copy/');
    const second = comparison.compare();
    (await next(1)).resolve(found('of copy/'));
    await second;
    (await next(0)).resolve(found('of nothing'));
    await first;
    expect(state()).toMatchObject({ found: { comparison: 'of copy/' }, comparing: false });
    expect(comparison.isOutdated()).toBe(false);
  });

  test('that fails says so, and nothing can be restored', async () => {
    const { next, comparison, state } = opened();
    const over = comparison.compare();
    (await next(0)).resolve(failure);
    await over;
    expect(state()).toMatchObject({ problem: 'The connection ended. Connect again.', found: null });
    expect(comparison.count()).toBe(0);
    const again = comparison.compare();
    expect(state().problem).toBeNull();
    (await next(1)).reject(new Error('The pipe is closed.'));
    await again;
    expect(state()).toMatchObject({ problem: 'The pipe is closed.', comparing: false });
  });

  test('of another prefix than is typed is nothing that could be restored', async () => {
    const { asked, comparison, compared } = opened();
    await compared();
    expect(comparison.count()).toBe(2);
    comparison.setOverwrite(true);
    expect(comparison.count()).toBe(3);
    comparison.setPrefix('x');
    expect([comparison.count(), comparison.isOutdated()]).toEqual([0, true]);
    await comparison.restore();
    expect(asked.map(({ name }) => name)).toEqual(['compareSnapshot']);
  });
});

describe('Restoring', () => {
  test('goes from part to part, once, and cannot begin again before it was compared again', async () => {
    const { asked, next, comparison, compared, state } = opened();
    await compared();
    const over = comparison.restore();
    await comparison.restore();
    await comparison.compare();
    (await next(1)).resolve(part(['a'], 200));
    (await next(2)).resolve(part(['b'], null));
    await over;
    expect(state()).toMatchObject({ running: false, results: [{ key: 'a' }, { key: 'b' }] });
    await comparison.restore();
    expect(asked.slice(1).map(({ name, params }) => [name, params['comparison'], params['from']])).toEqual([
      ['restoreSnapshot', 'one', 0],
      ['restoreSnapshot', 'one', 200],
    ]);
  });

  test('that breaks keeps what was restored before, and says why', async () => {
    const { next, comparison, compared, state } = opened();
    await compared();
    const over = comparison.restore();
    (await next(1)).resolve(part(['a'], 200));
    (await next(2)).resolve(failure);
    await over;
    expect(state()).toMatchObject({
      ...{ running: false, results: [{ key: 'a' }], problem: 'The connection ended. Connect again.' },
    });
  });

  test('ends after the part under way when it is stopped, or off the screen', async () => {
    for (const end of ['stop', 'closed'] as const) {
      const { asked, next, comparison, compared, state } = opened();
      await compared();
      const over = comparison.restore();
      const under = await next(1);
      comparison[end]();
      under.resolve(part(['a'], 200));
      await over;
      expect(state()).toMatchObject({ running: false, results: [{ key: 'a' }] });
      expect(asked).toHaveLength(2);
    }
  });

  test('that is paused sends nothing more until it goes on, or ends when it is stopped then', async () => {
    for (const end of ['resume', 'stop'] as const) {
      const { asked, next, comparison, compared, state } = opened();
      await compared();
      comparison.pause();
      expect(state().paused).toBe(false);
      const over = comparison.restore();
      const under = await next(1);
      comparison.pause();
      comparison.pause();
      under.resolve(part(['a'], 200));
      await expect.poll(() => state().results?.length).toBe(1);
      expect(state()).toMatchObject({ running: true, paused: true });
      expect(asked).toHaveLength(2);
      comparison[end]();
      if (end === 'resume') (await next(2)).resolve(part(['b'], null));
      await over;
      expect(state()).toMatchObject({ running: false, paused: false });
      expect(state().results).toHaveLength(end === 'resume' ? 2 : 1);
    }
  });

  test('of nothing asks nothing', async () => {
    const { asked, comparison, compared } = opened();
    await compared({ missing: 0, replacing: 4 });
    await comparison.restore();
    expect(asked).toHaveLength(1);
  });
});
