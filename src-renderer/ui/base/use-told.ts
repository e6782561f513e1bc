import { useSyncExternalStore } from 'react';

/** What a source tells: drawn again when that is another value. The same where markup is made without a page. */
export function useTold<T>(subscribe: (listener: () => void) => () => void, read: () => T): T {
  return useSyncExternalStore(subscribe, read, read);
}
