import { useEffect, useState } from 'react';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import type { Offered, WantedNames } from './suggestions.ts';

/** Nobody reads suggestions for what is typed on within so long, ms. */
const REST_MS = 60;

/** The names that begin with what is typed, among all topics; undefined until they are known. */
export function useSeen(session: ConnectionSession, wanted: WantedNames | null): Offered['seen'] {
  const [seen, setSeen] = useState<Offered['seen']>();
  const { of = null, begins = '' } = wanted ?? {};
  useEffect(() => {
    if (of === null) return undefined;
    let isLast = true;
    const ask = async () => {
      try {
        const { names, superseded } = await session.client.call('seenNames', {
          connection: session.connectionId,
          of,
          begins,
        });
        if (isLast && !superseded) setSeen({ of, begins, names });
      } catch {
        // Suggestions do without: whether the connection is there is told elsewhere.
      }
    };
    const timer = setTimeout(() => void ask(), REST_MS);
    return () => {
      isLast = false;
      clearTimeout(timer);
    };
  }, [session, of, begins]);
  return seen;
}
