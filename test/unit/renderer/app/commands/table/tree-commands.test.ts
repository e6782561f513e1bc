import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { diagnosticsCommands } from '../../../../../../src-renderer/app/commands/table/diagnostics-commands.ts';
import { NO_CONNECTION } from '../../../../../../src-renderer/app/commands/table/command.ts';
import { treeCommands } from '../../../../../../src-renderer/app/commands/table/tree-commands.ts';
import { workViewCommands } from '../../../../../../src-renderer/app/commands/table/view-commands.ts';
import type { AppState } from '../../../../../../src-renderer/state/app/app-state.ts';
import type { ConnectionSession } from '../../../../../../src-renderer/state/tree/tree-session.ts';
import { teardown } from '../../../../../support/teardown.ts';
import { fakeApp } from '../../../../../support/window/fake-app.ts';

let app: AppState;
let done: string[];
let copied: string[];

beforeEach(() => {
  ({ app } = fakeApp());
  done = [];
  copied = [];
  vi.stubGlobal('navigator', {
    clipboard: {
      writeText: (text: string) => {
        copied.push(text);
        return Promise.resolve();
      },
    },
  });
  vi.stubGlobal('document', { querySelector: () => null, querySelectorAll: () => [], activeElement: null });
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => run());
});
afterEach(() => {
  vi.unstubAllGlobals();
});
afterEach(teardown);

interface Look {
  readonly selectedKey?: string | null;
  readonly filter?: string;
  readonly separator?: string;
  readonly active?: string;
}

/** A session as far as commands look at it; what it is asked for is written down. */
function session({ selectedKey = null, filter = '', separator = '/', active }: Look = {}): ConnectionSession {
  const note =
    (name: string) =>
    (...args: unknown[]) =>
      void done.push([name, ...args.map((one) => JSON.stringify(one))].join(' '));
  return {
    connectionId: 'c',
    store: {
      getState: () => ({
        selectedKey,
        filter,
        separator,
        active: active === undefined ? null : { view: { row: { key: active } } },
      }),
    },
    sort: note('sort'),
    select: note('select'),
    expandSiblings: note('expandSiblings'),
    collapseSiblings: note('collapseSiblings'),
    showLevels: note('showLevels'),
  } as unknown as ConnectionSession;
}

const find = (id: string, of: ConnectionSession | null) => {
  const command = treeCommands(app, of).find((one) => one.id === id);
  if (command === undefined) throw new Error(`no command ${id}`);
  return command;
};

test('Without a connection every command of the tree says that none is selected, and does nothing.', () => {
  for (const command of treeCommands(app, null)) {
    expect([command.id, command.off]).toEqual([command.id, NO_CONNECTION]);
    expect(() => command.run()).not.toThrow();
  }
  expect([done, copied]).toEqual([[], []]);
});

test('A topic is copied, and a filter for what is below it, as they are and not as they are shown.', async () => {
  const chosen = session({ selectedKey: 'plant/\u202eä' });
  for (const id of ['topics.copy', 'topics.copy-filter']) {
    expect(find(id, chosen).off).toBeNull();
    find(id, chosen).run();
  }
  await Promise.resolve();
  expect(copied).toEqual(['plant/\u202eä', 'plant/\u202eä/#']);
});

test('A name that is no text can be watched and not copied.', async () => {
  for (const selectedKey of ['\0bad\\xff', '\0nul\\x00']) {
    const chosen = session({ selectedKey });
    for (const id of ['topics.copy', 'topics.copy-filter']) {
      expect(find(id, chosen).off).toBe('its name is no text');
      find(id, chosen).run();
    }
    expect(find('topics.watch', chosen).off).toBeNull();
  }
  await Promise.resolve();
  expect(copied).toEqual([]);
});

test('Without a topic there is nothing to copy or watch, and nothing above.', () => {
  const none = session();
  for (const id of ['topics.copy', 'topics.watch', 'topics.copy-filter'])
    expect(find(id, none).off).toBe('no topic is selected');
  expect(find('topics.up', none).off).toBe('nothing is above it');
});

test('Up leads to the branch above, also of a level without a name, and ends at the top.', () => {
  expect(find('topics.up', session({ selectedKey: 'a' })).off).toBe('nothing is above it');
  expect(find('topics.up', session({ selectedKey: 'a/b' })).off).toBeNull();
  expect(find('topics.up', session({ selectedKey: '/a' })).off).toBeNull();
  expect(find('topics.up', session({ selectedKey: 'a/' })).off).toBeNull();
});

