import { differingWords } from '../../../src-main/core/retained/restore-parts.ts';
import type { ClearResult, RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import type { RetainedFact } from '../../../src-main/contract/model/retained.ts';
import { formatClock, formatCounted, formatSpan } from '../../ui/base/format.ts';

export interface Said {
  readonly tone: 'ok' | 'warn' | 'err';
  readonly words: string;
  readonly advice: string;
}

export function resultWords({ outcome }: ClearResult): Said {
  switch (outcome.kind) {
    case 'cleared':
      return { tone: 'ok', words: 'Cleared and verified', advice: '' };
    case 'not-kept':
      return {
        tone: 'warn',
        words: `Not cleared: ${outcome.failure.message}`,
        advice: outcome.failure.advice,
      };
    case 'still-retained':
      return {
        tone: 'warn',
        words: `${outcome.back === true ? 'Came back: retained' : 'Not cleared: still retained'} at ${formatClock(outcome.at)}. ${outcome.failure.message}`,
        advice: outcome.failure.advice,
      };
    case 'refused':
      return {
        tone: 'err',
        words: `Refused (0x${outcome.code.toString(16).padStart(2, '0')}): ${outcome.failure.message}`,
        advice: outcome.failure.advice,
      };
    case 'not-verified':
      return {
        tone: 'warn',
        words: `Sent, not verified: ${outcome.failure.message}`,
        advice: outcome.failure.advice,
      };
  }
}

export function restoredWords(outcome: RestoreResult['outcome']): Said {
  if (outcome.kind === 'restored') return { tone: 'ok', words: 'Restored', advice: differingWords(outcome) };
  const { message, advice } = outcome.failure;
  switch (outcome.kind) {
    case 'would-overwrite':
      return { tone: 'warn', words: `Not restored: ${message}`, advice };
    case 'not-verified':
      return { tone: 'warn', words: `Sent again as retained, not verified: ${message}`, advice };
    case 'not-sent':
    case 'refused':
    case 'not-stored':
      return { tone: 'err', words: `Not restored: ${message}`, advice };
  }
}

const LEARNT: Readonly<Record<RetainedFact['by'], string>> = {
  none: 'never seen retained',
  subscribe: 'seen after subscribing',
  live: 'seen live',
  emptied: 'maybe cleared by an empty message',
  scan: 'missing in a scan',
  probe: 'probed',
  us: 'published from here and not probed',
  expiry: 'expired',
};

/** How and when the state was learnt: `seen after subscribing, 2 m 14 s ago`. */
export function evidenceWords(fact: RetainedFact, now: number): string {
  if (fact.by === 'none') return LEARNT.none;
  const age = formatSpan(Math.max(0, now - fact.at));
  return `${LEARNT[fact.by]}, ${age} ago${fact.stale ? ', may have changed since' : ''}`;
}

/** What the danger button will do, honest about topics of which nothing is known. */
/** Before a clear: what is left alone as no copy of it can be kept. Empty: nothing is. */
export function tooLargeWords(tooLarge: number): string {
  if (tooLarge === 0) return '';
  const [are, they] = tooLarge === 1 ? ['is', 'it stays'] : ['are', 'they stay'];
  return `${formatCounted(tooLarge, 'message')} ${are} larger than “Largest payload kept whole” in Settings, so no copy can be kept: ${they} on the broker, unless you choose “Clear without a copy” afterwards.`;
}

/** How many a preview is about to clear: not what no copy can be kept of, but where there is nothing else. */
export function countToClear(clear: number, tooLarge: number): number {
  return clear > tooLarge ? clear - tooLarge : clear;
}

/** On the button at its end. Where all is too large it asks the broker again, and clears nothing yet. */
export function clearLabel(clear: number, tooLarge: number, over: boolean): string {
  const verb = clear === tooLarge ? 'Try' : 'Clear';
  const messages = formatCounted(countToClear(clear, tooLarge), 'message');
  return `${verb} ${messages}${over ? ', over the trash limit' : ''}`;
}

export function removalWords(facts: readonly RetainedFact[]): string {
  const known = facts.filter(({ state }) => state === 'retained').length;
  const unknown = facts.length - known;
  if (facts.length === 0) return 'There is nothing to clear here.';
  const removed = `${formatCounted(known, 'retained message')} will be removed from the broker.`;
  if (unknown === 0) return removed;
  const unsure = `Of ${formatCounted(unknown, 'topic')} it is not known whether the broker holds a message; clearing makes sure that it does not.`;
  return known === 0 ? unsure : `${removed} ${unsure}`;
}
