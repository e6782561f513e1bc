import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { READY, WEB_SOCKET_PATH } from '../../../src-main/wire/web-socket.ts';
import { CHROMIUM_ARGS } from '../../support/electron-stand-in/launch.ts';
import { onTeardown, teardown } from '../../support/teardown.ts';
import { findChromium } from '../../support/tools.ts';
import { serverHost } from '../hosts.ts';
import { expectAccessible } from '../window.ts';

const TOKEN = 'a-token-of-the-users-own';

afterEach(teardown);

const firstRun = (page: Page): Locator =>
  page.getByRole('button', { name: 'Try the demo broker', exact: true });

const tokenField = (page: Page): Locator => page.getByRole('textbox', { name: 'Access token', exact: true });

async function open(args: readonly string[] = ['--token', TOKEN]) {
  const opened = await serverHost.open({ args });
  await firstRun(opened.page).waitFor();
  const another = async (address: string): Promise<Page> => {
    const page = await opened.page.context().newPage();
    await page.goto(address);
    return page;
  };
  return { ...opened, another };
}

/** Somebody else's program on another port of this machine, which the user's browser visits. */
async function evilNeighbour(cookies: readonly string[]) {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.setHeader('Set-Cookie', [...cookies]);
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>x</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTeardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

/** Whether a WebSocket is let in with these headers and first message. */
function isLetIn(origin: string, headers: Readonly<Record<string, string>>, first: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${WEB_SOCKET_PATH}`, {
      headers: { Origin: origin, ...headers },
    });
    const end = (answer: boolean): void => {
      socket.terminate();
      resolve(answer);
    };
    socket.on('open', () => socket.send(first));
    socket.on('message', (data: Buffer) => end(data.toString() === READY));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}

describe('The window in a browser', () => {
  test('gives a server on another port of this machine nothing that opens the door', async () => {
    const { origin, page, another } = await open();
    const neighbour = await evilNeighbour([]);
    await another(`http://127.0.0.1:${neighbour.port}/`);
    expect(neighbour.seen.length).toBeGreaterThan(0);
    for (const headers of neighbour.seen) {
      const replay = { Cookie: headers.cookie ?? '', Referer: headers.referer ?? '' };
      const body = await (await fetch(`${origin}/`, { headers: replay })).text();
      const texts = [...body.matchAll(/content="([^"]+)"/g)].map(([, text]) => text ?? '');
      for (const text of [...texts, headers.cookie ?? '', ''])
        expect([text, await isLetIn(origin, replay, text)]).toEqual([text, false]);
    }
    // What does open it: the secret of this tab.
    const secret = await page.evaluate(() => sessionStorage.getItem('topicscope:page') ?? '');
    expect(await isLetIn(origin, {}, secret)).toBe(true);
  });

  test('is not locked out by cookies of another port', async () => {
    const { origin, page, another } = await open();
    const port = new URL(origin).port;
    const cookies = [
      `topicscope-${port}=x; Path=/`,
      ...Array.from({ length: 9 }, (_, i) => `c${i}=y; Path=/`),
    ];
    const neighbour = await evilNeighbour(cookies);
    await another(`http://127.0.0.1:${neighbour.port}/`);
    await page.reload();
    await firstRun(page).waitFor();
  });

  test('opens once by its printed address, whose ticket is on the screen and in the history of nothing', async () => {
    const { page, pressEnter, another } = await open([]);
    expect(new URL(page.url()).search).toBe('');
    const address = await pressEnter();
    const requests: string[] = [];
    page.context().on('request', (request) => {
      const { referer = '' } = request.headers();
      if (!request.isNavigationRequest()) requests.push(`${request.url()} ${referer}`);
    });
    const second = await another(address);
    await firstRun(second).waitFor();
    expect(new URL(second.url()).search).toBe('');
    const ticket = new URL(address).searchParams.get('ticket') ?? 'none';
    expect(requests.length).toBeGreaterThan(3);
    expect(requests.filter((line) => line.includes(ticket))).toEqual([]);
    await second.reload();
    await firstRun(second).waitFor();
    const third = await another(address);
    await tokenField(third).waitFor();
  });

  test('asks a tab that nobody let in for the token, and takes the right one only', async () => {
    const { origin, another } = await open();
    for (const path of ['/', `/?token=${TOKEN}`]) {
      const page = await another(`${origin}${path}`);
      await page.getByRole('heading', { name: 'This tab has no access yet' }).waitFor();
      expect(new URL(page.url()).search).toBe('');
    }
    const page = await another(`${origin}/`);
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'light' });
    await expectAccessible(page);
    await page.keyboard.type('not-the-token');
    await page.keyboard.press('Enter');
    await page.getByText('This is not the access token.').waitFor();
    await tokenField(page).fill(TOKEN);
    await page.keyboard.press('Enter');
    await firstRun(page).waitFor();
    await page.reload();
    await firstRun(page).waitFor();
    const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
    expect(kept).not.toContain(TOKEN);
  });

  test('leaves no token in what a browser keeps on the disk, and no ticket that still opens', async () => {
    const { origin, pressEnter } = await open();
    const profile = mkdtempSync(join(tmpdir(), 'topicscope-browser-'));
    onTeardown(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
    const browser = await chromium.launchPersistentContext(profile, {
      executablePath: findChromium(),
      chromiumSandbox: false,
      args: [...CHROMIUM_ARGS],
    });
    const byTicket = await browser.newPage();
    const address = await pressEnter();
    await byTicket.goto(address);
    await firstRun(byTicket).waitFor();
    const byToken = await browser.newPage();
    await byToken.goto(origin);
    await tokenField(byToken).fill(TOKEN);
    await byToken.keyboard.press('Enter');
    await firstRun(byToken).waitFor();
    await browser.close();
    const files = readdirSync(profile, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const kept = files.map((file) => readFileSync(join(file.parentPath, file.name)).toString('latin1'));
    // The browser did keep a history.
    expect(kept.some((text) => text.includes(origin))).toBe(true);
    expect(kept.filter((text) => text.includes(TOKEN))).toEqual([]);
    const ticket = new URL(address).searchParams.get('ticket') ?? '';
    const again = await fetch(`${origin}/entry`, {
      method: 'POST',
      headers: { Origin: origin, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ticket }),
    });
    expect(again.status).toBe(401);
  });

  test('opens another window by its command', async () => {
    const { page } = await open();
    await page.keyboard.press('Control+K');
    await page.getByRole('dialog', { name: 'Commands' }).getByRole('combobox').fill('another window');
    const popup = page.context().waitForEvent('page');
    await page.keyboard.press('Enter');
    const second = await popup;
    await firstRun(second).waitFor();
    expect(await second.evaluate(() => window.opener === null)).toBe(true);
    expect(new URL(second.url()).search).toBe('');
  });
});
