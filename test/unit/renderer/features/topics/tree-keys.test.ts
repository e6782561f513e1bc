import { describe, expect, test } from 'vitest';
import type { ConnectionSession } from '../../../../../src-renderer/state/tree/tree-session.ts';
import type { ViewRow } from '../../../../../src-renderer/state/tree/view-state.ts';
import {
  firstVisible,
  TreeKeys,
  type Keystroke,
} from '../../../../../src-renderer/features/topics/tree-keys.ts';

interface Shown {
  /** Of all rows; those of the window are from `first` on. */
  readonly names: readonly string[];
  readonly separator?: string;
  readonly first?: number;
  readonly loaded?: number;
  readonly active?: number | null;
  readonly children?: number;
  readonly open?: boolean;
  readonly target?: object | null;
  readonly top?: number;
  /** What the engine finds. */
  readonly found?: Promise<{ readonly key: string | null }>;
}

function tree({
  names,
  separator = '/',
  first = 0,
  loaded = names.length,
  active = 0,
  children = 0,
  open = false,
  target = null,
  top = first,
  found,
}: Shown) {
  const viewOf = (index: number): ViewRow =>
    ({ row: { id: index + 1, key: names[index], name: names[index], children } }) as unknown as ViewRow;
  const indexes = Array.from({ length: loaded }, (_, at) => first + at);
  const state = {
    separator,
    total: names.length,
    first,
    ids: indexes.map((index) => index + 1),
    rows: new Map(indexes.map((index) => [index + 1, viewOf(index)])),
    top,
    viewRows: 10,
    active: active === null ? null : { view: viewOf(active), index: active },
    target,
  };
  const done: string[] = [];
  const say =
    (name: string) =>
    (...all: readonly unknown[]): void =>
      void done.push([name, ...all.filter((one) => typeof one !== 'object')].join(' '));
  const session = {
    store: { getState: () => state },
    isOpen: () => open,
    connectionId: 'c',
    viewId: 'v',
    client: {
      call: (_: string, { text, from }: { text: string; from: number }) => {
        done.push(`ask ${text} ${from}`);
        return found ?? Promise.resolve({ key: null });
      },
    },
    ...Object.fromEntries(
      ['goToIndex', 'goToKey', 'expand', 'collapse', 'enter', 'select', 'activate', 'togglePause'].map(
        (name) => [name, say(name)],
      ),
    ),
    ...Object.fromEntries(['expandSiblings', 'collapseSiblings'].map((name) => [name, say(name)])),
    openClear: (keys: readonly string[]) => done.push(`clear ${keys.join()}`),
  } as unknown as ConnectionSession;
  const keys = new TreeKeys(session, (key) => void done.push(`copy ${key}`));
  let now = 0;
  const press = (key: string, more: Partial<Keystroke> = {}, after = 100): boolean => {
    now += after;
    return keys.press({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more }, now);
  };
  return { press, done, state };
}

const after = (shown: Shown, key: string, more: Partial<Keystroke> = {}): readonly string[] => {
  const { press, done } = tree(shown);
  press(key, more);
  return done;
};

