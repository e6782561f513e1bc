import { X509Certificate } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { certificates } from '../../support/tls/certificates.ts';
import { startMosquitto, type Mosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { serverHost } from '../hosts.ts';
import { expectAccessible, saying } from '../window.ts';

const field = (dialog: Locator, name: string) => dialog.getByRole('textbox', { name, exact: true });
const button = (within: Page | Locator, name: string) => within.getByRole('button', { name, exact: true });
const checkbox = (dialog: Locator, name: string | RegExp) => dialog.getByRole('checkbox', { name });
const verdict = (dialog: Locator) => dialog.getByRole('status', { name: 'Verdict' });
const connected = (page: Page) =>
  page
    .getByRole('status', { name: 'Connection status' })
    .filter({ hasText: /^Connected$/ })
    .waitFor();

async function openWindow(): Promise<Page> {
  const { page } = await serverHost.open();
  return page;
}

/** The form of a new connection to a broker with TLS. */
async function newConnection(page: Page, broker: Mosquitto): Promise<Locator> {
  await button(page, 'New connection').click();
  const dialog = page.getByRole('dialog', { name: 'Connection', exact: true });
  await dialog.getByRole('combobox', { name: 'Protocol' }).selectOption('mqtts');
  await field(dialog, 'Host').fill('localhost');
  await dialog.getByRole('spinbutton', { name: 'Port' }).fill(String(broker.port));
  return dialog;
}

/** The dialog that lies over whatever is open. */
async function viewer(page: Page): Promise<Locator> {
  const dialog = page.getByRole('dialog', { name: 'Certificates' });
  await dialog.waitFor();
  return dialog;
}

const selectedNode = (dialog: Locator) => dialog.locator('[role=treeitem][aria-selected=true]').textContent();

describe('Certificates, in the browser host', () => {
  afterEach(teardown);

  test('are judged at their fields while they are typed, connect, and are shown as a tree', async () => {
    const made = await certificates();
    const broker = await startMosquitto({
      listeners: [{ kind: 'tls', tls: { ...made.server, ca: made.ca.cert, requireCertificate: true } }],
    });
    const page = await openWindow();
    const dialog = await newConnection(page, broker);

    // A file in DER becomes PEM text in its field.
    const chooser = page.waitForEvent('filechooser');
    await button(dialog, 'Browse for the CA certificate').click();
    const der = Buffer.from(new X509Certificate(made.ca.cert).raw);
    await (await chooser).setFiles({ name: 'ca.der', mimeType: 'application/x-x509-ca-cert', buffer: der });
    await dialog.getByText('1 certificate, Topicscope test CA').waitFor();
    await expect
      .poll(() => field(dialog, 'CA certificate').inputValue())
      .toMatch(/^-----BEGIN CERTIFICATE-----/);

    await field(dialog, 'Client certificate').fill(made.client.cert);
    const key = field(dialog, 'Client key');
    await key.fill(made.server.key);
    await expect.poll(() => key.getAttribute('aria-invalid')).toBe('true');
    await key.fill(made.encryptedClientKey);
    await field(dialog, 'Key passphrase').fill(made.passphrase);
    await dialog.getByText('Belongs to the client certificate.').waitFor();
    await expectAccessible(page);

    await button(dialog, 'View certificates').click();
    const local = await viewer(page);
    await local.getByRole('tree', { name: 'Client certificate' }).waitFor();
    await expect.poll(() => selectedNode(local)).toContain('press-03');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await local.waitFor({ state: 'detached' });
    // The form below stays, with the focus where it was.
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toBe('View certificates');

    await button(dialog, 'Connect').click();
    await connected(page);
    const lock = page.getByRole('button', { name: /^Mutual TLS 1\.\d\. View certificates$/ });
    await lock.click();
    const dialogOfBroker = await viewer(page);
    await verdict(dialogOfBroker).waitFor();
    const tree = dialogOfBroker.getByRole('tree', { name: 'Chain of the broker' });
    await expect
      .poll(() => tree.getByRole('treeitem').allTextContents())
      .toEqual([expect.stringContaining('Topicscope test CA'), expect.stringContaining('localhost')]);
    await expect.poll(() => selectedNode(dialogOfBroker)).toContain('localhost');
    const details = dialogOfBroker.getByRole('region', { name: 'localhost' });
    const { fingerprint256 } = new X509Certificate(made.server.cert);
    await expect.poll(() => details.textContent()).toContain(fingerprint256);
    await details.getByText('server authentication').waitFor();
    await details.getByText(/^Valid for \d+ more days$|^Ends in \d+ days$/).waitFor();
    await tree.getByRole('treeitem', { selected: true }).focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => selectedNode(dialogOfBroker)).toContain('Topicscope test CA');
    await page.keyboard.press('End');
    await expect.poll(() => selectedNode(dialogOfBroker)).toContain('localhost');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await dialogOfBroker.waitFor({ state: 'detached' });
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toContain('View certificates');
  });

  test('that are wrong are shown with the reason, and stay marked where their check is turned off', async () => {
    const made = await certificates();
    const broker = await startMosquitto({ listeners: [{ kind: 'tls', tls: made.expired }] });
    const page = await openWindow();
    const dialog = await newConnection(page, broker);
    await field(dialog, 'CA certificate').fill(made.ca.cert);
    await button(dialog, 'Connect').click();
    await page.getByRole('alert').filter({ hasText: 'expired' }).waitFor();
    // The banner offers it, and so does the verdict in the diagnostics.
    await button(page, 'View certificates').first().click();
    const refused = await viewer(page);
    await verdict(refused).filter({ hasText: 'expired' }).waitFor();
    await page.keyboard.press('Escape');
    await refused.waitFor({ state: 'detached' });

    await button(page, 'Edit profile…').click();
    await checkbox(dialog, /^Dates/).uncheck();
    expect(
      await checkbox(dialog, 'Verify server certificate').evaluate(
        (box: HTMLInputElement) => box.indeterminate,
      ),
    ).toBe(true);
    await dialog.getByText('a key that was stolen long ago').waitFor();
    await button(dialog, 'Connect').click();
    await connected(page);
    const lock = page.getByRole('button', { name: /wrong dates accepted/ });
    await lock.click();
    const tolerated = await viewer(page);
    await verdict(tolerated).filter({ hasText: 'The check of the dates is turned off.' }).waitFor();
    await expectAccessible(page);
  });

  test('are part of the report of a test, which names no secret', async () => {
    const made = await certificates();
    const broker = await startMosquitto({ listeners: [{ kind: 'tls', tls: made.wrongHost }] });
    const page = await openWindow();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const dialog = await newConnection(page, broker);
    await field(dialog, 'Username').fill('ops');
    await field(dialog, 'Password').fill('hunter-22');
    await field(dialog, 'CA certificate').fill(made.ca.cert);
    await button(dialog, 'Test connection').click();
    const report = dialog.getByRole('region', { name: 'Test' });
    await report.getByText('stopped at TLS').waitFor();
    await dialog
      .getByRole('status', { name: 'Test result' })
      .filter({ hasText: /host|name/i })
      .waitFor();
    await expectAccessible(page);
    await button(report, 'View certificates').click();
    const shown = await viewer(page);
    await shown.getByRole('treeitem', { name: /broker\.example/ }).waitFor();
    await page.keyboard.press('Escape');
    await shown.waitFor({ state: 'detached' });

    await saying(report.getByText('Copied.'), () => button(report, 'Copy report').click());
    const text = await page.evaluate(() => navigator.clipboard.readText());
    expect(text).toContain('TLS');
    expect(text).not.toContain('hunter-22');

    // What failed leads to where it is mended.
    await button(report, 'TLS').click();
    await checkbox(dialog, /^Host name/).uncheck();
    await button(dialog, 'Test connection').click();
    await report.getByText(/, passed$/).waitFor();
    expect(broker.log()).not.toMatch(/as ops/);
  });
});
