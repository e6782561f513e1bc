import { useEffect, useState } from 'react';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { askRested } from '../../../state/engine/ask-rested.ts';
import type { Offered, WantedNames } from './suggestions.ts';

/** Nobody reads suggestions for what is typed on within so long, ms. */
const REST_MS = 60;

/** The names that begin with what is typed, among all topics; undefined until they are known. */
export function useSeen(session: ConnectionSession, wanted: WantedNames | null): Offered['seen'] {
  const [seen, setSeen] = useState<Offered['seen']>();
  const { of = null, begins = '' } = wanted ?? {};
  useEffect(() => {
    if (of === null) return undefined;
    const ask = () => session.client.call('seenNames', { connection: session.connectionId, of, begins });
    return askRested(REST_MS, ask, (answer) => {
      if (answer?.superseded === false) setSeen({ of, begins, names: answer.names });
    });
  }, [session, of, begins]);
  return seen;
}
