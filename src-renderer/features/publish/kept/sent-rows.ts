import type { SentMessage } from '../../../../src-main/contract/session/sending.ts';
import { formatBytes } from '../../../ui/base/format.ts';
import type { SentWords } from '../base/answer-labels.ts';
import { outcomeWords } from '../base/outcome-labels.ts';

/** What became of a message that was sent. */
export function sentWords({ outcome, queued, size }: SentMessage): SentWords {
  if (queued) return { tone: 'mut', words: 'waits for the connection', code: null, detail: '' };
  if (outcome === null)
    return {
      tone: 'mut',
      words: 'not known',
      code: null,
      detail: 'The program ended before the answer came.',
    };
  const { tone, words, code, detail } = outcomeWords(outcome);
  if (outcome.kind === 'sent')
    return { tone: 'mut', words: `sent, ${formatBytes(size)}`, code: null, detail };
  return { tone, words: words.charAt(0).toLowerCase() + words.slice(1), code, detail };
}
