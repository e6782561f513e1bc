import type { Answer } from '../../../../src-main/contract/session/sending.ts';
import { formatDuration } from '../../../ui/base/format.ts';

export interface SentWords {
  readonly tone: 'ok' | 'warn' | 'err' | 'mut';
  readonly words: string;
  readonly code: string | null;
  readonly detail: string;
}

/** The answer to a request, or that there is none. */
export function answerWords(answer: Answer): SentWords & { readonly preview: string } {
  switch (answer.kind) {
    case 'waiting':
      return { tone: 'mut', words: 'waiting for the answer…', code: null, detail: '', preview: answer.topic };
    case 'answered':
      return {
        tone: 'ok',
        words: `answer in ${formatDuration(answer.ms)}`,
        code: null,
        detail: '',
        preview: answer.preview,
      };
    case 'timed-out':
      return {
        tone: 'warn',
        words: answer.ms === 0 ? 'no answer' : `nothing within ${formatDuration(answer.ms)}`,
        code: null,
        detail: 'Whoever was asked may be away, or answers on another topic.',
        preview: answer.topic,
      };
    case 'failed':
      return { tone: 'err', words: answer.message, code: null, detail: answer.advice, preview: '' };
  }
}
