import type { MessageMeta } from '../../../src-main/contract/model/message.ts';
import type { RetainedFact } from '../../../src-main/contract/model/retained.ts';
import { formatClock, formatDay } from '../../ui/base/format.ts';

const DAY_MS = 86_400_000;

/** `14:31:07`, with the day where it was not today. */
export function when(at: number, now: number): string {
  const clock = formatClock(at);
  return Math.abs(now - at) < DAY_MS && formatDay(now) === formatDay(at)
    ? clock
    : `${formatDay(at)}, ${clock}`;
}

/** Why a fact is believed; `at` is a time. */
function reason({ state, by }: RetainedFact, at: string): string {
  switch (by) {
    case 'subscribe':
      return state === 'unknown'
        ? `delivered as a stored message at ${at}, right after an empty message`
        : `delivered as a stored message at ${at}`;
    case 'live':
      if (state === 'unknown') return `a message came at ${at}, which the broker may have stored`;
      return state === 'cleared'
        ? `an empty retained message came at ${at}`
        : `published as retained while connected, at ${at}`;
    case 'emptied':
      return `an empty message came at ${at}, which may have cleared it`;
    case 'scan':
      return `the scan that ended at ${at} did not return it`;
    case 'probe':
      return `the broker was asked for this topic at ${at}`;
    case 'us':
      if (state === 'unknown') return `published from here at ${at}, without an answer from the broker`;
      // Before MQTT 5 a broker acknowledges what it refuses as well, so this is what it rests on and no more.
      return `${state === 'cleared' ? 'cleared' : 'published'} from here at ${at}, acknowledged and not probed since`;
    case 'expiry':
      return `its message expiry was reached at ${at}`;
    case 'none':
      return 'nothing has shown yet whether the broker stores a message';
  }
}

const STATE: Readonly<Record<RetainedFact['state'], string>> = {
  retained: 'Retained',
  cleared: 'Cleared',
  'not-retained': 'Not retained',
  unknown: 'Unknown',
};

/** A retained state with how and when it was learnt, in one line. */
export function retainedWords(fact: RetainedFact, now = Date.now()): string {
  const at = when(fact.at, now);
  const why = reason(fact, at);
  if (!fact.stale || fact.state === 'unknown') return `${STATE[fact.state]}: ${why}`;
  return `${STATE[fact.state]} as of ${at}: ${why}, and may have changed since`;
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

/** What the retain flag of one message says. */
export function retainFlagWords({ retain, stored }: Pick<MessageMeta, 'retain' | 'stored'>): string {
  if (!retain) return 'Not set';
  return stored ? 'Set: delivered as a stored message' : 'Set: published as retained while connected';
}
