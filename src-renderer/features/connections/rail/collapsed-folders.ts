import { createStore, type StoreApi } from 'zustand/vanilla';
import type { KeptValues } from '../../../state/browser/memory.ts';

const KEY = 'folders.collapsed';
/** Folders remembered as collapsed; those collapsed longest ago make room. */
const MAX_REMEMBERED = 500;

/** Folders that are collapsed, remembered between starts. */
export class CollapsedFolders {
  readonly store: StoreApi<ReadonlySet<string>>;
  readonly #memory: KeptValues;

  constructor(memory: KeptValues) {
    this.#memory = memory;
    this.store = createStore<ReadonlySet<string>>(() => read(memory.get(KEY)));
  }

  set(path: string, closed: boolean): void {
    const before = this.store.getState();
    if (before.has(path) === closed) return;
    const next = new Set(before);
    if (closed) next.add(path);
    else next.delete(path);
    this.store.setState(next, true);
    this.#memory.set(KEY, JSON.stringify([...next].slice(-MAX_REMEMBERED)));
  }
}

function read(text: string | null): ReadonlySet<string> {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return new Set(Array.isArray(value) ? value.filter((path) => typeof path === 'string') : []);
  } catch {
    // Not ours: everything is open.
    return new Set();
  }
}
