// @vitest-environment happy-dom
import { act, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import type { RestoreResult } from '../../../../../../src-main/contract/session/outcomes.ts';
import type { SnapshotDifference } from '../../../../../../src-main/contract/session/snapshots.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { displayTopic } from '../../../../../../src-main/core/topics/names.ts';
import {
  SnapshotButtons,
  SnapshotWords,
} from '../../../../../../src-renderer/features/retained/snapshots/snapshot-buttons.tsx';
import type { Compared } from '../../../../../../src-renderer/features/retained/snapshots/snapshots.ts';
import type { InventorySession } from '../../../../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import type { FakeApp } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import {
  answer,
  describedBy,
  focusedName,
  isDisabled,
  live,
  press,
  type Live,
} from '../../../../../support/window/live.ts';
import { fakeInventory } from '../../../../../support/window/fake-inventory.ts';

/** As they stand below the list. */
function Bar(props: Parameters<typeof SnapshotButtons>[0]) {
  return (
    <>
      <SnapshotWords session={props.session} />
      <SnapshotButtons {...props} />
    </>
  );
}

let fake: FakeApp;
let session: ConnectionSession;
let inventory: InventorySession;

beforeEach(() => {
  ({ fake, session, inventory } = fakeInventory());
});
afterEach(teardown);

const differs = (key: string, what: SnapshotDifference['what'] = 'changed'): SnapshotDifference => ({
  ...{ key, topic: displayTopic(key), what, why: null },
});
const compared = (more: Partial<Compared> = {}): Compared => ({
  ...{ kind: 'compared', head: null, added: 0, removed: 0, changed: 0, same: 2, unread: 0 },
  ...{ comparison: 'one', broker: { name: 'Plant', address: 'mqtt://h' }, missing: 0, replacing: 0 },
  ...{ damage: [], differences: [] },
  ...more,
});
const buttons = (count = 2, production: string | null = null) =>
  live(<Bar {...{ session, count, production }} />);
const status = (page: Live) => page.getByRole('status', { name: 'Snapshot' }).textContent;

/** A file is chosen, and the dialog opens. */
async function compare(name = 'plant.jsonl', text = '{}\n', production: string | null = null): Promise<Live> {
  const page = buttons(2, production);
  await choose(page, name, text);
  return page;
}

