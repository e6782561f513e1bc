import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { startFakeBroker, type FakeBroker } from '../support/brokers/fake-broker.ts';
import type { Host, Opened } from './hosts.ts';

/** The window connected to a broker of the test. */
export interface Connected extends Opened {
  readonly fake: FakeBroker;
}

/** Opens the window on a broker in this process, and waits until it is subscribed to everything. */
export async function openConnected<O extends Opened>(
  host: Host<O>,
  prepare: (fake: FakeBroker) => void = () => undefined,
): Promise<O & Connected> {
  const fake = await startFakeBroker();
  prepare(fake);
  const opened = await host.open({ args: [`mqtt://127.0.0.1:${fake.port}`] });
  await subscribedToAll(fake);
  return { ...opened, fake };
}

/** “Connected” is shown before that: what is published between the two reaches nobody. */
export async function subscribedToAll(fake: FakeBroker): Promise<void> {
  const isSubscribed = () =>
    fake.all('subscribe').some(({ packet }) => packet.subscriptions.some(({ topic }) => topic === '#'));
  while (!isSubscribed()) await fake.once('subscribe');
}

export function tree(page: Page): Locator {
  return page.getByRole('treegrid', { name: 'Topics' });
}

/** The row of a topic, by its full name as displayed. */
export function rowOf(page: Page, topic: string): Locator {
  return tree(page).locator(`[role=row][data-topic=${JSON.stringify(topic)}]`);
}

/** Topics of the rows that are drawn, from the top. */
export async function topics(page: Page): Promise<string[]> {
  return tree(page)
    .locator('[data-topic]')
    .evaluateAll((rows) =>
      rows
        .toSorted((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((row) => row.getAttribute('data-topic') ?? ''),
    );
}

/** Turns a branch by its arrow. A small tree has opened by itself, until something is done in it. */
export async function toggle(page: Page, topic: string): Promise<void> {
  await rowOf(page, topic).locator('[data-twisty]').click();
}

/** With Ctrl, so that a branch stays open or closed as it is. */
export async function select(page: Page, topic: string): Promise<void> {
  await rowOf(page, topic).click({ modifiers: ['ControlOrMeta'] });
  await inspector(page).getByRole('heading', { name: topic, exact: true }).waitFor();
}

export function inspector(page: Page): Locator {
  return page.getByRole('region', { name: 'Inspector' });
}

/** The rendered payload, as text. */
export async function payload(page: Page): Promise<string> {
  return (await inspector(page).locator('[data-payload]').textContent()) ?? '';
}

export async function showTab(page: Page, name: string): Promise<void> {
  await inspector(page).getByRole('tab', { name, exact: true }).click();
}

/** A key on an item of the open menu: its first item takes the focus a moment after the menu is drawn. */
export async function pressMenuItem(page: Page, name: string | RegExp, key = 'Enter'): Promise<void> {
  const item = page.getByRole('menuitem', { name, exact: typeof name === 'string' });
  const hasFocus = (one: Element) =>
    one.closest('[role=menu]')?.contains(one.ownerDocument.querySelector('[role=menuitem]:focus')) === true;
  await expect.poll(() => item.evaluate(hasFocus)).toBe(true);
  await item.press(key);
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/**
 * Nothing that the accessibility checker objects to, in the theme that is on.
 * @param besides rules that do not hold for what is open, e.g. `region` for a menu, which is no part of the page
 */
export async function expectAccessible(page: Page, besides: readonly string[] = []): Promise<void> {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async (off) => {
    const { axe } = globalThis as unknown as {
      axe: { run(context: object, options: object): Promise<AxeResult> };
    };
    // Half on its way from one colour to another nothing has the contrast that it comes to.
    for (const one of document.getAnimations())
      if (one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity) one.finish();
    // Guards of the library's: the ends of a menu, which hand focus on at once.
    const context = { exclude: ['[data-base-ui-focus-guard]'] };
    const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    // Of what passes nothing is collected, which takes a good part of its time.
    const { violations } = await axe.run(context, { runOnly: tags, rules, resultTypes: ['violations'] });
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
    );
  }, besides);
  expect(found).toEqual([]);
}

/** Does something that is confirmed by words which stand for a moment only: they are looked for from before on. */
export async function saying(words: Locator, act: () => Promise<void>): Promise<void> {
  await Promise.all([words.waitFor({ state: 'attached' }), act()]);
}
