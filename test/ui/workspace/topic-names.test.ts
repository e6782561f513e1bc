import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { teardown } from '../../support/teardown.ts';
import { everyHost } from '../hosts.ts';
import { inspector, openConnected, payload, rowOf, tree, type Connected, saying } from '../window.ts';

/** Names whose shown form differs from what they are, or that look alike. */
const NAMES = [
  'ci/win\\x64',
  'ci/a\\\\b',
  'ci/\u200bvalve',
  'ci/\ufeffvalve',
  'ci/valve',
  'ci/valve ',
  'ci/ valve',
  'ci/valve\u00a0',
  'ci/\u2003',
  'ci/x  y',
];
/** `ci/` and two bytes that are not UTF-8. */
const BROKEN = new Uint8Array([0x63, 0x69, 0x2f, 0xff, 0xfe]);

/** A PUBLISH of MQTT 5 at QoS 0 by hand: the broker's own encoder takes text only. */
function publishBytes(topic: Uint8Array): Uint8Array {
  return Uint8Array.from([0x30, topic.length + 4, 0, topic.length, ...topic, 0, 0x78]);
}

describe.each(everyHost)('Topics that are shown in another form than they have, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let window: Connected;
  const row = (topic: string) => rowOf(window.page, topic);
  const heading = (topic: string) =>
    inspector(window.page).getByRole('heading', { name: displayTopic(topic), exact: true });

  beforeAll(async () => {
    if (host.missing !== null) return;
    window = await openConnected(host, ({ broker }) => {
      for (const topic of NAMES) broker.publish({ topic, payload: topic, retain: true });
    });
    await row('ci').waitFor();
    for (const topic of NAMES) await row(topic).waitFor();
  });
  afterAll(teardown);

  it('open with the mouse, are selected, and show their own message', async () => {
    const { page } = window;
    for (const topic of NAMES) {
      await row(topic).click();
      await heading(topic).waitFor();
      await expect.poll(() => row(topic).getAttribute('aria-selected')).toBe('true');
      await expect
        .poll(() => payload(page))
        .toBe(
          /[\u200b\ufeff]/.test(topic)
            ? topic.replace(/[\u200b\ufeff]/u, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`)
            : topic,
        );
    }
  });

  it('are copied exactly, from the tree and from the inspector', async () => {
    const { page } = window;
    const field = page.getByRole('textbox', { name: 'Payload' });
    // The clipboard has it some time after the key.
    const pasted = async () => {
      await field.fill('');
      await field.press('Control+v');
      return field.inputValue();
    };
    for (const topic of NAMES) {
      await row(topic).click();
      await page.keyboard.press('Control+c');
      await expect.poll(pasted).toBe(topic);
      await heading(topic).waitFor();
      await saying(inspector(page).getByText('Topic copied'), () =>
        inspector(page).getByRole('button', { name: 'Copy topic' }).click(),
      );
      await expect.poll(pasted).toBe(topic);
    }
    await field.fill('');
  });

  it('each look different, in the tree and in the heading', async () => {
    const names = await tree(window.page)
      .locator('[data-topic^="ci/"] .tt-name')
      .evaluateAll((elements) => elements.map((element) => (element as HTMLElement).innerText));
    expect(names).toHaveLength(NAMES.length);
    expect(new Set(names.map((name) => name.replace(/\s+/g, ' ').trim())).size).toBe(NAMES.length);
    await row('ci/valve ').click();
    await expect
      .poll(async () => (await inspector(window.page).getByRole('heading').first().innerText()).trim())
      .toContain('valve\\u{20}');
  });

  it('show their blanks in the publish field too, which holds the exact topic', async () => {
    const { page } = window;
    const topic = page.getByRole('region', { name: 'Publish' }).getByRole('textbox', { name: 'Topic' });
    await row('ci/valve').click();
    await expect.poll(() => topic.inputValue()).toBe('ci/valve');
    const panel = page.getByRole('region', { name: 'Publish' });
    await expect.poll(() => panel.locator('mark').count()).toBe(0);
    await row('ci/valve ').click();
    await expect.poll(() => topic.inputValue()).toBe('ci/valve ');
    await panel.getByText('ends with a space').waitFor();
    await expect.poll(() => panel.locator('mark').count()).toBe(1);
    // The mark stands where the blank is, and is wide enough to be seen.
    const box = await panel.locator('mark').boundingBox();
    const field = await topic.boundingBox();
    expect(box?.width).toBeGreaterThan(3);
    expect((box?.x ?? 0) - (field?.x ?? 0)).toBeGreaterThan(40);
    await row('ci/\ufeffvalve').click();
    await panel.getByText('contains a byte order mark').waitFor();
  });

  it('say that they are no text where they are not UTF-8, and copy nothing', async () => {
    const { page, fake } = window;
    const field = page.getByRole('textbox', { name: 'Payload' });
    await row('ci/valve').click();
    await page.keyboard.press('Control+c');
    for (const link of fake.links) link.sendBytes(publishBytes(BROKEN));
    await row('ci/\\xff\\xfe').click();
    await inspector(page).getByRole('heading', { name: 'ci/\\xff\\xfe', exact: true }).waitFor();
    await page.keyboard.press('Control+c');
    await page.locator('.tt-outcome').getByText('not text').waitFor();
    await inspector(page).getByRole('button', { name: 'Copy topic' }).click();
    await inspector(page).getByText('not text').waitFor();
    await field.fill('');
    await field.press('Control+v');
    await expect.poll(() => field.inputValue()).toBe('ci/valve');
  });
});
