// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { failed } from '../../../../src-main/contract/base/errors.ts';
import type { ConnectionSummary, Profile } from '../../../../src-main/contract/model/model.ts';
import { isSafeText } from '../../../../src-main/core/payload/visible.ts';
import { App } from '../../../../src-renderer/app/app.tsx';
import type { OverDialog } from '../../../../src-renderer/state/app/over-dialogs.ts';
import type { OpenDialog } from '../../../../src-renderer/state/app/shell.ts';
import { teardown } from '../../../support/teardown.ts';
import {
  fakeApp,
  savedProfile,
  withConnection,
  withProfiles,
  type FakeApp,
} from '../../../support/window/fake-app.ts';
import { answer, live, watch, type Live } from '../../../support/window/live.ts';

let window: FakeApp;

beforeEach(() => {
  window = fakeApp();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await teardown();
});

const shell = () => window.app.shell.store.getState();
const open = () => live(<App app={window.app} />);
const profile = savedProfile;
const saved = (...profiles: Profile[]) => withProfiles(window, ...profiles);
const selected = (more?: Partial<ConnectionSummary>) => withConnection(window, more);

describe('The window', () => {
  test('with nothing to show begins with the three ways, once the engine said that there is nothing', async () => {
    const page = open();
    expect(await page.findByRole('button', { name: 'Try the demo broker' })).toBeTruthy();
    expect(page.queryByRole('navigation', { name: 'Connections' })).toBeNull();
  });

  test('with a profile shows it in the list, and what it would do once it is selected', async () => {
    await saved(profile());
    const page = open();
    await page.user.click(await page.findByRole('button', { name: 'Saved plant' }));
    expect(await page.findByRole('region', { name: 'Saved plant' })).toBeTruthy();
    expect(page.queryByRole('button', { name: 'Try the demo broker' })).toBeNull();
  });

  test('without a selection says how to connect', async () => {
    await saved(profile());
    expect(await open().findByText('No connection is open.')).toBeTruthy();
  });

  test('draws no field again for the figures that each second brings', async () => {
    const { id } = await selected();
    const page = open();
    const names = ['Filter topics', 'Search connections'];
    const fields = await Promise.all(names.map((name) => page.findByRole('searchbox', { name })));
    const rail = page.getByRole('navigation', { name: 'Connections' });
    const drawn: string[] = [];
    const note = (records: readonly MutationRecord[]) => {
      for (const { attributeName } of records) drawn.push(attributeName ?? '');
    };
    const watcher = new MutationObserver(note);
    for (const field of fields) watcher.observe(field, { attributes: true });
    for (const rate of [21, 22, 23]) {
      window.engine.change(id, { rate, bytesInRate: 100 * rate });
      await expect.poll(() => rail.textContent).toContain(String(rate));
    }
    note(watcher.takeRecords());
    expect(drawn).toEqual([]);
    expect(fields.every(({ isConnected }) => isConnected)).toBe(true);
    // What React writes when it draws one is seen, although nothing changes by it.
    fields[0]?.setAttribute('type', 'search');
    note(watcher.takeRecords());
    expect(drawn).toEqual(['type']);
    watcher.disconnect();
  });

  test('is called by its connection, in production with that word first, and by itself afterwards', async () => {
    await selected();
    const page = open();
    await expect.poll(() => document.title).toBe('Live plant · Topicscope');
    await saved(profile({ colour: 'red' }));
    window.engine.change(window.engine.connections.value[0]!.id, { profileId: 'plant', name: '\u202eevil' });
    await expect.poll(() => document.title).toBe('Production: \\u{202e}evil · Topicscope');
    expect(isSafeText(document.title)).toBe(true);
    page.unmount();
    expect(document.title).toBe('Topicscope');
  });

  test('says as an alert what the last request failed of, until it is dismissed', async () => {
    await saved(profile());
    const page = open();
    window.app.shell.report(failed('x', 'It failed.', 'Try again.'));
    const alert = await page.findByRole('alert');
    expect(alert.textContent).toBe('It failed. Try again.');
    await page.user.click(page.getByRole('button', { name: 'Dismiss' }));
    await expect.poll(() => page.queryByRole('alert')).toBeNull();
    expect(shell().problem).toBeNull();
  });

  test('marks what it shows as old while its engine does not answer', async () => {
    await saved(profile());
    const page = open();
    await page.findByRole('navigation', { name: 'Connections' });
    const stale = () => document.querySelector('.app')?.hasAttribute('data-stale');
    expect(stale()).toBe(false);
    window.link.cut();
    await expect.poll(stale).toBe(true);
    // An engine that is started again has none of the connections that were open in the one before.
    await expect
      .poll(() => page.queryByRole('alert')?.textContent)
      .toMatch(/This window tries again by itself\. If Topicscope ended, start it again and connect again\./);
    window.link.restore();
    await expect.poll(stale).toBe(false);
  });
});

