import { timestampUnit } from '../formats/scalars.ts';
import { isoOf, localTime } from '../base/times.ts';
import type { TreeNode } from '../base/tree.ts';

/** Notes in one payload; formatting a date costs more than reading one. */
const MOST = 200;
const TIME_KEY =
  /^(?:ts|time|date|timestamp|datetime|updated|created|when|since|until)$|(?:_at|_ts|At|_time|Time|_date|Date|[tT]imestamp)$/;
const PER_SECOND = { s: 1n, ms: 1_000n, us: 1_000_000n, ns: 1_000_000_000n } as const;

/** Puts the local time beside what is named as a time, and beside a lone number that may be one. */
export function addTimes(nodes: readonly TreeNode[]): void {
  let left = MOST;
  for (const node of nodes) {
    if (left === 0) return;
    if (node.note !== '' || (nodes.length > 1 && !TIME_KEY.test(node.key ?? ''))) continue;
    const note = timeNote(node);
    if (note === '') continue;
    node.note = note;
    left--;
  }
}

function timeNote({ shape, text }: TreeNode): string {
  if (shape === 'date') return localTime(text);
  if (shape !== 'number' && shape !== 'text') return '';
  const unit = timestampUnit(text);
  if (unit === null) return '';
  if (unit === 'iso') return localTime(text.replace(' ', 'T'));
  const whole = text.replace(/\..*$/, '');
  return localTime(isoOf(BigInt(whole), PER_SECOND[unit]) ?? '');
}
