// @vitest-environment happy-dom
import { act } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { failed } from '../../../../../../src-main/contract/base/errors.ts';
import { Profile, type ConnectionState } from '../../../../../../src-main/contract/model/model.ts';
import { duplicateProfile } from '../../../../../../src-renderer/features/connections/base/actions.ts';
import { isSafeText } from '../../../../../../src-main/core/payload/visible.ts';
import { ConnectionRail } from '../../../../../../src-renderer/features/connections/rail/connection-rail.tsx';
import { onlineState } from '../../../../../support/engine/fake-engine.ts';
import { eachWindow } from '../../../../../support/window/fake-app.ts';
import { HOSTILE_TEXTS } from '../../../../../support/window/hostile-texts.ts';
import { answer, describedBy, live, valueOf, watch, type Live } from '../../../../../support/window/live.ts';

const window = eachWindow();

const why = failed('refused', 'It was refused.', 'Ask somebody.');

function profile(
  id: string,
  more: { name?: string; folder?: string; host?: string } & Partial<Profile> = {},
): Profile {
  const { name = id, folder = '', host = `${id}.test`, ...marks } = more;
  return Profile.parse({ id, folder, options: { name, protocol: 'mqtt', host, port: 1883 }, ...marks });
}

/** The rail once it knows these profiles. */
async function rail(...profiles: Profile[]): Promise<Live> {
  window.engine.profiles.set(profiles);
  await expect.poll(() => window.app.profiles.store.getState().profiles.length).toBe(profiles.length);
  return live(<ConnectionRail app={window.app} watching={null} footer={null} />);
}
const opened = async (more: object = {}) => {
  const connection = window.engine.add(more);
  await expect.poll(() => window.app.connections.store.getState().connections).toContainEqual(connection);
  return connection;
};
const entries = (page: Live) => page.getAllByRole('button').filter((one) => one.matches('.rail-button'));
const names = (page: Live) =>
  entries(page).map((one) => one.querySelector('.rail-name, .rail-folder-name')?.textContent);
const button = (page: Live, name: string | RegExp) => page.getByRole('button', { name });
const selection = () => window.app.connections.store.getState().selection;
const focused = () => document.activeElement?.textContent;
const focusedPlace = () => document.activeElement?.closest<HTMLElement>('[data-rail]')?.dataset['rail'];

