import type { Evidence } from '../../../src-main/core/session/verdicts/evidence.ts';

/** What the doctor knows of a connection to which nothing has happened; `now` in ms since the epoch. */
export function quietEvidence(now: number): Evidence {
  return {
    now,
    ownClientId: true,
    clientId: 'me',
    online: true,
    retrying: false,
    version: '5',
    attempts: [],
    life: null,
    pings: [],
    subscriptions: [],
    dropped: null,
    shortfall: null,
    resumed: null,
    unheard: [],
    silence: null,
    noSubscriber: { count: 0, recent: [] },
    quarantined: [],
    quarantineDropped: 0,
    copies: null,
    willTopic: null,
    gaps: [],
  };
}
