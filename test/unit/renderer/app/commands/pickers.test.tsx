// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProtocolError } from '../../../../../src-main/contract/base/errors.ts';
import {
  ConnectionOptions,
  Profile,
  type ConnectionSummary,
} from '../../../../../src-main/contract/model/model.ts';
import { isSafeText } from '../../../../../src-main/core/payload/visible.ts';
import { useSession } from '../../../../../src-renderer/app/base/sessions.ts';
import { GoToTopic } from '../../../../../src-renderer/app/commands/go-to-topic.tsx';
import { Palette } from '../../../../../src-renderer/app/commands/palette.tsx';
import { Shortcuts } from '../../../../../src-renderer/app/commands/shortcuts.tsx';
import { teardown } from '../../../../support/teardown.ts';
import { fakeApp, type FakeApp } from '../../../../support/window/fake-app.ts';
import { answer, live, valueOf, watch, type Live } from '../../../../support/window/live.ts';

let window: FakeApp;
let connection: ConnectionSummary;

beforeEach(() => {
  window = fakeApp();
  connection = window.engine.add({ name: 'Plant' });
});
afterEach(teardown);

const shell = () => window.app.shell.store.getState();
const field = (page: Live) => page.getByRole('combobox');
const options = (page: Live) => page.queryAllByRole('option');
const active = (page: Live) =>
  options(page)
    .filter((one) => one.getAttribute('aria-selected') === 'true')
    .map(({ textContent }) => textContent);

describe('The palette', () => {
  const open = () => {
    window.app.shell.open({ kind: 'palette' });
    return live(<Palette app={window.app} />);
  };

  test('is a dialog "Commands" whose field has the focus and controls the list', async () => {
    const page = open();
    expect(page.getByRole('dialog', { name: 'Commands' })).toBeTruthy();
    await expect.poll(() => document.activeElement === field(page)).toBe(true);
    expect(field(page).getAttribute('aria-label')).toBe('Search commands and topics');
    expect(field(page).getAttribute('aria-controls')).toBe(
      page.getByRole('listbox', { name: 'Commands' }).id,
    );
    expect(field(page).getAttribute('aria-activedescendant')).toBe(options(page)[0]?.id);
  });

  test('finds by typing, marks the letters, and runs the first by Enter after it has closed', async () => {
    const page = open();
    await page.user.type(field(page), 'new con');
    expect(active(page)).toEqual([expect.stringContaining('New connection')]);
    expect([...options(page)[0]!.querySelectorAll('mark')].map(({ textContent }) => textContent)).toEqual([
      'New',
      'con',
    ]);
    await page.user.keyboard('{Enter}');
    await expect.poll(() => shell().dialog).toEqual({ kind: 'editor', profileId: null, prefill: null });
  });

  test('is walked by arrows round its ends and by pages, and the focus stays in the field', async () => {
    const page = open();
    const count = options(page).length;
    const at = () => options(page).findIndex((one) => one.getAttribute('aria-selected') === 'true');
    await page.user.type(field(page), '{ArrowUp}');
    expect(at()).toBe(count - 1);
    await page.user.keyboard('{ArrowDown}');
    expect(at()).toBe(0);
    await page.user.keyboard('{PageDown}');
    expect(at()).toBe(8);
    await page.user.keyboard('{PageUp}{PageUp}');
    expect(at()).toBe(0);
    expect(document.activeElement).toBe(field(page));
    expect(field(page).getAttribute('aria-activedescendant')).toBe(options(page)[0]?.id);
  });

  test('begins at the first again when something else is typed', async () => {
    const page = open();
    await page.user.type(field(page), '{ArrowDown}{ArrowDown}');
    await page.user.type(field(page), 'con');
    expect(options(page).findIndex((one) => one.getAttribute('aria-selected') === 'true')).toBe(0);
  });

  test('shows what cannot be done only when it was asked for, with the reason, and does not do it', async () => {
    const page = open();
    expect(options(page).some((one) => one.getAttribute('aria-disabled') === 'true')).toBe(false);
    await page.user.type(field(page), 'pause the view');
    const pause = options(page).find(({ textContent }) => textContent.includes('Pause the view'))!;
    expect([pause.getAttribute('aria-disabled'), pause.textContent]).toEqual([
      'true',
      expect.stringContaining('no connection is selected'),
    ]);
    await page.user.click(pause);
    expect(shell().dialog).toEqual({ kind: 'palette' });
  });

  test('runs what is pressed, and a press does not take the focus from the field', async () => {
    const page = open();
    await page.user.type(field(page), 'settings');
    // False: the browser was kept from moving the focus.
    expect(fireEvent.mouseDown(options(page)[0]!)).toBe(false);
    await page.user.click(options(page)[0]!);
    await expect.poll(() => shell().dialog).toEqual({ kind: 'settings' });
  });

  test('selects what the pointer moves over', async () => {
    const page = open();
    fireEvent.mouseMove(options(page)[3]!);
    expect(active(page)).toEqual([options(page)[3]?.textContent]);
  });

  test('leaves Enter to who puts characters together', async () => {
    const page = open();
    await page.user.type(field(page), 'settings');
    fireEvent.keyDown(field(page), { key: 'Enter', isComposing: true });
    expect(shell().dialog).toEqual({ kind: 'palette' });
  });

  test('has the commands in groups, each under its name', () => {
    const names = open()
      .getAllByRole('group')
      .map((group) => {
        const id = group.getAttribute('aria-labelledby');
        return [...document.querySelectorAll('[id]')].find((one) => one.id === id)?.textContent;
      });
    expect(names).toContain('Connection');
    expect(names).toContain('View');
    expect(new Set(names).size).toBe(names.length);
  });

  test('says that nothing is called so, and deceives nobody by what was pasted', async () => {
    const page = open();
    await page.user.click(field(page));
    await page.user.paste('\u202ezzzz');
    const status = page.getByRole('status').textContent;
    expect(status).toContain('Nothing is called “\\u{202e}zzzz”.');
    expect([options(page), isSafeText(status)]).toEqual([[], true]);
    expect([
      field(page).getAttribute('aria-expanded'),
      field(page).getAttribute('aria-activedescendant'),
    ]).toEqual(['false', null]);
    await page.user.keyboard('{Enter}{ArrowDown}');
    expect(shell().dialog).toEqual({ kind: 'palette' });
  });

  test('names a profile of somebody else so that it deceives nobody', async () => {
    const hostile = ConnectionOptions.parse({
      name: '\u202egnp.exe',
      protocol: 'mqtt',
      host: 'h',
      port: 1883,
    });
    window.engine.profiles.set([Profile.parse({ id: 'x', options: hostile })]);
    await expect.poll(() => window.app.profiles.find('x')).not.toBeNull();
    const page = open();
    await page.user.type(field(page), 'exe');
    expect(options(page).length).toBeGreaterThan(0);
    expect(isSafeText(page.getByRole('listbox').textContent)).toBe(true);
  });
});

