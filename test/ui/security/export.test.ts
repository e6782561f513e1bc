import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { standInHost } from '../hosts.ts';

const PASSWORD = 'hunter2-of-the-broker';
const PASSPHRASE = 'copper lantern ninety';

const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true });
const field = (dialog: Locator, name: string) => dialog.getByRole('textbox', { name, exact: true });

interface StandInDialog {
  standInAnswer: number | null;
  readonly standInBoxes: readonly { readonly detail?: string }[];
}

// The window is asked nothing: the dialog is of the system, which the stand-in answers as the test says.
describe('An export with secrets, in the desktop host in the stand-in for Electron', () => {
  afterEach(teardown);

  test('is written only when the dialog of the system was answered', async () => {
    const { page, app } = await standInHost.open();
    await button(page, 'New connection').click();
    const editor = page.getByRole('dialog', { name: 'Connection', exact: true });
    await field(editor, 'Host').fill('lab.example');
    await field(editor, 'Name').fill('Lab');
    await field(editor, 'Password').fill(PASSWORD);
    await button(editor, 'Save').click();
    await editor.waitFor({ state: 'detached' });

    const entry = page.getByRole('navigation', { name: 'Connections' }).getByRole('button', { name: 'Lab' });
    await entry.first().press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Export connections', exact: true });
    await dialog.getByRole('checkbox', { name: /^With passwords/ }).check();
    await field(dialog, 'Passphrase').fill(PASSPHRASE);
    await field(dialog, 'Passphrase again').fill(PASSPHRASE);
    await button(dialog, 'Export 1 profile').click();
    await dialog.getByText('The export was not confirmed.').waitFor();

    await app.evaluate((electron) => {
      (electron as unknown as { dialog: StandInDialog }).dialog.standInAnswer = 1;
    }, null);
    const download = page.waitForEvent('download');
    await button(dialog, 'Export 1 profile').click();
    const text = readFileSync(await (await download).path(), 'utf8');
    expect(text).not.toContain(PASSWORD);
    expect(text).toContain('"sealed"');
    const asked = await app.evaluate(
      (electron) =>
        (electron as unknown as { dialog: StandInDialog }).dialog.standInBoxes.map(({ detail }) => detail),
      null,
    );
    expect(asked).toHaveLength(2);
    for (const detail of asked) expect(detail).toContain('Lab');
  });
});
