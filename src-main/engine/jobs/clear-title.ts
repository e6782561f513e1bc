import type { TopicKey } from '../../contract/model/model.ts';
import type { InventoryState } from '../../contract/session/inventory.ts';
import type { ClearScope } from '../../contract/session/jobs.ts';
import { formatCount, formatCounted } from '../../core/text/amounts.ts';
import { dividesAsMqtt } from '../../core/topics/levels.ts';
import { displayTopic } from '../../core/topics/names.ts';

/** What a clear is called, in the trash and in the list of jobs: by it one finds what to put back. */
export function clearTitle(scope: ClearScope, separator: string): string {
  switch (scope.kind) {
    case 'topics':
      return scope.keys.length === 1
        ? displayTopic(scope.keys[0] ?? '')
        : formatCounted(scope.keys.length, 'topic');
    case 'matching':
      return displayTopic(scope.filter);
    case 'subtree':
      return subtreeTitle(scope.key, separator);
    case 'filter':
      return `Filter ${displayTopic(scope.text)}`;
    case 'inventory':
      return chosenTitle(scope, separator);
  }
}

function subtreeTitle(key: TopicKey, separator: string): string {
  return displayTopic(key) + (dividesAsMqtt(key, separator) ? '/#' : ' and below');
}

const STATES: Readonly<Record<InventoryState, string>> = {
  all: 'All messages',
  retained: 'Retained messages',
  stale: 'Stale messages',
  returning: 'Messages that will return',
  unknown: 'Topics of unknown state',
};

/** `plant/hall-2/# and 3 more`, `Stale messages of topic:plant/# but plant/line/#`. */
function chosenTitle(
  { query, choice }: Extract<ClearScope, { kind: 'inventory' }>,
  separator: string,
): string {
  const named = (on: boolean): string => {
    const [first, ...more] = choice.rules.filter((rule) => rule.on === on);
    const others = more.length === 0 ? '' : ` and ${formatCount(more.length)} more`;
    return first === undefined ? '' : subtreeTitle(first.key, separator) + others;
  };
  const [chosen, left] = [named(true), named(false)];
  const but = left === '' ? '' : ` but ${left}`;
  if (!choice.all) return chosen + but;
  const of = query.filter === '' ? '' : ` of ${displayTopic(query.filter)}`;
  return STATES[query.state] + of + but;
}
