import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { teardown } from '../../support/teardown.ts';
import { probes } from './desktop-probes.ts';
import { desktopHosts, newDataDir } from '../hosts.ts';
import { openConnected, rowOf } from '../window.ts';

describe.each(desktopHosts)('In $name', (host) => {
  afterEach(teardown);
  const it = host.missing === null ? test : test.skip;

  it('the window comes from one sandboxed page that reaches the engine and nothing else', async () => {
    const opened = await host.open();
    // An attempt to leave, even one that is refused, ends what a page is still loading.
    await opened.page.getByRole('button', { name: 'Try the demo broker' }).waitFor();
    await probes.isolated(opened);
    await probes.policy(opened);
    await probes.staysOnItsPage(opened);
    await probes.opensNoWindow(opened);
    await probes.runsMenuCommands(opened);
    await probes.answers(opened);
  });

  it('a reload and a crash of the page leave the connection as it is', async () => {
    const { page, app } = await host.open({ args: ['--demo'] });
    const received = async (): Promise<number> =>
      Number(await page.getByRole('group', { name: 'Traffic' }).getAttribute('data-received'));
    await expect.poll(received).toBeGreaterThan(50);
    const before = await received();
    await page.reload();
    await expect.poll(received).toBeGreaterThan(before);
    await app.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      const again = new Promise<void>((resolve) =>
        window?.webContents.once('did-finish-load', () => resolve()),
      );
      window?.webContents.forcefullyCrashRenderer();
      return again;
    }, null);
  });

  it('a second start hands its link to the first, which fills the editor and connects to nobody', async () => {
    const fake = await startFakeBroker();
    const { page, app, dataDir } = await host.open();
    await page.getByRole('button', { name: 'New connection' }).first().waitFor();
    const link = `mqtt://ann@127.0.0.1:${fake.port}`;
    await expect.poll(() => app.startAgain(['--data-dir', dataDir, '--link', link])).toBe(0);
    const editor = page.getByRole('dialog', { name: 'Connection' });
    await editor.waitFor();
    await expect.poll(() => editor.getByRole('textbox', { name: 'Host' }).inputValue()).toBe('127.0.0.1');
    await expect.poll(() => editor.getByRole('textbox', { name: 'Username' }).inputValue()).toBe('ann');
    expect(fake.links).toHaveLength(0);
    expect(fake.received).toHaveLength(0);
  });

  it('an address on the command line connects at once; quitting says goodbye within 2 s', async () => {
    const fake = await startFakeBroker();
    const { app } = await host.open({ args: [`mqtt://127.0.0.1:${fake.port}`] });
    await expect.poll(() => fake.all('subscribe').length).toBeGreaterThan(0);
    const goodbye = fake.once('disconnect');
    const began = performance.now();
    const ended = once(app.process(), 'exit');
    await app.close();
    expect((await ended)[0]).toBe(0);
    // With room for a busy machine: what is promised is 2 s.
    expect(performance.now() - began).toBeLessThan(3_000);
    await goodbye;
  });

  it('a broker that does not answer does not hold up the end, nor does a signal', async () => {
    const fake = await startFakeBroker({ hooks: { connect: () => 'ignore' } });
    const { app } = await host.open({ args: [`mqtt://127.0.0.1:${fake.port}`] });
    await expect.poll(() => fake.all('connect').length).toBe(1);
    const ended = once(app.process(), 'exit');
    const began = performance.now();
    app.process().kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('the window comes back where it was', async () => {
    const dataDir = newDataDir();
    const bounds = { x: 120, y: 80, width: 1111, height: 777 };
    const first = await host.open({ dataDir });
    await first.app.evaluate(
      ({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place),
      bounds,
    );
    await first.close();
    expect(existsSync(join(dataDir, 'window.json'))).toBe(true);
    const { app } = await host.open({ dataDir });
    expect(
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds(), null),
    ).toEqual(bounds);
  });

  it('a theme that is chosen holds for the system’s own menus, and from the next start on before the page is there', async () => {
    const dataDir = newDataDir();
    const theme = { source: '', dark: false };
    const read = (app: Awaited<ReturnType<typeof host.open>>['app']): Promise<typeof theme> =>
      app.evaluate(
        ({ nativeTheme }) => ({ source: nativeTheme.themeSource, dark: nativeTheme.shouldUseDarkColors }),
        null,
      );
    const first = await host.open({ dataDir });
    await first.page.getByRole('button', { name: 'Try the demo broker' }).waitFor();
    await first.page.keyboard.press('Control+k');
    await first.page.getByRole('combobox').fill('Use the dark theme');
    await first.page.keyboard.press('Enter');
    await expect.poll(async () => (await read(first.app)).source).toBe('dark');
    await first.close();
    const again = await host.open({ dataDir });
    await expect.poll(() => read(again.app)).toEqual({ source: 'dark', dark: true });
  });

  it('looks for updates from the menu and the palette, and shows what it finds in a box of the system', async () => {
    const { app, page } = await host.open();
    await app.evaluate(({ dialog }) => {
      const boxes: string[] = [];
      Object.assign(globalThis, { boxes });
      dialog.showMessageBox = ((...args: unknown[]) => {
        const box = args.at(-1) as Electron.MessageBoxOptions;
        boxes.push(`${box.message} | ${box.detail}`);
        return Promise.resolve({ response: box.cancelId ?? 0, checkboxChecked: false });
      }) as typeof dialog.showMessageBox;
    }, null);
    const boxes = (): Promise<string[]> =>
      app.evaluate(() => (globalThis as unknown as { boxes: string[] }).boxes, null);
    await page.getByRole('button', { name: 'Try the demo broker' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('Check for updates');
    await page.keyboard.press('Enter');
    const said = /^Updates cannot be looked for here\. .+ \| This program is built on Electron /;
    await expect.poll(boxes).toEqual([expect.stringMatching(said)]);
    await app.evaluate(({ Menu }) => {
      type Item = { label?: string; click?: () => void; submenu?: { items?: Item[] } | Item[] };
      const below = ({ submenu }: Item): Item[] =>
        Array.isArray(submenu) ? submenu : (submenu?.items ?? []);
      const all = ((Menu.getApplicationMenu()?.items ?? []) as unknown as Item[]).flatMap(below);
      all.find(({ label }) => label === 'Check for updates…')?.click?.();
    }, null);
    await expect.poll(boxes).toHaveLength(2);
  });

  it('a payload goes to another program once a person says so, byte for byte, and only where nothing runs', async () => {
    const { app, page, fake } = await openConnected(host);
    await app.evaluate(({ dialog, shell }) => {
      const reported = { boxes: [] as string[], paths: [] as string[], answer: 0 };
      Object.assign(globalThis, { reported });
      dialog.showMessageBox = ((...args: unknown[]) => {
        reported.boxes.push((args.at(-1) as Electron.MessageBoxOptions).detail ?? '');
        return Promise.resolve({ response: reported.answer, checkboxChecked: false });
      }) as typeof dialog.showMessageBox;
      shell.openPath = (path) => {
        reported.paths.push(path);
        return Promise.resolve('');
      };
    }, null);
    type Reported = { boxes: string[]; paths: string[]; answer: number };
    const reported = (): Promise<Reported> =>
      app.evaluate(() => (globalThis as unknown as { reported: Reported }).reported, null);
    const answer = (button: number): Promise<unknown> =>
      app.evaluate((_, response) => {
        (globalThis as unknown as { reported: Reported }).reported.answer = response;
      }, button);
    const payload = '{"t":71.40,"id":90071992547409931}\r\n';
    fake.broker.publish({ topic: 'plant/telemetry', payload });
    fake.broker.publish({ topic: 'plant/picture', payload: '<svg onload="x()"/>' });
    const open = async (topic: string): Promise<void> => {
      await rowOf(page, topic).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Open in default program…' }).click();
    };

    await open('plant/telemetry');
    await page.getByText('Not opened', { exact: true }).waitFor();
    const from = expect.stringContaining('From the topic plant/telemetry');
    expect(await reported()).toMatchObject({ boxes: [from], paths: [] });

    await answer(1);
    await open('plant/telemetry');
    await page.getByText(/^Opened as telemetry .+\.json$/).waitFor();
    const { paths } = await reported();
    expect(readFileSync(paths[0] ?? '', 'utf8')).toBe(payload);

    await open('plant/picture');
    await page.getByText(/a browser runs what is in it/).waitFor();
    expect(await reported()).toMatchObject({ boxes: [from, from], paths });
    await app.close();
    expect(existsSync(paths[0] ?? '')).toBe(false);
  });

  it('options that end the program at once end it without a window', async () => {
    const opened = await host.open();
    await expect.poll(() => opened.app.startAgain(['--version'])).toBe(0);
    await expect.poll(() => opened.app.startAgain(['--help'])).toBe(0);
    await expect.poll(() => opened.app.startAgain(['--no-such-option'])).toBe(2);
    await expect.poll(() => opened.app.startAgain(['mqtt://'])).toBe(2);
    await expect.poll(() => opened.app.startAgain(['--data-dir', '/dev/null/nowhere'])).toBe(1);
  });
});