test('Where dots divide the tree, up leads past a dot, and no MQTT filter means what is below a branch.', () => {
  const dotted = (selectedKey: string) => session({ selectedKey, separator: '.' });
  expect(find('topics.up', dotted('a/b')).off).toBe('nothing is above it');
  expect(find('topics.up', dotted('a/b.c')).off).toBeNull();
  expect(find('topics.copy', dotted('a.b')).off).toBeNull();
  expect(find('topics.copy-filter', dotted('a.b')).off).toBe('MQTT filters use / only');
  expect(find('topics.copy-filter', dotted('$SYS/a')).off).toBeNull();
});

test('Watching a topic is turned on and off by one command, which says what it will do.', () => {
  const chosen = session({ selectedKey: 'a' });
  let isWatched = false;
  const { isWatched: before, toggle } = app.watch;
  Object.assign(app.watch, {
    isWatched: (key: string) => isWatched && key === 'a',
    toggle: (key: string) => (isWatched = key === 'a' && !isWatched),
  });
  for (const label of ['Watch the topic', 'Stop watching the topic', 'Watch the topic']) {
    expect(find('topics.watch', chosen).label).toBe(label);
    find('topics.watch', chosen).run();
  }
  Object.assign(app.watch, { isWatched: before, toggle });
});

test('A match is looked for where there is a filter.', () => {
  expect(find('topics.next-match', session()).off).toBe('no filter is set');
  expect(find('topics.next-match', session({ filter: 'a' })).off).toBeNull();
});

test('Names are sorted upwards, figures downwards.', () => {
  const one = session();
  for (const by of ['name', 'rate', 'late']) find(`topics.sort-${by}`, one).run();
  expect(done).toEqual([
    'sort {"by":"name","descending":false}',
    'sort {"by":"rate","descending":true}',
    'sort {"by":"late","descending":true}',
  ]);
});

test('Siblings are those of the active row, and levels are counted from the top.', () => {
  expect(find('topics.expand-siblings', session()).off).toBe('no row of the tree is active');
  const one = session({ active: 'a/b' });
  find('topics.expand-siblings', one).run();
  find('topics.collapse-siblings', one).run();
  find('topics.expand-to-3', one).run();
  expect(done).toEqual(['expandSiblings "a/b"', 'collapseSiblings "a/b"', 'showLevels 3']);
  expect(treeCommands(app, one).filter(({ id }) => id.startsWith('topics.expand-to-'))).toHaveLength(9);
});

test('Saved filters and colour rules belong to a profile.', () => {
  const words = 'save the connection as a profile first';
  expect(find('topics.saved-filters', session()).off).toBe(words);
  expect(find('topics.colour-rules', session()).off).toBe(words);
});

test('Back and forward, and the way up, go on while their key is held; nothing else of the tree does.', () => {
  const repeating = treeCommands(app, session()).filter(({ repeats }) => repeats === true);
  expect(repeating.map(({ id }) => id)).toEqual(['topics.back', 'topics.forward', 'topics.up']);
});

test('Each view has its command and, up to the ninth, its key; it brings all panes back.', () => {
  const all = workViewCommands(app, session());
  expect(all.map(({ keys }) => keys)).toEqual(all.map((_, at) => (at < 9 ? `View+${at + 1}` : undefined)));
  app.shell.enlarge('publish');
  const last = all.at(-1);
  last?.run();
  const { enlarged, view } = app.shell.store.getState();
  expect([enlarged, `view.show-${view}`]).toEqual([null, last?.id]);
  for (const { off } of workViewCommands(app, null)) expect(off).toBe(NO_CONNECTION);
});

test('Each tab of the diagnostics has its command, and one of them the key.', () => {
  const all = diagnosticsCommands(app, session());
  expect(all.filter(({ keys }) => keys !== undefined).map(({ id }) => id)).toEqual([
    'view.diagnostics-keep-alive',
  ]);
  for (const { id, run } of all) {
    run();
    expect(`view.diagnostics-${app.shell.store.getState().diagnosticsTab}`).toBe(id);
  }
  for (const { off } of diagnosticsCommands(app, null)) expect(off).toBe(NO_CONNECTION);
});