describe('The foot of the list of connections', () => {
  const menu = async (page: Live, name: string) => {
    (await page.findByRole('button', { name: 'Import and export' })).focus();
    await page.user.keyboard('{Enter}');
    return page.findByRole('menuitem', { name: new RegExp(name) });
  };

  test('opens the settings and the import', async () => {
    await saved(profile());
    const page = open();
    await page.user.click(await page.findByRole('button', { name: /^Settings/ }));
    expect(shell().dialog).toEqual({ kind: 'settings' });
    window.app.shell.close();
    await page.user.click(await menu(page, 'Import connections'));
    await expect.poll(() => shell().dialog).toEqual({ kind: 'import' });
  });

  test('exports profiles, of which there have to be some', async () => {
    await saved(profile());
    const page = open();
    await page.user.click(await menu(page, 'Export connections'));
    await expect.poll(() => shell().over).toEqual({ kind: 'export', ids: null });
  });

  test('says why nothing can be exported', async () => {
    await selected();
    const item = await menu(open(), 'Export connections');
    expect(item.textContent).toContain('no profile is saved');
  });

  test('switches to the other theme than the one that is shown, as a choice', async () => {
    await saved(profile());
    const asked = watch(window.engine, 'writeSettings');
    const page = open();
    document.documentElement.dataset['theme'] = 'light';
    await page.user.click(await page.findByRole('button', { name: 'Switch theme' }));
    await expect.poll(() => asked).toEqual([{ theme: 'dark' }]);
    answer(window.engine, 'writeSettings', () => failed('full', 'The disk is full.', 'Make room.'));
    await page.user.click(page.getByRole('button', { name: 'Switch theme' }));
    expect((await page.findByRole('alert')).textContent).toBe('The disk is full. Make room.');
    delete document.documentElement.dataset['theme'];
  });
});

describe('The bar above a connection', () => {
  test('disconnects what is online, and opens the commands', async () => {
    const connection = await selected();
    const asked = watch(window.engine, 'disconnect');
    const page = open();
    await page.user.click(await page.findByRole('button', { name: /^Disconnect/ }));
    await expect.poll(() => asked).toEqual([{ connection: connection.id }]);
    await page.user.click(page.getByRole('button', { name: 'Commands' }));
    expect(shell().dialog).toEqual({ kind: 'palette' });
  });

  test('has no button to disconnect what is off, and its menu offers to connect', async () => {
    await selected({ state: { kind: 'idle' } });
    const page = open();
    (await page.findByRole('button', { name: 'Connection actions' })).focus();
    await page.user.keyboard('{Enter}');
    expect(await page.findByRole('menuitem', { name: /^Connect/ })).toBeTruthy();
    expect(page.queryByRole('button', { name: /^Disconnect/ })).toBeNull();
  });

  test('says that it is production', async () => {
    await saved(profile({ colour: 'red' }));
    await selected({ profileId: 'plant' });
    await open().findByRole('heading', { name: 'Live plant' });
    expect(document.querySelector('header')?.textContent).toContain('Production');
  });
});

