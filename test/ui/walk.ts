import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { FollowedCalls } from './calls.ts';
import type { DrawnText } from './drawn-text.ts';

/** What lies over the window and is closed by Escape. */
const OVER = '[role=dialog], [role=alertdialog], [role=menu]';
/** A key that closed nothing for so long went to something else. */
const ESCAPE_MS = 2_000;
/** How long the palette may take to list its commands, ms. */
const PALETTE_MS = 5_000;
/** How a character that deceives the eye begins where it was escaped. */
const ESCAPED = '\\u{';

/**
 * Goes through the window as a person would who tries everything, and keeps what was drawn as it is on the way.
 * Tabs, menus, commands and what opens something are found in the page, so that a new one is walked as well.
 */
export class Walk {
  readonly found: string[] = [];
  readonly #page: Page;
  readonly #drawn: DrawnText;
  readonly #calls: FollowedCalls;
  /** Files that were saved or asked for: what a button that ends in … may do instead of opening a dialog. */
  #files = 0;
  /** Names of buttons. */
  readonly #opened = new Set<string>();

  constructor(page: Page, drawn: DrawnText, calls: FollowedCalls) {
    this.#page = page;
    this.#drawn = drawn;
    this.#calls = calls;
    page.on('filechooser', () => this.#files++);
    page.on('download', (download) => {
      this.#files++;
      const name = download.suggestedFilename();
      if (/[^\x20-\x7e]/.test(name)) this.found.push(`name of a file: ${JSON.stringify(name)}`);
    });
  }

  /**
   * Looks at what was drawn since the last call.
   * @param holder shows foreign text: without it the place would prove nothing
   */
  async at(place: string, holder: Locator | null = null): Promise<void> {
    if (holder !== null) {
      const shown = () => holder.evaluateAll((all) => all.map((one) => one.outerHTML).join('\n'));
      await expect.poll(shown, { message: `${place} shows foreign text` }).toContain(ESCAPED);
    }
    await this.#calls.answered();
    for (const one of await this.#drawn.take()) this.found.push(`${place}: ${one}`);
    // An answer may have led to the next question.
    await this.#calls.answered();
  }

  /** Every tab in there, one after the other; the first one again at the end. */
  async everyTab(within: Locator, place: string, then: (name: string) => Promise<void> = async () => {}) {
    const tabs = await within.getByRole('tab').all();
    for (const tab of tabs) {
      const name = (await tab.textContent()) ?? '';
      await tab.click();
      await expect.poll(() => tab.getAttribute('aria-selected'), { message: name }).toBe('true');
      await this.at(`${place}, tab ${name}`);
      await then(name);
    }
    await tabs[0]?.click();
  }

  /** Every button in there that opens something: a menu, a part that was folded, a dialog, a file; each once. */
  async everyOpener(within: Locator, place: string): Promise<void> {
    for (const [mark, name] of await markOpeners(within)) {
      const button = within.locator(`[data-walk="${mark}"]`);
      // What was opened before it may have taken it away.
      if (this.#opened.has(name) || (await button.count()) === 0) continue;
      this.#opened.add(name);
      // A row does what rows do, and has its menu for the other button.
      const isRow = (await button.getAttribute('aria-expanded')) === null && !name.endsWith('…');
      const click = () => button.click({ button: isRow ? 'right' : 'left' });
      await this.#open(click, `${place}, ${name}`, button);
    }
  }

  /** Every item of a menu, which is opened anew for each. */
  async everyItem(open: () => Promise<void>, place: string, besides: readonly RegExp[] = []): Promise<void> {
    const menu = this.#page.getByRole('menu').first();
    await open();
    await menu.waitFor();
    await this.at(place);
    const names = await menu
      .getByRole('menuitem')
      .evaluateAll((all) =>
        all
          .filter((one) => one.getAttribute('aria-disabled') !== 'true')
          .map((one) => one.textContent?.trim() ?? ''),
      );
    await this.closeAll();
    for (const name of names) {
      if (besides.some((one) => one.test(name))) continue;
      await open();
      const item = menu.getByRole('menuitem').filter({ hasText: name }).first();
      if (name.includes('…')) await this.#open(() => item.click(), `${place}, ${name}`, null);
      else {
        await item.click();
        await this.at(`${place}, ${name}`);
        await this.closeAll();
      }
    }
  }

  /** Every command that the palette offers. */
  async everyCommand(besides: readonly RegExp[]): Promise<void> {
    const options = this.#page.getByRole('dialog', { name: 'Commands' }).getByRole('option');
    // What the last command opens may come only now and take the key: it is closed then, and the key pressed again.
    const isOpen = async (): Promise<boolean> => {
      await this.closeAll();
      await this.#page.keyboard.press('Control+K');
      return options
        .first()
        .waitFor({ timeout: PALETTE_MS })
        .then(
          () => true,
          () => false,
        );
    };
    const open = async () => {
      await expect.poll(isOpen, { message: 'the palette opens' }).toBe(true);
    };
    await open();
    await this.at('palette');
    const names = await options.evaluateAll((all) =>
      all.map((one) => one.querySelector('.cut')?.textContent ?? ''),
    );
    await this.closeAll();
    expect(names.length).toBeGreaterThan(30);
    for (const name of names) {
      if (besides.some((one) => one.test(name))) continue;
      await open();
      const option = options.filter({ hasText: name }).first();
      // What the last one did may have taken it away.
      if ((await option.count()) > 0) await option.click();
      await this.at(`command ${name}`);
      await this.closeAll();
    }
  }

  /**
   * Escape until nothing lies over the window. What opens late, such as the rest of a menu, takes a key that was
   * meant for what lay there before: one that closed nothing for a while is followed by another.
   */
  async closeAll(): Promise<void> {
    const over = this.#page.locator(OVER);
    const isClosed = async (): Promise<boolean> => {
      const left = await over.count();
      if (left === 0) return true;
      await this.#page.keyboard.press('Escape');
      await expect
        .poll(() => over.count(), { timeout: ESCAPE_MS })
        .toBeLessThan(left)
        .catch(() => {});
      return (await over.count()) === 0;
    };
    await expect.poll(isClosed, { message: 'Escape closes it' }).toBe(true);
  }

  async #open(click: () => Promise<void>, place: string, button: Locator | null): Promise<void> {
    const over = this.#page.locator(OVER);
    const files = this.#files;
    const wasExpanded = (await button?.getAttribute('aria-expanded')) ?? null;
    const before = await over.count();
    await click();
    const hasOpened = async () =>
      this.#files > files ||
      (await over.locator('visible=true').count()) > (button === null ? 0 : before) ||
      (wasExpanded === 'false' && (await button?.getAttribute('aria-expanded')) === 'true');
    await expect.poll(hasOpened, { message: `${place} opens something` }).toBe(true);
    await this.at(place);
    const dialog = this.#page.getByRole('dialog').last();
    if ((await dialog.count()) > 0) await this.everyTab(dialog, place);
    await this.closeAll();
  }
}

let marks = 0;

/** Marks the buttons that open something, as their names may change with what is open. */
async function markOpeners(within: Locator): Promise<readonly (readonly [mark: number, name: string])[]> {
  const found = await within.getByRole('button', { disabled: false }).evaluateAll((all, first) => {
    const openers = all.flatMap((one): [Element, string][] => {
      const name = (one.getAttribute('aria-label') ?? one.textContent ?? '').trim();
      const opens =
        one.hasAttribute('aria-haspopup') ||
        one.getAttribute('aria-expanded') === 'false' ||
        name.endsWith('…');
      return opens ? [[one, name]] : [];
    });
    return openers.map(([one, name], at): [number, string] => {
      one.setAttribute('data-walk', String(first + at));
      return [first + at, name];
    });
  }, marks);
  marks += found.length;
  return found;
}