async function choose(page: Live, name: string, text: string): Promise<void> {
  await page.user.click(page.getByRole('button', { name: 'Compare with snapshot…' }));
  await page.findByRole('dialog', { name: 'Snapshots' });
  const input = document.querySelector<HTMLInputElement>('input[type=file]');
  if (input === null) throw new Error('no field for a file');
  await page.user.upload(input, new File([text], name));
  await page.findByRole('dialog', { name: 'Compare with snapshot' });
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
      'TopicOn the brokerWhen restored',
      'plant/aAdded sinceLeft alone: it is not in the snapshot.',
      'plant/bNot there any moreWritten',
      'plant/cChangedLeft alone: the broker holds another message.',
    ]);
    expect(page.getByText('1,502 more')).toBeTruthy();
  });

  test('shows where the file is damaged, and what could not be compared at all', async () => {
    answer(fake.engine, 'compareSnapshot', () =>
      compared({ damage: [{ line: 1_200, what: 'It was changed.' }] }),
    );
    const page = await compare();
    expect((await page.findByText(/Line 1,200/)).textContent?.trim()).toBe('Line 1,200: It was changed.');
    await page.user.keyboard('{Escape}');
    answer(fake.engine, 'compareSnapshot', () =>
      failed('offline', 'There is no connection.', 'Connect first.'),
    );
    await choose(page, 'b.jsonl', '{}');
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

describe('Restoring a snapshot', () => {
  const back = (key: string): RestoreResult => ({ key, topic: key, outcome: { kind: 'restored' } });
  const other = failed('would-overwrite', 'The broker holds another one.', '');

  /** Two topics are missing, one holds another message; what is restored answers so. */
  function restorable(more: Partial<Compared> = {}) {
    const compares = answer(fake.engine, 'compareSnapshot', ({ prefix }) =>
      compared({
        ...{ comparison: `of ${prefix}`, removed: 2, changed: 1, missing: 2, replacing: 1 },
        differences: [differs(`${prefix}a`, 'removed'), differs(`${prefix}b`, 'removed'), differs('c')],
        ...more,
      }),
    );
    const restores = answer(fake.engine, 'restoreSnapshot', () => ({
      kind: 'results',
      session: 1,
      results: [back('a'), { key: 'b', topic: 'b', outcome: { kind: 'would-overwrite', failure: other } }],
      next: null,
    }));
    return { compares, restores };
  }
  const restoring = (page: Live) => page.getByRole('status', { name: 'Restoring' }).textContent;

  test('asks first, with the broker and the count, and sends nothing when it is called off', async () => {
    const { restores } = restorable();
    const page = await compare();
    await page.findByText('2 messages to write. Left alone: 1 that hold another message.');
    await press(page, 'Restore 2…');
    const question = within(await page.findByRole('dialog', { name: 'Restore to this broker?' }));
    expect(question.getByText(/Plant \(mqtt:\/\/h\)/)).toBeTruthy();
    expect(question.getByText(/another retained message are left alone/)).toBeTruthy();
    expect(focusedName()).toBe('Cancel');
    await page.user.keyboard('{Enter}');
    await expect.poll(() => page.queryByRole('dialog', { name: 'Restore to this broker?' })).toBeNull();
    expect(restores).toEqual([]);
  });

  test('restores what was listed, and shows the outcome for each topic, those not restored first', async () => {
    const { restores } = restorable();
    const page = await compare();
    await press(page, 'Restore 2…');
    await press(page, 'Restore 2 messages');
    await expect.poll(() => restoring(page)).toBe('1 of 2 restored. b: The broker holds another one.');
    expect(restores).toEqual([{ comparison: 'of ', from: 0, count: 800, overwrite: false }]);
    expect(page.getAllByRole('row').map(({ textContent }) => textContent)).toEqual([
      ...['TopicResult', 'bNot restored: The broker holds another one.', 'aRestored'],
    ]);
    expect(page.queryByRole('button', { name: /^Restore/ })).toBeNull();
    await press(page, 'Compare again');
    await page.findByRole('button', { name: 'Restore 2…' });
  });

  test('overwrites once the box is ticked, and says what is lost by it', async () => {
    const { restores } = restorable({ damage: [{ line: 4, what: 'It was changed.' }] });
    const page = await compare();
    await page.user.click(await page.findByRole('checkbox', { name: 'Overwrite other messages' }));
    await page.findByText('3 messages to write, 1 of them over another one.');
    expect(page.getByRole('row', { name: /^c/ }).textContent).toBe('cChangedOverwritten');
    await press(page, 'Restore 3…');
    await page.findByText(/1 hold another retained message, which will be replaced.*The file is damaged/);
    await press(page, 'Restore 3 messages');
    await expect.poll(() => restores[0]?.overwrite).toBe(true);
  });

  test('waits under another prefix until that was compared, which Enter does', async () => {
    const { compares, restores } = restorable();
    const page = await compare();
    await page.findByRole('button', { name: 'Restore 2…' });
    const prefix = page.getByRole('textbox', { name: 'Topic prefix' });
    await page.user.type(prefix, 'copy/');
    expect(restoring(page)).toBe('The prefix is another than was compared.');
    expect(isDisabled(page.getByRole('button', { name: 'Restore 0…' }))).toBe(true);
    await page.user.type(prefix, '{Enter}');
    await expect.poll(() => page.getAllByRole('row')[1]?.textContent).toBe('copy/aNot there any moreWritten');
    expect(compares.map((asked) => asked.prefix)).toEqual(['', 'copy/']);
    await press(page, 'Restore 2…');
    await press(page, 'Restore 2 messages');
    await expect.poll(() => restores.map(({ comparison }) => comparison)).toEqual(['of copy/']);
  });

  test('to production waits for the count, and names the connection', async () => {
    restorable();
    const page = await compare('plant.jsonl', '{}', 'Plant Oslo');
    const typed = await page.findByRole('textbox', { name: 'Type the count' });
    expect(describedBy(typed)).toBe(
      'Plant Oslo is marked as production. Type 2 to restore that many messages.',
    );
    const button = page.getByRole('button', { name: 'Restore 2…' });
    expect(isDisabled(button)).toBe(true);
    await page.user.type(typed, '2');
    expect(isDisabled(button)).toBe(false);
  });

  test('shows how far it is, and begins nothing more once it is stopped', async () => {
    const { restores } = restorable({ missing: 300, removed: 300 });
    let end = (): void => undefined;
    const parts = answer(fake.engine, 'restoreSnapshot', async ({ from }) => {
      await new Promise<void>((resolve) => (end = resolve));
      return { kind: 'results', session: 1, results: [back(`t${from}`)], next: from + 200 };
    });
    const page = await compare();
    await press(page, 'Restore 300…');
    await press(page, 'Restore 300 messages');
    await expect.poll(() => parts.length).toBe(1);
    expect(restoring(page)).toBe('0 of 300 done');
    end();
    await expect.poll(() => parts.length).toBe(2);
    expect(restoring(page)).toMatch(/^1 of 300 done, [\d,]+\/s$/);
    await press(page, 'Pause restoring');
    expect(restoring(page)).toMatch(/^1 of 300 done, [\d,]+\/s\. Paused\.$/);
    await press(page, 'Resume restoring');
    await page.user.click(page.getByRole('button', { name: 'Stop here' }));
    end();
    await expect.poll(() => restoring(page)).toBe('2 of 2 restored. 298 not begun.');
    expect(parts).toHaveLength(2);
    expect(restores).toEqual([]);
  });

  test('leaves a file of what became of each topic', async () => {
    const blobs: Blob[] = [];
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      blobs.push(blob as Blob);
      return 'blob:x';
    });
    onTestFinished(() => void vi.restoreAllMocks());
    restorable();
    const page = await compare();
    await press(page, 'Restore 2…');
    await press(page, 'Restore 2 messages');
    await press(page, 'Export…');
    expect(await blobs[0]?.text()).toBe(
      '{"topic":"a","outcome":"restored"}\n{"topic":"b","outcome":"would-overwrite","reason":"The broker holds another one."}\n',
    );
  });
});

