import type { PublishOutcome } from '../../../../src-main/contract/session/outcomes.ts';
import type { Answer } from '../../../../src-main/contract/session/sending.ts';
import { oddWords } from '../../../../src-main/core/topics/names.ts';
import type { ShownResult } from '../../../state/publish/publish-result.ts';
import { answerWords } from './answer-labels.ts';
import { formatClock, formatDuration } from '../../../ui/base/format.ts';

export interface OutcomeWords {
  readonly tone: 'ok' | 'warn' | 'err';
  readonly words: string;
  /** The reason code as the specification writes it; null where there is none or it is "success". */
  readonly code: string | null;
  /** What it means, or what to do. */
  readonly detail: string;
}

/** What the result line says. */
export interface ResultWords extends Omit<OutcomeWords, 'tone'> {
  /** `past`: of another message than the one in the panel. Null: nothing is known yet. */
  readonly tone: OutcomeWords['tone'] | 'past' | null;
  /** Where the message went; null where nothing went anywhere. */
  readonly topic: string | null;
  /** ms since the epoch. */
  readonly at: number | null;
}

/** What became of a message, in words; null where there is nothing to say. */
export function resultWords(shown: ShownResult): ResultWords | null {
  switch (shown.kind) {
    case 'nothing':
      return null;
    case 'odd-topic':
      return {
        tone: 'warn',
        words: `Not sent yet: the topic ${oddWords(shown.topic) ?? 'is unusual'}.`,
        code: null,
        topic: null,
        detail: 'Publish again to send it there.',
        at: null,
      };
    case 'pending':
      return {
        tone: null,
        words: shown.queued ? 'Waits for the connection…' : 'Publishing…',
        code: null,
        topic: shown.topic,
        detail: '',
        at: null,
      };
    case 'missed':
      return {
        tone: 'past',
        words: `Not sent at ${formatClock(shown.at)}: there was no connection.`,
        code: null,
        topic: null,
        detail: 'It is back. Publish again to send the message.',
        at: null,
      };
    case 'now':
      return withAnswer({ ...outcomeWords(shown.outcome), topic: wentTo(shown), at: shown.at }, shown.answer);
    case 'past':
      return { ...outcomeWords(shown.outcome), tone: 'past', topic: shown.topic, at: shown.at };
  }
}

/** With the answer to it, where one is waited for. */
function withAnswer(words: ResultWords, answer: Answer | null): ResultWords {
  if (answer === null || words.tone !== 'ok') return words;
  const { tone, words: said } = answerWords(answer);
  return { ...words, tone: tone === 'mut' ? words.tone : tone, detail: said };
}

/** A message that never left went nowhere. */
function wentTo({ outcome, topic }: { readonly outcome: PublishOutcome; readonly topic: string }) {
  return outcome.kind === 'failed' ? null : topic;
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
        detail: acknowledgedDetail(outcome),
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

function acknowledgedDetail(outcome: Extract<PublishOutcome, { kind: 'acknowledged' }>): string {
  const { noSubscribers, maybeRefused = false, reason } = outcome;
  if (noSubscribers) return 'The broker had nobody to give it to.';
  if (maybeRefused) return 'Before MQTT 5 a broker acknowledges what it refuses as well.';
  return reason === '' || /^success$/i.test(reason) ? '' : reason;
}

/** Whole milliseconds where there are any. */
function millis(ms: number): string {
  return ms >= 1 && ms < 1_000 ? `${Math.round(ms)} ms` : formatDuration(ms);
}

function codeWords(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`;
}
