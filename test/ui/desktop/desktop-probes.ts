import { expect } from 'vitest';
import { STEP_MS, type OpenedDesktop } from '../hosts.ts';

/**
 * What has to hold for the desktop program, each a question of its own: the spec asks all of them, and
 * `desktop-bites.test.ts` breaks the program to see that each can fail.
 */
export type Probe = (opened: OpenedDesktop, timeout?: number) => Promise<void>;

export const probes = {
  async answers({ page }: OpenedDesktop, timeout = STEP_MS): Promise<void> {
    await page.getByRole('button', { name: 'Try the demo broker' }).click({ timeout });
    await page.getByRole('row', { name: /plant/ }).first().waitFor({ timeout });
    const status = page.getByRole('status', { name: 'Connection status' });
    await expect.poll(() => status.innerText(), { timeout }).toContain('Connected');
  },

  async isolated({ page }: OpenedDesktop): Promise<void> {
    const globals = await page.evaluate(() =>
      ['require', 'process', 'module', 'ipcRenderer', 'electron', 'Buffer', 'topicscope'].filter(
        (name) => name in globalThis,
      ),
    );
    expect(globals).toEqual([]);
  },

  /** Nothing from elsewhere, nothing inline, whatever gets into the page. */
  async policy({ page }: OpenedDesktop): Promise<void> {
    const done = await page.evaluate(async () => {
      const violations = new Promise<string[]>((resolve) => {
        const seen = new Set<string>();
        document.addEventListener('securitypolicyviolation', (event) => {
          seen.add(event.effectiveDirective);
          if (seen.has('connect-src') && seen.has('script-src-elem')) resolve([...seen].sort());
        });
      });
      const inline = document.createElement('script');
      inline.textContent = 'globalThis.ranInline = true';
      document.head.append(inline);
      const fetched = await fetch('https://example.invalid/').then(
        () => true,
        () => false,
      );
      const ranInline = 'ranInline' in globalThis;
      // Without a policy nothing is violated, so there would be nothing to wait for.
      return { violations: ranInline ? [] : await violations, ranInline, fetched };
    });
    expect(done).toEqual({
      ranInline: false,
      fetched: false,
      violations: expect.arrayContaining(['connect-src', 'script-src-elem']),
    });
  },

  async staysOnItsPage({ page, app }: OpenedDesktop, timeout = STEP_MS): Promise<void> {
    const before = page.url();
    await app.evaluate(({ BrowserWindow }) => {
      const navigations: { url: string; prevented: boolean }[] = [];
      Object.assign(globalThis, { navigations });
      // Behind the program's own listener, so that it sees what that has decided.
      BrowserWindow.getAllWindows()[0]?.webContents.on('will-navigate', ({ url, defaultPrevented }) => {
        navigations.push({ url, prevented: defaultPrevented });
      });
    }, null);
    await page.evaluate(() => {
      Object.assign(globalThis, { stayed: true });
      location.href = 'https://example.invalid/elsewhere';
    });
    const navigations = () => app.evaluate(() => (globalThis as { navigations?: unknown }).navigations, null);
    await expect
      .poll(navigations, { timeout })
      .toEqual([{ url: 'https://example.invalid/elsewhere', prevented: true }]);
    expect(page.url()).toBe(before);
    await expect.poll(() => page.evaluate(() => 'stayed' in globalThis)).toBe(true);
    const url = await app.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL(),
      null,
    );
    expect(url).toBe('app://topicscope/');
  },

  async opensNoWindow({ page, app }: OpenedDesktop, timeout = STEP_MS): Promise<void> {
    await app.evaluate(({ shell }) => {
      const opened: string[] = [];
      Object.assign(globalThis, { opened });
      shell.openExternal = (url) => {
        opened.push(url);
        return Promise.resolve();
      };
    }, null);
    await page.evaluate(() => {
      window.open('https://example.invalid/docs');
      window.open('http://example.invalid/plain');
      const link = Object.assign(document.createElement('a'), {
        href: 'https://example.invalid/link',
        target: '_blank',
      });
      document.body.append(link);
      link.click();
      link.remove();
    });
    await expect
      .poll(() => app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened, null), {
        timeout,
      })
      .toEqual(['https://example.invalid/docs', 'https://example.invalid/link']);
    const windows = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length, null);
    expect(windows).toBe(1);
  },

  async runsMenuCommands({ page, app }: OpenedDesktop, timeout = STEP_MS): Promise<void> {
    const clicked = (): Promise<boolean> =>
      app.evaluate(({ Menu }) => {
        type Item = { label?: string; click?: () => void; submenu?: { items?: Item[] } | Item[] };
        const below = ({ submenu }: Item): Item[] =>
          Array.isArray(submenu) ? submenu : (submenu?.items ?? []);
        const all = ((Menu.getApplicationMenu()?.items ?? []) as unknown as Item[]).flatMap(below);
        const found = all.find(({ label }) => label === 'Keyboard shortcuts');
        found?.click?.();
        return found !== undefined;
      }, null);
    // A command for a page that does not listen yet is lost; and the menu comes after the first paint.
    await page.getByRole('button', { name: 'Try the demo broker' }).waitFor({ timeout });
    await expect.poll(clicked, { timeout }).toBe(true);
    await page.getByRole('dialog').waitFor({ timeout });
    await page.keyboard.press('Escape');
  },
} satisfies Readonly<Record<string, Probe>>;

export type ProbeName = keyof typeof probes;
