import { readdirSync, readFileSync } from 'node:fs';
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
  const template = menuTemplate({
    platform,
    packaged,
    run: (id) => ran.push(id),
    checkForUpdates: () => ran.push('(updates)'),
  });
  return { items: items(template), ran };
}

/** What the host does itself; all else runs a command of the page. */
const OWN = 'Check for updates…';

/** Commands of which there is one for each tab or pane, without keys: how their ids begin and go on. */
const MADE = [
  ['view.diagnostics-', '${tab}'],
  ['view.enlarge-', '${pane}'],
] as const;

test('Every command of the menu is one of the page, and shows the key that the page has for it.', () => {
  const folder = new URL('../../../../src-renderer/app/commands/table/', import.meta.url);
  const source = readdirSync(folder)
    .filter((name) => name.endsWith('commands.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  const { items: found, ran } = all('linux');
  const clickable = found.filter((item) => item.click !== undefined && item.label !== OWN);
  for (const item of clickable) item.click?.(null as never, undefined, null as never);
  expect(ran).toHaveLength(clickable.length);
  expect(new Set(ran).size).toBe(ran.length);
  for (const [index, id] of ran.entries()) {
    const made = MADE.find(([start]) => id.startsWith(start));
    expect(source, id).toContain(made === undefined ? `id: '${id}'` : `id: \`${made.join('')}\``);
    if (made !== undefined) continue;
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

test('Updates are looked for by the host itself, once in each menu, so that it works without a page.', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const { items: found, ran } = all(platform);
    const updates = found.filter(({ label }) => label === OWN);
    expect(updates).toHaveLength(1);
    updates[0]?.click?.(null as never, undefined, null as never);
    expect(ran).toEqual(['(updates)']);
  }
});

test('On a Mac there is the menu of the program, with its settings; elsewhere they are under File.', () => {
  const menu = (platform: NodeJS.Platform) =>
    menuTemplate({ platform, packaged: true, run: () => undefined, checkForUpdates: () => undefined });
  const labels = (item: MenuItemConstructorOptions | undefined): (string | undefined)[] =>
    items(item === undefined ? [] : [item]).map(({ label, role }) => label ?? role);
  const [mac, macFile] = menu('darwin');
  expect(mac?.role).toBe('appMenu');
  expect(labels(mac)).toEqual(
    expect.arrayContaining(['about', OWN, 'Settings…', 'services', 'hide', 'quit']),
  );
  expect(labels(macFile)).not.toContain('Settings…');
  expect(labels(macFile)).not.toContain('quit');
  expect(menu('darwin').map(({ role }) => role)).toContain('windowMenu');
  for (const platform of ['linux', 'win32'] as const) {
    const [file] = menu(platform);
    expect(labels(file)).toEqual(expect.arrayContaining(['Settings…', 'quit']));
    expect(menu(platform).map(({ role }) => role)).not.toContain('appMenu');
    expect(labels(menu(platform).at(-1))).toEqual(expect.arrayContaining([OWN, 'about']));
  }
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
