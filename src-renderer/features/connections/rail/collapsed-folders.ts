import { useCallback, useState } from 'react';
import type { KeptValues } from '../../../state/browser/memory.ts';

const KEY = 'folders.collapsed';
/** Folders remembered as collapsed; the oldest make room. */
const MAX_REMEMBERED = 500;

/** Folders that are collapsed, remembered between starts. */
export function useCollapsedFolders(memory: KeptValues) {
  const [collapsed, setCollapsed] = useState(() => read(memory.get(KEY)));
  const set = useCallback(
    (path: string, closed: boolean) =>
      setCollapsed((before) => {
        if (before.has(path) === closed) return before;
        const next = new Set(before);
        if (closed) next.add(path);
        else next.delete(path);
        memory.set(KEY, JSON.stringify([...next].slice(-MAX_REMEMBERED)));
        return next;
      }),
    [memory],
  );
  return { collapsed, set };
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
