import { describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../../src-main/contract/base/errors.ts';
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

describe('What the engine did not do', () => {
  /** Settings that were read once. */
  async function read(fake = new FakeEngine()) {
    const link = new FakeLink(fake);
    const settings = createSettings(createEngine(link));
    await vi.waitFor(() => expect(settings.store.getState().settings).not.toBeNull());
    const end = () => {
      settings.dispose();
      link.close();
    };
    return { fake, link, settings, end };
  }

  test('is answered, and the settings stay as they are', async () => {
    const { fake, settings, end } = await read();
    const before = settings.store.getState().settings;
    const refused = failed('read-only', 'The settings cannot be written.', 'Look at the folder.');
    Object.assign(fake.handlers, { writeSettings: () => refused });
    expect(await settings.save({ theme: 'dark' })).toEqual(refused);
    expect(settings.store.getState().settings).toBe(before);
    end();
  });

  test('is answered where the link is down, for settings and for updates', async () => {
    const { link, settings, end } = await read();
    link.cut();
    expect(await settings.save({ theme: 'dark' })).toMatchObject({ code: 'engine-unreachable' });
    expect(await settings.checkForUpdates()).toMatchObject({ code: 'engine-unreachable' });
    expect(settings.store.getState().settings?.theme).not.toBe('dark');
    end();
  });

  test('is answered where a host knows of no updates; where it does, it looks', async () => {
    const { fake, settings, end } = await read();
    expect(await settings.checkForUpdates()).toBeNull();
    expect(fake.asked).toContain('checkForUpdates');
    const none = failed('no-updates', 'This host was installed otherwise.', '');
    Object.assign(fake.handlers, { checkForUpdates: () => none });
    expect(await settings.checkForUpdates()).toEqual(none);
    end();
  });
});

test('nothing is known until the engine answered, and what cannot be read leaves the rest', async () => {
  const fake = new FakeEngine();
  Object.assign(fake.handlers, { readSettings: () => Promise.reject(new Error('no such file')) });
  const link = new FakeLink(fake);
  const settings = createSettings(createEngine(link));
  expect(settings.store.getState()).toEqual({ settings: null, info: null });
  await vi.waitFor(() => expect(settings.store.getState().info?.host).toBe('server'));
  expect(settings.store.getState().settings).toBeNull();
  settings.dispose();
  link.close();
});

test('what was saved is not undone by what was asked before and is answered late', async () => {
  const fake = new FakeEngine();
  let emit: () => void = () => undefined;
  const info = await fake.handlers.appInfo({}, undefined as never);
  const appInfo = async () => {
    await new Promise<void>((resolve) => (emit = resolve));
    return info;
  };
  const read = vi.fn(() => fake.settings);
  Object.assign(fake.handlers, { appInfo, readSettings: read });
  const link = new FakeLink(fake);
  const settings = createSettings(createEngine(link));
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(1));
  expect(await settings.save({ theme: 'dark' })).toBeNull();
  emit();
  await vi.waitFor(() => expect(settings.store.getState().info).not.toBeNull());
  expect(settings.store.getState().settings?.theme).toBe('dark');
  settings.dispose();
  link.close();
});

test('settings that nobody needs any more are read no more', async () => {
  const fake = new FakeEngine();
  const read = vi.fn(() => fake.settings);
  Object.assign(fake.handlers, { readSettings: read });
  const link = new FakeLink(fake);
  const settings = createSettings(createEngine(link));
  await vi.waitFor(() => expect(settings.store.getState().settings).not.toBeNull());
  settings.dispose();
  link.cut();
  link.restore();
  expect(await createEngine(link).call('appInfo', {})).toMatchObject({ host: 'server' });
  expect(read).toHaveBeenCalledTimes(1);
  link.close();
});
