import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { startFakeBroker } from '../../support/brokers/fake-broker.ts';
import { teardown } from '../../support/teardown.ts';
import { newDataDir, standInHost } from '../hosts.ts';

interface StandInDialog {
  standInAnswer: number | null;
  readonly standInBoxes: readonly { readonly detail?: string }[];
}

const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true });

// As a page could that was taken over: it has the same fields to send.
describe('A file that a page names, in the desktop host in the stand-in for Electron', () => {
  afterEach(teardown);

  test('is read only after the dialog of the system gave it', async () => {
    const fake = await startFakeBroker();
    const { page, app } = await standInHost.open();
    const secret = join(newDataDir(), 'secret');
    writeFileSync(secret, 'hunter2');
    await button(page, 'New connection').first().click();
    const editor = page.getByRole('dialog', { name: 'Connection', exact: true });
    const field = (name: string) => editor.getByRole('textbox', { name, exact: true });
    await field('Host').fill('127.0.0.1');
    await editor.getByRole('spinbutton', { name: 'Port' }).fill(String(fake.port));
    await field('Username').fill('ann');
    await editor.getByRole('combobox', { name: 'Password from', exact: true }).selectOption('file');
    const said: string[] = [];
    const boxes = () =>
      app.evaluate(
        (electron) =>
          (electron as unknown as { dialog: StandInDialog }).dialog.standInBoxes.map(({ detail }) => detail),
        null,
      );
    for (const [at, path] of ['/etc/passwd', '/no/such/file', secret].entries()) {
      await field('Password file').fill(path);
      await button(editor, 'Connect').click();
      // The words of the file before may still be there.
      await expect.poll(async () => (await boxes()).length).toBe(at + 1);
      await expect.poll(() => button(editor, 'Connect').isEnabled()).toBe(true);
      const refused = editor.getByText('was not given to this connection').first();
      await refused.waitFor();
      said.push(await refused.innerText());
      expect(fake.all('connect')).toHaveLength(0);
    }
    expect(new Set(said).size).toBe(1);

    await app.evaluate((electron) => {
      (electron as unknown as { dialog: StandInDialog }).dialog.standInAnswer = 1;
    }, null);
    await button(editor, 'Connect').click();
    await expect.poll(() => fake.all('connect').length).toBeGreaterThan(0);
    expect(fake.all('connect')[0]?.packet.password?.toString()).toBe('hunter2');
    const asked = await boxes();
    expect(asked.at(-1)).toContain(`password: ${secret}`);
    expect(asked.at(-1)).toContain(`mqtt://127.0.0.1:${fake.port}`);
  });
});
