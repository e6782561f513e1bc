import { describe, expect, test } from 'vitest';
import {
  browserMemory,
  plainMemory,
  tabMemory,
  type KeptValues,
} from '../../../../../src-renderer/state/browser/memory.ts';

/** Storage as a browser has it. */
function storage(): Storage & { readonly all: Map<string, string> } {
  const all = new Map<string, string>();
  return {
    all,
    getItem: (key: string) => all.get(key) ?? null,
    setItem: (key: string, value: string) => void all.set(key, value),
    removeItem: (key: string) => void all.delete(key),
  } as unknown as Storage & { readonly all: Map<string, string> };
}

const refuse = (): never => {
  throw new DOMException('denied', 'SecurityError');
};

describe('what a window remembers', () => {
  test('is kept under names of our own, and forgotten one by one', () => {
    const localStorage = storage();
    localStorage.setItem('theme', 'of another page');
    const memory = browserMemory({ localStorage });
    expect(memory.get('theme')).toBeNull();
    memory.set('theme', 'dark');
    expect([...localStorage.all]).toEqual([
      ['theme', 'of another page'],
      ['topicscope.theme', 'dark'],
    ]);
    memory.set('theme', null);
    expect(memory.get('theme')).toBeNull();
    expect(localStorage.all.size).toBe(1);
  });

  test('is another for the tab than for all of them', () => {
    const page = { localStorage: storage(), sessionStorage: storage() };
    tabMemory(page).set('draft', 'x');
    expect(browserMemory(page).get('draft')).toBeNull();
    expect(tabMemory(page).get('draft')).toBe('x');
  });

  test.each<[string, KeptValues]>([
    [
      'the browser has no storage for this page',
      browserMemory({
        get localStorage() {
          return refuse();
        },
      }),
    ],
    [
      'storage is full',
      tabMemory({
        sessionStorage: { getItem: () => null, setItem: refuse, removeItem: refuse } as unknown as Storage,
      }),
    ],
  ])('is nothing, and nothing breaks, where %s', (_why, memory) => {
    memory.set('theme', 'dark');
    memory.set('theme', null);
    expect(memory.get('theme')).toBeNull();
  });

  test('is the same in memory', () => {
    const memory = plainMemory();
    memory.set('a', '');
    expect([memory.get('a'), memory.get('b')]).toEqual(['', null]);
    memory.set('a', null);
    expect(memory.get('a')).toBeNull();
  });
});
