import { expect, test } from 'vitest';
import type { AppInfo } from '../../../../../../src-main/contract/model/settings.ts';
import { menuTemplate } from '../../../../../../src-main/desktop/window/menu.ts';
import { commands } from '../../../../../../src-renderer/app/commands/table/commands.ts';
import { createAppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import { createEngine } from '../../../../../../src-renderer/state/engine/engine.ts';
import { plainMemory } from '../../../../../../src-renderer/state/browser/memory.ts';
import { FakeEngine, FakeLink } from '../../../../../support/engine/fake-engine.ts';

function table(host: AppInfo['host'] = 'server') {
  const link = new FakeLink(new FakeEngine());
  const app = createAppState(createEngine(link), plainMemory(), plainMemory());
  const info = { version: '0.0.0', host, platform: 'test', secrets: '', dataDir: '/data', readable: false };
  app.settings.store.setState({ info });
  const all = commands(app, null);
  app.dispose();
  link.close();
  return all;
}

test('no two commands share an id or a key', () => {
  const all = table();
  const keys = all.flatMap((command) => command.keys ?? []);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(keys).size).toBe(keys.length);
});

test('updates are looked for on the desktop; in a browser there is no such command', () => {
  const found = (host: AppInfo['host']) => table(host).map(({ label }) => label);
  expect(found('desktop')).toContain('Check for updates…');
  expect(found('server')).not.toContain('Check for updates…');
});

test('what cannot be done says why', () => {
  for (const { label, off } of table())
    expect({ label, reason: off?.length !== 0 }).toEqual({ label, reason: true });
});

test('every command of the desktop menu is in the table, with the same key', () => {
  const asked: string[] = [];
  const known = new Map(table().map(({ id, keys }) => [id, keys]));
  interface Item {
    label?: string;
    click?: () => void;
    accelerator?: string;
    submenu?: Item[];
  }
  const walk = (items: Item[]) => {
    for (const item of items) {
      if (item.submenu !== undefined) walk(item.submenu);
      // What the host does itself has no id.
      if (item.click === undefined || item.label === 'Check for updates…') continue;
      item.click();
      const id = asked.at(-1) ?? '';
      expect([...known.keys()]).toContain(id);
      expect(known.get(id)).toBe(item.accelerator?.replace('CmdOrCtrl', 'Mod'));
    }
  };
  const template = menuTemplate({
    platform: 'linux',
    packaged: false,
    run: (id) => asked.push(id),
    checkForUpdates: () => undefined,
  });
  walk(template as Item[]);
  expect(asked.length).toBeGreaterThan(10);
});
