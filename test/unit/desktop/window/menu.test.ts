import { readFileSync } from 'node:fs';
import type { MenuItemConstructorOptions } from 'electron';
import { expect, test } from 'vitest';
import { menuTemplate } from '../../../../src-main/desktop/window/menu.ts';

function items(template: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])]);
}

function all(
  platform: NodeJS.Platform,
  packaged = true,
): { items: MenuItemConstructorOptions[]; ran: string[] } {
  const ran: string[] = [];
  return { items: items(menuTemplate({ platform, packaged, run: (id) => ran.push(id) })), ran };
}

test('Every command of the menu is one of the page, and shows the key that the page has for it.', () => {
  const source = readFileSync(
    new URL('../../../../src-renderer/app/commands/commands.ts', import.meta.url),
    'utf8',
  );
  const { items: found, ran } = all('linux');
  const clickable = found.filter((item) => item.click !== undefined);
  for (const item of clickable) item.click?.(null as never, undefined, null as never);
  expect(ran).toHaveLength(clickable.length);
  expect(new Set(ran).size).toBe(ran.length);
  for (const [index, id] of ran.entries()) {
    const isTab = id.startsWith('view.diagnostics-');
    expect(source, id).toContain(isTab ? 'id: `view.diagnostics-${tab}`' : `id: '${id}'`);
    if (isTab) continue;
    const entry = source.slice(
      source.indexOf(`id: '${id}'`),
      source.indexOf('run:', source.indexOf(`id: '${id}'`)),
    );
    const keys = /keys: 'Mod\+([^']+)'/.exec(entry)?.[1];
    expect(clickable[index]?.accelerator, id).toBe(keys === undefined ? undefined : `CmdOrCtrl+${keys}`);
  }
});

test('Keys are shown and not taken: the page handles them itself.', () => {
  const shown = all('win32').items.filter(({ accelerator }) => accelerator !== undefined);
  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter(({ registerAccelerator }) => registerAccelerator !== false)).toEqual([]);
});

test('There is no reload, and developer tools only for who builds the program.', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const roles = all(platform).items.map(({ role }) => role);
    expect(roles).not.toContain('reload');
    expect(roles).not.toContain('forceReload');
    expect(roles).not.toContain('viewMenu');
    expect(roles).not.toContain('toggleDevTools');
    expect(roles).toContain('quit');
    expect(all(platform, false).items.map(({ role }) => role)).toContain('toggleDevTools');
  }
});