describe('the keys of the tree', () => {
  const names = ['a', 'b', 'c'];

  test('move by rows and pages, from where the active row is being sent to', () => {
    expect(after({ names, active: 1 }, 'ArrowDown')).toEqual(['goToIndex 2 true']);
    expect(after({ names, active: 1 }, 'PageUp')).toEqual(['goToIndex -8 true']);
    expect(after({ names, active: 1 }, 'End')).toEqual(['goToIndex 2 true']);
    expect(after({ names, target: { kind: 'index', index: 7 } }, 'ArrowDown')).toEqual(['goToIndex 8 true']);
    expect(after({ names, target: { kind: 'key', key: 'x', delta: 2 } }, 'ArrowUp')).toEqual([
      'goToKey x 1 true',
    ]);
    // The active row has left the window.
    expect(after({ names, first: 1, loaded: 2, active: 0 }, 'ArrowDown')).toEqual(['goToKey a 1 true']);
  });

  test('open and close: what has nothing below it is left, and a closed branch leads to its parent', () => {
    const branch = { names: ['p/a'], children: 3 };
    expect(after(branch, 'ArrowRight')).toEqual(['expand p/a']);
    expect(after({ ...branch, open: true }, 'ArrowRight')).toEqual(['enter p/a']);
    expect(after({ ...branch, open: true }, 'ArrowLeft')).toEqual(['collapse p/a']);
    expect(after(branch, 'ArrowLeft')).toEqual(['goToKey p 0 true']);
    expect(after({ names: ['p/a.b'], separator: '.' }, 'ArrowLeft')).toEqual(['goToKey p/a 0 true']);
    expect(after({ names: ['p/a'], separator: '.' }, 'ArrowLeft')).toEqual([]);
    expect(after({ names: ['p'] }, 'ArrowRight')).toEqual([]);
    expect(after({ names: ['p'] }, 'ArrowLeft')).toEqual([]);
    expect(after(branch, 'ArrowLeft', { shiftKey: true })).toEqual(['collapseSiblings p/a']);
    expect(after(branch, '*', { shiftKey: true })).toEqual(['expandSiblings p/a']);
  });

  test('act on the active row, or on the first that is whole on screen', () => {
    expect(after({ names, active: 1 }, 'Enter')).toEqual(['select b']);
    expect(after({ names, active: null, top: 0.5 }, 'Delete')).toEqual(['activate', 'clear b']);
    expect(after({ names, active: null, top: 7 }, 'Enter')).toEqual([]);
    expect(firstVisible(tree({ names, top: 7 }).state as never)).toBeNull();
  });

  test('leave to others what is not theirs', () => {
    for (const [key, more] of [
      ['Tab', {}],
      ['F5', {}],
      ['ArrowDown', { altKey: true }],
      ['k', { ctrlKey: true }],
      ['c', { ctrlKey: true, shiftKey: true }],
    ] as const) {
      const { press, done } = tree({ names });
      expect([key, press(key, more), done]).toEqual([key, false, []]);
    }
  });

  test('copy by the place of the key where the layout has no Latin letters', () => {
    expect(after({ names }, 'c', { ctrlKey: true })).toEqual(['copy a']);
    expect(after({ names }, 'с', { metaKey: true, code: 'KeyC' })).toEqual(['copy a']);
    expect(after({ names }, 'C', { ctrlKey: true })).toEqual(['copy a']);
  });
});

describe('a name that is typed', () => {
  const names = ['Alpha', 'beta', 'bravo', 'Привет', '😀 face'];

  test('goes to the next row that begins with it, round the end, and letters make a word', () => {
    const { press, done } = tree({ names });
    press('b');
    press('r');
    expect(done).toEqual(['goToIndex 1 true', 'goToIndex 2 true']);
    expect(after({ names, active: 2 }, 'A')).toEqual(['goToIndex 0 true']);
    expect(after({ names }, 'п')).toEqual(['goToIndex 3 true']);
    expect(after({ names }, '😀')).toEqual(['goToIndex 4 true']);
    expect(after({ names }, 'z')).toEqual([]);
  });

  test('begins anew after a while, and the same letter goes on to the next', () => {
    const { press, done } = tree({ names, active: 1 });
    press('b');
    press('b', {}, 900);
    expect(done).toEqual(['goToIndex 2 true', 'goToIndex 2 true']);
  });

  test('is asked of the engine where rows are not loaded, behind those that are', async () => {
    const { press, done } = tree({
      names,
      first: 1,
      loaded: 2,
      active: 1,
      found: Promise.resolve({ key: 'Привет' }),
    });
    press('п');
    expect(done).toEqual(['ask п 3']);
    await expect.poll(() => done.at(-1)).toBe('goToKey Привет 0 true');
  });

  test('makes an answer that comes too late one to another question', async () => {
    let answer: (found: { key: string | null }) => void = () => undefined;
    const found = new Promise<{ key: string | null }>((resolve) => (answer = resolve));
    const { press, done } = tree({ names, first: 1, loaded: 2, active: 1, found });
    press('п');
    press('Tab');
    press('р');
    answer({ key: 'Привет' });
    await expect.poll(() => done).toEqual(['ask п 3', 'ask пр 3', 'goToKey Привет 0 true']);
  });

  test('ends quietly where the engine is gone', async () => {
    const gone = Promise.reject<{ key: string | null }>(new Error('closed'));
    const { press, done } = tree({ names, first: 1, loaded: 2, active: 1, found: gone });
    press('п');
    await expect(gone).rejects.toThrow();
    expect(done).toEqual(['ask п 3']);
  });
});
