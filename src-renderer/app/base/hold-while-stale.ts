import type { Engine, LinkStatus } from '../../state/engine/engine.ts';
import { holdClock } from '../../ui/base/use-now.ts';
import { isStale } from './use-link.ts';

/**
 * Without its engine the window shows what was, and says of when it is: ages, rates and countdowns that went on
 * would tell of silent devices and overdue pings that nobody has seen.
 * @returns ends it
 */
export function holdWhileStale(engine: Pick<Engine, 'status' | 'subscribe'>): () => void {
  let since: number | null = null;
  const follow = (status: LinkStatus) => {
    // What has no time of its own came after a link that was gone.
    if (!isStale(status)) since = null;
    else since = 'since' in status ? status.since : (since ?? Date.now());
    holdClock(since);
  };
  follow(engine.status());
  const stop = engine.subscribe(follow);
  return () => {
    stop();
    holdClock(null);
  };
}
