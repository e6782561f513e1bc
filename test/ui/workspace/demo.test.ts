import { afterEach, describe, expect, test } from 'vitest';
import { teardown } from '../../support/teardown.ts';
import { everyHost } from '../hosts.ts';
import { inspector, payload, rowOf, select, showTab, toggle, topics, tree } from '../window.ts';

describe.each(everyHost)('The demo, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  afterEach(teardown);

  it('leads from the first page to live values in one click', async () => {
    const { page } = await host.open();
    await page.getByRole('button', { name: 'Try the demo broker' }).click();
    await rowOf(page, 'plant').waitFor();
    const status = page.getByRole('status', { name: 'Connection status' });
    await expect.poll(() => status.innerText()).toContain('Connected');

    const filter = page.getByRole('searchbox', { name: 'Filter topics' });
    await filter.fill('telemetry');
    await expect
      .poll(async () => (await topics(page)).filter((topic) => topic.endsWith('/telemetry')))
      .not.toEqual([]);
    // The last of those shown, so that the way back up to the first row is always as long as it gets.
    const telemetry = (await topics(page)).findLast((topic) => topic.endsWith('/telemetry')) ?? '';
    await select(page, telemetry);
    await filter.fill('');
    await expect.poll(() => payload(page)).toMatch(/^\{\n {2}"/);
    const before = await payload(page);
    await expect.poll(() => payload(page)).not.toBe(before);

    await showTab(page, 'History');
    const entries = inspector(page).getByRole('list', { name: 'History' }).getByRole('listitem');
    await expect.poll(() => entries.count()).toBeGreaterThan(2);
    await inspector(page).getByRole('button', { name: 'Show in tree' }).click();
    await rowOf(page, telemetry).waitFor();
    await tree(page).evaluate((element) => element.scrollTo({ top: 0 }));
    await toggle(page, 'plant');
    await rowOf(page, telemetry).waitFor({ state: 'detached' });
    // The selection is a topic, not a row.
    await inspector(page).getByRole('heading', { name: telemetry, exact: true }).waitFor();
  });
});
