/** What this window remembers between starts: small strings, never secrets. */
export interface KeptValues {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

const PREFIX = 'topicscope.';

/** Local storage where there is any; a private window may refuse it, then nothing is remembered. */
export function browserMemory(page: { readonly localStorage: Storage }): KeptValues {
  return storedValues(() => page.localStorage);
}

/** What outlives a reload of this tab and nothing else. */
export function tabMemory(page: { readonly sessionStorage: Storage }): KeptValues {
  return storedValues(() => page.sessionStorage);
}

function storedValues(storage: () => Storage): KeptValues {
  return {
    get(key) {
      try {
        return storage().getItem(PREFIX + key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) storage().removeItem(PREFIX + key);
        else storage().setItem(PREFIX + key, value);
      } catch {
        // Full or forbidden: what is remembered is a comfort, not a duty.
      }
    },
  };
}

/** For tests. */
export function plainMemory(): KeptValues {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void (value === null ? values.delete(key) : values.set(key, value)),
  };
}
