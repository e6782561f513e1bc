import type { Row } from '../../../../src-main/contract/model/view.ts';
import { formatCount, formatCounted } from '../../../ui/base/format.ts';

type Counted = Pick<Row, 'topics' | 'late' | 'usual'>;

/** What lies below a level that carries no messages: `53 topics, 1 late`; empty where nothing does. */
export function topicCount({ topics, late }: Counted): string {
  return topics === 0 ? '' : `${formatCounted(topics, 'topic')}${lateCount(late)}`;
}

/** What lies below a topic, itself not counted: `4 topics below, 1 late`. */
export function belowCount({ topics, late, usual }: Counted): string {
  const below = topics - 1;
  const isLate = usual !== null;
  return below <= 0 ? '' : `${formatCounted(below, 'topic')} below${lateCount(late - Number(isLate))}`;
}

function lateCount(late: number): string {
  return late > 0 ? `, ${formatCount(late)} late` : '';
}