describe('The list of connections', () => {
  test('is a navigation of buttons, open connections first, with one stop of the tab key', async () => {
    await opened({ name: 'Live' });
    const page = await rail(profile('saved'), profile('deep', { folder: 'a/b' }));
    expect(page.getByRole('navigation', { name: 'Connections' })).toBeTruthy();
    expect(names(page)).toEqual(['Live', 'saved', 'a', 'b', 'deep']);
    expect(entries(page).filter(({ tabIndex }) => tabIndex === 0).length).toBe(1);
  });

  test('says on which connection a series goes on, whichever is looked at', async () => {
    const { id } = await opened({ name: 'Live' });
    await opened({ name: 'Other' });
    const page = await rail();
    expect(describedBy(button(page, 'Live'))).not.toContain('series');
    act(() => window.app.runningSeries.store.setState(new Map([[id, 2]]), true));
    expect(describedBy(button(page, 'Live'))).toContain('2 series running');
    expect(describedBy(button(page, 'Other'))).not.toContain('series');
    expect(button(page, 'Live').closest<HTMLElement>('[data-rail]')?.title).toContain('2 series running');
  });

  test('has the focus go along from a profile that is duplicated to its copy', async () => {
    const page = await rail(profile('one'), profile('two'));
    button(page, 'one').focus();
    await act(() => duplicateProfile(window.app, 'one'));
    const copy = selection();
    expect(copy).toMatchObject({ kind: 'profile' });
    await expect.poll(focusedPlace).toBe(`profile:${copy?.id}`);
    // Once: it is not taken back there.
    button(page, 'two').focus();
    act(() => window.engine.profiles.set([...window.engine.profiles.value, profile('three')]));
    await expect.poll(() => names(page)).toContain('three');
    expect(focusedPlace()).toBe('profile:two');
  });

  test('has the focus go along to the copy of a connection’s profile', async () => {
    const page = await rail(profile('one'));
    const { id } = await opened({ name: 'Live', profileId: 'one' });
    await expect.poll(() => names(page)).toEqual(['Live']);
    button(page, 'Live').focus();
    expect(focusedPlace()).toBe(`connection:${id}`);
    await act(() => duplicateProfile(window.app, 'one'));
    await expect.poll(focusedPlace).toBe(`profile:${selection()?.id}`);
  });

  test('has the focus stay where it went while a profile was duplicated', async () => {
    const page = await rail(profile('one'), profile('two'));
    button(page, 'two').focus();
    await act(() => duplicateProfile(window.app, 'one'));
    await expect.poll(() => names(page).length).toBe(3);
    expect(focusedPlace()).toBe('profile:two');
    button(page, 'one').focus();
    await page.user.keyboard('{ContextMenu}');
    const menu = await page.findByRole('menu', { name: 'Actions for one' });
    await act(() => duplicateProfile(window.app, 'one'));
    await expect.poll(() => names(page).length).toBe(4);
    expect(menu.contains(document.activeElement)).toBe(true);
    await page.user.keyboard('{Escape}');
    await expect.poll(focusedPlace).toBe('profile:one');
  });

  test('does not repeat a saved profile that is open', async () => {
    const page = await rail(profile('one'), profile('two'));
    await opened({ name: 'One, open', profileId: 'one' });
    await expect.poll(() => names(page)).toEqual(['One, open', 'two']);
  });

  test.each([
    ['a rate', { state: onlineState(), rate: 12 }, /Connected/],
    ['an attempt', { state: { kind: 'waiting', attempt: 3, retryAt: 0, why } }, /Retrying, attempt 3/],
    ['why it stopped', { state: { kind: 'stopped', since: 0, why } }, /It was refused\./],
    ['that it was ended', { state: { kind: 'stopped', since: 0, why: null } }, /Disconnected/],
  ])('describes an open connection with its state and %s', async (_, more, words) => {
    await opened({ name: 'Plant', ...(more as { state: ConnectionState }) });
    const page = await rail();
    expect(describedBy(button(page, 'Plant'))).toMatch(words);
  });

  test('says of a profile that it is saved, that it connects at start, and that it is production', async () => {
    const page = await rail(
      profile('a'),
      profile('b', { autoConnect: true }),
      profile('c', { colour: 'red' }),
    );
    expect(describedBy(button(page, 'a'))).toMatch(/Saved, not open/);
    expect(describedBy(button(page, 'a'))).not.toMatch(/at start|production/i);
    expect(describedBy(button(page, 'b'))).toContain('connects at start');
    expect(describedBy(button(page, 'c'))).toMatch(/production/i);
  });

  test('calls a profile without a name by its host', async () => {
    const page = await rail(profile('x', { name: '', host: 'broker.example' }));
    expect(names(page)).toEqual(['broker.example']);
  });

  test.each(HOSTILE_TEXTS)('draws a profile called %j with nothing that deceives the eye', async (name) => {
    const page = await rail(profile('x', { name, folder: name.replaceAll('/', '') }));
    const { container } = { container: page.getByRole('navigation') };
    expect(isSafeText(container.textContent)).toBe(true);
    const titles = [...container.querySelectorAll('[title]')].map((one) => one.getAttribute('title') ?? '');
    expect(titles.filter((one) => !isSafeText(one))).toEqual([]);
    expect(container.querySelector('b')).toBeNull();
  });
});