describe('The panes of a connection', () => {
  test('are the topics, the inspector, publish and diagnostics, divided by lines that have names', async () => {
    await selected();
    const page = open();
    expect(await page.findByRole('treegrid', { name: 'Topics' })).toBeTruthy();
    for (const name of ['Inspector', 'Publish', 'Diagnostics'])
      expect(await page.findByRole('region', { name })).toBeTruthy();
    const lines = page.getAllByRole('separator').map((line) => line.getAttribute('aria-label'));
    expect(lines).toEqual(expect.arrayContaining(['Resize the columns', 'Resize the lower panes']));
  });

  test('have a row of views, of which each takes the place of the tree', async () => {
    await selected();
    const page = open();
    const tabs = await page.findByRole('tablist', { name: 'Views' });
    expect([...tabs.querySelectorAll('[role=tab]')].map(({ textContent }) => textContent)).toEqual([
      'Topics',
      'Retained',
      'Search',
    ]);
    await page.user.click(page.getByRole('tab', { name: 'Search' }));
    expect(await page.findByRole('tabpanel', { name: 'Search' })).toBeTruthy();
    expect(page.queryByRole('treegrid', { name: 'Topics' })).toBeNull();
    await page.user.click(page.getByRole('tab', { name: 'Topics' }));
    expect(await page.findByRole('treegrid', { name: 'Topics' })).toBeTruthy();
  });
});

describe('A dialog', () => {
  const id = 'connection-1' as ConnectionSummary['id'];
  const DIALOGS: readonly (readonly [OpenDialog, string])[] = [
    [{ kind: 'palette' }, 'Commands'],
    [{ kind: 'go-to-topic' }, 'Go to topic'],
    [{ kind: 'shortcuts' }, 'Keyboard shortcuts'],
    [{ kind: 'settings' }, 'Settings'],
    [{ kind: 'editor', profileId: null, prefill: null }, 'Connection'],
    [{ kind: 'import' }, 'Import connections'],
    [{ kind: 'subscriptions', id }, 'Subscriptions'],
    [{ kind: 'close-connection', id }, 'Close Live plant?'],
  ];

  test.each(DIALOGS)('%j is drawn under its name, and closed by Escape', async (dialog, name) => {
    await selected();
    const page = open();
    await page.findByRole('treegrid', { name: 'Topics' });
    window.app.shell.open(dialog);
    expect(await page.findByRole('dialog', { name })).toBeTruthy();
    await expect.poll(() => page.getByRole('dialog').contains(document.activeElement)).toBe(true);
    await page.user.keyboard('{Escape}');
    await expect.poll(() => [shell().dialog, page.queryByRole('dialog')]).toEqual([null, null]);
  });

  const OVER: readonly (readonly [OverDialog, string])[] = [
    [{ kind: 'secrets', ask: 'unlock' }, 'Unlock the vault'],
    [{ kind: 'export', ids: null }, 'Export connections'],
    [{ kind: 'command-line', options: profile().options }, 'Command line'],
    [{ kind: 'certificates', of: { kind: 'server', connection: id, name: 'a' } }, 'Certificates'],
  ];

  test.each(OVER)('%j lies over another, and Escape closes only the upper one', async (over, name) => {
    await saved(profile());
    const page = open();
    window.app.shell.open({ kind: 'settings' });
    await page.findByRole('dialog', { name: 'Settings' });
    window.app.shell.openOver(over);
    const upper = await page.findByRole('dialog', { name });
    await expect.poll(() => upper.contains(document.activeElement)).toBe(true);
    await page.user.keyboard('{Escape}');
    await expect.poll(() => shell().over).toBeNull();
    expect(shell().dialog).toEqual({ kind: 'settings' });
  });

  test('that forgets topics asks first, and forgets what it was asked for', async () => {
    const connection = await selected();
    const asked = watch(window.engine, 'forgetTopics');
    const page = open();
    await page.findByRole('treegrid', { name: 'Topics' });
    window.app.shell.open({ kind: 'forget', id: connection.id, what: { kind: 'subtree', key: 'a/b' } });
    const question = await page.findByRole('dialog', { name: 'Forget this subtree?' });
    expect(question.textContent).toContain('a/b');
    // Who presses Enter at once has forgotten nothing.
    await expect.poll(() => document.activeElement?.textContent).toBe('Cancel');
    expect(asked).toEqual([]);
    await page.user.click(page.getByRole('button', { name: 'Forget subtree' }));
    await expect.poll(() => asked).toMatchObject([{ connection: connection.id }]);
    expect(JSON.stringify(asked)).toContain('a/b');
    expect(shell().dialog).toBeNull();
  });
});
