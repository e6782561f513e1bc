import { useEffect, useEffectEvent } from 'react';

/** Between two looks at what changes without a word, ms. */
export const LOOK_AGAIN_MS = 3_000;

/**
 * Reads something again a while after it was read, as long as it is not what it will be.
 *
 * @param found another value each time it was read
 */
export function useReadAgain(found: unknown, isUnfinished: boolean, read: () => void): void {
  const again = useEffectEvent(read);
  useEffect(() => {
    if (!isUnfinished) return undefined;
    const timer = setTimeout(() => again(), LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [found, isUnfinished]);
}
