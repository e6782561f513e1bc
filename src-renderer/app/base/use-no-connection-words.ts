import { useState } from 'react';
import type { ConnectionSummary } from '../../../src-main/contract/model/model.ts';
import { isBusy, noConnectionWords } from '../../state/connections/describe.ts';

/**
 * Why there is no connection, as `noConnectionWords` says it. During the next attempt what was said stays, so that
 * the words do not jump with each; undefined: there is nothing to say.
 */
export function useNoConnectionWords({ id, state }: ConnectionSummary): string | undefined {
  const [said, setSaid] = useState<{ readonly id: string; readonly words: string | null }>({
    id,
    words: null,
  });
  const before = said.id === id ? said.words : null;
  const words = isBusy(state) ? before : noConnectionWords(state);
  if (said.id !== id || said.words !== words) setSaid({ id, words });
  return words ?? undefined;
}
