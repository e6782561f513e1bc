import { failed, type Failure } from '../../../src-main/contract/base/errors.ts';
import type { AnswerRule } from '../../../src-main/contract/session/sending.ts';
import { hexPairs } from '../../../src-main/core/payload/hex-text.ts';
import type { DraftProperties } from './draft-properties.ts';
import type { PublishDraft } from './publish-draft.ts';

/** How an answer is waited for; null: none is expected. */
export function answerRuleOf({ answer, properties }: PublishDraft): AnswerRule | null | Failure {
  if (!answer.expected) return null;
  const seconds = /^\s*\d+(?:\.\d+)?\s*$/.test(answer.within) ? Number(answer.within) : 0;
  if (seconds < 0.1 || seconds > 600) {
    return failed(
      'answer-within',
      'The time to wait for an answer is not a number of 0.1 to 600 s.',
      'Correct it, or expect no answer.',
    );
  }
  const withinMs = Math.round(seconds * 1_000);
  return { withinMs, rule: properties.responseTopic.length > 0 ? null : answer.rule };
}

/** Gives a request what it lacks: a response topic of its own, and correlation data to know the answer by. */
export function withAnswerFields(properties: DraftProperties): DraftProperties {
  const { responseTopic, correlation } = properties;
  return {
    ...properties,
    ...(responseTopic.length === 0 && {
      responseTopic: `topicscope/answers/${hexPairs(crypto.getRandomValues(new Uint8Array(4)), '')}`,
    }),
    ...(correlation.length === 0 && { correlation: '${uuid}', correlationAs: 'hex' as const }),
  };
}
