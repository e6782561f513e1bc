import type { RetainedFact } from '../../../src-main/contract/model/model.ts';
import { formatClock, formatDay } from '../../ui/base/format.ts';

const LEARNT: Readonly<Record<RetainedFact['by'], string>> = {
  subscribe: 'delivered as stored after SUBSCRIBE',
  live: 'published as retained while connected',
  probe: 'told by a probe',
  expiry: 'its message expiry was reached',
  none: '',
};

const DAY_MS = 86_400_000;

/** `14:31:07`, with the day where it was not today. */
export function when(at: number, now: number): string {
  const clock = formatClock(at);
  return Math.abs(now - at) < DAY_MS && formatDay(now) === formatDay(at)
    ? clock
    : `${formatDay(at)}, ${clock}`;
}

/** A retained state with how and when it was learnt, in one line. */
export function retainedWords(fact: RetainedFact, now = Date.now()): string {
  const learnt = LEARNT[fact.by];
  const source = learnt === '' ? '' : `, ${learnt} at ${when(fact.at, now)}`;
  const stale = fact.stale ? ', not seen again since the last reconnect' : '';
  switch (fact.state) {
    case 'retained':
      return `Retained${source}${stale}`;
    case 'cleared':
      return `Cleared${source}${stale}`;
    case 'not-retained':
      return `Not retained${source}${stale}`;
    case 'unknown':
      return fact.by === 'expiry'
        ? `Unknown${source}`
        : 'Unknown: only seen live, which says nothing of a stored message';
  }
}

/** The same for a narrow line: `Retained since 12:17`. */
export function retainedShort(fact: RetainedFact, now = Date.now()): string | null {
  const at = when(fact.at, now);
  switch (fact.state) {
    case 'retained':
      return fact.stale ? `Retained as of ${at}` : `Retained since ${at}`;
    case 'cleared':
      return `Retained message cleared ${at}`;
    case 'not-retained':
      return `Not retained, ${at}`;
    case 'unknown':
      return null;
  }
}
