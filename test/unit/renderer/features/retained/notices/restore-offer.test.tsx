// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { ClearResult, RestoreResult } from '../../../../../../src-main/contract/session/outcomes.ts';
import { RestoreOfferNotice } from '../../../../../../src-renderer/features/retained/notices/restore-offer.tsx';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { answer, isDisabled, live, press } from '../../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
});
afterEach(teardown);

const cleared = (key: string): ClearResult => ({
  ...{ key, topic: key, outcome: { kind: 'cleared' }, restorable: true },
});
const back = (key: string): RestoreResult => ({ key, topic: key, outcome: { kind: 'restored' } });
const newer = (key: string): RestoreResult => ({
  ...{ key, topic: key },
  outcome: { kind: 'would-overwrite', failure: failed('would-overwrite', 'It is newer.', '') },
});

/** These were cleared, and the offer is on the page. */
function offered(...keys: readonly string[]) {
  fake.app.restoring.cleared(session.connectionId, keys.map(cleared));
  return live(<RestoreOfferNotice offers={fake.app.restoring} session={session} />);
}

describe('The offer to put back what was cleared', () => {
  test('is not made where nothing was cleared', () => {
    expect(offered().queryByRole('status')).toBeNull();
  });

  test('counts the messages, and puts all of them back with one press', async () => {
    const asked = answer(fake.engine, 'restoreRetained', ({ which }) => ({
      kind: 'results',
      session: 1,
      results: which.kind === 'topics' ? which.keys.map(back) : [],
    }));
    const page = offered('a//b', '/');
    const { textContent } = page.getByRole('status');
    expect(textContent).toContain('2 cleared messages can be restored.');
    expect(textContent).toContain('The copies are in the trash.');
    expect(page.queryByRole('button', { name: 'Restore and overwrite' })).toBeNull();
    await press(page, 'Restore');
    await expect.poll(() => page.queryByRole('status')).toBeNull();
    expect(asked).toMatchObject([
      { connection: session.connectionId, entry: null, overwrite: false, which: { keys: ['a//b', '/'] } },
    ]);
  });

  test('goes on with what was too large to be put back with the others', async () => {
    const asked = answer(fake.engine, 'restoreRetained', ({ which, from }) => ({
      kind: 'results',
      session: 1,
      results: which.kind === 'topics' ? which.keys.slice(from, from + 1).map(back) : [],
      ...(from < 2 ? { next: from + 1 } : {}),
    }));
    const page = offered('a', 'b', 'c');
    await press(page, 'Restore');
    await expect.poll(() => page.queryByRole('status')).toBeNull();
    expect(asked.map(({ from }) => from)).toEqual([0, 1, 2]);
  });

  test('shows how far it is, and can be stopped after what is under way', async () => {
    const keys = Array.from({ length: 1_700 }, (_, i) => `t/${i}`);
    const asked: (() => void)[] = [];
    answer(fake.engine, 'restoreRetained', ({ which }) => {
      const results = which.kind === 'topics' ? which.keys.map(back) : [];
      return new Promise((resolve) => asked.push(() => resolve({ kind: 'results', session: 1, results })));
    });
    const page = offered(...keys);
    await press(page, 'Restore');
    expect((await page.findByRole('progressbar', { name: 'Restored' })).getAttribute('value')).toBe('0');
    await expect.poll(() => asked.length).toBe(1);
    act(() => asked[0]?.());
    expect(await page.findByText(/^800 of 1,700 done/)).toBeTruthy();
    // What began it keeps the focus, and does not begin it again.
    const restore = page.getByRole('button', { name: 'Restore' });
    expect([document.activeElement, isDisabled(restore)]).toEqual([restore, true]);
    await page.user.keyboard('{Enter}');
    expect(asked).toHaveLength(2);
    // One in the other would be announced twice.
    const statuses = page.getAllByRole('status');
    expect(statuses.some((one) => statuses.some((other) => other !== one && one.contains(other)))).toBe(
      false,
    );
    await press(page, 'Stop here');
    expect(isDisabled(page.getByRole('button', { name: 'Stop here' }))).toBe(true);
    await expect.poll(() => asked.length).toBe(2);
    act(() => asked[1]?.());
    expect(await page.findByText('100 cleared messages can be restored.')).toBeTruthy();
    expect(page.queryByRole('progressbar')).toBeNull();
    expect(asked).toHaveLength(2);
  });

  test('leaves newer messages alone, and overwrites them only when that is pressed', async () => {
    const asked = answer(fake.engine, 'restoreRetained', ({ which, overwrite }) => ({
      kind: 'results',
      session: 1,
      results:
        which.kind === 'topics' ? which.keys.map(overwrite || which.keys[0] !== 'a' ? back : newer) : [],
    }));
    const page = offered('a');
    await press(page, 'Restore');
    expect(
      await page.findByText(/^1 topic holds a newer message, or may: nothing is overwritten/),
    ).toBeTruthy();
    expect(page.queryByRole('button', { name: 'Restore' })).toBeNull();
    await press(page, 'Restore and overwrite');
    await expect.poll(() => page.queryByRole('status')).toBeNull();
    expect(asked.map(({ overwrite }) => overwrite)).toEqual([false, true]);
  });

  test('cannot be pressed twice while it works, and says why not all came back', async () => {
    let end = (): void => undefined;
    answer(fake.engine, 'restoreRetained', async () => {
      await new Promise<void>((resolve) => (end = resolve));
      return failed('not-connected', 'There is no connection to the broker.', 'Connect, then try again.');
    });
    const page = offered('a', 'b');
    await press(page, 'Restore');
    const usable = () => page.getAllByRole('button').filter((one) => !isDisabled(one));
    await expect.poll(() => usable().map(({ textContent }) => textContent)).toEqual(['Stop here']);
    end();
    expect(await page.findByText(/^Not all of them: There is no connection to the broker\./)).toBeTruthy();
    expect(page.getAllByRole('button').some(isDisabled)).toBe(false);
  });

  test('is given up for good by Dismiss', async () => {
    const page = offered('a');
    await press(page, 'Dismiss for good');
    expect(page.queryByRole('status')).toBeNull();
    act(() => fake.app.restoring.cleared(session.connectionId, [cleared('b')]));
    expect(page.getByRole('status').textContent).toContain('1 cleared message can be restored.');
  });

  test('is not made beside the dialog that offers the same', () => {
    const page = offered('a');
    act(() => session.openClear([], 'trash'));
    expect(page.queryByRole('status')).toBeNull();
    act(() => session.closeClear());
    expect(page.getByRole('status')).toBeTruthy();
  });
});