describe('An entry', () => {
  test('is selected by a press, and says that it is', async () => {
    const page = await rail(profile('a'), profile('b'));
    await page.user.click(button(page, 'b'));
    expect(selection()).toEqual({ kind: 'profile', id: 'b' });
    expect(entries(page).map((one) => one.getAttribute('aria-current'))).toEqual([null, 'true']);
  });

  test('connects by Enter, not by being selected', async () => {
    const asked = watch(window.engine, 'openConnection');
    const page = await rail(profile('a'), profile('b'));
    await page.user.click(button(page, 'b'));
    expect(asked).toEqual([]);
    await page.user.keyboard('{Enter}');
    await expect.poll(() => asked.map(({ profileId }) => profileId)).toEqual(['b']);
  });

  test('that is open and off is connected by Enter; one that is online is only selected', async () => {
    const off = await opened({ name: 'Off', state: { kind: 'stopped', since: 0, why: null } });
    await opened({ name: 'On' });
    const asked = watch(window.engine, 'connect');
    const page = await rail();
    button(page, 'On').focus();
    await page.user.keyboard('{Enter}');
    button(page, 'Off').focus();
    await page.user.keyboard('{Enter}');
    await expect.poll(() => asked).toEqual([{ connection: off.id }]);
    expect(selection()).toEqual({ kind: 'connection', id: off.id });
  });

  test('that could not be connected says why', async () => {
    answer(window.engine, 'openConnection', () => why);
    const page = await rail(profile('a'));
    button(page, 'a').focus();
    await page.user.keyboard('{Enter}');
    await expect.poll(() => window.app.shell.store.getState().problem?.message).toBe('It was refused.');
  });

  test.each(['{ContextMenu}', '{Shift>}{F10}{/Shift}'])('opens its menu by %s', async (keys) => {
    const page = await rail(profile('a'));
    button(page, 'a').focus();
    await page.user.keyboard(keys);
    expect(await page.findByRole('menu', { name: 'Actions for a' })).toBeTruthy();
    expect(page.getByRole('menuitem', { name: /Edit profile/ })).toBeTruthy();
  });
});

