import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { copyBuilt, type Change } from '../built-copy.ts';
import { hosts, type Host } from '../hosts.ts';
import { expectAccessible } from '../window.ts';

/** The page as it is, and an engine that is not the one it was built with. */
async function openChanged(host: Host, change: Change): Promise<Page> {
  const { page } = await host.open({ root: await copyBuilt(change) });
  return page;
}

/** Reloads by the notice's button; an engine that is still another is announced again. */
async function reload(page: Page, title: string): Promise<void> {
  await page.evaluate(() => document.body.setAttribute('data-before', ''));
  await page.getByRole('button', { name: 'Reload', exact: true }).click();
  await page.locator('body:not([data-before])').waitFor();
  await page.getByRole('alert').filter({ hasText: title }).waitFor();
}

describe.each(hosts)('A page and an engine that do not fit, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  afterEach(teardown);

  it('says which versions they are, asks nothing more and offers to reload', async () => {
    const page = await openChanged(host, {
      files: 'package.json',
      from: /"version": "[^"]+"/,
      to: '"version": "99.1.2"',
    });
    const title = 'This window and Topicscope’s engine are of different versions.';
    const alert = page.getByRole('alert').filter({ hasText: title });
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/The engine is 99\.1\.2, this page was made for \d+\.\d+\.\d+/);
    expect(await page.getByRole('button', { name: 'Try the demo broker' }).count()).toBe(0);
    await expectAccessible(page);
    await reload(page, title);
  });

  it('leaves out what it cannot read, says so, and goes on with the rest', async () => {
    const page = await openChanged(host, {
      files: 'out/main/chunks/*.js',
      from: /(appInfo: \(\) => \(\{\s*)version: ports\.version/,
      to: '$1version: 7',
    });
    const title = 'The engine sent something that this window cannot read.';
    const alert = page.getByRole('alert').filter({ hasText: title });
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/“appInfo” does not fit \(version: /);
    await page.getByRole('button', { name: 'Try the demo broker' }).waitFor();
    await expectAccessible(page);
    await reload(page, title);
  });
});