describe('Saving a snapshot', () => {
  test('is of what is chosen, shows how far it is, and ends with what was saved', async () => {
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
    await press(page, 'Save as file…');
    await expect.poll(() => status(page)).toBe('1,000 of 2,000 read');
    expect(isDisabled(save)).toBe(true);
    next();
    await expect.poll(() => status(page)).toBe('2,000 messages saved.');
    await expect.poll(() => isDisabled(save)).toBe(false);
    expect(urls).toHaveBeenCalledOnce();
    const choice = { all: true, rules: [] };
    // For the question what to save, and for what is saved.
    const scope = { kind: 'inventory', query: { filter: '', state: 'all' }, choice };
    expect(plans.map((asked) => asked.scope)).toEqual([scope, scope]);
  });

  test('needs something that is chosen, and says why it failed', async () => {
    const page = buttons(0);
    const save = page.getByRole('button', { name: 'Save snapshot…' });
    expect(isDisabled(save)).toBe(true);
    page.again(<Bar session={session} count={1} production={null} />);
    const plan = {
      kind: 'plan' as const,
      plan: 'p',
      clear: 1,
      bytes: 1,
      returning: 0,
      excluded: 0,
      unknown: 0,
    };
    answer(fake.engine, 'planClearing', () => plan);
    await page.user.click(save);
    await page.findByText(/^1 message,/);
    answer(fake.engine, 'planClearing', () => failed('many', 'That is too much.', 'Choose less.'));
    await press(page, 'Save as file…');
    await expect.poll(() => status(page)).toBe('That is too much. Choose less.');
    await expect.poll(() => isDisabled(save)).toBe(false);
  });
});
