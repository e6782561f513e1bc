import { expect, test, vi } from 'vitest';
import { createEngine } from '../../../../../src-renderer/state/engine/engine.ts';
import { createSettings } from '../../../../../src-renderer/state/app/settings.ts';
import { FakeEngine, FakeLink } from '../../../../support/engine/fake-engine.ts';

test('changing one setting leaves the others as they were', async () => {
  const fake = new FakeEngine();
  fake.settings = { ...fake.settings, topicCap: 5_000 };
  const link = new FakeLink(fake);
  const settings = createSettings(createEngine(link));
  await vi.waitFor(() => expect(settings.store.getState().settings?.topicCap).toBe(5_000));
  expect(await settings.save({ theme: 'dark' })).toBeNull();
  expect(fake.settings).toMatchObject({ theme: 'dark', topicCap: 5_000 });
  settings.dispose();
  link.close();
});

test('changing one setting undoes nothing that another window changed meanwhile', async () => {
  const fake = new FakeEngine();
  const link = new FakeLink(fake);
  const settings = createSettings(createEngine(link));
  await vi.waitFor(() => expect(settings.store.getState().settings).not.toBeNull());
  fake.settings = { ...fake.settings, density: 'compact' };
  expect(await settings.save({ theme: 'dark' })).toBeNull();
  expect(fake.settings).toMatchObject({ theme: 'dark', density: 'compact' });
  expect(settings.store.getState().settings?.density).toBe('compact');
  settings.dispose();
  link.close();
});

test('settings are read again when the link comes back', async () => {
  const fake = new FakeEngine();
  const link = new FakeLink(fake);
  const settings = createSettings(createEngine(link));
  await vi.waitFor(() => expect(settings.store.getState().settings).not.toBeNull());
  link.cut();
  fake.settings = { ...fake.settings, theme: 'light' };
  link.restore();
  await vi.waitFor(() => expect(settings.store.getState().settings?.theme).toBe('light'));
  settings.dispose();
  link.close();
});
