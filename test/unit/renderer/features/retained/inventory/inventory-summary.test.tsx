// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Inventory } from '../../../../../../src-main/contract/session/inventory.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { displayTopic, topicKey } from '../../../../../../src-main/core/topics/names.ts';
import { InventorySummary } from '../../../../../../src-renderer/features/retained/inventory/inventory-summary.tsx';
import { inventoryOf } from '../../../../../../src-renderer/state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../../support/window/fake-app.ts';
import { fakeSession, SESSION_NOW } from '../../../../../support/window/fake-session.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { isDisabled, live, press } from '../../../../../support/window/live.ts';
import { wordsIn } from '../../../../../support/window/drawn.tsx';
import {
  inventoryWith,
  summaryOf,
  answerInventory,
} from '../../../../../support/window/inventory-answers.ts';

let fake: FakeApp;
let session: ConnectionSession;

beforeEach(() => {
  fake = fakeApp();
});
afterEach(teardown);

/** The summary of a connection on the page, once it has read what the engine sends. */
async function open(more: Partial<Inventory> = {}) {
  session = fakeSession(fake);
  answerInventory(fake.engine, () => inventoryWith([], more));
  const page = live(<InventorySummary session={session} />);
  const region = page.getByRole('region', { name: 'Retained summary' });
  expect(region.textContent).toBe('Looking up what is retained…');
  await expect.poll(() => page.queryByText(/Looking up/)).toBeNull();
  const said = () => wordsIn(region.innerHTML);
  const figure = (name: string) => page.getByText(name).nextElementSibling?.textContent.trim();
  return { ...page, region, said, figure, page };
}
const subtree = (key: string, count = 1) => ({ key, topic: displayTopic(key), count, bytes: 10 * count });

describe('The summary of what is retained', () => {
  test('shows what is selected of how much, what will return, and why the rest is left out', async () => {
    const { said, figure } = await open({
      summary: summaryOf(1_210, {
        ...{ bytes: 228_000, chosen: { count: 1_200, bytes: 1, returning: 3 } },
        unchosen: { unknown: 2, protected: 8 },
      }),
    });
    expect(said()).toContain('1,200 selected of 1,210, 228 kB');
    expect([figure('Will return'), figure('Not selected')]).toEqual(['3', '10 (2 unknown, 8 protected)']);
    expect(figure('Probed')).toBe('not yet');
  });

  test.each([
    [53, { unknown: 0, protected: 53 }, '53 (all protected)'],
    [1, { unknown: 1, protected: 0 }, '1 (unknown)'],
    [60, { unknown: 0, protected: 53 }, '60 (53 protected)'],
    [4, { unknown: 0, protected: 0 }, '4'],
  ])('counts %d that are not selected only once: %j', async (left, unchosen, words) => {
    const chosen = { count: 0, bytes: 0, returning: 0 };
    const { figure } = await open({ summary: summaryOf(left, { bytes: 1, chosen, unchosen }) });
    expect(figure('Not selected')).toBe(words);
  });

  test('compares with what the broker counts, and says that this is an estimate where it saw more', async () => {
    const all = await open({ shortfall: { announced: 52, seen: 52, missing: 0, at: 0 } });
    expect([all.figure('Broker counts'), all.said()]).toEqual([
      '52 all seen',
      expect.not.stringContaining('estimate'),
    ]);
    const some = await open({ shortfall: { announced: 52, seen: 51, missing: 1, at: 0 } });
    expect(some.figure('Broker counts')).toBe('52 1 more than seen');
    expect(some.said()).toMatch(/1 message that the broker counts was not seen: .* An estimate:/);
    expect((await open()).page.queryByText('Broker counts')).toBeNull();
  });

  test('shows what a probe left open, and that only a part is listed', async () => {
    const probe = {
      kind: 'done',
      at: SESSION_NOW - 5_000,
      ms: 300,
      found: 9,
      unseen: 2,
      unanswered: 3,
    } as const;
    const { said, figure } = await open({
      probe: { ...probe, problem: 'The broker may have left out some.' },
      summary: summaryOf(9),
      cut: true,
    });
    expect(figure('Probed')).toBe('5 s ago, in 300 ms, 2 topics not seen before');
    expect(said()).toContain(
      'The broker may have left out some. 3 topics without a certain answer in the last probe.',
    );
    expect(said()).toContain('There are more: only 9 are listed.');
  });

  test('names the largest subtrees, adds up the others, and filters by the one that is pressed', async () => {
    const { page, said } = await open({
      summary: summaryOf(9, {
        subtrees: [subtree('plant/hall 1', 5), subtree('yard', 2)],
        more: { subtrees: 7, count: 2, bytes: 30 },
      }),
    });
    expect(said()).toContain('plant/hall 1 5 50 B');
    expect(said()).toContain('7 more 2 30 B');
    await press(page, 'plant/hall 1');
    expect(session.store.getState().filter).toMatch(/plant\/hall 1/);
  });

  test('offers no filter for what no filter can name, and shows no name as anything but text', async () => {
    const names = HOSTILE_TEXTS.map((text) => topicKey(new TextEncoder().encode(text)));
    const notUtf8 = topicKey(Uint8Array.of(0x61, 0xff));
    const { page, region } = await open({
      summary: summaryOf(9, { subtrees: [...names, notUtf8].map((key) => subtree(key)) }),
    });
    const links = [...region.querySelectorAll<HTMLElement>('.inv-link')];
    expect(links).toHaveLength(names.length + 1);
    for (const link of links) expect(isSafeText(`${link.textContent} ${link.title}`), link.title).toBe(true);
    expect(isDisabled(page.getByRole('button', { name: displayTopic(notUtf8) }))).toBe(true);
  });

  test('counts by age, and shows what is old or stale with one press', async () => {
    const { page, said } = await open({ summary: summaryOf(9, { ages: [1, 0, 0, 4, 2], stale: 6 }) });
    const table = page.getByRole('table', { name: 'Messages by age' });
    expect([...table.querySelectorAll('td')].map(({ textContent }) => textContent)).toEqual([...'10042']);
    expect(said()).toContain('Age unknown for 2 messages.');
    await press(page, 'Show stale 6');
    expect(inventoryOf(session).store.getState().state).toBe('stale');
    session.setFilter('plant');
    await press(page, 'Show older than 30 d');
    expect(session.store.getState().filter).toBe('plant seen>30d');
  });

  test('claims no age where none is known', async () => {
    const { page, said } = await open({ summary: summaryOf(3) });
    expect(said().match(/Age unknown[^.]*/g)).toEqual(['Age unknown for all messages']);
    expect(page.queryByRole('table')).toBeNull();
  });
});
