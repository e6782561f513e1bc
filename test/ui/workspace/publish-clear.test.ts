import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMosquitto } from '../../support/brokers/mosquitto.ts';
import { teardown } from '../../support/teardown.ts';
import { startBeats, type Beats } from '../beats.ts';
import { hosts, type Opened } from '../hosts.ts';
import { expectAccessible, inspector, payload, rowOf, select, showTab } from '../window.ts';

function panel(page: Page) {
  const region = page.getByRole('region', { name: 'Publish' });
  return {
    topic: region.getByRole('textbox', { name: 'Topic' }),
    payload: region.getByRole('textbox', { name: 'Payload' }),
    qos: region.getByRole('combobox', { name: 'QoS' }),
    retain: region.getByRole('checkbox', { name: 'Retain' }),
    publish: region.getByRole('button', { name: 'Publish', exact: true }),
    result: region.getByRole('status', { name: 'Publish result' }),
    region,
  };
}

/** Clearing is verified by the broker's own answers, so it is a real one here. */
describe.each(hosts)('Publishing, clearing and forgetting, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let window: Opened;
  /** It takes its time to be late: it begins with the first test, and the last ones look at it. */
  let beats: Beats;

  beforeAll(async () => {
    if (host.missing !== null) return;
    const broker = await startMosquitto();
    window = await host.open({ args: [`mqtt://127.0.0.1:${broker.port}`] });
    await window.page.getByRole('status', { name: 'Connection status' }).getByText('Connected').waitFor();
    await rowOf(window.page, '$SYS').waitFor();
    beats = await startBeats(broker.port, ['beat/fan', 'beat/pump']);
  });
  afterAll(teardown);

  it('a message goes out as it was typed, and its outcome is said in words', async () => {
    const { page } = window;
    const { topic, payload: text, qos, publish, result, region } = panel(page);
    await topic.fill('p/live');
    await text.fill('{\n  "speed": 80,\n  "ramp_s": 5\n}');
    await region.getByText('Valid JSON, 32 B').waitFor();
    await qos.selectOption('1');
    await publish.click();
    await expect.poll(() => result.innerText()).toMatch(/^Acknowledged in [\d.]+ m?s/);
    await rowOf(page, 'p').waitFor();
    await select(page, 'p/live');
    await showTab(page, 'Raw');
    await expect.poll(() => payload(page)).toBe('{\n  "speed": 80,\n  "ramp_s": 5\n}');
  });

  it('Ctrl+Enter publishes, and a wrong topic is reported as it is typed', async () => {
    const { page } = window;
    const { topic, payload: text, qos, result } = panel(page);
    await topic.fill('p/+');
    await expect.poll(() => result.innerText()).toContain('wildcard');
    await expect.poll(() => topic.getAttribute('aria-invalid')).toBe('true');
    await topic.fill('p/keys');
    await qos.selectOption('0');
    await text.fill('typed');
    await text.press('Control+Enter');
    await expect.poll(() => result.innerText()).toContain('Sent');
    await rowOf(page, 'p/keys').waitFor();
  });

  it('what was typed survives a reload and a selection', async () => {
    const { page } = window;
    const { topic, payload: text } = panel(page);
    await topic.fill('p/draft');
    await text.fill('half a thou');
    await select(page, 'p/keys');
    await expect.poll(() => topic.inputValue()).toBe('p/draft');
    await page.reload();
    await rowOf(page, 'p/keys').waitFor();
    await expect.poll(() => topic.inputValue()).toBe('p/draft');
    await expect.poll(() => text.inputValue()).toBe('half a thou');
    await topic.fill('');
    await select(page, 'p/live');
    await expect.poll(() => topic.inputValue()).toBe('p/live');
  });

  it('a typed message keeps its topic while others are looked at, and the result names it', async () => {
    const { page } = window;
    const { topic, payload: text, publish, result, region, retain } = panel(page);
    const use = region.getByRole('button', { name: 'Use selected topic' });
    await topic.fill('');
    await text.fill('');
    await retain.uncheck();
    await select(page, 'p/keys');
    await select(page, 'p/live');
    await expect.poll(() => topic.inputValue()).toBe('p/live');
    await expect.poll(() => use.isDisabled()).toBe(true);
    await text.fill('{"set":1}');
    await select(page, 'p/keys');
    await expect.poll(() => use.isEnabled()).toBe(true);
    await expect.poll(() => topic.inputValue()).toBe('p/live');
    await text.press('Control+Enter');
    await expect.poll(() => result.innerText()).toMatch(/^Sent\s+p\/live/);
    await use.click();
    await expect.poll(() => topic.inputValue()).toBe('p/keys');
    // Of the message before: named as such, and no longer a success of this one.
    await expect.poll(() => result.getAttribute('class')).toContain('tone-mut');
    await expect.poll(() => result.innerText()).toContain('p/live');
    await publish.click();
    await expect.poll(() => result.innerText()).toMatch(/^Sent\s+p\/keys/);
    await expectAccessible(page);
  });

  it('line ends stay as they were pasted, are shown and can be changed', async () => {
    const { page } = window;
    const { topic, payload: text, publish, result, region } = panel(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await topic.fill('p/modem');
    await text.fill('');
    await page.evaluate(() => navigator.clipboard.writeText('AT+CSQ\r\nAT\r\n'));
    await text.focus();
    await page.keyboard.press('Control+V');
    await region.getByText('Text, 12 B').waitFor();
    const ends = region.getByRole('combobox', { name: 'Line ends' });
    await expect.poll(() => ends.inputValue()).toBe('CRLF');
    await publish.click();
    await expect.poll(() => result.innerText()).toContain('p/modem');
    await rowOf(page, 'p/modem').waitFor();
    await select(page, 'p/modem');
    await showTab(page, 'Hex');
    await inspector(page).getByText('0d 0a').first().waitFor();
    await ends.selectOption('LF');
    await region.getByText('Text, 10 B').waitFor();
    await page.keyboard.press('End');
    await text.fill('');
    await showTab(page, 'Raw');
  });

  it('a topic that ends with a blank is pointed out before the first message goes there', async () => {
    const { page } = window;
    const { topic, payload: text, publish, result } = panel(page);
    await topic.fill('p/live ');
    await text.fill('1');
    await publish.click();
    await expect.poll(() => result.innerText()).toContain('ends with a space');
    await publish.click();
    await expect.poll(() => result.innerText()).toMatch(/^Sent/);
    await text.fill('');
    await topic.fill('');
  });

  it('a retained message is cleared only after a preview, verified, and put back byte for byte', async () => {
    const { page } = window;
    const { topic, payload: text, retain, publish, qos, region } = panel(page);
    await topic.fill('p/stored');
    await text.fill('café 90071992547409931');
    await retain.check();
    await qos.selectOption('1');
    await publish.click();
    const row = rowOf(page, 'p/stored');
    await row.getByLabel('Retained', { exact: true }).waitFor();
    await text.fill('');
    await region.getByText('clears the retained message').waitFor();
    await retain.uncheck();

    await select(page, 'p/stored');
    await page.getByRole('button', { name: 'Clear retained…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clear retained messages' });
    await dialog.getByText('1 retained message will be removed').waitFor();
    await dialog.getByText('café 90071992547409931').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => row.getByLabel('Retained', { exact: true }).count()).toBe(1);

    await row.focus();
    await page.keyboard.press('Delete');
    await dialog.getByRole('button', { name: 'Clear 1 message', exact: true }).click();
    await dialog.getByText('Cleared and verified').waitFor();
    await expect.poll(() => row.getByLabel('Retained', { exact: true }).count()).toBe(0);

    await dialog.getByRole('button', { name: 'Restore' }).click();
    await dialog.getByText('Restored', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await row.getByLabel('Retained', { exact: true }).waitFor();
    await showTab(page, 'Raw');
    await expect.poll(() => payload(page)).toBe('café 90071992547409931');
  });

  it('where nothing is known to be stored, that is said', async () => {
    const { page } = window;
    const dialog = page.getByRole('dialog', { name: 'Clear retained messages' });
    await select(page, 'p/live');
    await page.getByRole('button', { name: 'Clear retained…' }).click();
    await dialog.getByText('Of 1 topic it is not known whether the broker holds a message').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('a branch is cleared as a whole by a job, and put back', async () => {
    const { page } = window;
    const dialog = page.getByRole('dialog', { name: 'Clear retained messages' });
    const pin = rowOf(page, 'p/stored').getByLabel('Retained', { exact: true });
    await pin.waitFor();
    await select(page, 'p');
    await page.getByRole('button', { name: 'Clear retained…' }).click();
    await expect.poll(() => dialog.getByRole('radio', { name: 'This subtree' }).isChecked()).toBe(true);
    await dialog.getByText('1 retained message, 23 B.').waitFor();
    await dialog.getByText('café 90071992547409931').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Clear 1 message', exact: true }).click();
    await dialog.getByRole('status', { name: 'Clearing' }).getByText('1 cleared.').waitFor();
    await dialog.getByRole('table', { name: 'Results by topic' }).getByText('Cleared and verified').waitFor();
    await expectAccessible(page);
    await expect.poll(() => pin.count()).toBe(0);
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await dialog.getByText('1 of 1 restored').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await pin.waitFor();
  });

  it.each([
    ['a topic', 'p/stored'],
    ['a branch', 'p'],
  ])(
    'what was cleared with %s is offered after the dialog until it is put back or given up',
    async (_, topic) => {
      const { page } = window;
      const dialog = page.getByRole('dialog', { name: 'Clear retained messages' });
      const pin = rowOf(page, 'p/stored').getByLabel('Retained', { exact: true });
      const main = page.getByRole('main');
      const offer = main.getByText('1 cleared message can be restored.');
      const clear = async () => {
        await pin.waitFor();
        await select(page, topic);
        await page.getByRole('button', { name: 'Clear retained…' }).click();
        await dialog.getByRole('button', { name: 'Clear 1 message', exact: true }).click();
        await dialog.getByRole('button', { name: 'Restore', exact: true }).waitFor();
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        await offer.waitFor();
      };
      await clear();
      await main.getByRole('button', { name: 'Restore', exact: true }).click();
      await offer.waitFor({ state: 'detached' });
      await clear();
      await main.getByRole('button', { name: 'Dismiss for good' }).click();
      await offer.waitFor({ state: 'detached' });
      // As it was, for whoever comes next.
      const form = panel(page);
      await form.topic.fill('p/stored');
      await form.payload.fill('café 90071992547409931');
      await form.retain.check();
      await form.publish.click();
      await pin.waitFor();
      await form.payload.fill('');
      await form.retain.uncheck();
    },
  );

  it('the trash lists what was cleared, puts it back after a question, and is emptied after another', async () => {
    const { page } = window;
    const pin = rowOf(page, 'p/stored').getByLabel('Retained', { exact: true });
    await select(page, 'p');
    await page.getByRole('button', { name: 'Clear retained…' }).click();
    const clearing = page.getByRole('dialog', { name: 'Clear retained messages' });
    await clearing.getByRole('button', { name: 'Clear 1 message', exact: true }).click();
    await clearing.getByRole('status', { name: 'Clearing' }).getByText('1 cleared.').waitFor();
    const tabs = clearing.getByRole('tablist', { name: 'Results' });
    await tabs.getByRole('tab', { name: 'Not cleared' }).click();
    await expect.poll(() => clearing.getByText('Cleared and verified').count()).toBe(0);
    await tabs.getByRole('tab', { name: 'Cleared', exact: true }).click();
    await clearing.getByText('Cleared and verified').waitFor();
    await expect.poll(() => pin.count()).toBe(0);

    await clearing.getByRole('button', { name: 'Open trash' }).click();
    const trash = page.getByRole('dialog', { name: 'Trash' });
    const grid = trash.getByRole('treegrid', { name: 'Cleared messages' });
    // By name and as a branch, four that were offered afterwards, and this one.
    await expect.poll(() => grid.getByRole('row', { level: 1 }).count()).toBe(7);
    const newest = grid.getByRole('row', { level: 1 }).first();
    await newest.focus();
    await page.keyboard.press('ArrowRight');
    const message = grid.locator('[role=row][data-topic="p/stored"]');
    await message.getByText('café 90071992547409931').waitFor();
    await expectAccessible(page);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await expect.poll(() => message.getAttribute('aria-selected')).toBe('true');
    await trash.getByRole('button', { name: 'Restore 1…' }).click();
    const question = page.getByRole('dialog', { name: 'Restore to this broker?' });
    await expect.poll(() => question.innerText()).toContain('mqtt://127.0.0.1:');
    await page.getByRole('button', { name: 'Restore 1 message', exact: true }).click();
    await trash.getByText('1 of 1 restored.').waitFor();

    await newest.getByRole('checkbox').click();
    await newest.getByRole('checkbox').click();
    await trash.getByRole('button', { name: 'Empty trash…' }).click();
    await page.getByRole('button', { name: 'Empty trash', exact: true }).click();
    await trash.getByText('The trash is empty.').waitFor();
    await trash.getByRole('button', { name: 'Done' }).click();
    await pin.waitFor();
  });

  it('topics that fall silent are shown as late, at their parents, by the filter and in the rail', async () => {
    const { page } = window;
    const watching = page.getByRole('list', { name: 'Watching' }).getByRole('listitem');
    const filter = page.getByRole('searchbox', { name: 'Filter topics' });
    await filter.fill('beat');
    await rowOf(page, 'p').waitFor({ state: 'detached' });
    await chooseOf(page, 'beat/fan', 'Watch');
    await expect.poll(() => watching.count()).toBe(1);
    await filter.fill('silent');
    const late = (topic: string) => rowOf(page, topic).getByText('Late: ').count();
    const bothLate = async (): Promise<boolean> => {
      const both = (await late('beat/fan')) + (await late('beat/pump')) === 2;
      if (both) beats.stop();
      else beats.goOn();
      return both;
    };
    await expect.poll(bothLate, { timeout: 90_000 }).toBe(true);
    await expect.poll(() => rowOf(page, 'beat').textContent()).toContain('2 topics, 2 late');
    await expect.poll(() => watching.textContent()).toMatch(/^fan.*Late: \d+ s$/);
    beats.publish('beat/pump');
    await rowOf(page, 'beat/pump').waitFor({ state: 'detached' });
    await expect.poll(() => rowOf(page, 'beat').textContent()).toContain('2 topics, 1 late');
  });

  it('what is late, a topic or a subtree is forgotten after a question, until its next message', async () => {
    const { page } = window;
    const answer = async (title: string, action: string): Promise<void> => {
      const dialog = page.getByRole('dialog', { name: title });
      await dialog.getByRole('button', { name: action, exact: true }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await page.keyboard.press('Control+K');
    await page.getByRole('dialog', { name: 'Commands' }).getByRole('combobox').fill('forget late');
    await page.getByRole('option', { name: /Forget all late topics/ }).click();
    // The question takes its time: the pump is not to be late by now.
    beats.publish('beat/pump');
    await answer('Forget all late topics?', 'Forget late topics');
    await rowOf(page, 'beat').waitFor({ state: 'detached' });
    await page.getByRole('searchbox', { name: 'Filter topics' }).fill('beat');
    await rowOf(page, 'beat/pump').waitFor();
    await expect.poll(() => rowOf(page, 'beat/fan').count()).toBe(0);

    await chooseOf(page, 'beat/pump', 'Forget topic…');
    await answer('Forget this topic?', 'Forget topic');
    await rowOf(page, 'beat').waitFor({ state: 'detached' });
    beats.publish('beat/pump');
    beats.publish('beat/fan');
    await rowOf(page, 'beat/fan').waitFor();
    await chooseOf(page, 'beat', 'Forget subtree…');
    await answer('Forget this subtree?', 'Forget subtree');
    await rowOf(page, 'beat').waitFor({ state: 'detached' });
    // The broker was asked for nothing: what it stores is there, and what is said again comes back.
    await page.getByRole('searchbox', { name: 'Filter topics' }).fill('p/stored or beat');
    await rowOf(page, 'p/stored').getByLabel('Retained', { exact: true }).waitFor();
    beats.publish('beat/fan');
    await rowOf(page, 'beat/fan').waitFor();
  });
});

/** From the menu of a row. */
async function chooseOf(page: Page, topic: string, item: string): Promise<void> {
  await rowOf(page, topic).click({ button: 'right' });
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}
