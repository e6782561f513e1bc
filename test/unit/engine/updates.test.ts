import { afterEach, expect, test } from 'vitest';
import { newFolder, openEngine } from '../../support/engine/open-engine.ts';
import { teardown } from '../../support/teardown.ts';

afterEach(teardown);

test('A window may ask for updates; the host that looks for them shows what it finds.', async () => {
  let asked = 0;
  const { client } = await openEngine(newFolder(), null, { checkForUpdates: () => asked++ });
  expect(await client.call('checkForUpdates', {})).toEqual({ kind: 'done' });
  expect(asked).toBe(1);
});

test('A host that does not look for updates says so, and what to do.', async () => {
  const { client } = await openEngine(newFolder());
  expect(await client.call('checkForUpdates', {})).toEqual({
    kind: 'failed',
    code: 'no-updates',
    message: 'Only the desktop program looks for updates itself.',
    advice: 'Update this one the way it was installed.',
  });
});

test('The channel of updates is a setting, stable unless chosen otherwise, and kept.', async () => {
  const dataDir = newFolder();
  const first = await openEngine(dataDir);
  expect(await first.client.call('readSettings', {})).toMatchObject({ updateChannel: 'stable' });
  await first.client.call('writeSettings', { updateChannel: 'beta' });
  await first.engine.shutdown(1_000);
  const second = await openEngine(dataDir);
  expect(await second.client.call('readSettings', {})).toMatchObject({ updateChannel: 'beta' });
});
