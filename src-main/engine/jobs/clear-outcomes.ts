import { failed, type Failure } from '../../contract/base/errors.ts';
import type { TopicKey } from '../../contract/model/model.ts';
import type { ClearResult } from '../../contract/session/outcomes.ts';
import { formatCounted } from '../../core/text/amounts.ts';
import { displayTopic } from '../../core/topics/names.ts';

/** What asking once more does not change: the broker refuses the subscription, or the size. */
const FINAL = /^(?:probe-\d+|too-large-to-keep)$/;

export type Count = 'cleared' | 'refused' | 'cameBack' | 'unknown';

export function countOf({ outcome }: ClearResult): Count {
  switch (outcome.kind) {
    case 'cleared':
    case 'refused':
      return outcome.kind;
    case 'still-retained':
      return 'cameBack';
    case 'not-kept':
    case 'not-verified':
      return 'unknown';
  }
}

export function connectionClosed(left: number): Failure {
  return failed(
    'connection-closed',
    `The connection was closed while ${formatCounted(left, 'topic')} were still to be cleared.`,
    'Open it again, then clear what is left.',
  );
}

export function isCutOff({ outcome }: ClearResult): boolean {
  return (
    (outcome.kind === 'not-verified' || outcome.kind === 'not-kept') && !FINAL.test(outcome.failure.code)
  );
}

export function lost(key: TopicKey): ClearResult {
  return {
    key,
    topic: displayTopic(key),
    outcome: {
      kind: 'not-verified',
      failure: failed(
        'worker-restarted',
        'The connection was restarted before this topic was checked.',
        'Clear it again to have it checked.',
      ),
    },
    restorable: false,
  };
}