describe('Going to a topic', () => {
  const Window = () => {
    const session = useSession(window.app, connection.id, '/');
    return session === null ? null : <GoToTopic app={window.app} />;
  };
  const found = (topics: string[], more: object = {}) =>
    answer(
      window.engine,
      'findTopics',
      ({ text }) =>
        ({
          topics:
            text === ''
              ? []
              : topics.map((topic, at) => ({ key: topic, topic, messages: at + 1, lastSeen: 1 })),
          ...{ matches: topics.length, looked: 9, all: 9, goesOn: false, superseded: false },
          ...more,
        }) as never,
    );
  const open = async () => {
    window.app.shell.open({ kind: 'go-to-topic' });
    const page = live(<Window />);
    await page.findByRole('dialog', { name: 'Go to topic' });
    return page;
  };
  const said = (page: Live) => page.getByRole('status').textContent;

  test('says how names may be written while nothing is typed', async () => {
    found([]);
    expect(said(await open())).toContain('Letters may be left out');
  });

  test('looks at each letter, and its options are whole topics with their counts', async () => {
    const asked = found(['plant/press-04', 'plant/pump']);
    const page = await open();
    await page.user.type(field(page), 'pp');
    await expect
      .poll(() => options(page).map((one) => one.getAttribute('aria-label')))
      .toEqual(['plant/press-04', 'plant/pump']);
    expect(said(page)).toBe('2 topics');
    expect(asked.map(({ text }) => text)).toEqual(expect.arrayContaining(['p', 'pp']));
    expect(asked.every(({ connection: id }) => id === connection.id)).toBe(true);
  });

  test.each([
    [{ matches: 1 }, '1 topic'],
    [{ matches: 900 }, 'The best 1 of 900 topics.'],
    [{ matches: 0, topics: [] }, 'No topic answers to “x”.'],
  ])('says how many there are: %j', async (more, words) => {
    found(['a'], more);
    const page = await open();
    await page.user.type(field(page), 'x');
    await expect.poll(() => said(page)).toBe(words);
  });

  test('goes on looking while there is more, and says how far it is', async () => {
    let rounds = 0;
    answer(window.engine, 'findTopics', ({ text }) => {
      if (text !== '') rounds += 1;
      const goesOn = text !== '' && rounds < 3;
      return { topics: [], matches: rounds, looked: 1_000 * rounds, all: 9_000, goesOn, superseded: false };
    });
    const page = await open();
    await page.user.type(field(page), 'x');
    await expect.poll(() => said(page)).toBe('The best 0 of 3 topics.');
    expect(rounds).toBe(3);
  });

  test('does not take Enter for what was found for other letters', async () => {
    let give = (): void => undefined;
    const wait = new Promise<void>((resolve) => (give = resolve));
    answer(window.engine, 'findTopics', async ({ text }) => {
      if (text === 'ab') await wait;
      const topics = text === '' ? [] : [{ key: `t/${text}`, topic: `t/${text}`, messages: 1, lastSeen: 1 }];
      return { topics, matches: 1, looked: 1, all: 1, goesOn: false, superseded: false } as never;
    });
    const page = await open();
    await page.user.type(field(page), 'a');
    await expect.poll(() => options(page).length).toBe(1);
    await page.user.type(field(page), 'b{Enter}');
    expect(shell().dialog).toEqual({ kind: 'go-to-topic' });
    give();
    await expect.poll(() => options(page).map((one) => one.getAttribute('aria-label'))).toEqual(['t/ab']);
    await page.user.keyboard('{Enter}');
    expect(shell().dialog).toBeNull();
  });

  test('shows the topic that was picked, in the tree', async () => {
    found(['a/b', 'a/c']);
    const moved = watch(window.engine, 'updateView');
    const page = await open();
    window.app.shell.showView('search');
    await page.user.type(field(page), 'a');
    await expect.poll(() => options(page).length).toBe(2);
    await page.user.keyboard('{ArrowDown}{Enter}');
    expect([shell().dialog, shell().view]).toEqual([null, 'topics']);
    await expect.poll(() => JSON.stringify(moved)).toContain('a/c');
  });

  test('says why nothing could be looked for', async () => {
    answer(window.engine, 'findTopics', () => {
      throw new ProtocolError('internal', 'It broke.');
    });
    const page = await open();
    await page.user.type(field(page), 'x');
    await expect.poll(() => said(page)).not.toMatch(/Letters|Looking/);
    expect(said(page)).not.toBe('');
    expect(valueOf(field(page))).toBe('x');
  });

  test('shows a topic as text, whatever it is called', async () => {
    found(['plant/<b>x</b>']);
    const page = await open();
    await page.user.type(field(page), 'plant');
    await expect.poll(() => options(page).length).toBe(1);
    const [option] = options(page);
    expect([option!.getAttribute('aria-label'), option!.querySelector('b')]).toEqual([
      'plant/<b>x</b>',
      null,
    ]);
  });
});

describe('The list of shortcuts', () => {
  test('has those of commands and those of panes, none of them twice', () => {
    const page = live(<Shortcuts app={window.app} />);
    expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeTruthy();
    const rows = (name: string) =>
      [...page.getByRole('region', { name }).querySelectorAll('.shortcuts-row')].map(
        ({ textContent }) => textContent,
      );
    expect(rows('Everywhere').some((row) => row.includes('All commands'))).toBe(true);
    expect(rows('In the panes').some((row) => row.includes('In the publish panel: publish'))).toBe(true);
    for (const name of ['Everywhere', 'In the panes'])
      expect(new Set(rows(name)).size).toBe(rows(name).length);
  });

  test('is closed by its button', async () => {
    window.app.shell.open({ kind: 'shortcuts' });
    const page = live(<Shortcuts app={window.app} />);
    await page.user.click(page.getByRole('button', { name: 'Close' }));
    expect(shell().dialog).toBeNull();
  });
});
