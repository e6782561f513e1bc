import { beforeEach, describe, expect, test } from 'vitest';
import type { Row } from '../../../../../src-main/contract/model/view.ts';
import { topicKey } from '../../../../../src-main/core/topics/names.ts';
import { treeItems, type TreeMenuOptions } from '../../../../../src-renderer/features/topics/tree-menu.tsx';
import type { MenuAction, MenuItem } from '../../../../../src-renderer/ui/controls/menu.tsx';
import { row } from '../../frames.ts';

let asked: string[];
let filter: string;
let separator: string;
let notSubscribable: string | null;
let watched: number;

beforeEach(() => {
  asked = [];
  filter = '';
  separator = '/';
  notSubscribable = null;
  watched = 1;
});

const reported =
  (name: string) =>
  (...args: readonly unknown[]) => {
    asked.push([name, ...args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg)))].join(' '));
  };

function items(of: Row): readonly MenuItem[] {
  const session = {
    store: { getState: () => ({ filter, separator }) },
    setFilter: reported('filter'),
    openClear: reported('clear'),
    expandSiblings: reported('expand'),
    collapseSiblings: reported('collapse'),
    showLevels: reported('levels'),
  };
  const options = {
    session,
    say: reported('say'),
    edit: (...args: readonly unknown[]) => {
      reported('edit')(...args);
      return Promise.resolve({ kind: 'gone' });
    },
    watch: {
      isWatched: (key: string) => key === 'watched',
      toggle: reported('watch'),
      store: { getState: () => ({ rows: Array.from({ length: watched }) }) },
    },
    address: 'mqtt://h:1883',
    forget: reported('forget'),
    subscribing: {
      off: () => notSubscribable,
      subscribe: (key: string) => {
        reported('subscribe')(key);
        return Promise.resolve('');
      },
    },
  } as unknown as TreeMenuOptions;
  return treeItems(options, of);
}

const all = (list: readonly MenuItem[]): readonly MenuAction[] =>
  list.flatMap((item) => ('items' in item ? all(item.items as readonly MenuItem[]) : [item as MenuAction]));
const ids = (of: Row) => all(items(of)).map(({ id }) => id);
const off = (of: Row, id: string) => all(items(of)).find((one) => one.id === id)?.off ?? null;
const press = (of: Row, id: string) =>
  all(items(of))
    .find((one) => one.id === id)
    ?.run();
/** A name of bytes that are no text. */
const NO_TEXT = topicKey(Uint8Array.of(0x61, 0x2f, 0xff));

describe('the menu of a row', () => {
  test('of a topic has what is done with messages; of a branch what is done with all below it too', () => {
    const topic = row(1, 'a/b');
    const branch = row(2, 'a', { children: 3, own: 0 });
    for (const id of ['copy-filter', 'busiest', 'expand-siblings', 'level-5', 'forget-subtree'])
      expect([ids(topic).includes(id), ids(branch).includes(id)], id).toEqual([false, true]);
    expect([ids(topic).includes('forget'), ids(branch).includes('forget')]).toEqual([true, false]);
    expect(ids(row(3, 'a', { children: 1 })).filter((id) => id.startsWith('forget'))).toEqual([
      'forget',
      'forget-subtree',
    ]);
  });

  test('has no id twice', () => {
    const list = ids(row(1, 'a', { children: 2 }));
    expect(new Set(list).size).toBe(list.length);
  });

  test('says of a branch without messages that it has none, and still copies its topic', () => {
    const branch = row(1, 'a', { children: 2, own: 0 });
    for (const id of ['copy-value', 'copy-json', 'copy-pub', 'save', 'edit', 'publish-again', 'chart'])
      expect(off(branch, id), id).toBe('no message');
    expect(off(branch, 'watch')).toBe('it carries no messages itself');
    for (const id of ['copy-topic', 'copy-filter', 'subscribe', 'filter-like', 'clear-retained'])
      expect(off(branch, id), id).toBeNull();
  });

  test('of a name that is no text keeps what needs no text', () => {
    const odd = row(1, NO_TEXT, { children: 1 });
    for (const id of ['copy-topic', 'copy-filter', 'copy-pub', 'edit', 'filter-like', 'exclude', 'subscribe'])
      expect(off(odd, id), id).toBe('its name is no text');
    for (const id of ['copy-value', 'copy-json', 'save', 'chart', 'watch', 'clear-retained'])
      expect(off(odd, id), id).toBeNull();
  });

  test('of a name that fits no filter says so', () => {
    separator = '.';
    const long = row(1, `${'x'.repeat(2_000)}.y`);
    expect(off(long, 'filter-like')).toBe('its name is too long for a filter');
    expect([off(long, 'copy-topic'), off(long, 'exclude')]).toEqual([null, null]);
    expect(off(row(1, 'x'.repeat(2_000), { children: 1 }), 'exclude')).toBe(
      'its name is too long for a filter',
    );
  });

  test('in a tree that is divided elsewhere offers no filter of MQTT for a part of a level', () => {
    separator = '.';
    const part = row(1, 'plant.hall', { children: 2 });
    for (const id of ['copy-filter', 'subscribe']) expect(off(part, id)).toBe('MQTT filters use / only');
  });

  test('says why it cannot be subscribed to', () => {
    notSubscribable = '# includes it';
    expect(off(row(1, 'a'), 'subscribe')).toBe('# includes it');
  });

  test('watches what is not watched, and the other way round', () => {
    const label = (key: string) => all(items(row(1, key))).find(({ id }) => id === 'watch')?.label;
    expect([label('watched'), label('a')]).toEqual(['Stop watching', 'Watch']);
    watched = 100;
    expect([off(row(1, 'watched'), 'watch'), off(row(1, 'a'), 'watch')]).toEqual([
      null,
      '100 are watched already',
    ]);
  });

  test('does it to the key of its row, whatever it is called', () => {
    const odd = row(1, NO_TEXT, { children: 1 });
    for (const id of ['forget', 'forget-subtree', 'clear-retained', 'watch', 'expand-siblings', 'level-2'])
      press(odd, id);
    expect(asked).toEqual([
      `forget ${JSON.stringify({ kind: 'topic', key: NO_TEXT })}`,
      `forget ${JSON.stringify({ kind: 'subtree', key: NO_TEXT })}`,
      `clear ${JSON.stringify([NO_TEXT])}`,
      `watch ${NO_TEXT} null`,
      `expand ${NO_TEXT}`,
      'levels 2',
    ]);
  });

  test('makes filters that stand beside the one there is', () => {
    filter = 'rate>5 or late';
    press(row(1, 'a/b/c'), 'exclude');
    expect(asked.at(-1)).toMatch(/^filter \(rate>5 or late\) -/);
    press(row(1, 'a/b/c'), 'filter-like');
    expect(asked.at(-1)).not.toContain('late');
  });
});
