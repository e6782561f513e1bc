import type { PublishOutcome } from '../../../src-main/contract/session/outcomes.ts';
import { formatDuration } from '../../ui/base/format.ts';

export interface OutcomeWords {
  readonly tone: 'ok' | 'warn' | 'err';
  readonly words: string;
  /** The reason code as the specification writes it; null where there is none or it is "success". */
  readonly code: string | null;
  /** What it means, or what to do. */
  readonly detail: string;
}

/** The answer to a PUBLISH, in words. */
export function outcomeWords(outcome: PublishOutcome): OutcomeWords {
  switch (outcome.kind) {
    case 'sent':
      return { tone: 'ok', words: 'Sent', code: null, detail: 'At QoS 0 the broker confirms nothing.' };
    case 'acknowledged':
      return {
        tone: 'ok',
        words: `Acknowledged in ${millis(outcome.ms)}${outcome.noSubscribers ? ', no subscribers' : ''}`,
        code: outcome.code === 0 ? null : codeWords(outcome.code),
        detail: acknowledgedDetail(outcome.noSubscribers, outcome.reason),
      };
    case 'refused':
      return { tone: 'err', code: codeWords(outcome.code), ...ofFailure(outcome.failure) };
    case 'unknown':
      return { tone: 'warn', code: null, ...ofFailure(outcome.failure) };
    case 'failed':
      return { tone: 'err', code: null, ...ofFailure(outcome) };
  }
}

function ofFailure(failure: { readonly message: string; readonly advice: string }) {
  return { words: failure.message, detail: failure.advice };
}

function acknowledgedDetail(noSubscribers: boolean, reason: string): string {
  if (noSubscribers) return 'The broker had nobody to give it to.';
  return reason === '' || /^success$/i.test(reason) ? '' : reason;
}

/** Whole milliseconds where there are any. */
function millis(ms: number): string {
  return ms >= 1 && ms < 1_000 ? `${Math.round(ms)} ms` : formatDuration(ms);
}

function codeWords(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`;
}
