import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf } from '../../support/decoding.ts';
import { teardown } from '../../support/teardown.ts';
import { hosts } from '../hosts.ts';
import { inspector, openConnected, payload, rowOf, select, showTab, type Connected } from '../window.ts';

/** `{"seq": 18446744073709551557, "raw": h'00ff'}` */
const PACKED = gzipSync(bytesOf('a2 63 736571 1bffffffffffffffc5 63 726177 42 00ff'));

describe.each(hosts)('How a message is decoded, in $name', (host) => {
  const it = host.missing === null ? test : test.skip;
  let window: Connected;

  beforeAll(async () => {
    if (host.missing !== null) return;
    window = await openConnected(host, ({ broker }) => {
      broker.publish({ topic: 'a/packed', payload: PACKED, retain: true });
      broker.publish({ topic: 'b/short', payload: bytesOf('a1 616e 05'), retain: true });
    });
    await rowOf(window.page, 'a').waitFor();
    await select(window.page, 'a/packed');
  });
  afterAll(teardown);

  it('is said, can be chosen by keys, and kept as a rule', async () => {
    const { page } = window;
    await inspector(page).getByRole('button', { name: 'Decoder: gzip → CBOR' }).click();
    await expect.poll(() => payload(page)).toBe('{\n  "seq": 18446744073709551557,\n  "raw": h\'00ff\'\n}');
    const region = inspector(page).getByRole('region', { name: 'Decoder' });
    await region.getByText('starts with 1f 8b 08').waitFor();
    const list = region.getByRole('listbox', { name: 'Decode as' });
    await list.focus();
    await list.press('m');
    await region.getByText('Chosen by you').waitFor();
    await inspector(page).getByRole('button', { name: 'Decoder: gzip → failed' }).waitFor();
    await list.press('Home');
    await inspector(page).getByRole('button', { name: 'Decoder: gzip → CBOR' }).waitFor();
    await region.getByRole('textbox', { name: 'Always for' }).fill('a/+');
    await region.getByRole('button', { name: 'Use always' }).click();
    await region.getByText('By the rule for a/+').waitFor();
    // The list is part of the pane, and Escape gives the others their place back.
    await inspector(page).getByRole('button', { name: 'Enlarge inspector' }).press('Enter');
    await inspector(page).getByRole('button', { name: 'Shrink inspector' }).waitFor();
    await page.keyboard.press('Escape');
    await inspector(page).getByRole('button', { name: 'Enlarge inspector' }).waitFor();
    await inspector(page).getByRole('button', { name: 'Decoder: gzip → CBOR' }).click();
  });

  it('is said in its row, and byte by byte, with one selection in bytes and fields', async () => {
    const { page } = window;
    await rowOf(page, 'b/short').getByText('{n:5}').waitFor();
    await showTab(page, 'Hex');
    const fields = inspector(page).getByRole('treegrid', { name: 'Fields' });
    await fields.focus();
    await fields.press('End');
    const selected = inspector(page).getByRole('status', { name: 'Selected bytes' });
    await selected.getByText('bytes 18 to 20').waitFor();
    await fields.press('Enter');
    const lines = inspector(page).getByRole('textbox', { name: 'Lines of the value' });
    await lines.getByText("raw h'00ff'").waitFor();
  });

  it('is part of the history of the branch above', async () => {
    const { page } = window;
    await select(page, 'b');
    await showTab(page, 'History');
    const list = inspector(page).getByRole('list', { name: 'History' });
    await list.getByRole('listitem').filter({ hasText: 'short' }).filter({ hasText: '{n:5}' }).waitFor();
  });
});
