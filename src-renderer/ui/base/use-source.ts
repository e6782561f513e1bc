import { useSyncExternalStore } from 'react';

/** The value of a source; draws again when it changes. Reads the same where markup is made without a page. */
export function useSource<T>(subscribe: (listener: () => void) => () => void, read: () => T): T {
  return useSyncExternalStore(subscribe, read, read);
}