describe('The keys of the list', () => {
  test('go from entry to entry and to the ends, and no further', async () => {
    await opened({ name: 'Live' });
    const page = await rail(profile('a'), profile('b'));
    button(page, 'Live').focus();
    const after = async (key: string) => {
      await page.user.keyboard(key);
      return document.activeElement?.querySelector('.rail-name')?.textContent;
    };
    expect(await after('{ArrowUp}')).toBe('Live');
    expect(await after('{ArrowDown}')).toBe('a');
    expect(await after('{End}')).toBe('b');
    expect(await after('{ArrowDown}')).toBe('b');
    expect(await after('{Home}')).toBe('Live');
    // The stop of the tab key is where the focus is.
    expect(entries(page).map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
  });

  test('remove a profile by Delete, and the next one has the focus', async () => {
    const asked = watch(window.engine, 'removeProfile');
    const page = await rail(profile('a'), profile('b'), profile('c'));
    button(page, 'b').focus();
    await page.user.keyboard('{Delete}');
    await expect.poll(() => names(page)).toEqual(['a', 'c']);
    expect(asked).toEqual([{ id: 'b' }]);
    await expect.poll(focused).toContain('c');
  });

  test('move a profile with Alt, say where it is, and keep the focus on it', async () => {
    const asked = watch(window.engine, 'moveProfile');
    const page = await rail(profile('a'), profile('b'), profile('c', { folder: 'Oslo' }));
    button(page, 'a').focus();
    await page.user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await expect.poll(() => names(page)).toEqual(['b', 'a', 'Oslo', 'c']);
    expect(asked).toEqual([{ id: 'a', before: null, folder: '' }]);
    expect(await page.findByText('a: 2 of 2 without a folder')).toBeTruthy();
    expect(focused()).toContain('a');
    await page.user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(await page.findByText('a: 1 of 2 in Oslo')).toBeTruthy();
    await page.user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(await page.findByText('a: 2 of 2 in Oslo')).toBeTruthy();
    await page.user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(await page.findByText('It cannot go further.')).toBeTruthy();
  });

  test('move into a folder that is collapsed, which opens', async () => {
    const page = await rail(profile('a'), profile('c', { folder: 'Oslo' }));
    await page.user.click(button(page, /^Oslo/));
    expect(names(page)).toEqual(['a', 'Oslo']);
    button(page, 'a').focus();
    await page.user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await expect.poll(() => names(page)).toEqual(['Oslo', 'a', 'c']);
    expect(button(page, /^Oslo/).getAttribute('aria-expanded')).toBe('true');
  });

  test('say a place with a hostile name in a way that deceives nobody', async () => {
    const page = await rail(profile('a'), profile('c', { folder: '\u202eolsO' }));
    button(page, 'a').focus();
    await page.user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    const said = await page.findByText(/^a: 1 of 2 in/);
    expect(isSafeText(said.textContent)).toBe(true);
  });

  test('say when rows cannot be moved: during a search', async () => {
    const asked = watch(window.engine, 'moveProfile');
    const page = await rail(profile('a'), profile('ab'));
    await page.user.type(page.getByRole('searchbox', { name: 'Search connections' }), 'a');
    button(page, 'a').focus();
    await page.user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(await page.findByText('Clear the search to change the order.')).toBeTruthy();
    expect(asked).toEqual([]);
  });
});

describe('A folder', () => {
  test('is closed by a press and by an arrow key, and says how many profiles it hides', async () => {
    const page = await rail(profile('a', { folder: 'Oslo' }), profile('b', { folder: 'Oslo/North' }));
    const folder = button(page, /^Oslo/);
    expect(folder.getAttribute('aria-description')).toBe('Folder, 2 profiles');
    expect(button(page, /^North/).getAttribute('aria-description')).toBe('Folder, 1 profile');
    folder.focus();
    await page.user.keyboard('{ArrowLeft}');
    expect([names(page), folder.getAttribute('aria-expanded')]).toEqual([['Oslo'], 'false']);
    expect(document.activeElement).toBe(folder);
    await page.user.keyboard('{ArrowRight}');
    expect(names(page)).toEqual(['Oslo', 'a', 'North', 'b']);
    await page.user.click(folder);
    expect(names(page)).toEqual(['Oslo']);
  });

  test('is renamed from its menu', async () => {
    const page = await rail(profile('a', { folder: 'Oslo' }));
    button(page, /^Oslo/).focus();
    await page.user.keyboard('{ContextMenu}');
    await page.user.click(await page.findByRole('menuitem', { name: /Rename folder/ }));
    expect(await page.findByRole('dialog', { name: 'Rename folder' })).toBeTruthy();
    expect(valueOf(page.getByRole('textbox', { name: 'Folder' }))).toBe('Oslo');
  });
});

describe('The search of the list', () => {
  const search = (page: Live) => page.getByRole('searchbox', { name: 'Search connections' });

  test('keeps what has all words in its name or address, open or saved, and opens folders for it', async () => {
    await opened({ name: 'Plant north', address: '10.0.0.7:1883' });
    const page = await rail(profile('north', { folder: 'Oslo' }), profile('south'));
    await page.user.click(button(page, /^Oslo/));
    await page.user.type(search(page), 'NORTH');
    await expect.poll(() => names(page)).toEqual(['Plant north', 'Oslo', 'north']);
    await page.user.type(search(page), ' 10.0');
    await expect.poll(() => names(page)).toEqual(['Plant north']);
  });

  test('says that nothing matches, and is emptied by Escape, after which Escape is nobody’s', async () => {
    const page = await rail(profile('a'));
    await page.user.type(search(page), 'zz');
    expect(await page.findByText('Nothing matches.')).toBeTruthy();
    await page.user.keyboard('{Escape}');
    expect(valueOf(search(page))).toBe('');
    await expect.poll(() => page.queryByText('Nothing matches.')).toBeNull();
  });

  test('goes on to the first entry by the arrow key', async () => {
    const page = await rail(profile('a'), profile('b'));
    await page.user.click(search(page));
    await page.user.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(button(page, 'a'));
  });
});

test('A new connection begins with an empty editor.', async () => {
  const page = await rail();
  await page.user.click(button(page, /New connection/));
  expect(window.app.shell.store.getState().dialog).toEqual({
    kind: 'editor',
    profileId: null,
    prefill: null,
  });
});
