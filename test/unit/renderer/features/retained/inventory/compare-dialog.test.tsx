// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { SnapshotDifference } from '../../../../../../src-main/contract/session/snapshots.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { displayTopic } from '../../../../../../src-main/core/topics/names.ts';
import { SnapshotButtons } from '../../../../../../src-renderer/features/retained/inventory/snapshot-buttons.tsx';
import type { Compared } from '../../../../../../src-renderer/features/retained/inventory/snapshots.ts';
import {
  inventoryOf,
  type InventorySession,
} from '../../../../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession } from '../../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { answer, isDisabled, live, type Live } from '../../../../../support/window/live.ts';

let fake: FakeApp;
let session: ConnectionSession;
let inventory: InventorySession;

beforeEach(() => {
  fake = fakeApp();
  session = fakeSession(fake);
  inventory = inventoryOf(session);
});
afterEach(teardown);

const differs = (key: string, what: SnapshotDifference['what'] = 'changed'): SnapshotDifference => ({
  ...{ key, topic: displayTopic(key), what },
});
const compared = (more: Partial<Compared> = {}): Compared => ({
  ...{ kind: 'compared', head: null, added: 0, removed: 0, changed: 0, same: 2, unread: 0 },
  ...{ damage: [], differences: [] },
  ...more,
});
const buttons = (count = 2) =>
  live(<SnapshotButtons session={session} inventory={inventory} count={count} />);
const status = (page: Live) => page.getByRole('status', { name: 'Snapshot' }).textContent;

/** A file is chosen, and the dialog opens. */
async function compare(name = 'plant.jsonl', text = '{}\n'): Promise<Live> {
  const page = buttons();
  const input = document.querySelector<HTMLInputElement>('input[type=file]');
  if (input === null) throw new Error('no field for a file');
  await page.user.upload(input, new File([text], name));
  await page.findByRole('dialog', { name: 'Compare with snapshot' });
  return page;
}

describe('Comparing with a snapshot', () => {
  test('sends the file with what is listed, and says that the broker is asked meanwhile', async () => {
    let end = (): void => undefined;
    const asked = answer(fake.engine, 'compareSnapshot', async () => {
      await new Promise<void>((resolve) => (end = resolve));
      return compared();
    });
    act(() => inventory.setState('stale'));
    const page = await compare('a.jsonl', '{"a":1}\n');
    expect(page.getByText('Asking the broker for each topic…')).toBeTruthy();
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]?.query).toEqual({ filter: '', state: 'stale' });
    expect(new TextDecoder().decode(asked[0]?.file)).toBe('{"a":1}\n');
    end();
    expect(await page.findByText('Nothing differs: 2 messages equal.')).toBeTruthy();
    await page.user.click(page.getByRole('button', { name: 'Done' }));
    await expect.poll(() => page.queryByRole('dialog')).toBeNull();
  });

  test('lists what differs and counts what it does not list', async () => {
    answer(fake.engine, 'compareSnapshot', () =>
      compared({
        ...{ head: { at: Date.UTC(2026, 10, 29, 3, 4, 5), title: 'plant/#', broker: 'mqtt://h:1883' } },
        ...{ added: 1, removed: 1_500, changed: 1, unread: 3 },
        differences: [differs('plant/a', 'added'), differs('plant/b', 'removed'), differs('plant/c')],
      }),
    );
    const page = await compare();
    expect(
      await page.findByText('1 changed, 1 added, 1,500 not there any more, 3 not readable, 2 equal.'),
    ).toBeTruthy();
    expect(page.getByText('plant.jsonl, of Nov 29, 2026 03:04:05, plant/#, mqtt://h:1883')).toBeTruthy();
    expect(page.getAllByRole('row').map(({ textContent }) => textContent)).toEqual([
      ...['TopicOn the broker', 'plant/aAdded since', 'plant/bNot there any more', 'plant/cChanged'],
    ]);
    expect(page.getByText('1,499 more')).toBeTruthy();
  });

  test('tells where the file is damaged, and what could not be compared at all', async () => {
    answer(fake.engine, 'compareSnapshot', () =>
      compared({ damage: [{ line: 1_200, what: 'It was changed.' }] }),
    );
    const page = await compare();
    expect((await page.findByText(/Line 1,200/)).textContent?.trim()).toBe('Line 1,200: It was changed.');
    await page.user.keyboard('{Escape}');
    answer(fake.engine, 'compareSnapshot', () =>
      failed('offline', 'There is no connection.', 'Connect first.'),
    );
    const input = document.querySelector<HTMLInputElement>('input[type=file]');
    if (input !== null) await page.user.upload(input, new File(['{}'], 'b.jsonl'));
    expect((await page.findByRole('alert')).textContent?.trim()).toBe(
      'There is no connection. Connect first.',
    );
  });

  test.each(HOSTILE_TEXTS)('deceives no eye with a file called %j that says so', async (said) => {
    answer(fake.engine, 'compareSnapshot', () =>
      compared({
        head: { at: 0, title: said, broker: said },
        damage: [{ line: 1, what: said }],
        differences: [differs(new TextDecoder().decode(new TextEncoder().encode(said)))],
      }),
    );
    const page = await compare(`${said}.jsonl`);
    await page.findByRole('table', { name: 'Differences by topic' });
    const dialog = page.getByRole('dialog');
    expect(isSafeText(dialog.outerHTML), dialog.outerHTML).toBe(true);
    expect(dialog.querySelector('b')).toBeNull();
  });
});

describe('Saving a snapshot', () => {
  test('is of what is chosen, tells how far it is, and ends with what was saved', async () => {
    const urls = vi.spyOn(URL, 'createObjectURL').mockImplementation(() => 'blob:x');
    onTestFinished(() => void vi.restoreAllMocks());
    let next = (): void => undefined;
    const plans = answer(fake.engine, 'planClearing', () => ({
      ...{ kind: 'plan', plan: 'p', clear: 2_000, bytes: 1, returning: 0, excluded: 0, unknown: 0 },
    }));
    answer(fake.engine, 'readSnapshot', async ({ from }) => {
      if (from > 0) await new Promise<void>((resolve) => (next = resolve));
      const bytes = new Uint8Array([123]);
      return { kind: 'piece', bytes, next: from > 0 ? null : 1_000, messages: from + 1_000, unread: 0 };
    });
    const page = buttons(2_000);
    const save = page.getByRole('button', { name: 'Save snapshot…' });
    await page.user.click(save);
    await expect.poll(() => status(page)).toBe('1,000 of 2,000 read');
    expect(isDisabled(save)).toBe(true);
    next();
    await expect.poll(() => status(page)).toBe('2,000 messages saved.');
    await expect.poll(() => isDisabled(save)).toBe(false);
    expect(urls).toHaveBeenCalledOnce();
    const choice = { all: true, rules: [] };
    expect(plans.map(({ scope }) => scope)).toEqual([
      { kind: 'inventory', query: { filter: '', state: 'all' }, choice },
    ]);
  });

  test('needs something that is chosen, and says why it failed', async () => {
    const page = buttons(0);
    const save = page.getByRole('button', { name: 'Save snapshot…' });
    expect(isDisabled(save)).toBe(true);
    page.again(<SnapshotButtons session={session} inventory={inventory} count={1} />);
    answer(fake.engine, 'planClearing', () => failed('many', 'That is too much.', 'Choose less.'));
    await page.user.click(save);
    await expect.poll(() => status(page)).toBe('That is too much. Choose less.');
    await expect.poll(() => isDisabled(save)).toBe(false);
  });
});
